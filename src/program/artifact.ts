import type { Dtype } from "./dtype.js";
import type { TensorEntry } from "./tensor-table.js";

/** A tensor that a user hands over or receives: its ONNX name and shape, row-major. */
export type Port = { readonly name: string; readonly shape: readonly number[]; readonly dtype: Dtype };

export type Artifact = {
  readonly inputs: readonly Port[];
  /** The last kernels, in order. */
  readonly outputs: readonly Port[];
  /** Entries of inputs, weights and kernels, in that order. */
  readonly table: readonly TensorEntry[];
  /** Descriptors, in program order. */
  readonly kernels: readonly Uint8Array[];
  /** Little-endian bytes, row-major. */
  readonly weights: readonly Uint8Array[];
};
