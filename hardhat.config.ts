import { createRequire } from "node:module";

import HardhatToolboxMochaEthers from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import "dotenv/config";
import { configVariable, defineConfig } from "hardhat/config";
import type { SolcUserConfig } from "hardhat/types/config";

const solcPath = createRequire(import.meta.url).resolve("solc/soljson.js");

/** Compiler settings shared by every profile; `osaka` brings CLZ, without which the referee costs twice as much. */
const solc = (settings: Record<string, unknown>): SolcUserConfig => ({
  version: "0.8.34",
  path: solcPath,
  settings: { evmVersion: "osaka", metadata: { bytecodeHash: "none" }, ...settings },
});

const optimizer = { enabled: true, runs: 1_000 };

/** The legacy pipeline without the constant optimizer: 292 gas per multiply-add instead of 431 (see docs/decisions). */
const machine = solc({
  optimizer: {
    ...optimizer,
    details: {
      constantOptimizer: false,
      yul: true,
      cse: true,
      deduplicate: true,
      jumpdestRemover: true,
      peephole: true,
      orderLiterals: false,
      inliner: true,
      yulDetails: { stackAllocation: true },
    },
  },
});

const profile = {
  compilers: [solc({ optimizer })],
  overrides: {
    "contracts/Referee.sol": machine,
    "contracts/libraries/Accumulator.sol": machine,
    "contracts/mocks/ArithmeticHarness.sol": machine,
    "contracts/mocks/RunHarness.sol": machine,
    "contracts/mocks/TwinHarness.sol": machine,
  },
};

export default defineConfig({
  plugins: [HardhatToolboxMochaEthers],
  solidity: { profiles: { default: profile, production: profile } },
  paths: { ignition: "deploy", tests: { mocha: "test" } },
  typechain: { outDir: "typechain-types", tsNocheck: true },
  networks: {
    hardhat: { type: "edr-simulated", chainType: "l1", hardfork: "osaka" },
    anvil: { type: "http", chainType: "l1", url: "http://127.0.0.1:8545" },
    sepolia: {
      type: "http",
      chainType: "l1",
      url: configVariable("SEPOLIA_RPC_URL"),
      accounts: [configVariable("SEPOLIA_PRIVATE_KEY")],
    },
  },
});
