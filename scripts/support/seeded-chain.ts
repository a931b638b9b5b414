import { encode } from "@ethereumjs/rlp";
import { getBytes, hexlify, keccak256, toBeHex, toQuantity } from "ethers";
import type { Log } from "ethers";

import { partAddresses } from "../../src/audit/part-addresses.js";
import { encodeEvent } from "../../src/chain/decode-event.js";
import type { EventPart } from "../../src/chain/decode-event.js";
import type { Deployment } from "../../src/chain/deployment.js";
import type { Follow } from "../../src/chain/follow-chain.js";
import { trieOf } from "../../src/chain/read-evidence.js";
import type { RawNode } from "../../src/chain/read-evidence.js";
import { parseAddress, ZERO_ADDRESS } from "../../src/types/address.js";
import type { Address } from "../../src/types/address.js";
import { seededState } from "./seeded-state.js";

/** One transaction of a block: whom it calls, with what, and the events it emits. */
export type SeededTransaction = {
  readonly to?: Address;
  readonly data?: string;
  readonly events: readonly {
    readonly part: EventPart;
    readonly name: string;
    readonly args: readonly unknown[];
  }[];
  /** Emitted after them, by whomever: other contracts are on the chain as well. */
  readonly logs?: readonly SeededLog[];
};
export type SeededLog = ReturnType<typeof encodeEvent>;

/**
 * A chain of blocks whose transactions are told instead of executed: logs, receipts, tries, headers and the ring of block
 * hashes are those that a node would have, and hash as they should. It stands in for a node where a history of 100,000
 * claims is needed, which takes hours to make by transactions.
 */
export type SeededChain = {
  readonly deployment: Deployment;
  readonly node: Follow["provider"] & RawNode;
  /** Unix seconds of the newest block. */
  readonly now: () => number;
  readonly add: (transactions: readonly SeededTransaction[], seconds?: number) => Promise<void>;
  /** Takes the newest blocks out; what is added then hashes otherwise. */
  readonly drop: (blocks: number) => void;
};

type Block = {
  readonly number: number;
  readonly hash: string;
  readonly timestamp: number;
  readonly header: Readonly<Record<string, unknown>>;
  readonly receipts: readonly Readonly<Record<string, unknown>>[];
  readonly raw: readonly string[];
  readonly logs: readonly Log[];
};

const ZERO_WORD = `0x${"00".repeat(32)}`;
const NO_BLOOM = `0x${"00".repeat(256)}`;
const GAS = "0xf4240";

