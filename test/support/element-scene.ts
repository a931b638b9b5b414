import { encodeKernel } from "../../src/program/codec.js";
import type { TensorData } from "../../src/program/dtype.js";
import type { Kernel } from "../../src/program/kernel.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import { interpretKernel } from "../../src/run/interpreter.js";
import type { Place } from "../../src/types/place.js";
import { flipBit } from "./exhibit.js";
import type { Scene } from "./exhibit.js";
import { dim, load } from "./kernel-shapes.js";

const K = 96;
const OUTPUTS = 5;

/** out[n] = Σ_k (x[k] + y[k]) · w[n, k] over an input x, a weight w and the output y of an earlier kernel. */
export const threeOperands: Kernel = {
  shape: [OUTPUTS],
  reduce: [K],
  reducer: "sum",
  dtype: "f32",
  loads: [
    load(0, "f32", [dim(K, [0, 1])]),
    load(1, "f32", [dim(OUTPUTS, [1, 0]), dim(K, [0, 1])]),
    load(2, "f32", [dim(K, [0, 1])]),
  ],
  body: [
    { op: "load", arg: 0 },
    { op: "load", arg: 2 },
    { op: "f32.add" },
    { op: "load", arg: 1 },
    { op: "f32.mul" },
  ],
  tail: [{ op: "acc" }],
};

const data: TensorData[] = [K, K * OUTPUTS, K].map((count, id) =>
  Float32Array.from({ length: count }, (_, i) => Math.fround(Math.sin(i + id))),
);
export const truth = interpretKernel(threeOperands, data);

export const ELEMENT = 3;
/** Of the artifact: one input, one weight, an earlier kernel and the kernel. */
export const KERNEL = 1;

/** The kernel computed truly, or with a bit of element 3 flipped; one record unless said otherwise. */
export function threeOperandScene(
  registry: Place,
  { lie = false, ...rest }: { lie?: boolean } & Partial<Scene> = {},
): Scene {
  const table: TensorEntry[] = [...data, truth].map(({ length }) => ({ count: length, dtype: "f32" }));
  const own = lie ? flipBit(truth, { element: ELEMENT, bit: 22 }) : truth;
  return {
    descriptor: encodeKernel(threeOperands),
    table,
    tensors: [...data, own],
    inputs: 1,
    weights: 1,
    registry,
    ...rest,
  };
}
