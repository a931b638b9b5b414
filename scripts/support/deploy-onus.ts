import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { artifacts } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import { PARTS, onusModule } from "../../deploy/onus.js";
import { deploymentPath } from "../../src/chain/deployment.js";
import type { Deployment } from "../../src/chain/deployment.js";
import { readParameters } from "../../src/chain/parameters.js";
import type { Parameters } from "../../src/chain/parameters.js";
import { OnusError } from "../../src/errors/onus-error.js";
import { parseAddress } from "../../src/types/address.js";
import { IOnus__factory } from "../../typechain-types/index.js";

/** Deploys Onus and all its parts through Ignition, or finishes a deployment that was interrupted. */
export async function deployOnus(connection: NetworkConnection, parameters: Parameters): Promise<Deployment> {
  const { ethers, ignition } = connection;
  const { chainId } = await ethers.provider.getNetwork();
  if (Number(chainId) !== parameters.chainId) {
    throw new OnusError("WRONG_CHAIN", {
      expected: parameters.chainId,
      found: Number(chainId),
      path: "the parameters",
    });
  }
  const isLocal = connection.networkConfig.type === "edr-simulated";
  const height = await ethers.provider.getBlockNumber();
  const fromBlock = isLocal ? height : firstBlock(parameters.chainId, height);
  const initcodes: string[] = [];
  for (const name of PARTS) initcodes.push((await artifacts.readArtifact(name)).bytecode);
  const module = onusModule({ parameters, initcodes, hash: ethers.keccak256 });
  const made = await ignition
    .deploy(module, {
      config: {
        requiredConfirmations: 1,
        ...(isLocal ? { blockPollingInterval: 50 } : { blockPollingInterval: 200 }),
      },
      ...(isLocal ? {} : { deploymentId: `chain-${chainId}` }),
    })
    .catch((cause: unknown) => {
      throw new OnusError("DEPLOYMENT_STOPPED", { reason: (cause as Error).message.trim() }, { cause });
    });

  const at = await made.onus.getAddress();
  const onus = IOnus__factory.connect(at, ethers.provider);
  const [
    transcendental,
    evaluator,
    referee,
    modelRegistry,
    operatorRegistry,
    claimBook,
    workbench,
    inquiry,
    receiptCourt,
    standing,
    lineage,
  ] = await Promise.all([
    onus.transcendental(),
    onus.evaluator(),
    onus.referee(),
    onus.modelRegistry(),
    onus.operatorRegistry(),
    onus.claimBook(),
    onus.workbench(),
    onus.inquiry(),
    onus.receiptCourt(),
    onus.standing(),
    onus.lineage(),
  ]);
  return {
    chainId: Number(chainId),
    onus: parseAddress(at),
    token: parseAddress(await made.token.getAddress()),
    transcendental: parseAddress(transcendental),
    evaluator: parseAddress(evaluator),
    referee: parseAddress(referee),
    modelRegistry: parseAddress(modelRegistry),
    operatorRegistry: parseAddress(operatorRegistry),
    claimBook: parseAddress(claimBook),
    workbench: parseAddress(workbench),
    inquiry: parseAddress(inquiry),
    receiptCourt: parseAddress(receiptCourt),
    standing: parseAddress(standing),
    lineage: parseAddress(lineage),
    fromBlock,
  };
}

/** The height at which the deployment began, also when it was interrupted and goes on now. */
function firstBlock(chainId: number, height: number): number {
  const path = join(dirname(deploymentPath(chainId)), "first-block");
  if (existsSync(path)) return Number(readFileSync(path, "utf8"));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${height}\n`);
  return height;
}

/** The parameters kept for a chain. */
export function parametersOf(chainId: number, directory = "deploy/parameters"): Parameters {
  for (const file of readdirSync(directory).filter((name) => name.endsWith(".json"))) {
    const parameters = readParameters(join(directory, file));
    if (parameters.chainId === chainId) return parameters;
  }
  throw new OnusError("PARAMETERS_UNKNOWN", { chainId });
}
