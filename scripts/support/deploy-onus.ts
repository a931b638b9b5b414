import type { NetworkConnection } from "hardhat/types/network";

import { deployInDirectory } from "../../src/chain/deploy-in-directory.js";
import { deployOnus as deploy } from "../../src/chain/deploy-onus.js";
import type { Deployment } from "../../src/chain/deployment.js";
import { memoryJournal } from "../../src/chain/deployment-journal.js";
import { findParameters } from "../../src/chain/find-parameters.js";
import type { Parameters } from "../../src/chain/parameters.js";
import { OnusError } from "../../src/errors/onus-error.js";
import { parseAddress } from "../../src/types/address.js";
import { hardhatRunner } from "./hardhat-runner.js";

/**
 * Deploys Onus and all its parts as the network's first account. On a chain inside the process nothing is kept; on any
 * other one an interrupted deployment is finished.
 */
export async function deployOnus(connection: NetworkConnection, parameters: Parameters): Promise<Deployment> {
  const [signer] = await connection.ethers.getSigners();
  if (signer === undefined) {
    throw new OnusError("ACCOUNT_MISSING", { network: connection.networkName, account: 0, count: 0 });
  }
  const preset = { path: "the parameters", parameters };
  const job = { runner: hardhatRunner(connection), account: parseAddress(signer.address), preset };
  if (connection.networkConfig.type === "edr-simulated") return deploy({ ...job, journal: memoryJournal() });
  return (await deployInDirectory(job)).deployment;
}

/** The parameters kept for a chain. */
export const parametersOf = (chainId: number): Parameters => findParameters(chainId).parameters;
