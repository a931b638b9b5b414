import { encodeKernel } from "../../src/program/codec.js";
import { allocateTensor } from "../../src/program/dtype.js";
import type { Dtype, TensorData } from "../../src/program/dtype.js";
import type { Instruction } from "../../src/program/instruction.js";
import { product } from "../../src/program/kernel.js";
import type { Dim, Kernel, Load, Reducer } from "../../src/program/kernel.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import type { Scene } from "./exhibit.js";

/** The values of a tensor, element by element; f32 as raw bits. */
export type Fill = (index: number) => number;

/** An operand of a kernel shape: whether a kernel made it (else it is a weight), and what it holds. */
export type Operand = { readonly made: boolean; readonly fill: Fill };

/** A kernel by itself: loads name operands 0.. in order, and the element whose proof is dearest. */
export type KernelShape = {
  readonly name: string;
  readonly kernel: Kernel;
  readonly operands: readonly Operand[];
  readonly element: number;
};

export const dim = (size: number, coefficients: readonly number[], offset = 0): Dim => ({
  size,
  offset,
  coefficients,
});
export const load = (tensor: number, dtype: Dtype, dims: readonly Dim[], pad = 0): Load => ({
  tensor,
  dtype,
  dims,
  pad,
});
const ACC: readonly Instruction[] = [{ op: "acc" }];

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);
export const bitsOfNumber = (value: number): number => {
  float[0] = value;
  return word[0] as number;
};

/** Ordinary activations and weights. */
export const ordinary: Fill = (i) => bitsOfNumber(Math.sin(i * 12.9898 + 1) * (i % 5 === 0 ? 20 : 0.5));
export const small: Fill = (i) => (i * 37 + 11) & 0xff;

type Sum = {
  readonly reducer?: Reducer;
  readonly body: readonly Instruction[];
  readonly tail?: readonly Instruction[];
};

/** out[m, n] = Σ_k x[m, k] · w[n, k], of 2^16 elements each at most. */
export function dot(
  k: number,
  { dtype = "f32", x = ordinary, w = ordinary }: { dtype?: Dtype; x?: Fill; w?: Fill } = {},
): KernelShape {
  const rows = Math.max(1, Math.floor(65_536 / k));
  return {
    name: `dot ${dtype} K = ${k}`,
    element: Math.floor(rows / 2) * rows + Math.floor(rows / 3),
    operands: [
      { made: true, fill: x },
      { made: false, fill: w },
    ],
    kernel: {
      shape: [rows, rows],
      reduce: [k],
      reducer: "sum",
      dtype: dtype === "f32" ? "f32" : "i32",
      loads: [
        load(0, dtype, [dim(rows, [1, 0, 0]), dim(k, [0, 0, 1])]),
        load(1, dtype, [dim(rows, [0, 1, 0]), dim(k, [0, 0, 1])]),
      ],
      body: [{ op: "load", arg: 0 }, { op: "load", arg: 1 }, { op: dtype === "f32" ? "f32.mul" : "i32.mul" }],
      tail: ACC,
    },
  };
}

/** 3×3 convolution over channels-last activations, bias and ReLU in the tail; a padded row of the window is one run. */
export function conv(
  channels: number,
  { x = ordinary, w = ordinary, corner = false }: { x?: Fill; w?: Fill; corner?: boolean } = {},
): KernelShape {
  const [height, width, outputs] = [16, 16, 64];
  const element = ((corner ? 0 : 7) * width + (corner ? 0 : 6)) * outputs + 5;
  return {
    name: `conv 3×3×${channels}${corner ? ", corner" : ""}`,
    element,
    operands: [
      { made: true, fill: x },
      { made: false, fill: w },
      { made: false, fill: ordinary },
    ],
    kernel: {
      shape: [height, width, outputs],
      reduce: [3, 3 * channels],
      reducer: "sum",
      dtype: "f32",
      loads: [
        load(0, "f32", [
          dim(height, [1, 0, 0, 1, 0], -1),
          dim(width * channels, [0, channels, 0, 0, 1], -channels),
        ]),
        load(1, "f32", [
          dim(outputs, [0, 0, 1, 0, 0]),
          dim(3, [0, 0, 0, 1, 0]),
          dim(3 * channels, [0, 0, 0, 0, 1]),
        ]),
        load(2, "f32", [dim(outputs, [0, 0, 1, 0, 0])]),
      ],
      body: [{ op: "load", arg: 0 }, { op: "load", arg: 1 }, { op: "f32.mul" }],
      tail: [
        { op: "acc" },
        { op: "load", arg: 2 },
        { op: "f32.add" },
        { op: "f32.const", arg: 0 },
        { op: "f32.max" },
      ],
    },
  };
}

