import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { z } from "zod";

import { OnusError } from "../errors/onus-error.js";
import { parseAddress } from "../types/address.js";
import type { Address } from "../types/address.js";

/** Where the parts of one deployment stand. */
export type Deployment = {
  readonly chainId: number;
  /** The one address to quote: the others can be read from it. */
  readonly onus: Address;
  readonly token: Address;
  readonly transcendental: Address;
  readonly evaluator: Address;
  readonly referee: Address;
  readonly modelRegistry: Address;
  readonly operatorRegistry: Address;
  readonly claimBook: Address;
  /** Zero: this deployment has none. */
  readonly workbench: Address;
  /** Zero: this deployment has none. */
  readonly inquiry: Address;
  /** Zero: this deployment has none. */
  readonly receiptCourt: Address;
  /** Zero: this deployment has none. */
  readonly standing: Address;
  /** Zero: this deployment has none. */
  readonly lineage: Address;
  /** Block before which no event of it can be. */
  readonly fromBlock: number;
};

const address = z.string().transform((text): Address => parseAddress(text));

const schema = z.object({
  chainId: z.number(),
  onus: address,
  token: address,
  transcendental: address,
  evaluator: address,
  referee: address,
  modelRegistry: address,
  operatorRegistry: address,
  claimBook: address,
  workbench: address,
  inquiry: address,
  receiptCourt: address,
  standing: address,
  lineage: address,
  fromBlock: z.number(),
});

/** The address file of a chain's deployment. */
export const deploymentPath = (chainId: number, root = "deploy/deployments"): string =>
  join(root, `chain-${chainId}`, "addresses.json");

export function readDeployment(chainId: number, path = deploymentPath(chainId)): Deployment {
  if (!existsSync(path)) throw new OnusError("NOT_DEPLOYED", { chainId, path });
  const deployment = schema.parse(JSON.parse(readFileSync(path, "utf8")));
  if (deployment.chainId !== chainId) {
    throw new OnusError("WRONG_CHAIN", { expected: deployment.chainId, found: chainId, path });
  }
  return deployment;
}

export function writeDeployment(deployment: Deployment, path = deploymentPath(deployment.chainId)): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(deployment, null, 2)}\n`);
  return path;
}
