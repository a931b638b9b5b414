import type { Check } from "./check.js";
import { problemsOf } from "./run-tool.js";

/** Everything in TypeScript type-checks under the one strict tsconfig.json; the explorer with what a browser has, too. */
export const check: Check = {
  name: "types",
  run: async () => [
    ...(await problemsOf("typescript", ["-p", ".", "--pretty", "false"])),
    ...(await problemsOf("typescript", ["-p", "explorer", "--pretty", "false"])),
  ],
};
