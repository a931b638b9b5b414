import type { Check } from "./check.js";
import { problemsOf } from "./run-tool.js";

/** TypeScript and JavaScript keep the rules of eslint.config.js. */
export const check: Check = {
  name: "eslint",
  run: () => problemsOf("eslint", ["--max-warnings", "0", "."]),
};
