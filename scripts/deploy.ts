import { deployInDirectory } from "../src/chain/deploy-in-directory.js";
import { findParameters } from "../src/chain/find-parameters.js";
import { readParameters } from "../src/chain/parameters.js";
import { OnusError } from "../src/errors/onus-error.js";
import { parseAddress } from "../src/types/address.js";
import { hardhatRunner } from "./support/hardhat-runner.js";
import { openNetwork, recipe, run } from "./support/recipe.js";
import type { Where } from "./support/recipe.js";

/** Deploys the protocol, or goes on where an interrupted deployment stopped, and writes the address file. */
await run(
  recipe("deploy", "deploy Onus and its parts").option(
    "--parameters <file>",
    "default: those of the chain in deploy/parameters",
  ),
  async ({ network, account, parameters: path }: Where & { parameters?: string }) => {
    const connection = await openNetwork(network);
    const { ethers } = connection;
    const signers = await ethers.getSigners();
    const signer = signers[Number(account)];
    if (signer === undefined) {
      throw new OnusError("ACCOUNT_MISSING", { network, account: Number(account), count: signers.length });
    }
    const { chainId } = await ethers.provider.getNetwork();
    const preset =
      path === undefined ? findParameters(Number(chainId)) : { path, parameters: readParameters(path) };
    const made = await deployInDirectory({
      ...{ runner: hardhatRunner(connection), account: parseAddress(signer.address), preset },
      say: (sentence) => {
        console.error(sentence);
      },
    });
    return { ...made.deployment, writtenTo: made.writtenTo };
  },
);
