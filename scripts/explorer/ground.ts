import { setTimeout as sleep } from "node:timers/promises";

import { JsonRpcSigner, toQuantity } from "ethers";
import type { JsonRpcProvider } from "ethers";

import { connectContracts } from "../../src/chain/contracts.js";
import type { Contracts } from "../../src/chain/contracts.js";
import { deployOnus } from "../../src/chain/deploy-onus.js";
import type { Deployment } from "../../src/chain/deployment.js";
import { memoryJournal } from "../../src/chain/deployment-journal.js";
import type { Call } from "../../src/chain/move-call.js";
import { openProvider } from "../../src/chain/open-provider.js";
import { readParameters } from "../../src/chain/parameters.js";
import { parseAddress } from "../../src/types/address.js";
import type { Address } from "../../src/types/address.js";
import { asSeconds } from "../../src/types/seconds.js";
import type { LocalNode } from "./start-node.js";
import { startNode } from "./start-node.js";

const HOUR = 3_600n;
/** Gas that every call may use; the chain charges what it used. */
const PLENTY = 16_000_000n;
/** Looks for a transaction, two milliseconds apart: the node makes a block of it at once, but not before it answers. */
const MOST_LOOKS = 2_000;

/** A local chain whose time is ours, a deployment on it, and accounts that act. */
export type Ground = {
  readonly url: string;
  readonly provider: JsonRpcProvider;
  readonly deployment: Deployment;
  readonly accounts: readonly Address[];
  readonly as: (account: number) => Contracts;
  /** Sends a call and waits for its block; a refusal is an error. */
  readonly act: (account: number, call: Call) => Promise<void>;
  /** Unix seconds of the newest block. */
  readonly now: () => Promise<number>;
  /** Makes a block at a time that is not over. */
  readonly passTo: (time: number) => Promise<void>;
  readonly stop: () => Promise<void>;
  /** At once, when the process exits. */
  readonly kill: () => void;
};

/** Starts a node and deploys on it. @param given.from unix seconds of the first block */
export async function startGround(given: {
  readonly from: number;
  readonly accounts: number;
  readonly say: (text: string) => void;
}): Promise<Ground> {
  const { from, say } = given;
  const node = await startNode({ accounts: given.accounts, timestamp: from, say });
  try {
    return await deployOn(node, from);
  } catch (error) {
    await node.stop();
    throw error;
  }
}

async function deployOn(node: LocalNode, from: number): Promise<Ground> {
  const provider = await openProvider(node.url);
  const accounts = ((await provider.send("eth_accounts", [])) as string[]).map((one) => parseAddress(one));
  const local = readParameters("deploy/parameters/local.json");
  const parameters = {
    ...local,
    // Clocks and memory of a public chain, so that a history of three weeks looks like one.
    ...{ clock: asSeconds(6n * HOUR), clockExtension: asSeconds(HOUR / 4n), proofTime: asSeconds(2n * HOUR) },
    ...{ exitDelay: asSeconds(10n * 24n * HOUR), halfLife: asSeconds(7n * 24n * HOUR) },
  };
  const deployment = await deployOnus({
    runner: new JsonRpcSigner(provider, accounts[0] as string),
    account: accounts[0] as Address,
    preset: { path: "the parameters", parameters },
    journal: memoryJournal(),
  });
  const act = async (account: number, { call, to, data, value }: Call): Promise<void> => {
    const request = {
      from: accounts[account] as Address,
      to,
      data,
      value: toQuantity(value),
      gas: toQuantity(PLENTY),
    };
    const hash = String(await provider.send("eth_sendTransaction", [request]));
    for (let looks = 0; looks < MOST_LOOKS; looks++) {
      const receipt = (await provider.send("eth_getTransactionReceipt", [hash])) as { status: string } | null;
      if (receipt?.status === "0x1") return;
      if (receipt !== null) break;
      await sleep(2);
    }
    // Asked again as a call, which says why.
    await provider.call({ ...request, gasLimit: PLENTY, value }).catch((error: unknown) => {
      throw new Error(`${call} was refused`, { cause: error });
    });
    throw new Error(`${call} was refused`);
  };
  return {
    ...{ url: node.url, provider, deployment, accounts, act },
    as: (account) => connectContracts(deployment, new JsonRpcSigner(provider, accounts[account] as string)),
    now: async () => Number((await provider.getBlock("latest"))?.timestamp ?? from),
    passTo: async (time) => {
      await provider.send("evm_setNextBlockTimestamp", [toQuantity(time)]);
      await provider.send("evm_mine", []);
    },
    stop: async () => {
      provider.destroy();
      await node.stop();
    },
    kill: node.kill,
  };
}
