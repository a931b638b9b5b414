import { createRequire } from "node:module";

import HardhatEthers from "@nomicfoundation/hardhat-ethers";
import HardhatEthersChaiMatchers from "@nomicfoundation/hardhat-ethers-chai-matchers";
import HardhatKeystore from "@nomicfoundation/hardhat-keystore";
import HardhatMocha from "@nomicfoundation/hardhat-mocha";
import HardhatNetworkHelpers from "@nomicfoundation/hardhat-network-helpers";
import HardhatTypechain from "@nomicfoundation/hardhat-typechain";
import HardhatVerify from "@nomicfoundation/hardhat-verify";
import "dotenv/config";
import { configVariable, defineConfig, overrideTask } from "hardhat/config";
import type { HttpNetworkUserConfig, SolcUserConfig } from "hardhat/types/config";

import { sortTypes } from "./scripts/bootstrap/sort-types.js";

const require = createRequire(import.meta.url);
const solcPath = require.resolve("solc/soljson.js");

/** Compiler settings shared by every profile; `osaka` brings CLZ, without which the referee costs twice as much. */
const solc = (settings: Record<string, unknown>): SolcUserConfig => ({
  version: "0.8.34",
  path: solcPath,
  settings: { evmVersion: "osaka", metadata: { bytecodeHash: "none" }, ...settings },
});

const optimizer = { enabled: true, runs: 1_000 };

/** The legacy pipeline without the constant optimizer: see docs/decisions/0003-osaka-and-the-legacy-pipeline.md. */
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

/** As many readers and refusals as the inquiry has fit one contract only where code is not repeated for speed. */
const compact = solc({ optimizer: { enabled: true, runs: 200 } });

const profile = {
  compilers: [solc({ optimizer })],
  overrides: {
    "contracts/Inquiry.sol": compact,
    "contracts/Referee.sol": machine,
    "contracts/libraries/Accumulator.sol": machine,
    "contracts/mocks/ArithmeticHarness.sol": machine,
    "contracts/mocks/RunHarness.sol": machine,
    "contracts/Reductions.sol": machine,
    "contracts/Evaluator.sol": machine,
    "contracts/Workbench.sol": machine,
    "contracts/mocks/TwinHarness.sol": machine,
  },
};

/** A public test network; endpoint and key come from the environment or the keystore, by these names. */
const testnet = (chainType: "l1" | "op" | "generic", name: string): HttpNetworkUserConfig => ({
  type: "http",
  chainType,
  url: configVariable(`${name}_RPC_URL`),
  accounts: [configVariable(`${name}_PRIVATE_KEY`)],
});

/** Every build, also one that a test run starts, leaves the generated types in one order. */
const build = overrideTask("build")
  .setInlineAction(async (args, _hre, runSuper) => {
    const { warn } = console;
    // solady marks its assembly in a way that this compiler calls deprecated, 71 times; our own warnings are printed.
    console.warn = (text: string) => {
      if (!text.includes("node_modules/solady/")) warn(text);
    };
    try {
      const built: unknown = await runSuper(args);
      sortTypes();
      return built;
    } finally {
      console.warn = warn;
    }
  })
  .build();

export default defineConfig({
  plugins: [
    HardhatEthers,
    HardhatEthersChaiMatchers,
    HardhatKeystore,
    HardhatMocha,
    HardhatNetworkHelpers,
    HardhatTypechain,
    HardhatVerify,
  ],
  tasks: [build],
  solidity: { profiles: { default: profile, production: profile } },
  paths: { tests: { mocha: "test", solidity: "test" } },
  test: {
    mocha: {
      timeout: 120_000,
      forbidOnly: process.env["CI"] === "true",
      reporter: require.resolve("./scripts/test/reporter.cjs"),
    },
  },
  typechain: { outDir: "typechain-types", tsNocheck: true },
  verify: { etherscan: { apiKey: configVariable("ETHERSCAN_API_KEY") } },
  networks: {
    // A fixed first block keeps the bytes of every timestamp, and so the gas of calls that carry one, near the same.
    hardhat: {
      type: "edr-simulated",
      chainType: "l1",
      hardfork: "osaka",
      initialDate: "2026-01-01T00:00:00Z",
    },
    anvil: { type: "http", chainType: "l1", url: process.env["ANVIL_RPC_URL"] || "http://127.0.0.1:8545" },
    sepolia: testnet("l1", "SEPOLIA"),
    baseSepolia: testnet("op", "BASE_SEPOLIA"),
    opSepolia: testnet("op", "OP_SEPOLIA"),
    arbitrumSepolia: testnet("generic", "ARBITRUM_SEPOLIA"),
  },
});
