import { commitRecords } from "../claim/record-list.js";
import type { InferenceRecord } from "../claim/record.js";
import { nextOperatorMove } from "../dispute/defend.js";
import { OnusError } from "../errors/onus-error.js";
import type { TensorData } from "../program/dtype.js";
import type { CommittedArtifact } from "../trace/commit-artifact.js";
import { rootOfTensors } from "../trace/commit-ends.js";
import type { CommittedTrace } from "../trace/committed-trace.js";
import type { KeccakHasher } from "../trace/keccak-hasher.js";
import type { Address } from "../types/address.js";
import { ZERO_HASH } from "../types/bytes32.js";
import { runAll } from "./play-challenger.js";
import { playSide } from "./play-side.js";
import type { PlayedSide, Playing } from "./play-side.js";

/** What answers about a claim are made from, when the input of one of its records is at hand. */
export type Defence = {
  readonly address: Address;
  readonly committed: CommittedArtifact;
  readonly records: readonly InferenceRecord[];
  /** Of the record whose input this is. */
  readonly index: number;
  readonly inputs: readonly TensorData[];
  /** As it was stated with the claim; computed when it is asked for, when absent. */
  readonly trace?: CommittedTrace;
  /** As in `runAll`. */
  readonly hasher?: KeccakHasher;
};

/** Answers every question about a claim while there is time, and takes its stake back once it is final. */
export async function playOperator(playing: Playing, defence: Defence): Promise<PlayedSide> {
  const { contracts, claim } = playing;
  const { address, committed, records, index, inputs } = defence;
  const record = records[index];
  if (record === undefined) throw new OnusError("RECORD_MISSING", { index, count: records.length });
  // Anybody may answer; a trace is stated by the operator and its signers alone.
  if (record.traceRoot === ZERO_HASH && claim.operator !== address) {
    if (!(await contracts.operators.isActiveSigner(claim.operator, address))) {
      throw new OnusError("NOT_THE_OPERATOR", { account: address, operator: claim.operator });
    }
  }
  // Said before anybody asks: an answer from another input would be none.
  const found = rootOfTensors(inputs);
  if (found !== record.inputRoot) {
    throw new OnusError("HANDED_OVER_MISMATCH", { piece: "input", found, expected: record.inputRoot });
  }
  let known = defence.trace;
  const own = {
    committed,
    records: commitRecords(records),
    trace: (of: number): CommittedTrace | undefined =>
      of === index ? (known ??= runAll(committed, inputs, defence.hasher)) : undefined,
  };
  return playSide(playing, (view, now) => nextOperatorMove(view, own, now));
}
