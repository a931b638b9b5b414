import type { Dtype } from "./dtype.js";
import type { Instruction } from "./instruction.js";

/** How the values of a body combine over the reduction axes; the position is the code in descriptors. */
export const REDUCERS = ["none", "sum", "max", "min", "argmax", "argmin"] as const;

export type Reducer = (typeof REDUCERS)[number];

/**
 * One dimension of a load: the coordinate is `offset + Σ coefficients[i] · axis[i]`, output axes first, then reduction
 * axes. A coordinate outside 0..size-1 makes the load yield its pad.
 */
export type Dim = {
  readonly size: number;
  readonly offset: number;
  readonly coefficients: readonly number[];
};

export type Load = {
  /** Tensor id: inputs, then weights, then kernels in program order. */
  readonly tensor: number;
  readonly dtype: Dtype;
  /** Any factoring of the tensor's element count, row-major. */
  readonly dims: readonly Dim[];
  /** The coordinate of `dim` is the value of the load numbered `load`, instead of the affine form. */
  readonly indexed?: { readonly dim: number; readonly load: number };
  /** 32 raw bits of the padding constant: binary32 for an f32 tensor, else the widened i32. */
  readonly pad: number;
};

/** One loop nest: `out[o] = tail(o, R over k of body(o, k))`, o in shape and k in reduce, both row-major ascending. */
export type Kernel = {
  readonly shape: readonly number[];
  readonly reduce: readonly number[];
  readonly loads: readonly Load[];
  readonly body: readonly Instruction[];
  readonly reducer: Reducer;
  readonly tail: readonly Instruction[];
  readonly dtype: Dtype;
};

/** The limits of `onus-1`; a kernel beyond one of them is void. */
export const LIMITS = {
  descriptorBytes: 8_192,
  shapeAxes: 8,
  elements: 2 ** 27,
  reduceAxes: 6,
  reduction: 2 ** 18,
  loads: 8,
  dims: 8,
  coefficient: 2 ** 25,
  instructions: 64,
  stack: 16,
  cost: 2 ** 27,
  kernels: 65_536,
  weights: 65_536,
  inputs: 64,
  outputs: 64,
} as const;

export const product = (extents: readonly number[]): number =>
  extents.reduce((count, extent) => count * extent, 1);
