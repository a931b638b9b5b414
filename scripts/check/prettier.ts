import type { Check } from "./check.js";
import { problemsOf } from "./run-tool.js";

/** Sources of both languages are formatted; `npm run format` does it. */
export const check: Check = {
  name: "prettier",
  run: () => problemsOf("prettier", ["--check", "--no-color", "--log-level", "warn", "."]),
};