export function seededChain(
  onus = parseAddress(`0x${"5eed".repeat(10)}`),
  chainId = 31_337,
  branches?: number,
): SeededChain {
  const starting = seededState(branches);
  const parts = partAddresses(onus);
  const deployment: Deployment = { chainId, onus, token: ZERO_ADDRESS, ...parts, fromBlock: 0 };
  const blocks: Block[] = [];
  let fork = 0;

  const add = async (transactions: readonly SeededTransaction[], seconds = 12): Promise<void> => {
    const last = blocks.at(-1);
    const number = blocks.length;
    const state = await starting;
    const timestamp = (last?.timestamp ?? 1_800_000_000) + seconds;
    const raw = transactions.map((transaction, index) =>
      hexlify(encodeTransaction(transaction, number, index)),
    );
    let logIndex = 0;
    const emitted = transactions.map(({ events, logs = [] }) => [
      ...events.map((event) => encodeEvent(deployment, event)),
      ...logs,
    ]);
    const encoded = emitted.map((logs, index) =>
      Uint8Array.of(
        2,
        ...encode([
          1,
          1_000_000 * (index + 1),
          getBytes(NO_BLOOM),
          logs.map(({ address, topics, data }) => [
            getBytes(address),
            topics.map((topic) => getBytes(topic)),
            getBytes(data),
          ]),
        ]),
      ),
    );
    const header: Record<string, unknown> = {
      parentHash: last?.hash ?? ZERO_WORD,
      sha3Uncles: ZERO_WORD,
      miner: ZERO_ADDRESS,
      stateRoot: await state.after(last?.header["stateRoot"] as string | undefined, last),
      transactionsRoot: (await trieOf(raw.map((hex) => getBytes(hex)))).root,
      receiptsRoot: (await trieOf(encoded)).root,
      logsBloom: NO_BLOOM,
      difficulty: "0x0",
      number: toQuantity(number),
      gasLimit: "0x1c9c380",
      gasUsed: "0x0",
      timestamp: toQuantity(timestamp),
      extraData: toBeHex(fork),
      mixHash: ZERO_WORD,
      nonce: "0x0000000000000000",
      baseFeePerGas: "0x7",
    };
    const hash = keccak256(encodeHeader(header));
    const receipts = emitted.map((logs, index) => ({
      ...{ type: "0x2", status: "0x1", logsBloom: NO_BLOOM, logs },
      cumulativeGasUsed: toQuantity(1_000_000 * (index + 1)),
      transactionIndex: toQuantity(index),
      transactionHash: keccak256(raw[index] as string),
    }));
    const logs = receipts.flatMap(({ logs: own, transactionHash }, transactionIndex) =>
      own.map(({ address, topics, data }) => ({
        ...{ address, topics, data, blockNumber: number, blockHash: hash, transactionHash, transactionIndex },
        ...{ index: logIndex++, removed: false },
      })),
    );
    blocks.push({ number, hash, timestamp, header, receipts, raw, logs: logs as unknown as Log[] });
  };

  const at = (tag: unknown): Block | undefined => blocks[Number(tag)];
  const node = {
    getBlockNumber: () => Promise.resolve(blocks.length - 1),
    getBlock: (number: unknown) => {
      const block = at(number);
      return Promise.resolve(block === undefined ? null : { ...block, number: block.number });
    },
    getLogs: (filter: { fromBlock: number; toBlock: number } | { blockHash: string }) =>
      "blockHash" in filter
        ? logsOf(blocks.find(({ hash }) => hash === filter.blockHash))
        : Promise.resolve(blocks.slice(filter.fromBlock, filter.toBlock + 1).flatMap(({ logs }) => logs)),
    send: async (method: string, [first, second, third]: readonly unknown[]) => {
      if (method === "eth_getProof") {
        const [root, [slot]] = [at(third)?.header["stateRoot"] as string, second as [string]];
        return (await starting).prove(root, slot);
      }
      return answer(method, at(first) ?? blocks.find(({ hash }) => hash === first), second);
    },
  };
  return {
    deployment,
    node: node as unknown as SeededChain["node"],
    now: () => blocks.at(-1)?.timestamp ?? 1_800_000_000,
    add,
    drop: (count) => {
      blocks.splice(-count);
      fork++;
    },
  };
}

const logsOf = (block: Block | undefined): Promise<readonly Log[]> =>
  block === undefined ? Promise.reject(new Error("unknown block")) : Promise.resolve(block.logs);

function answer(method: string, block: Block | undefined, second: unknown): unknown {
  if (block === undefined) return null;
  const transactions = block.receipts.map(({ transactionHash }) => transactionHash);
  if (method === "eth_getBlockByNumber") return { ...block.header, hash: block.hash, transactions };
  if (method === "eth_getBlockReceipts") return block.receipts;
  if (method === "eth_getBlockByHash") return null;
  if (method === "eth_getRawTransactionByBlockHashAndIndex") return block.raw[Number(second)] ?? null;
  throw new Error(`a seeded chain does not answer ${method}`);
}

const QUANTITIES = new Set(["difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas"]);

const encodeHeader = (header: Readonly<Record<string, unknown>>): Uint8Array =>
  encode(
    Object.entries(header).map(([name, value]) =>
      QUANTITIES.has(name) ? BigInt(value as string) : getBytes(value as string),
    ),
  );

/** Of EIP-1559, with a signature of nobody: only what it calls is looked at. */
function encodeTransaction({ to, data }: SeededTransaction, block: number, index: number): Uint8Array {
  const fields = [31_337, block * 1_000 + index, 1, 7, BigInt(GAS), getBytes(to ?? ZERO_ADDRESS), 0];
  return Uint8Array.of(2, ...encode([...fields, getBytes(data ?? "0x"), [], 0, 1, 1]));
}
