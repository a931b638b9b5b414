import { expect } from "chai";

import { ocrModels } from "../../scripts/support/ocr-models.js";
import { elementEvidence } from "../../src/dispute/evidence.js";
import { meaningOf } from "../../src/program/check-kernel.js";
import { importOnnx } from "../../src/program/import-onnx.js";
import { predictProof } from "../../src/program/predict-proof.js";
import { proofSize } from "../../src/program/proof-size.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import { prepareModel } from "../../src/run/engine.js";
import { evaluateOnce } from "../../src/run/evaluate.js";
import { commitArtifact } from "../../src/trace/commit-artifact.js";
import { commitRun } from "../../src/trace/commit-run.js";
import { asAddress } from "../../src/types/address.js";
import { claimOfTrace } from "../support/claim-of-trace.js";
import { Random } from "../support/random.js";
import { randomFloats } from "../support/tiny-tensors.js";

const ELEMENTS = 12;

describe("predicted size of a proof", function () {
  this.timeout(120_000);

  it(`is at least the evidence's for ${ELEMENTS} elements of every kernel of the classifier, and little more`, () => {
    const { classifier } = ocrModels;
    const { artifact } = importOnnx(classifier.bytes(), {
      shapes: { x: classifier.shape },
      evaluate: evaluateOnce,
    });
    const run = prepareModel(artifact).run([randomFloats(classifier.shape, { seed: "an image" })]);
    const registry = { chainId: 1n, contract: asAddress("0x4000000000000000000000000000000000000004") };
    const committed = commitArtifact(artifact);
    const { exhibit } = claimOfTrace({ registry, committed, trace: commitRun(artifact, run) });
    const context = { kernels: artifact.kernels.length, weights: artifact.weights.length, records: 1 };
    const first = artifact.inputs.length + artifact.weights.length;
    const random = new Random(5);

    for (const [kernel, descriptor] of artifact.kernels.entries()) {
      const meaning = meaningOf(descriptor, first + kernel, artifact.table);
      if (!("kernel" in meaning)) throw new Error(meaning.void);
      const { count } = artifact.table[first + kernel] as TensorEntry;
      const predicted = predictProof(meaning.kernel, artifact.table, context).calldataBytes;
      for (let round = 0; round < ELEMENTS; round++) {
        const element = random.below(count);
        const actual = elementEvidence(exhibit, { kernel, element }).length;
        const { evidenceBytes } = proofSize(meaning.kernel, artifact.table, { context, element });
        const where = `kernel ${kernel}, element ${element}`;
        expect(evidenceBytes, where).to.be.within(actual, 1.2 * actual + 900);
        expect(predicted, where).to.be.at.least(actual);
      }
    }
  });
});
