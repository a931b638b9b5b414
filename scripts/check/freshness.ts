import { execFileSync } from "node:child_process";

import { generateAll, generators } from "../generate/generators.js";
import type { Check } from "./check.js";

/** Generated files are what their generators make now. Compares with what git has staged or committed. */
export const check: Check = {
  name: "freshness",
  run: async () => {
    const outputs = (await generators()).flatMap((generator) => generator.outputs);
    await generateAll();
    const git = (...args: string[]): string[] =>
      execFileSync("git", [...args, "--", ...outputs], { encoding: "utf8" })
        .split("\n")
        .filter(Boolean);
    const stale = [...git("diff", "--name-only"), ...git("ls-files", "--others", "--exclude-standard")];
    return stale.length === 0
      ? []
      : [...stale, "differ from what `npm run generate` just made: commit them with their sources"];
  },
};
