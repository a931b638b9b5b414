import { expect } from "chai";

import { meaningOf } from "../../../src/program/check-kernel.js";
import { importOnnx } from "../../../src/program/import-onnx.js";
import type { Kernel } from "../../../src/program/kernel.js";
import { prepareModel, referenceEngine } from "../../../src/run/engine.js";
import { evaluateOnce } from "../../../src/run/evaluate.js";
import { encodeOnnx } from "../../support/onnx-file.js";
import type { TinyModel, TinyTensor } from "../../support/onnx-file.js";
import { randomFloats } from "../../support/tiny-tensors.js";

const floats = (name: string, ...shape: number[]): TinyTensor => ({
  name,
  shape,
  data: randomFloats(shape, { seed: name, low: 0.5 }),
});
const scalar = (name: string, value: number): TinyTensor => ({
  name,
  shape: [],
  data: Float32Array.of(value),
});
const ints = (name: string, ...values: number[]): TinyTensor => ({
  name,
  shape: [values.length],
  data: BigInt64Array.from(values, BigInt),
});

/** The kernels of a model, and its weights' element counts. */
function kernelsOf(model: TinyModel): { kernels: Kernel[]; weights: number[] } {
  const { artifact } = importOnnx(encodeOnnx(model), { evaluate: evaluateOnce });
  const first = artifact.inputs.length + artifact.weights.length;
  const kernels = artifact.kernels.map((descriptor, number) => {
    const meaning = meaningOf(descriptor, first + number, artifact.table);
    if (!("kernel" in meaning)) throw new Error(meaning.void);
    return meaning.kernel;
  });
  return { kernels, weights: artifact.weights.map(({ length }) => length / 4) };
}

const codeOf = ({ body }: Kernel): string => body.map(({ op }) => op).join(" ");

