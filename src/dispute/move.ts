import type { Bytes32 } from "../types/bytes32.js";
import type { Seconds } from "../types/seconds.js";
import type { Wei } from "../types/wei.js";
import type { Question, QuestionKey } from "./question.js";

/** What the opening of a job proved; IWorkbench.Context. */
export type JobContext = {
  readonly descriptorHash: Bytes32;
  readonly element: number;
  readonly committed: number;
  readonly reduction: number;
  readonly bodyIsFloat: boolean;
  readonly operands: readonly { readonly root: Bytes32; readonly loads: number; readonly depth: number }[];
};

/** What somebody may do next about a claim. A move describes a transaction; it does not send one. */
export type Move =
  | { readonly kind: "convict"; readonly evidence: Uint8Array }
  | { readonly kind: "open"; readonly nonce: bigint; readonly question: Question; readonly value: Wei }
  | { readonly kind: "ask"; readonly session: Bytes32; readonly question: Question; readonly value: Wei }
  | {
      readonly kind: "answer";
      readonly session: Bytes32;
      readonly to: QuestionKey;
      readonly data: Uint8Array;
    }
  | { readonly kind: "state-traces"; readonly statements: readonly TraceStatement[] }
  | { readonly kind: "time-out"; readonly session: Bytes32 }
  | { readonly kind: "close"; readonly session: Bytes32 }
  | { readonly kind: "settle"; readonly session: Bytes32 }
  | { readonly kind: "open-job"; readonly evidence: Uint8Array }
  | { readonly kind: "advance-job"; readonly context: JobContext; readonly evidence: Uint8Array }
  | { readonly kind: "finish-job"; readonly context: JobContext; readonly evidence: Uint8Array }
  | { readonly kind: "finalize" }
  /** Nothing to do before then; unix seconds. */
  | { readonly kind: "wait"; readonly until: Seconds }
  | { readonly kind: "rest"; readonly because: RestReason };

export type TraceStatement = {
  readonly recordIndex: number;
  readonly traceRoot: Bytes32;
  /** Undefined: nobody asked, nobody pays. */
  readonly session?: Bytes32;
};

/**
 * Why there is nothing left to do. `unchecked`: what is named is not at hand, and is not, or cannot be, asked for.
 * `silent`: an answer came too late or not at all, and nothing helps any more.
 */
export type RestReason =
  | "agrees"
  | "decided"
  | "unchecked: input"
  | "unchecked: record"
  | "unchecked: artifact"
  | "window over"
  | "silent";
