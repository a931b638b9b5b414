import { expect } from "chai";
import { network } from "hardhat";

import { elementEvidence } from "../../src/dispute/evidence.js";
import { allocateTensor, elementBytes } from "../../src/program/dtype.js";
import { importOnnx } from "../../src/program/import-onnx.js";
import { product } from "../../src/program/kernel.js";
import { prepareModel } from "../../src/run/engine.js";
import { evaluateOnce } from "../../src/run/evaluate.js";
import { commitArtifact } from "../../src/trace/commit-artifact.js";
import { commitRun } from "../../src/trace/commit-run.js";
import { bench, judgeAll } from "../support/bench.js";
import { claimOfTrace } from "../support/claim-of-trace.js";
import { compositeCases } from "../support/composite-cases.js";
import { withFlippedBit } from "../support/forge-trace.js";
import { encodeOnnx } from "../support/onnx-file.js";
import { Random } from "../support/random.js";
import { randomFloats } from "../support/tiny-tensors.js";

const { ethers } = await network.create();

/** Kernels of one model that are judged; recurrent layers have many that are alike. */
const KERNELS = 6;

describe("properties: lowered operators before the referee", function () {
  this.timeout(600_000);

  it("an element of every operator is what the engine says, and convicts when one bit of it is another", async () => {
    const place = await bench(ethers);
    const cases = [];
    const expected: string[] = [];
    for (const [index, [title, model]] of compositeCases.entries()) {
      const random = new Random(index + 1);
      const [low, high] = model.range ?? [-1, 1];
      const { artifact } = importOnnx(encodeOnnx(model), { evaluate: evaluateOnce });
      const inputs = artifact.inputs.map(({ name, shape, dtype }) =>
        dtype === "f32"
          ? randomFloats(shape, { seed: name, low, high })
          : allocateTensor(dtype, product(shape)),
      );
      const committed = commitArtifact(artifact);
      const honest = commitRun(artifact, prepareModel(artifact).run(inputs));
      const first = artifact.inputs.length + artifact.weights.length;
      for (let turn = 0; turn < Math.min(KERNELS, artifact.kernels.length); turn++) {
        const kernel = turn < artifact.kernels.length - 1 ? random.below(artifact.kernels.length) : turn;
        const { count, dtype } = artifact.table[first + kernel] as { count: number; dtype: "f32" };
        const element = random.below(count);
        const bit = 8 * elementBytes(dtype) * element + random.below(8 * elementBytes(dtype));
        const isHonest = turn % 2 === 0;
        const trace = isHonest ? honest : withFlippedBit(honest, { index: kernel, bit });
        const { claim, exhibit } = claimOfTrace({ registry: place.registry, committed, trace });
        cases.push({ claim, evidence: elementEvidence(exhibit, { kernel, element }) });
        expected.push(`${title}: ${isHonest ? "ElementAgrees" : "Element"}`);
      }
    }
    const answers = await judgeAll(place, cases);
    const titles = expected.map((one) => one.slice(0, one.lastIndexOf(": ")));
    expect(answers.map(({ verdict }, at) => `${titles[at]}: ${verdict}`)).to.deep.equal(expected);
    expect(expected.length).to.be.above(compositeCases.length);
  });
});
