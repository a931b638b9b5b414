import { readFileSync } from "node:fs";

import { OnusError } from "../errors/onus-error.js";

/** The bytes of a file that somebody names. */
export function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new OnusError("FILE_MISSING", { path }, { cause });
  }
}

export const readText = (path: string): string => new TextDecoder().decode(readBytes(path));
