import { format, resolveConfig } from "prettier";

/** `text` as `npm run format` would leave it in the file at `path`, so that generating and formatting agree. */
export async function formatted(text: string, path: string): Promise<string> {
  return format(text, { ...(await resolveConfig(path)), filepath: path });
}
