import type { BlockRef, HexData, Link } from "../audit/bundle.js";
import { headersBetween, hopsOver, isShort } from "../audit/plan-links.js";
import type { Gap } from "../audit/plan-links.js";
import { readHeader } from "../audit/read-proof.js";
import type { Header } from "../audit/read-proof.js";
import { isOnusError, OnusError } from "../errors/onus-error.js";
import { inBatches } from "./in-batches.js";
import { proveLink } from "./prove-link.js";
import { readHeaderBytes } from "./read-evidence.js";
import type { RawNode } from "./read-evidence.js";

/** How much a bundle may hold to tie its blocks together. */
export type TieLimits = {
  /** Headers, but for those that links lead over. */
  readonly mostHeaders: number;
  /** Proofs out of the contract of block hashes (EIP-2935). */
  readonly mostLinks: number;
};

export type TiedBlocks = {
  /** Ascending. */
  readonly headers: readonly HexData[];
  readonly links: readonly Link[];
  /** The last one. */
  readonly block: BlockRef;
  readonly others: readonly BlockRef[];
  /** Why each of `others` is among them. */
  readonly reasons: readonly OnusError<"LINK_MISSING">[];
};

/**
 * Ties blocks, ascending, to the last of them: short gaps by the headers between, long ones by links. Where the node proves
 * no link headers fill what they can, shortest gaps first; what is left stays to be trusted block by block.
 */
export async function tieBlocks(
  node: RawNode,
  blocks: readonly number[],
  { mostHeaders, mostLinks }: TieLimits,
): Promise<TiedBlocks> {
  const gaps = blocks
    .slice(1)
    .map((from, at): Gap => ({ from, to: blocks[at] as number }))
    .sort((a, b) => headersBetween(a) - headersBetween(b));
  const numbers = new Set(blocks);
  const links: Link[] = [];
  let headersLeft = Math.max(0, mostHeaders - blocks.length);
  const fill = (gap: Gap): boolean => {
    const count = headersBetween(gap);
    if (count > headersLeft) return false;
    headersLeft -= count;
    for (let number = gap.to + 1; number < gap.from; number++) numbers.add(number);
    return true;
  };
  const missing = new Map<Gap, OnusError<"LINK_MISSING">>();
  for (const gap of gaps) {
    if (isShort(gap) && fill(gap)) continue;
    const found = await linksOver(node, gap, mostLinks - links.length);
    if (isOnusError(found)) missing.set(gap, found);
    else links.push(...found);
  }
  const open = new Map([...missing].filter(([gap]) => !fill(gap)).sort(([a], [b]) => a.to - b.to));
  for (const { from } of links) numbers.add(from);
  const ascending = [...numbers].sort((a, b) => a - b);
  const headers = await readHeaderBytes(node, ascending);
  const ends = new Set([...open.keys()].map(({ to }) => to));
  const refs = headers.map((header, at): BlockRef => ({
    number: ascending[at] as number,
    hash: (readHeader(header) as Header).hash,
  }));
  return {
    headers,
    links: links.sort((a, b) => a.to - b.to),
    block: refs.at(-1) as BlockRef,
    others: refs.filter(({ number }) => ends.has(number)),
    reasons: [...open.values()],
  };
}

/** The links that lead over a gap, or why there are none. */
async function linksOver(
  node: RawNode,
  gap: Gap,
  most: number,
): Promise<readonly Link[] | OnusError<"LINK_MISSING">> {
  const hops = hopsOver(gap);
  if (hops.length - 1 > most) {
    const reason = `it takes ${hops.length - 1} links, ${most} more are allowed`;
    return new OnusError("LINK_MISSING", { ...gap, reason });
  }
  const prove = async ({ from, to }: Gap): Promise<Link> => {
    const [above, below] = (await readHeaderBytes(node, [from, to])).map(readHeader) as [Header, Header];
    return proveLink(node, above, below);
  };
  const [first, ...rest] = hops.slice(1).map((to, at): Gap => ({ from: hops[at] as number, to }));
  try {
    // Nodes that keep no old states say so at once, and are not asked for hundreds.
    const newest = await prove(first as Gap);
    return [newest, ...(await inBatches(rest, prove))];
  } catch (error) {
    if (isOnusError(error, "LINK_MISSING")) return error;
    throw error;
  }
}
