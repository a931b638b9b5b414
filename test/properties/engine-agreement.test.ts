import { expect } from "chai";
import fc from "fast-check";

import { encodeKernel } from "../../src/program/codec.js";
import { compileKernel } from "../../src/run/compile-kernel.js";
import { interpret, interpretKernel } from "../../src/run/interpreter.js";
import { randomKernel } from "../support/kernel-generator.js";

const bytesOf = (data: ArrayBufferView) =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex");

describe("run: the engine", () => {
  it("equals the reference bit for bit on random kernels", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { kernel, data } = randomKernel(seed);
        expect(bytesOf(compileKernel(kernel)(data))).to.equal(bytesOf(interpretKernel(kernel, data)));
      }),
      { numRuns: 3_000 },
    );
  });

  it("gives a random kernel's descriptor the meaning of the kernel", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { kernel, table, data } = randomKernel(seed);
        const meant = interpret(encodeKernel(kernel), data.length, table, data);
        expect(bytesOf(meant)).to.equal(bytesOf(interpretKernel(kernel, data)));
      }),
      { numRuns: 300 },
    );
  });
});
