import { expect } from "chai";

import { encodeKernel } from "../../../src/program/codec.js";
import type { ArithmeticOp } from "../../../src/program/instruction.js";
import type { Kernel, Reducer } from "../../../src/program/kernel.js";
import { compileKernel } from "../../../src/run/compile-kernel.js";
import { interpret, interpretKernel } from "../../../src/run/interpreter.js";
import { SCALAR } from "../../../src/run/scalar.js";
import { dense, gather } from "../../support/small-kernels.js";

const bitsOf = (data: Float32Array) => [...new Uint32Array(data.buffer)].map((word) => word.toString(16));

describe("run: the reference interpreter", () => {
  it("computes a dense layer", () => {
    const { kernel } = dense();
    const x = Float32Array.of(1, 2, 3, -1, 0, 1);
    const w = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1);
    const bias = Float32Array.of(0.5, 0, -10, 0);
    expect([...interpretKernel(kernel, [x, w, bias])]).to.deep.equal([1.5, 2, 0, 6, 0, 0, 0, 0]);
  });

  it("reads by index and pads outside", () => {
    const { kernel } = gather();
    const index = Int32Array.of(4, -1, 5, 0);
    const data = Float32Array.of(10, 11, 12, 13, 14);
    expect([...interpretKernel(kernel, [index, data])]).to.deep.equal([14, -1, -1, 10]);
  });

  it("makes zeros of a void kernel", () => {
    const { table, id } = dense();
    expect([...interpret(Uint8Array.of(9), id, table, [])]).to.deep.equal([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it("computes padding: 0 × ∞ is NaN, stored as 0x7fc00000", () => {
    const { kernel, table, id } = dense();
    const shifted = {
      ...kernel,
      tail: kernel.tail.slice(0, 1),
      loads: kernel.loads.map((load, j) =>
        j === 0
          ? { ...load, dims: load.dims.map((dim, d) => (d === 0 ? { ...dim, offset: 5 } : dim)) }
          : load,
      ),
    };
    const w = new Float32Array(12).fill(Infinity);
    const out = interpret(encodeKernel(shifted), id, table, [new Float32Array(6), w, new Float32Array(4)]);
    expect(new Set(bitsOf(out as Float32Array))).to.deep.equal(new Set(["7fc00000"]));
  });

  const reduceTo = (reducer: Reducer, values: number[]): { value: number; bits: string } => {
    const arg = reducer === "argmax" || reducer === "argmin";
    const kernel: Kernel = {
      shape: [1],
      reduce: [values.length],
      reducer,
      dtype: arg ? "i32" : "f32",
      loads: [
        { tensor: 0, dtype: "f32", pad: 0, dims: [{ size: values.length, offset: 0, coefficients: [0, 1] }] },
      ],
      body: [{ op: "load", arg: 0 }],
      tail: [{ op: "acc" }],
    };
    const tensors = [Float32Array.from(values)];
    const out = interpretKernel(kernel, tensors);
    const compiled = compileKernel(kernel)(tensors);
    expect([...new Uint32Array(compiled.buffer)]).to.deep.equal([...new Uint32Array(out.buffer)]);
    return { value: out[0] as number, bits: new Uint32Array(out.buffer)[0]!.toString(16) };
  };

  it("sums one by one from +0, each sum rounded", () => {
    expect(reduceTo("sum", [2 ** 24, 1, 1]).value).to.equal(2 ** 24);
    expect(reduceTo("sum", [1, 1, 2 ** 24]).value).to.equal(2 ** 24 + 2);
    expect(reduceTo("sum", [-0, -0]).bits).to.equal("0");
  });

  it("lets NaN win and orders zeros in max and min", () => {
    expect(reduceTo("max", [-0, 0]).bits).to.equal("0");
    expect(reduceTo("min", [0, -0]).bits).to.equal("80000000");
    expect(reduceTo("max", [1, NaN, Infinity]).bits).to.equal("7fc00000");
    expect(reduceTo("min", [NaN]).bits).to.equal("7fc00000");
  });

  it("gives argmax and argmin the first best, zeros equal, the first NaN before all", () => {
    expect(reduceTo("argmax", [-0, 0, -1]).value).to.equal(0);
    expect(reduceTo("argmax", [1, 3, 3]).value).to.equal(1);
    expect(reduceTo("argmin", [1, NaN, -5, NaN]).value).to.equal(1);
    expect(reduceTo("argmin", [2, -5, -5]).value).to.equal(1);
  });
});

describe("run: scalar edges", () => {
  const MIN = -(2 ** 31);
  const edges: [ArithmeticOp, number, number, number][] = [
    ["i32.div", 7, 0, 0],
    ["i32.mod", 7, 0, 7],
    ["i32.div", MIN, -1, MIN],
    ["i32.mod", MIN, -1, 0],
    ["i32.div", -7, 2, -3],
    ["i32.mod", -7, 2, -1],
    ["i32.neg", MIN, 0, MIN],
    ["i32.abs", MIN, 0, MIN],
    ["i32.mul", 0x7fffffff, 0x7fffffff, 1],
    ["i32.shl", 1, 33, 2],
    ["i32.shr", -1, 28, 15],
    ["i32.sar", MIN, 31, -1],
    ["i32.add", 0x7fffffff, 1, MIN],
    ["f2i", NaN, 0, 0],
    ["f2i", 3e9, 0, 2 ** 31 - 1],
    ["f2i", -Infinity, 0, MIN],
    ["f2i", -1.9, 0, -1],
    ["i2f", 2 ** 24 + 1, 0, 2 ** 24],
    ["i2f", 2 ** 24 + 3, 0, 2 ** 24 + 4],
    ["f32.rint", 0.5, 0, 0],
    ["f32.rint", -0.5, 0, -0],
    ["f32.rint", 1.5, 0, 2],
    ["f32.rint", -2.5, 0, -2],
    ["f32.rint", -0.2, 0, -0],
    ["f32.ceil", -0.5, 0, -0],
    ["f32.floor", -0, 0, -0],
    ["f32.trunc", -0.7, 0, -0],
    ["f32.sqrt", -0, 0, -0],
    ["f32.sqrt", -1, 0, NaN],
    ["f32.min", 0, -0, -0],
    ["f32.max", NaN, Infinity, NaN],
    ["f32.lt", NaN, 1, 0],
    ["f32.eq", -0, 0, 1],
    ["f32.div", 1, -0, -Infinity],
  ];
  for (const [op, a, b, expected] of edges) {
    it(`${op}(${Object.is(a, -0) ? "-0" : a}, ${Object.is(b, -0) ? "-0" : b}) is ${Object.is(expected, -0) ? "-0" : expected}`, () => {
      expect(Object.is(SCALAR[op](a, b), expected)).to.equal(true);
    });
  }
});
