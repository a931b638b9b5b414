import type { Log, Provider } from "ethers";

import { asBytes32 } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import { DEFAULT_BLOCK_RANGE } from "./read-logs.js";

/** A block that was read up to. */
export type BlockMark = { readonly number: number; readonly hash: Bytes32 };

/**
 * What happened since the last step. Whoever follows writes `checkpoint` in the transaction in which it writes what it
 * derives from the change: then a program that ends at any instruction goes on where it was.
 */
export type Change =
  | {
      readonly kind: "logs";
      /** In the order of the chain, all of blocks that were not read before. */
      readonly logs: readonly Log[];
      /** The last block that is read now. */
      readonly block: BlockMark;
      /** Replaces the stored one. */
      readonly checkpoint: readonly BlockMark[];
    }
  | {
      /** Blocks that were read are in the chain no more: what was derived from blocks after `toBlock` never happened. */
      readonly kind: "rollback";
      readonly toBlock: number;
      readonly checkpoint: readonly BlockMark[];
    };

export type Follow = {
  readonly provider: Pick<Provider, "getBlock" | "getBlockNumber" | "getLogs">;
  /** The first block read, where nothing has been. */
  readonly from: number;
  readonly addresses: readonly string[];
  /** By position: one topic, alternatives, or null for any; everything when absent. */
  readonly topics?: readonly (string | readonly string[] | null)[];
  /** Blocks behind the newest that are not read yet; 0 when absent. */
  readonly confirmations?: number;
  /** What was stored with the last change, in the order of the chain; empty at first. Read before every step. */
  readonly store: { readonly checkpoint: () => readonly BlockMark[] };
  /** Blocks of one query. */
  readonly range?: number;
};

export type Follower = {
  /**
   * Reads on: at most one change, to be stored before the next step; none when nothing is new. It throws what the node
   * throws; the next step tries again.
   */
  readonly step: () => Promise<readonly Change[]>;
};

/** Blocks behind the newest that are marked on the way, so that a reorg of up to this depth costs little reading. */
const NEAR = 32;
/** Marks of blocks at most this far behind are all kept; of older ones, one in each stretch of FAR blocks. */
const RECENT = 64;
const FAR = 1_024;
/** Marks that are kept in all. */
const MOST_MARKS = 128;

/**
 * Reads the logs of some contracts as the chain grows, and notices when blocks that were read are replaced. The provider
 * must not cache (`cacheTimeout: -1` in ethers): what it said a moment ago is what is in question.
 */
export function followChain(follow: Follow): Follower {
  const { provider, from, confirmations = 0, store } = follow;
  const mostRange = Math.max(1, follow.range ?? DEFAULT_BLOCK_RANGE);
  let range = mostRange;

  const step = async (): Promise<readonly Change[]> => {
    const marks = store.checkpoint();
    const last = marks.at(-1);
    const newest = (await provider.getBlockNumber()) - confirmations;
    // A node that is behind knows nothing of a reorg.
    if (last !== undefined && newest < last.number) return [];
    if (last !== undefined && !(await isInChain(provider, last))) return [await rollback(marks)];
    const first = last === undefined ? from : last.number + 1;
    if (newest < first) return [];
    return readOn(marks, first, newest);
  };

  const rollback = async (marks: readonly BlockMark[]): Promise<Change> => {
    for (let kept = marks.length - 1; kept > 0; kept--) {
      const mark = marks[kept - 1] as BlockMark;
      if (!(await isInChain(provider, mark))) continue;
      return { kind: "rollback", toBlock: mark.number, checkpoint: marks.slice(0, kept) };
    }
    return { kind: "rollback", toBlock: from - 1, checkpoint: [] };
  };

  const readOn = async (
    marks: readonly BlockMark[],
    first: number,
    newest: number,
  ): Promise<readonly Change[]> => {
    const near = newest - NEAR;
    const end = Math.min(first + range - 1, near >= first ? near : newest);
    const block = await markAt(provider, end);
    if (block === undefined) return [];
    let logs: readonly Log[];
    try {
      logs = await readStretch(follow, first, block);
    } catch (error) {
      // Limits differ, and each provider words them its own way: a shorter stretch is tried before giving up.
      if (end === first) throw error;
      range = Math.ceil((end - first + 1) / 2);
      return step();
    }
    // Logs of one chain: both ends stand after reading as they did before it.
    const last = marks.at(-1);
    const isSame =
      (await isInChain(provider, block)) && (last === undefined || (await isInChain(provider, last)));
    if (!isSame) return [];
    range = Math.min(mostRange, range * 2);
    return [{ kind: "logs", logs, block, checkpoint: thinned([...marks, block]) }];
  };

  return { step };
}

async function readStretch(
  { provider, addresses, topics }: Follow,
  fromBlock: number,
  { number: toBlock, hash }: BlockMark,
): Promise<readonly Log[]> {
  const filter = {
    address: [...addresses],
    // Behind one address stand many nodes: one that has not got the newest block yet says that nothing happened in its
    // stretch, but does not know its hash.
    ...(fromBlock === toBlock ? { blockHash: hash } : { fromBlock, toBlock }),
    ...(topics && { topics: topics as (string | string[] | null)[] }),
  };
  const places = new Map<string, Log>();
  const hashes = new Map<number, string>();
  for (const log of await provider.getLogs(filter)) {
    const { blockNumber, blockHash, index } = log;
    if (blockNumber < fromBlock || blockNumber > toBlock)
      throw new RangeError(`asked for blocks ${fromBlock} to ${toBlock}, the node answers of ${blockNumber}`);
    if (blockHash !== (hashes.get(blockNumber) ?? blockHash))
      throw new RangeError(`the node answers of two different blocks ${blockNumber}`);
    hashes.set(blockNumber, blockHash);
    // Said twice, it happened once.
    places.set(`${blockNumber} ${index}`, log);
  }
  return [...places.values()].sort((a, b) => a.blockNumber - b.blockNumber || a.index - b.index);
}

/** Without the marks that a rollback would hardly need. */
function thinned(marks: readonly BlockMark[]): readonly BlockMark[] {
  const newest = marks.at(-1)?.number ?? 0;
  const stretch = ({ number }: BlockMark): number => Math.floor(number / FAR);
  return marks
    .filter((mark, at) => {
      const before = marks[at - 1];
      return newest - mark.number <= RECENT || before === undefined || stretch(before) < stretch(mark);
    })
    .slice(-MOST_MARKS);
}

async function markAt(provider: Follow["provider"], number: number): Promise<BlockMark | undefined> {
  const hash = (await provider.getBlock(number))?.hash;
  return hash ? { number, hash: asBytes32(hash) } : undefined;
}

const isInChain = async (provider: Follow["provider"], mark: BlockMark): Promise<boolean> =>
  (await markAt(provider, mark.number))?.hash === mark.hash;
