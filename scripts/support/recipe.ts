import { readFileSync } from "node:fs";

import { Command } from "commander";
import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import { connectContracts } from "../../src/chain/contracts.js";
import type { Contracts } from "../../src/chain/contracts.js";
import { readDeployment } from "../../src/chain/deployment.js";
import { exitStatus, formatError } from "../../src/errors/format-error.js";
import { OnusError } from "../../src/errors/onus-error.js";
import type { Artifact } from "../../src/program/artifact.js";
import { decodeArtifactFile } from "../../src/program/artifact-file.js";
import type { TensorData } from "../../src/program/dtype.js";
import { tensorOfBytes } from "../../src/run/engine.js";
import { commitArtifact } from "../../src/trace/commit-artifact.js";
import type { CommittedArtifact } from "../../src/trace/commit-artifact.js";
import { parseAddress } from "../../src/types/address.js";
import type { Address } from "../../src/types/address.js";
import { toJson } from "../../src/types/to-json.js";

/** Options of every recipe. */
export type Where = { readonly network: string; readonly account: string };

/** A command with the options every recipe has. */
export const recipe = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .option("--network <name>", "a network of hardhat.config.ts", "anvil")
    .option("--account <number>", "which of the network's accounts acts", "0");

/** Runs a recipe on this process's arguments; its result is printed as JSON. */
export async function run<Options>(
  command: Command,
  act: (options: Options) => Promise<unknown>,
): Promise<void> {
  command.action(async (options: Options) => {
    try {
      console.log(toJson(await act(options), 2));
    } catch (error) {
      console.error(formatError(error));
      process.exitCode = exitStatus(error);
    }
  });
  await command.parseAsync();
}

/** One account of ours on a network. */
export type Account = {
  readonly connection: NetworkConnection;
  readonly address: Address;
  readonly chainId: number;
};

export async function openAccount({
  network: name,
  account,
}: Where): Promise<Account & { contracts: () => Contracts }> {
  const connection = await network.create(name);
  const signers = await connection.ethers.getSigners();
  const signer = signers[Number(account)];
  if (signer === undefined) {
    throw new OnusError("ACCOUNT_MISSING", {
      network: name,
      account: Number(account),
      count: signers.length,
    });
  }
  const chainId = Number((await connection.ethers.provider.getNetwork()).chainId);
  const contracts = () => connectContracts(readDeployment(chainId), signer);
  return { connection, address: parseAddress(signer.address), chainId, contracts };
}

/** A `.onus` file, and the commitment to it. */
export function readArtifact(path: string): CommittedArtifact {
  return commitArtifact(decodeArtifactFile(readFileSync(path)).artifact);
}

/** Inputs from files of raw little-endian row-major elements, in the order of the artifact's inputs. */
export function readInputs({ inputs, table }: Artifact, paths: readonly string[]): TensorData[] {
  if (paths.length !== inputs.length)
    throw new OnusError("INPUT_COUNT", { expected: inputs.length, found: paths.length });
  return paths.map((path, number) =>
    tensorOfBytes(readFileSync(path), table[number] as Artifact["table"][number]),
  );
}
