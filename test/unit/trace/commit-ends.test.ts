import { expect } from "chai";

import { commitEnds } from "../../../src/trace/commit-ends.js";
import { commitRun } from "../../../src/trace/commit-run.js";
import type { KeccakHasher } from "../../../src/trace/keccak-hasher.js";
import { nobleHasher } from "../../../src/trace/noble-hasher.js";
import { ZERO_HASH } from "../../../src/types/bytes32.js";
import { randomKernel } from "../../support/kernel-generator.js";
import { modelAround } from "../../support/single-kernel.js";

/** Seeds whose models have kernels that are no outputs. */
const seeds = Array.from({ length: 40 }, (_, seed) => seed).filter(
  (seed) => randomKernel(seed).data.length > 1,
);

describe("trace: what is committed when the trace is stated on demand", () => {
  it("is the input and the output of the eager commitment, and no trace", () => {
    expect(seeds).to.not.be.empty;
    for (const seed of seeds) {
      const made = randomKernel(seed);
      const { committed, trace } = modelAround(made, made.data.length, 1);
      const { input, output } = trace.roots;
      expect(commitEnds(committed.artifact, trace.run)).to.deep.equal({ input, output, trace: ZERO_HASH });
    }
  });

  it("costs the hashing of inputs and outputs alone", () => {
    const made = randomKernel(seeds[0] as number);
    const { committed, trace } = modelAround(made, made.data.length, 1);
    const { artifact } = committed;
    const leaves = (first: number, last?: number) =>
      trace.run.tensors.slice(first, last).reduce((sum, data) => sum + Math.ceil(data.byteLength / 128), 0);
    let hashed = 0;
    const counting: KeccakHasher = {
      ...nobleHasher,
      leaves(bytes, out) {
        hashed += bytes.length / 128;
        nobleHasher.leaves(bytes, out);
      },
    };
    commitEnds(artifact, trace.run, counting);
    expect(hashed).to.equal(leaves(0, artifact.inputs.length) + leaves(-artifact.outputs.length));
    hashed = 0;
    commitRun(artifact, trace.run, counting);
    expect(hashed).to.be.greaterThan(leaves(0, artifact.inputs.length) + leaves(-artifact.outputs.length));
  });
});
