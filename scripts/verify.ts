import { verifyContract } from "@nomicfoundation/hardhat-verify/verify";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";

import config from "../hardhat.config.js";
import { readDeployment } from "../src/chain/deployment.js";
import { OnusError } from "../src/errors/onus-error.js";
import { contractsOf } from "./support/contracts-of.js";
import { openNetwork, recipe, run } from "./support/recipe.js";
import type { Where } from "./support/recipe.js";

/**
 * Publishes the sources of a deployment to the chain's explorer. What is published already is left alone, so running it
 * again does what is missing.
 */
await run(
  recipe("verify", "publish the sources of a deployment to the chain's explorer"),
  async ({ network }: Where) => {
    const { ethers } = await openNetwork(network);
    const chainId = Number((await ethers.provider.getNetwork()).chainId);
    const contracts = await contractsOf(ethers.provider, readDeployment(chainId));
    const hre = await createHardhatRuntimeEnvironment(withExplorer(chainId), { network });
    const key = await hre.config.verify.etherscan.apiKey.get().catch(() => "");
    if (key === "") throw new OnusError("SETTING_MISSING", { name: "ETHERSCAN_API_KEY", network });
    const failed: string[] = [];
    const { log } = console;
    // The plugin talks on stdout, where the result of a recipe is alone.
    console.log = console.error;
    for (const { address, contract, constructorArgs } of contracts) {
      await verifyContract({ address, contract, constructorArgs: [...constructorArgs] }, hre).catch(
        (error: unknown) => {
          failed.push(`${contract}: ${(error as Error).message.replaceAll("\n", " ")}`);
        },
      );
    }
    console.log = log;
    if (failed.length > 0) throw new OnusError("VERIFICATION_FAILED", { failed, count: contracts.length });
    return { chainId, verified: contracts.map(({ address, contract }) => ({ address, contract })) };
  },
);

/** Hardhat knows the explorers of public chains; another one that speaks Etherscan's API is named by its address. */
function withExplorer(chainId: number): typeof config {
  const apiUrl = process.env["ETHERSCAN_API_URL"];
  if (!apiUrl) return config;
  const etherscan = { name: "the explorer", url: new URL(apiUrl).origin, apiUrl };
  const known = { name: `chain ${chainId}`, chainType: "generic", blockExplorers: { etherscan } } as const;
  return { ...config, chainDescriptors: { [chainId]: known } };
}
