import type { RecordTree } from "../claim/record-list.js";
import type { InferenceRecord } from "../claim/record.js";
import type { CommittedArtifact } from "../trace/commit-artifact.js";
import type { OwnTrace } from "../trace/commit-run.js";
import type { CommittedTrace } from "../trace/committed-trace.js";
import type { Address } from "../types/address.js";
import type { Bytes32 } from "../types/bytes32.js";

/** What an honest challenger has besides what the chain shows. */
export type ChallengerHoldings = {
  /** Who asks, and whom a fault proof pays. */
  readonly address: Address;
  /** Absent where the model's artifact is not at hand. */
  readonly committed?: CommittedArtifact;
  /** The records of the claim that one looks into, in that order. */
  readonly records: readonly HeldRecord[];
  /** All records as they were handed over. A claim that commits to another list is looked into where it differs. */
  readonly recordList?: RecordTree;
  /** Questions one pays for to get at an input or artifact that is withheld; `MOST_QUESTIONS` when absent. */
  readonly mostQuestions?: number;
};

/** What a challenger has of one record: each part may be missing. */
export type HeldRecord = {
  readonly index: number;
  readonly record?: InferenceRecord;
  /** From level 0 up. */
  readonly path?: readonly Bytes32[];
  /** One's own run of what one takes to be the record's input. */
  readonly run?: OwnTrace;
  /** The operator's trace, if it was handed over. */
  readonly handedOver?: CommittedTrace;
};

/** What an operator has behind one of its claims. */
export type OperatorHoldings = {
  readonly committed: CommittedArtifact;
  readonly records: RecordTree;
  /** What a record commits to; asked for only when it is needed, so that it may be computed then. */
  trace(recordIndex: number): CommittedTrace | undefined;
};
