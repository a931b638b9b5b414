import type { Kernel } from "../../src/program/kernel.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";

/** A [2, 3] · [3, 4] matrix product plus bias, ReLU: tensors 0 (x), 1 (w, transposed), 2 (bias), kernel id 3. */
export function dense(): { kernel: Kernel; table: TensorEntry[]; id: number } {
  const kernel: Kernel = {
    shape: [2, 4],
    reduce: [3],
    reducer: "sum",
    dtype: "f32",
    loads: [
      {
        tensor: 0,
        dtype: "f32",
        pad: 0,
        dims: [
          { size: 2, offset: 0, coefficients: [1, 0, 0] },
          { size: 3, offset: 0, coefficients: [0, 0, 1] },
        ],
      },
      {
        tensor: 1,
        dtype: "f32",
        pad: 0,
        dims: [
          { size: 4, offset: 0, coefficients: [0, 1, 0] },
          { size: 3, offset: 0, coefficients: [0, 0, 1] },
        ],
      },
      { tensor: 2, dtype: "f32", pad: 0, dims: [{ size: 4, offset: 0, coefficients: [0, 1, 0] }] },
    ],
    body: [{ op: "load", arg: 0 }, { op: "load", arg: 1 }, { op: "f32.mul" }],
    tail: [
      { op: "acc" },
      { op: "load", arg: 2 },
      { op: "f32.add" },
      { op: "f32.const", arg: 0 },
      { op: "f32.max" },
    ],
  };
  const table: TensorEntry[] = [
    { count: 6, dtype: "f32" },
    { count: 12, dtype: "f32" },
    { count: 4, dtype: "f32" },
    { count: 8, dtype: "f32" },
  ];
  return { kernel, table, id: 3 };
}

/** out[i] = data[index[i]], padded with -1 where the index is out of range: tensors 0 (i32 index), 1 (data), kernel 2. */
export function gather(): { kernel: Kernel; table: TensorEntry[]; id: number } {
  const kernel: Kernel = {
    shape: [4],
    reduce: [],
    reducer: "none",
    dtype: "f32",
    loads: [
      { tensor: 0, dtype: "i32", pad: 0, dims: [{ size: 4, offset: 0, coefficients: [1] }] },
      {
        tensor: 1,
        dtype: "f32",
        pad: 0xbf800000,
        indexed: { dim: 0, load: 0 },
        dims: [{ size: 5, offset: 0, coefficients: [0] }],
      },
    ],
    body: [{ op: "load", arg: 1 }],
    tail: [{ op: "acc" }],
  };
  const table: TensorEntry[] = [
    { count: 4, dtype: "i32" },
    { count: 5, dtype: "f32" },
    { count: 4, dtype: "f32" },
  ];
  return { kernel, table, id: 2 };
}
