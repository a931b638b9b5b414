import { expect } from "chai";
import fc from "fast-check";

import { encodeKernel } from "../../src/program/codec.js";
import { compileKernel } from "../../src/run/compile-kernel.js";
import { interpret, interpretKernel } from "../../src/run/interpreter.js";
import { normalizeKernel } from "../../src/run/wasm/normalize.js";
import { wasmEngine } from "../../src/run/wasm/wasm-engine.js";
import { randomKernel } from "../support/kernel-generator.js";
import type { RandomKernel } from "../support/kernel-generator.js";
import { randomProduct } from "../support/product-generator.js";

const bytesOf = (data: ArrayBufferView) =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex");

/** The kernel in a program of its own, its first tensors inputs and the others weights, which are laid out anew. */
function inWasm({ kernel, table, data }: RandomKernel, inputs: number): Uint8Array {
  const program = { table, inputs, weights: data.slice(inputs), kernels: [kernel], outputs: 1 };
  const [out] = wasmEngine.prepare(program).run(data.slice(0, inputs), { keepsTrace: true });
  return out as Uint8Array;
}

/** All tensors inputs, all weights, and as in a layer: the first an input. */
function expectAgreement(random: RandomKernel): void {
  const expected = bytesOf(interpretKernel(random.kernel, random.data));
  for (const inputs of new Set([random.data.length, 0, Math.min(1, random.data.length)])) {
    expect(bytesOf(inWasm(random, inputs)), `${inputs} inputs`).to.equal(expected);
  }
}

describe("run: the WebAssembly engine", function () {
  this.timeout(120_000);

  it("equals the reference bit for bit on random kernels of inputs and of weights", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => expectAgreement(randomKernel(seed))),
      { numRuns: 1_500 },
    );
  });

  it("equals the reference bit for bit on sums of products of every shape", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => expectAgreement(randomProduct(seed))),
      { numRuns: 300 },
    );
  });

  it("takes kernels apart into fewer axes without changing what they mean", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { kernel, data } = randomKernel(seed);
        expect(bytesOf(interpretKernel(normalizeKernel(kernel), data))).to.equal(
          bytesOf(interpretKernel(kernel, data)),
        );
      }),
      { numRuns: 500 },
    );
  });
});

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
