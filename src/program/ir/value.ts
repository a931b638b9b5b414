import type { Dtype, TensorData } from "../dtype.js";
import type { Reducer } from "../kernel.js";
import type { Axis } from "./affine.js";
import type { Expr } from "./expr.js";

/**
 * One nest before fusion: `tail(R over reduce of body)` at every position of `axes`, which are the axes of the value's
 * shape, one to one. A nest without a reduction has the accumulator itself as its tail.
 */
export type Nest = {
  readonly axes: readonly Axis[];
  readonly reduce: readonly Axis[];
  readonly reducer: Reducer;
  readonly body: Expr;
  readonly tail: Expr;
};

/** Where a value comes from. A reshape is the same row-major elements under another shape. */
export type Definition =
  | { readonly kind: "input" }
  /** `lossy` is a 64-bit integer of the file that did not fit and was saturated. */
  | { readonly kind: "constant"; readonly data: TensorData; readonly lossy?: string }
  | { readonly kind: "reshape"; readonly of: Value }
  | { readonly kind: "nest"; readonly nest: Nest };

/** A tensor of the graph. Whether it is ever made is decided by the plan. `id` ascends in definition order. */
export type Value = {
  readonly id: number;
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  readonly definition: Definition;
  /** Its lowering knows that it has to be a tensor: a state, for one, on which everything after it depends. */
  readonly isState?: boolean;
  /** Present where this stands for a sequence of tensors: known at import, and gone after it. */
  readonly items?: readonly Value[];
};
