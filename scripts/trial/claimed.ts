import { commitRecords } from "../../src/claim/record-list.js";
import type { RecordTree } from "../../src/claim/record-list.js";
import type { InferenceRecord } from "../../src/claim/record.js";
import type { CommittedArtifact } from "../../src/trace/commit-artifact.js";
import { rootsOf } from "../../src/trace/commit-run.js";
import type { CommittedTrace } from "../../src/trace/committed-trace.js";
import type { Address } from "../../src/types/address.js";
import { asBytes32, ZERO_HASH } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import type { World } from "./worlds.js";

/** What an operator commits to, and everything it could answer questions about it with. */
export type Claimed = {
  readonly committed: CommittedArtifact;
  readonly records: RecordTree;
  /** What stands behind a record's roots. */
  readonly trace: (record: number) => CommittedTrace;
  /** What it states when asked, where that is not the trace's root. */
  readonly statedRoot?: (record: number) => Bytes32;
  /** States the trace of the disputed record before anybody asks. */
  readonly statesUnasked?: boolean;
  /** Answers questions about what it withholds: piece by piece it comes to light. */
  readonly reveals?: boolean;
  /** The record that is disputed, and whose preimage the challenger has. */
  readonly disputed: number;
  /** What is wrong; absent of a claim that is right. */
  readonly wrong?: string;
};

export type Terms = {
  readonly requester: Address;
  /** Number of records. */
  readonly n: number;
  /** The records leave their traces to be stated. */
  readonly onDemand: boolean;
  readonly disputed: number;
};

/** A claim in which everything is right. */
export function claimTruly(world: World, terms: Terms): Claimed {
  const trace = traceOf(world);
  return { committed: world.committed, records: recordsOf(terms, trace), trace, disputed: terms.disputed };
}

/** The runs of a world, in turn. */
export const traceOf =
  ({ traces }: World) =>
  (record: number): CommittedTrace =>
    traces[record % traces.length] as CommittedTrace;

/** Records that differ in their salt. */
export function recordsOf(
  { requester, n, onDemand }: Terms,
  trace: (record: number) => CommittedTrace,
  other: (record: number) => Partial<InferenceRecord> = () => ({}),
): RecordTree {
  const records = Array.from({ length: n }, (_, index): InferenceRecord => {
    const roots = rootsOf(trace(index).lists);
    return {
      requester,
      salt: asBytes32(`0x${(index + 1).toString(16).padStart(64, "0")}`),
      inputRoot: roots.input,
      outputRoot: roots.output,
      traceRoot: onDemand ? ZERO_HASH : roots.trace,
      parentsRoot: ZERO_HASH,
      parentsCount: 0,
      ...other(index),
    };
  });
  return commitRecords(records);
}
