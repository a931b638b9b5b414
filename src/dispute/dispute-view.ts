import type { Claim } from "../claim/claim.js";
import type { InferenceRecord } from "../claim/record.js";
import type { Address } from "../types/address.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { Place as ContractPlace } from "../types/place.js";
import type { Seconds } from "../types/seconds.js";
import type { Wei } from "../types/wei.js";
import type { Place, QuestionKey } from "./question.js";

/** Where in its life a claim stands, in the order of contracts/types/Phase.sol. */
export const PHASES = ["none", "open", "contested", "final", "faulted"] as const;
export type Phase = (typeof PHASES)[number];

/** In the order of IInquiry.Stage. */
export const STAGES = ["none", "open", "closed", "settled"] as const;
export type Stage = (typeof STAGES)[number];

/** What a deployment fixes about inquiries. */
export type InquiryRules = {
  readonly clock: Seconds;
  readonly clockExtension: Seconds;
  readonly proofTime: Seconds;
  /** Questions of a session. */
  readonly rounds: number;
  readonly baseBond: Wei;
  /** Wei for each second and 10^18 wei of liability. */
  readonly delayRate: bigint;
  readonly answerGas: bigint;
  readonly answerByteGas: bigint;
  readonly closeGas: bigint;
  readonly settleGas: bigint;
};

/** One session, with its clocks as the contract keeps them. */
export type SessionView = {
  readonly id: Bytes32;
  readonly asker: Address;
  readonly stage: Stage;
  /** Questions asked. */
  readonly rounds: number;
  readonly askedAt: Seconds;
  /** When it was asked. */
  readonly answererLeft: Seconds;
  /** When it asked. */
  readonly askerLeft: Seconds;
  readonly question: QuestionKey & { readonly place: Place };
};

/** What has been answered about a claim, in any session: one's own or a stranger's. */
export type Answers = {
  /** By record index; the path are siblings from level 0 up. */
  readonly records: ReadonlyMap<number, OpenedRecord>;
  /** Trace roots stated, by record index. */
  readonly traces: ReadonlyMap<number, Bytes32>;
  /** Data of Nodes, Leaves and Descriptor, by question key. */
  readonly data: ReadonlyMap<Bytes32, Uint8Array>;
  /** When each key was answered: of all forms. */
  readonly answeredAt: ReadonlyMap<Bytes32, Seconds>;
};

export type OpenedRecord = { readonly record: InferenceRecord; readonly path: readonly Bytes32[] };

/** A proof on the workbench, by its job id. */
export type JobView = {
  /** The first k not accumulated. */
  readonly next: number;
};

/** What the chain shows of one claim, the same for everybody. */
export type DisputeView = {
  readonly claim: Claim;
  readonly claimId: Bytes32;
  readonly phase: Phase;
  readonly submittedAt: Seconds;
  readonly finalizableAt: Seconds;
  readonly rules: InquiryRules;
  readonly sessions: readonly SessionView[];
  readonly answers: Answers;
  readonly jobs: ReadonlyMap<Bytes32, JobView>;
  /** Sessions open against the operator, over all its claims. */
  readonly openSessions: number;
  /** Wei per gas of the next block. */
  readonly baseFee: Wei;
  /** Where model ids, claim ids, session ids and job ids live. */
  readonly places: {
    readonly registry: ContractPlace;
    readonly claimBook: ContractPlace;
    readonly inquiry: ContractPlace;
    readonly workbench: ContractPlace;
  };
};
