import { getBytes } from "ethers";

import type { Answers } from "../dispute/dispute-view.js";
import { questionKey, traceSubject } from "../dispute/question.js";
import { asBytes32 } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import { asSeconds } from "../types/seconds.js";
import type { Seconds } from "../types/seconds.js";
import type { AnsweredEvent, TraceStatedEvent } from "../../typechain-types/interfaces/IInquiry.js";
import type { Contracts } from "./contracts.js";
import { formOf } from "./decode-inquiry.js";
import { firstBlockAt } from "./first-block-at.js";
import { inBatches } from "./in-batches.js";
import { readEvents } from "./read-events.js";
import type { EventSource, Seen } from "./read-events.js";

/**
 * Everything that was answered about a claim: to the keys asked about it, to `keys` beside them, and the traces stated.
 *
 * @param given.inquiry spans the life of the claim
 */
export async function readAnswers(given: {
  contracts: Contracts;
  inquiry: EventSource;
  id: Bytes32;
  asked: Iterable<Bytes32>;
  keys: Iterable<Bytes32>;
}): Promise<Answers> {
  const { contracts, inquiry, id } = given;
  const wanted = [...new Set([...given.asked, ...given.keys])];
  const [here, stated] = await Promise.all([
    readEvents<AnsweredEvent.OutputObject>(inquiry, "Answered", [wanted]),
    readEvents<TraceStatedEvent.OutputObject>(inquiry, "TraceStated", [id]),
  ]);
  // What is not answered here may have been answered before the claim was made.
  const traceKey = (recordIndex: bigint) =>
    questionKey("trace", 0, traceSubject(id, Number(recordIndex))).key;
  const found = new Set([
    ...here.map(({ args }) => asBytes32(args.key)),
    ...stated.map(({ args }) => traceKey(args.recordIndex)),
  ]);
  const missing = wanted.filter((key) => !found.has(key));
  const earlier = await inBatches(missing, (key) => findAnswer(contracts, inquiry, key));
  const answered = [...here, ...earlier.flat()];
  const times = await timesOf(inquiry.provider, [...answered, ...stated]);
  const traces = new Map<number, Bytes32>();
  const data = new Map<Bytes32, Uint8Array>();
  const answeredAt = new Map<Bytes32, Seconds>();
  for (const { args, blockNumber } of answered) {
    const key = asBytes32(args.key);
    answeredAt.set(key, times.get(blockNumber) as Seconds);
    // What was stated is read from `TraceStated`, which knows the record.
    if (formOf(args.form) !== "trace") data.set(key, getBytes(args.data));
  }
  for (const { args, blockNumber } of stated) {
    traces.set(Number(args.recordIndex), asBytes32(args.traceRoot));
    answeredAt.set(traceKey(args.recordIndex), times.get(blockNumber) as Seconds);
  }
  return { traces, data, answeredAt };
}

/** The answer to a key that came before the claim: the contract knows when, which says where to look. */
async function findAnswer(
  { inquiry: contract, deployment }: Contracts,
  inquiry: EventSource,
  key: Bytes32,
): Promise<readonly Seen<AnsweredEvent.OutputObject>[]> {
  const { to } = inquiry.span;
  const time = await contract.answeredAt(key, { blockTag: to });
  if (time === 0n) return [];
  const from = await firstBlockAt(inquiry.provider, asSeconds(time), { from: deployment.fromBlock, to });
  const after = await firstBlockAt(inquiry.provider, asSeconds(time + 1n), { from, to });
  return readEvents({ ...inquiry, span: { from, to: after - 1 } }, "Answered", [key]);
}

/** Unix seconds of the blocks in which events stand. */
async function timesOf(
  provider: EventSource["provider"],
  events: readonly Seen<unknown>[],
): Promise<ReadonlyMap<number, Seconds>> {
  const numbers = [...new Set(events.map(({ blockNumber }) => blockNumber))];
  const times = await inBatches(numbers, async (number): Promise<[number, Seconds]> => {
    const block = await provider.getBlock(number);
    if (block === null) throw new RangeError(`block ${number} has logs, and is not there`);
    return [number, asSeconds(BigInt(block.timestamp))];
  });
  return new Map(times);
}