describe("planning", () => {
  const residual: TinyModel = {
    inputs: { x: [1, 4, 6, 5] },
    constants: [
      floats("w", 4, 4, 3, 3),
      floats("b", 4),
      floats("s", 4),
      floats("t", 4),
      floats("m", 4),
      floats("v", 4),
      scalar("three", 3),
      scalar("low", 0),
      scalar("six", 6),
    ],
    nodes: [
      { operator: "Conv", inputs: ["x", "w", "b"], attributes: { pads: [1, 1, 1, 1] } },
      { operator: "BatchNormalization", inputs: ["t0", "s", "t", "m", "v"] },
      { operator: "Add", inputs: ["t1", "three"] },
      { operator: "Clip", inputs: ["t2", "low", "six"] },
      { operator: "Mul", inputs: ["t1", "t3"] },
      { operator: "Div", inputs: ["t4", "six"] },
      { operator: "Add", inputs: ["t5", "x"] },
    ],
  };

  it("convolution, bias, batch normalisation, hard swish and residual are one kernel with one weight tensor", () => {
    const { kernels, weights } = kernelsOf(residual);
    expect(kernels).to.have.length(1);
    // Rows of 3 · 3 · 4 weights and a bias.
    expect(weights).to.deep.equal([4 * (3 * 3 * 4 + 1)]);
    expect(codeOf(kernels[0] as Kernel)).to.equal("load load f32.mul");
  });

  it("a padded window over channels last is one clipped run a row", () => {
    const { kernels } = kernelsOf({
      inputs: { x: [1, 4, 6, 5] },
      constants: [floats("v", 4, 4, 1, 1), floats("w", 4, 4, 3, 3)],
      nodes: [
        { operator: "Conv", inputs: ["x", "v"] },
        { operator: "Conv", inputs: ["t0", "w"], attributes: { pads: [1, 1, 1, 1] } },
      ],
    });
    const [, windowed] = kernels as [Kernel, Kernel];
    expect(windowed.reduce).to.deep.equal([3, 3 * 4]);
    expect(windowed.loads[0]?.dims.map(({ size, offset }) => [size, offset])).to.deep.equal([
      [6, -1],
      [5 * 4, -4],
    ]);
  });

  it("softmax is three kernels", () => {
    const { kernels } = kernelsOf({ inputs: { x: [4, 9] }, nodes: [{ operator: "Softmax", inputs: ["x"] }] });
    expect(kernels.map(({ reducer }) => reducer)).to.deep.equal(["max", "sum", "none"]);
    expect(codeOf(kernels[1] as Kernel)).to.equal("load load f32.sub f32.exp");
  });

  it("movement makes no tensor of its own", () => {
    const { kernels } = kernelsOf({
      inputs: { x: [2, 6, 4] },
      constants: [ints("heads", 2, 6, 2, 2), floats("w", 6, 3)],
      nodes: [
        { operator: "Reshape", inputs: ["x", "heads"] },
        { operator: "Transpose", inputs: ["t0"], attributes: { perm: [0, 2, 3, 1] } },
        { operator: "MatMul", inputs: ["t1", "w"] },
        { operator: "Transpose", inputs: ["t2"], attributes: { perm: [3, 0, 1, 2] } },
      ],
    });
    expect(kernels).to.have.length(1);
  });

  it("a product whose parts go separate ways is made part by part, each in its reader's layout", () => {
    const part = (name: string, at: number) => ({
      operator: "Slice",
      inputs: ["xw"],
      outputs: [name],
      attributes: { axes: [1], starts: [at], ends: [at + 3] },
    });
    const { kernels } = kernelsOf({
      opset: 9,
      inputs: { x: [5, 4] },
      constants: [floats("w", 4, 9)],
      nodes: [
        { operator: "MatMul", inputs: ["x", "w"], outputs: ["xw"] },
        part("q", 0),
        part("k", 3),
        part("v", 6),
        { operator: "Transpose", inputs: ["k"], outputs: ["kt"], attributes: { perm: [1, 0] } },
        { operator: "MatMul", inputs: ["q", "kt"], outputs: ["scores"] },
        { operator: "MatMul", inputs: ["scores", "v"], outputs: ["mixed"] },
      ],
    });
    expect(kernels).to.have.length(5);
    // V is stored transposed: rows of the product run along its first axis.
    expect(kernels.at(-1)?.loads.map(({ dims }) => dims[0]?.coefficients.at(-1))).to.deep.equal([1, 1]);
    expect(kernels.map(({ shape }) => shape)).to.deep.include([3, 5]);
  });

  it("a product whose overlapping parts go separate ways is computed once", () => {
    const part = (name: string, at: number) => ({
      operator: "Slice",
      inputs: ["xw"],
      outputs: [name],
      attributes: { axes: [1], starts: [at], ends: [at + 6] },
    });
    const { kernels } = kernelsOf({
      opset: 9,
      inputs: { x: [5, 4] },
      constants: [floats("w", 4, 9), floats("u", 6, 2)],
      nodes: [
        { operator: "MatMul", inputs: ["x", "w"], outputs: ["xw"] },
        part("left", 0),
        part("right", 3),
        { operator: "MatMul", inputs: ["left", "u"], outputs: ["a"] },
        { operator: "MatMul", inputs: ["right", "u"], outputs: ["b"] },
      ],
      outputs: ["a", "b"],
    });
    expect(kernels.map(({ shape }) => shape)).to.deep.equal([
      [5, 9],
      [5, 2],
      [5, 2],
    ]);
  });

  it("a long sum is made in blocks, and so is a long maximum", () => {
    const { kernels } = kernelsOf({
      inputs: { x: [2, 6625] },
      nodes: [{ operator: "Softmax", inputs: ["x"] }],
    });
    expect(kernels.map(({ reducer, reduce }) => [reducer, ...reduce])).to.deep.equal([
      ["max", 125],
      ["max", 53],
      ["sum", 125],
      ["sum", 53],
      ["none"],
    ]);
  });

  it("a factor per position is not multiplied into the weights", () => {
    const { weights } = kernelsOf({
      inputs: { x: [1, 2, 6, 6] },
      constants: [floats("w", 3, 2, 1, 1), floats("p", 6, 6)],
      nodes: [
        { operator: "Conv", inputs: ["x", "w"] },
        { operator: "Mul", inputs: ["t0", "p"] },
      ],
    });
    expect(weights).to.have.members([3 * 2, 6 * 6]);
  });

  it("the outputs are the last kernels, in the graph's order", () => {
    const bytes = encodeOnnx({
      inputs: { x: [2, 3] },
      nodes: [
        { operator: "Exp", inputs: ["x"] },
        { operator: "ReduceMax", inputs: ["t0"], attributes: { axes: [1] } },
        { operator: "Neg", inputs: ["x"] },
      ],
      outputs: ["t2", "t0", "t1"],
    });
    const { artifact, names } = importOnnx(bytes, { evaluate: evaluateOnce });
    expect(artifact.outputs.map(({ name }) => name)).to.deep.equal(["t2", "t0", "t1"]);
    expect(names.slice(-3)).to.deep.equal(["t2", "t0", "t1"]);
  });

  it("two imports of one file are the same bytes", () => {
    const [a, b] = [1, 2].map(() => importOnnx(encodeOnnx(residual), { evaluate: evaluateOnce }).artifact);
    expect(a).to.deep.equal(b);
  });

  it("a lookup by constant positions is a load at the bytes of another, in one kernel with what follows", () => {
    const { kernels } = kernelsOf({
      inputs: { x: [5, 4] },
      constants: [ints("i", 3, 0, 4)],
      nodes: [
        { operator: "Gather", inputs: ["x", "i"] },
        { operator: "Sigmoid", inputs: ["t0"] },
      ],
    });
    expect(kernels).to.have.length(1);
    const [positions, rows] = (kernels[0] as Kernel).loads;
    expect(positions?.dtype).to.equal("u8");
    expect(rows?.indexed).to.deep.equal({ dim: 0, load: 0 });
  });

  it("weights that a graph puts together from parts are constants", () => {
    const { kernels, weights } = kernelsOf({
      inputs: { x: [2, 3] },
      constants: [floats("a", 3, 2), floats("b", 3, 4)],
      nodes: [
        { operator: "Concat", inputs: ["b", "a"], attributes: { axis: 1 } },
        { operator: "MatMul", inputs: ["x", "t0"] },
      ],
    });
    expect(kernels.map(codeOf)).to.deep.equal(["load load f32.mul"]);
    expect(weights).to.deep.equal([6 * 3]);
  });

  it("an integer product with zero points is a sum of plain products of bytes", () => {
    const { kernels } = kernelsOf({
      inputs: { x: [3, 8] },
      constants: [
        { name: "w", shape: [8, 5], data: Uint8Array.from({ length: 40 }, (_, at) => at * 6), isUint8: true },
        { name: "zero", shape: [], data: Uint8Array.of(128), isUint8: true },
      ],
      nodes: [
        { operator: "DynamicQuantizeLinear", inputs: ["x"], outputs: ["q", "s", "z"] },
        { operator: "MatMulInteger", inputs: ["q", "w", "z", "zero"], outputs: ["y"] },
      ],
    });
    const product = kernels.find((kernel) => codeOf(kernel) === "load load i32.mul");
    expect(product?.loads.slice(0, 2).map(({ dtype }) => dtype)).to.deep.equal(["u8", "i8"]);
  });

  it("maps that are repeated by 8, 4 and 2 and joined are made first where a kernel has too few axes for them", () => {
    const repeated = (input: string, by: number, output: string) => ({
      operator: "Resize",
      inputs: [input, "", `by${by}`],
      outputs: [output],
      attributes: { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" },
    });
    const scales = (by: number): TinyTensor => ({
      name: `by${by}`,
      shape: [4],
      data: Float32Array.of(1, 1, by, by),
    });
    const { kernels } = kernelsOf({
      inputs: { a: [2, 3, 3, 3], b: [2, 3, 6, 6], c: [2, 3, 12, 12] },
      constants: [scales(8), scales(4), scales(2)],
      nodes: [
        repeated("a", 8, "a8"),
        repeated("b", 4, "b4"),
        repeated("c", 2, "c2"),
        { operator: "Concat", inputs: ["a8", "b4", "c2"], attributes: { axis: 1 } },
      ],
    });
    expect(kernels.length).to.be.above(1);
    for (const { shape } of kernels) expect(shape.length).to.be.at.most(8);
  });

  it("the sum over a whole tensor knows where its elements stand", () => {
    const { kernels } = kernelsOf({
      inputs: { x: [4, 5] },
      nodes: [
        { operator: "Trilu", inputs: ["x"] },
        { operator: "ReduceSum", inputs: ["t0"], attributes: { keepdims: 0 } },
      ],
    });
    const [{ shape, reduce, body }] = kernels as [Kernel];
    expect([shape, reduce]).to.deep.equal([[1], [4, 5]]);
    const indices = body.filter(({ op }) => op === "index").map(({ arg }) => arg);
    expect(indices.sort()).to.deep.equal([1, 2]);
  });

  it("a position that is looked for in blocks is that of the first best, and of the first NaN before it", () => {
    const extent = 4_100;
    const model = (operator: string) => ({
      inputs: { x: [1, extent] },
      nodes: [{ operator, inputs: ["x"], attributes: { axis: 1, keepdims: 0 } }],
    });
    const found = (operator: string, change: (x: Float32Array) => void): number => {
      const x = Float32Array.from({ length: extent }, (_, at) => ((at * 7_919) % 1_000) / 1_000);
      change(x);
      const { artifact } = importOnnx(encodeOnnx(model(operator)), { evaluate: evaluateOnce });
      expect(artifact.kernels.length).to.be.above(2);
      return prepareModel(artifact, referenceEngine).run([x]).tensors.at(-1)?.[0] as number;
    };
    const at = (values: Readonly<Record<number, number>>) => (x: Float32Array) => {
      for (const [place, value] of Object.entries(values)) x[Number(place)] = value;
    };
    expect(found("ArgMax", at({ 4_099: 5, 3_000: 5 }))).to.equal(3_000);
    expect(found("ArgMax", at({ 4_099: NaN, 17: 5 }))).to.equal(4_099);
    expect(found("ArgMax", at({ 4_000: NaN, 300: NaN, 17: Infinity }))).to.equal(300);
    expect(found("ArgMin", at({ 2_049: -1, 4_001: -1 }))).to.equal(2_049);
    expect(found("ArgMin", (x) => x.fill(0).set([-0], 50))).to.equal(0);
    expect(found("ArgMin", (x) => x.fill(Infinity))).to.equal(0);
  });
});
