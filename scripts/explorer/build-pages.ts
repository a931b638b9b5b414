import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { build } from "vite";

import { problemsOf } from "../check/run-tool.js";

const root = join(import.meta.dirname, "../..");
/** Where the built explorer lies. */
export const PAGES = join(root, "explorer/dist");
const MARK = join(PAGES, "built-from.txt");

/** Builds the explorer, and the package that it imports, unless they are built from these very files. */
export async function buildPages(say: (text: string) => void, signal?: AbortSignal): Promise<void> {
  const sources = fingerprint();
  if (existsSync(MARK) && readFileSync(MARK, "utf8") === sources) return;
  // What is half built, by somebody who was interrupted, is built from nothing.
  rmSync(MARK, { force: true });
  say("compiling the package (the first time, and when a source has changed)");
  const program = ["-p", "tsconfig.build.json", "--pretty", "false"];
  const problems = await problemsOf("typescript", program, signal);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  say("building the pages");
  await build({ root: join(root, "explorer"), logLevel: "error" });
  writeFileSync(MARK, sources);
}

/** Names, sizes and times of everything that goes into it. */
function fingerprint(): string {
  const below = ["src", "explorer/src"].flatMap((directory) =>
    readdirSync(join(root, directory), { recursive: true, encoding: "utf8" }).map((path) =>
      join(directory, path),
    ),
  );
  return [...below, "explorer/index.html", "explorer/vite.config.ts", "package-lock.json"]
    .sort()
    .map((path) => ({ path, stat: statSync(join(root, path)) }))
    .filter(({ stat }) => stat.isFile())
    .map(({ path, stat }) => `${path} ${stat.size} ${stat.mtimeMs}`)
    .join("\n");
}