/** out[i] = relu(a[i] · b[i] + c[i mod 256]) */
export function elementwise(count = 65_536, fill: Fill = ordinary): KernelShape {
  const rows = count / 256;
  const grid = [dim(rows, [1, 0]), dim(256, [0, 1])];
  return {
    name: "elementwise, 3 loads",
    element: Math.floor(count / 2) + 77,
    operands: [
      { made: true, fill },
      { made: true, fill },
      { made: false, fill },
    ],
    kernel: {
      shape: [rows, 256],
      reduce: [],
      reducer: "none",
      dtype: "f32",
      loads: [load(0, "f32", grid), load(1, "f32", grid), load(2, "f32", [dim(256, [0, 1])])],
      body: [
        { op: "load", arg: 0 },
        { op: "load", arg: 1 },
        { op: "f32.mul" },
        { op: "load", arg: 2 },
        { op: "f32.add" },
        { op: "f32.const", arg: 0 },
        { op: "f32.max" },
      ],
      tail: ACC,
    },
  };
}

/** A reduction of each row of [rows, k], a statistic of the row at hand as a second load. */
export function rowwise(
  name: string,
  k: number,
  { reducer = "sum", body, tail = ACC }: Sum,
  fill: Fill = ordinary,
): KernelShape {
  const rows = 65_536 / k;
  return {
    name: `${name} K = ${k}`,
    element: Math.floor(rows / 3),
    operands: [
      { made: true, fill },
      { made: true, fill },
    ],
    kernel: {
      shape: [rows],
      reduce: [k],
      reducer,
      dtype: reducer === "argmax" || reducer === "argmin" ? "i32" : "f32",
      loads: [load(0, "f32", [dim(rows, [1, 0]), dim(k, [0, 1])]), load(1, "f32", [dim(rows, [1, 0])])],
      body,
      tail,
    },
  };
}

/** A scene in which the kernel is the last of `kernels`, beside `weights` weights, over one input. */
export function sceneOf(
  { kernel, operands }: KernelShape,
  {
    registry,
    kernels = 256,
    weights = 200,
    own,
  }: { registry: Scene["registry"]; kernels?: number; weights?: number; own: TensorData },
): Scene {
  const entries = operands.map((_, number): TensorEntry => {
    const { dtype, dims } = kernel.loads.find(({ tensor }) => tensor === number) as Load;
    return { dtype, count: product(dims.map(({ size }) => size)) };
  });
  const data = operandData(operands, entries);
  const filler: TensorEntry = { count: 1, dtype: "u8" };
  const ofKind = (made: boolean) =>
    operands.map((_, number) => number).filter((number) => operands[number]?.made === made);
  const fillersTo = (count: number, used: number) =>
    Array.from({ length: Math.max(0, count - used) }, () => -1);
  const order = [
    -1,
    ...ofKind(false),
    ...fillersTo(weights, ofKind(false).length),
    ...ofKind(true),
    ...fillersTo(kernels - 1, ofKind(true).length),
  ];
  const table = order.map((number) => (number < 0 ? filler : (entries[number] as TensorEntry)));
  const tensors = order.map((number) => (number < 0 ? new Uint8Array(1) : (data[number] as TensorData)));
  const placed = {
    ...kernel,
    loads: kernel.loads.map((one) => ({ ...one, tensor: order.indexOf(one.tensor) })),
  };
  return {
    descriptor: encodeKernel(placed),
    table: [...table, { dtype: kernel.dtype, count: product(kernel.shape) }],
    tensors: [...tensors, own],
    inputs: 1,
    weights: Math.max(weights, ofKind(false).length),
    registry,
  };
}

export function operandData(operands: readonly Operand[], entries: readonly TensorEntry[]): TensorData[] {
  return operands.map(({ fill }, number) => {
    const { dtype, count } = entries[number] as TensorEntry;
    const data = allocateTensor(dtype, count);
    const raw = data instanceof Float32Array ? new Uint32Array(data.buffer) : data;
    for (let i = 0; i < count; i++) raw[i] = fill(i);
    return data;
  });
}
