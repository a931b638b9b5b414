import type { ElementDispute } from "onus";
import type { Hex } from "onus/api";

/** A file as somebody dropped it or an operator handed it over. */
export type Handed = { readonly name: string; readonly bytes: Uint8Array };

/** What the worker is asked to do. */
export type Job =
  | {
      readonly kind: "check";
      readonly artifactId: string;
      readonly artifact: Uint8Array;
      readonly inputs: readonly Handed[];
      readonly record: { readonly inputRoot: Hex; readonly outputRoot: Hex; readonly traceRoot: Hex };
      /** What the operator says it computed, where it says anything. */
      readonly trace?: Uint8Array;
    }
  | { readonly kind: "describe"; readonly artifactId: string; readonly artifact: Uint8Array }
  | {
      readonly kind: "roots";
      readonly file: Handed;
      /** In which the id of a claim means something. */
      readonly claimBook: { readonly chainId: number; readonly contract: string };
    }
  | { readonly kind: "dispute"; readonly calldata: string };

export type KernelLine = {
  readonly name: string;
  readonly shape: readonly number[];
  readonly reduce: readonly number[];
  readonly reducer: string;
  readonly dtype: string;
  /** Tensor ids, without weights. */
  readonly reads: readonly number[];
  readonly weights: number;
};

export type Description = {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly weights: number;
  readonly kernels: readonly KernelLine[];
};

/** How a run compares with what the record commits to. */
export type Compared = {
  readonly verdict: "agrees" | "differs";
  readonly kernels: number;
  readonly milliseconds: number;
  readonly output: { readonly computed: string; readonly claimed: string };
  /** Absent where the trace was never stated. */
  readonly trace?: { readonly computed: string; readonly claimed: string };
  readonly outputs: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly first: readonly number[];
  }[];
  /** Where the operator's trace leaves one's own first, if it was handed over. */
  readonly first?: string;
};

export type Result = {
  readonly check: Compared;
  readonly describe: Description;
  /** Roots of the tensor, and of a list of it alone; or what a receipt is about. */
  readonly roots: readonly { readonly what: string; readonly hash: string }[];
  /** Undefined where the transaction does not convict by an element. */
  readonly dispute: ElementDispute | undefined;
};

export type Progress = {
  readonly done: number;
  readonly all: number;
  readonly kernel: string;
  readonly root: string;
};

export type Reply =
  | { readonly progress: Progress }
  | { readonly done: Result[keyof Result] }
  | { readonly failed: { readonly code: string; readonly message: string; readonly hint?: string } };
