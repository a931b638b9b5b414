import type { Claim } from "../claim/claim.js";
import type { InferenceRecord } from "../claim/record.js";
import type { ArtifactCommitment } from "../model/artifact-id.js";
import type { ModelIdentity } from "../model/model-id.js";
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

/** One session, with its clocks and its money as the contract keeps them. */
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
  /** Put in so far. */
  readonly deposit: Wei;
  readonly bond: Wei;
  /** For answers and for closing, so far. */
  readonly owed: Wei;
  /** Accounts to which something is owed. */
  readonly payees: number;
};

/**
 * What has been answered, in any session of any claim: nobody answers a key twice, so whoever asks for what was answered
 * elsewhere reads it there.
 */
export type Answers = {
  /** Data of Record, Nodes, Leaves and Descriptor, by question key. */
  readonly data: ReadonlyMap<Bytes32, Uint8Array>;
  /** Trace roots stated for records of this claim, by record index. */
  readonly traces: ReadonlyMap<number, Bytes32>;
  /** When each key was answered, traces included. */
  readonly answeredAt: ReadonlyMap<Bytes32, Seconds>;
};

/** A record and the siblings that lead from it to its claim's list, from level 0 up. */
export type OpenedRecord = { readonly record: InferenceRecord; readonly path: readonly Bytes32[] };

/** A model as its publication shows it, whether or not its artifact is at hand. */
export type PublishedModel = {
  readonly identity: ModelIdentity;
  readonly commitment: ArtifactCommitment;
};

/** A proof on the workbench, by its job id. */
export type JobView = {
  /** The first k not accumulated. */
  readonly next: number;
};

/** What the chain shows of one claim, the same for everybody. */
export type DisputeView = {
  readonly claim: Claim;
  readonly claimId: Bytes32;
  readonly model: PublishedModel;
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
