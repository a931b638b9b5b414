import type { Log, Provider } from "ethers";

/** Blocks, both ends included. */
export type Span = { readonly from: number; readonly to: number };

/** Most topics that one query lists as alternatives; providers refuse long lists. */
const MOST_ALTERNATIVES = 100;

export type LogQuery = {
  readonly address: string;
  /** By position: one topic, alternatives, or null for any. */
  readonly topics: readonly (string | readonly string[] | null)[];
};

/** Blocks that one query covers, where nobody says otherwise: what most public endpoints allow. */
export const DEFAULT_BLOCK_RANGE = 10_000;

/** The logs of a span, in the order of the chain, asked for in stretches of at most `range` blocks. */
export async function readLogs(
  provider: Pick<Provider, "getLogs">,
  query: LogQuery,
  { from, to }: Span,
  range = DEFAULT_BLOCK_RANGE,
): Promise<readonly Log[]> {
  const found: Log[] = [];
  for (const topics of alternatives(query.topics)) {
    for (let first = from, size = range; first <= to;) {
      const last = Math.min(first + size - 1, to);
      try {
        const logs = await provider.getLogs({
          address: query.address,
          topics,
          fromBlock: first,
          toBlock: last,
        });
        for (const log of logs) found.push(log);
        first = last + 1;
      } catch (error) {
        // Limits differ, and each provider words them its own way: a shorter stretch is tried before giving up.
        if (last === first) throw error;
        size = Math.ceil((last - first + 1) / 2);
      }
    }
  }
  return found.sort((a, b) => a.blockNumber - b.blockNumber || a.index - b.index);
}

/** One query for each part of a list of alternatives; none at all for an empty list, which would match anything. */
function alternatives(topics: LogQuery["topics"]): (string | string[] | null)[][] {
  const at = topics.findIndex((topic) => Array.isArray(topic));
  const list = topics[at] as readonly string[] | undefined;
  const plain = topics as (string | string[] | null)[];
  if (list === undefined) return [[...plain]];
  const parts: (string | string[] | null)[][] = [];
  for (let first = 0; first < list.length; first += MOST_ALTERNATIVES) {
    parts.push(plain.with(at, list.slice(first, first + MOST_ALTERNATIVES)));
  }
  return parts;
}
