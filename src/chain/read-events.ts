import { zeroPadValue } from "ethers";
import type { Interface, Provider } from "ethers";

import { readLogs } from "./read-logs.js";
import type { Span } from "./read-logs.js";

/** One event with the block it stands in; `args` as the contract's types have them. */
export type Seen<Args> = { readonly args: Args; readonly blockNumber: number };

/** Where events are read from. */
export type EventSource = {
  readonly provider: Pick<Provider, "getLogs" | "getBlock">;
  readonly address: string;
  readonly abi: Interface;
  readonly span: Span;
  /** Blocks of one query. */
  readonly range?: number;
};

/** The events of a name, in the order of the chain. `topics`: its indexed values, each one, alternatives, or null. */
export async function readEvents<Args>(
  { provider, address, abi, span, range }: EventSource,
  name: string,
  topics: readonly (string | readonly string[] | null)[],
): Promise<readonly Seen<Args>[]> {
  const event = abi.getEvent(name);
  if (event === null) throw new RangeError(`there is no event ${name}`);
  const wanted = topics.map((topic) =>
    typeof topic === "string" ? wordOf(topic) : (topic?.map(wordOf) ?? null),
  );
  const logs = await readLogs(provider, { address, topics: [event.topicHash, ...wanted] }, span, range);
  return logs.map(({ data, topics: indexed, blockNumber }) => ({
    args: abi.decodeEventLog(event, data, indexed) as unknown as Args,
    blockNumber,
  }));
}

/** An indexed address stands in a log as a word. */
const wordOf = (topic: string): string => zeroPadValue(topic, 32);
