import { rmSync } from "node:fs";

import { problemsOf } from "../check/run-tool.js";
import { solidityFiles } from "../check/solidity-files.js";
import type { Generator } from "./generators.js";

/** Types of every contract, from its ABI. Begins with an empty directory, so that types of removed contracts go. */
export const generator: Generator = {
  name: "typechain-types",
  outputs: ["typechain-types"],
  run: async () => {
    rmSync("typechain-types", { recursive: true, force: true });
    if (solidityFiles().length === 0) return;
    const problems = await problemsOf("hardhat", ["build"]);
    if (problems.length > 0) throw new Error(problems.join("\n"));
  },
};
