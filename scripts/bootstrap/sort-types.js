import { existsSync, readFileSync, writeFileSync } from "node:fs";

import { at } from "./root.js";

/** Lines that belong together: one overload, or one export, a contract. */
const LISTED = /^(getContractFactory|getContractAt|deployContract)\(name: '|^export (type )?\{/;

/**
 * Puts the two lists among the generated types into alphabetical order: the generator writes them in the order in which
 * the compiler happened to finish, so that two builds of the same contracts would differ.
 */
export function sortTypes() {
  for (const file of ["hardhat.d.ts", "index.ts"]) {
    const path = at("typechain-types", file);
    if (existsSync(path)) writeFileSync(path, sortedRuns(readFileSync(path, "utf8").split("\n")).join("\n"));
  }
}

/** @param {string[]} lines */
function sortedRuns(lines) {
  const sorted = [];
  let run = [];
  for (const line of [...lines, ""]) {
    if (LISTED.test(line.trim())) {
      run.push(line.trim());
      continue;
    }
    sorted.push(...run.sort(), line);
    run = [];
  }
  return sorted.slice(0, -1);
}
