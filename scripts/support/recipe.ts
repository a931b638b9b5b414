import { Command } from "commander";
import hre, { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import { connectContracts } from "../../src/chain/contracts.js";
import type { Contracts } from "../../src/chain/contracts.js";
import { readDeployment } from "../../src/chain/deployment.js";
import { exitStatus, formatError } from "../../src/errors/format-error.js";
import { OnusError } from "../../src/errors/onus-error.js";
import { parseAddress } from "../../src/types/address.js";
import type { Address } from "../../src/types/address.js";
import { toJson } from "../../src/types/to-json.js";
import { parseCommand } from "./parse-command.js";

/** Options of every recipe. */
export type Where = { readonly network: string; readonly account: string };

/** A command with the options every recipe has. */
export const recipe = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .option("--network <name>", "a network of hardhat.config.ts", "anvil")
    .option("--account <number>", "which of the network's accounts acts", "0");

/** Runs a recipe on this process's arguments; its result is printed as JSON, with `--json` on one line. */
export async function run<Options extends object>(
  command: Command,
  act: (options: Options) => Promise<unknown>,
): Promise<void> {
  command.action(async (options: Options) => {
    try {
      console.log(toJson(await act(options), "json" in options ? undefined : 2));
    } catch (error) {
      console.error(formatError(error, { json: "json" in options }));
      process.exitCode = exitStatus(error);
    }
  });
  await parseCommand(command);
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
  const connection = await openNetwork(name);
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

/** A connection to a network of the configuration, seen to answer. */
export async function openNetwork(name: string): Promise<NetworkConnection> {
  const known = Object.keys(hre.config.networks);
  if (!known.includes(name)) throw new OnusError("NETWORK_UNKNOWN", { name, known: known.join(", ") });
  try {
    const connection = await network.create(name);
    await connection.ethers.provider.getNetwork();
    return connection;
  } catch (cause) {
    const message = (cause as Error).message;
    const missing = /Configuration Variable "(\w+)" not found/.exec(message)?.[1];
    if (missing !== undefined)
      throw new OnusError("SETTING_MISSING", { name: missing, network: name }, { cause });
    throw new OnusError("NETWORK_UNREACHABLE", { name, reason: message.split("\n")[0] ?? "" }, { cause });
  }
}
