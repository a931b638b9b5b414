import type { Check } from "./check.js";
import { problemsOf } from "./run-tool.js";
import { solidityFiles } from "./solidity-files.js";

/** Solidity keeps the rules of .solhint.json; assembly stands in contracts/libraries/ only. */
export const check: Check = {
  name: "solhint",
  run: async () => {
    // Given no file at all, solhint fails.
    if (solidityFiles().length === 0) return [];
    return problemsOf("solhint", ["--disc", "--noPoster", "--max-warnings", "0", "contracts/**/*.sol"]);
  },
};
