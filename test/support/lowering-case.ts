import { expect } from "chai";

import { encodeOnnx } from "./onnx-file.js";
import type { TinyModel, TinyTensor } from "./onnx-file.js";
import { runInOnnxruntime } from "./onnx-rival.js";
import { randomFloats } from "./tiny-tensors.js";
import { importOnnx } from "../../src/program/import-onnx.js";
import { prepareModel, referenceEngine } from "../../src/run/engine.js";
import { evaluateOnce } from "../../src/run/evaluate.js";

export const floats = (name: string, shape: readonly number[], low = -1, high = 1): TinyTensor => ({
  name,
  shape,
  data: randomFloats(shape, { seed: name, low, high }),
});
export const ints = (name: string, ...values: number[]): TinyTensor => ({
  name,
  shape: [values.length],
  data: BigInt64Array.from(values, BigInt),
});
export const scalar = (name: string, value: number): TinyTensor => ({
  name,
  shape: [],
  data: Float32Array.of(value),
});

export type Case = TinyModel & { readonly range?: readonly [number, number] };

export const unary = (
  operator: string,
  range?: readonly [number, number],
  attributes = {},
): readonly [string, Case] => [
  operator,
  {
    inputs: { x: [2, 3, 5] },
    nodes: [{ operator, inputs: ["x"], attributes }],
    ...(range === undefined ? {} : { range }),
  },
];

export const binary = (operator: string): readonly [string, Case] => [
  `${operator} with broadcasting`,
  { inputs: { x: [2, 3, 4], y: [3, 1] }, nodes: [{ operator, inputs: ["x", "y"] }] },
];

/** Comparisons give booleans, which are asked for as numbers. */
export const comparison = (operator: string): readonly [string, Case] => [
  operator,
  {
    inputs: { x: [4, 4], y: [4] },
    nodes: [
      { operator, inputs: ["x", "y"] },
      { operator: "Cast", inputs: ["t0"], attributes: { to: 1 } },
    ],
  },
];

export const logical = (operator: string): readonly [string, Case] => [
  operator,
  {
    inputs: { x: [4, 4], y: [4] },
    constants: [scalar("zero", 0)],
    nodes: [
      { operator: "Greater", inputs: ["x", "zero"] },
      { operator: "Greater", inputs: ["y", "zero"] },
      { operator, inputs: ["t0", "t1"] },
      { operator: "Cast", inputs: ["t2"], attributes: { to: 1 } },
    ],
  },
];

export const reduction = (operator: string, range?: readonly [number, number]): readonly [string, Case] => [
  `${operator} over a middle axis`,
  {
    inputs: { x: [2, 5, 3] },
    nodes: [
      operator === "ReduceSum"
        ? { operator, inputs: ["x", "axes"], attributes: { keepdims: 0 } }
        : { operator, inputs: ["x"], attributes: { axes: [1], keepdims: 0 } },
    ],
    constants: operator === "ReduceSum" ? [ints("axes", 1)] : [],
    ...(range === undefined ? {} : { range }),
  },
];

export const conv = (
  title: string,
  c: {
    x: readonly number[];
    w: readonly number[];
    bias?: boolean;
    attributes?: Case["nodes"][number]["attributes"];
  },
): readonly [string, Case] => [
  `Conv, ${title}`,
  {
    inputs: { x: c.x },
    constants: [floats("w", c.w), ...(c.bias === true ? [floats("b", [c.w[0] as number])] : [])],
    nodes: [
      {
        operator: "Conv",
        inputs: c.bias === true ? ["x", "w", "b"] : ["x", "w"],
        attributes: c.attributes ?? {},
      },
    ],
  },
];

/** Largest deviation over all outputs, relative to the largest magnitude. */
export async function deviationOf(one: Case): Promise<number> {
  const bytes = encodeOnnx(one);
  const [low, high] = one.range ?? [-1, 1];
  const inputs = Object.entries(one.inputs).map(([name, shape]) => {
    const extents = shape.map(Number);
    return { name, shape: extents, data: randomFloats(extents, { seed: name, low, high }) };
  });
  const expected = await runInOnnxruntime(
    bytes,
    Object.fromEntries(inputs.map(({ name, ...tensor }) => [name, tensor])),
  );
  const { artifact } = importOnnx(bytes, { evaluate: evaluateOnce });
  const { tensors } = prepareModel(artifact, referenceEngine).run(inputs.map(({ data }) => data));
  return Math.max(
    ...artifact.outputs.map(({ name, shape }, index) => {
      const actual = tensors[tensors.length - artifact.outputs.length + index] as Float32Array;
      const reference = expected[name];
      expect(shape).to.deep.equal(reference?.shape);
      const scale = Math.max(1e-3, ...Array.from(reference?.data ?? [], Math.abs));
      return Math.max(
        ...Array.from(actual, (value, at) => Math.abs(value - (reference?.data[at] as number)) / scale),
      );
    }),
  );
}
