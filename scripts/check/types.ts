import type { Check } from "./check.js";
import { problemsOf } from "./run-tool.js";

/** Everything in TypeScript type-checks under the one strict tsconfig.json. */
export const check: Check = {
  name: "types",
  run: () => problemsOf("typescript", ["-p", ".", "--pretty", "false"]),
};
