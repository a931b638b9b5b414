import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { transformSync } from "esbuild";

/** What the launcher needs of an installed package before it knows that Node is new enough. */
const SOURCES = [
  "src/cli/require-node.ts",
  "src/types/to-json.ts",
  ...readdirSync("src/errors").map((name) => `src/errors/${name}`),
];

/** Loaded in front of a program, says that an older Node runs it. */
export const pretendNode = (version: string): string =>
  `data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"${version}"}})`;

/** Lays out the launcher as npm installs it, without a lock file, and as much of the package as it looks at first. */
export function layOutLauncher(directory: string): string {
  mkdirSync(join(directory, "bin"), { recursive: true });
  cpSync("bin/onus.js", join(directory, "bin", "onus.js"));
  writeFileSync(join(directory, "package.json"), '{ "type": "module" }');
  for (const source of SOURCES) {
    const made = join(directory, "dist", source.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(made), { recursive: true });
    const { code } = transformSync(readFileSync(source, "utf8"), { loader: "ts", target: "es2022" });
    writeFileSync(made, code);
  }
  return join(directory, "bin", "onus.js");
}
