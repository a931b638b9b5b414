import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Test files under the given files and directories, or under test/: `*.test.ts` for Mocha, `*.t.sol` for Hardhat. */
export function findTestFiles(paths: readonly string[]): string[] {
  const roots = paths.length > 0 ? paths : ["test"];
  const files = roots.flatMap((path) => (statSync(path).isDirectory() ? filesUnder(path) : [path]));
  return [...new Set(files)].sort();
}

function filesUnder(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((path) => join(directory, path))
    .filter((path) => /\.(test\.ts|t\.sol)$/.test(path) && !path.startsWith(join("test", "support")));
}
