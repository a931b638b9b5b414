import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Check } from "./check.js";
import { solidityFiles } from "./solidity-files.js";

/** EIP-170: bytes of code a contract may have. */
const codeLimit = 24_576;
/** EIP-3860: bytes of constructor and code a deployment may carry, arguments included. */
const initCodeLimit = 49_152;

interface Artifact {
  readonly contractName: string;
  readonly inputSourceName: string;
  readonly bytecode: string;
  readonly deployedBytecode: string;
}

/** Every contract fits on chain. Prints the sizes, the largest first. */
export const check: Check = {
  name: "contract sizes",
  run: () => {
    const deployable = deployables();
    if (deployable.length === 0 && solidityFiles().length > 0) {
      return Promise.resolve(["the contracts are not compiled: `npx hardhat build` says why"]);
    }
    const sizes = deployable.map(({ contractName, bytecode, deployedBytecode }) => ({
      name: contractName,
      code: bytesIn(deployedBytecode),
      initCode: bytesIn(bytecode),
    }));
    sizes.sort((a, b) => b.code - a.code);
    for (const { name, code, initCode } of sizes) {
      console.log(`  ${name.padEnd(28)} ${format(code)} bytes of code, ${format(initCode)} with constructor`);
    }
    return Promise.resolve([
      ...sizes
        .filter(({ code }) => code > codeLimit)
        .map(({ name, code }) => tooLarge(name, "code", code, codeLimit)),
      ...sizes
        .filter(({ initCode }) => initCode > initCodeLimit)
        .map(({ name, initCode }) => tooLarge(name, "constructor and code", initCode, initCodeLimit)),
    ]);
  },
};

/** Contracts of contracts/ with code of their own; mocks are deployed by tests, on the same chain, and count too. */
function deployables(): Artifact[] {
  const directory = join("artifacts", "contracts");
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".json"))
    .map((path) => JSON.parse(readFileSync(join(directory, path), "utf8")) as Artifact)
    .filter(({ bytecode }) => bytecode !== "0x");
}

/** A link placeholder is as long as the address that replaces it. */
const bytesIn = (hex: string): number => (hex.length - 2) / 2;

const format = (bytes: number): string => bytes.toLocaleString("en-US").padStart(7);

const tooLarge = (name: string, what: string, actual: number, limit: number): string =>
  `${name} has ${actual} bytes of ${what}; the chain takes ${limit}`;
