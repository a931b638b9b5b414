import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { OnusError } from "../errors/onus-error.js";
import { parseDeployment } from "./parse-deployment.js";
import type { Deployment } from "./parse-deployment.js";
import { writeDurably } from "./write-durably.js";

export type { Deployment };

/** The address file of a chain's deployment. */
export const deploymentPath = (chainId: number, root = "deploy/deployments"): string =>
  join(root, `chain-${chainId}`, "addresses.json");

export function readDeployment(chainId: number, path = deploymentPath(chainId)): Deployment {
  if (!existsSync(path)) throw new OnusError("NOT_DEPLOYED", { chainId, path });
  const deployment = parseDeployment(readFileSync(path, "utf8"), path);
  if (deployment.chainId !== chainId) {
    throw new OnusError("WRONG_CHAIN", { expected: deployment.chainId, found: chainId, path });
  }
  return deployment;
}

/** Writes the address file: as a whole or not at all. */
export function writeDeployment(deployment: Deployment, path = deploymentPath(deployment.chainId)): string {
  writeDurably(path, `${JSON.stringify(deployment, null, 2)}\n`);
  return path;
}
