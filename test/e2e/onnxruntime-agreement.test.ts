import { expect } from "chai";

import { imageToTensor, readDictionary, readText } from "../../scripts/support/ocr.js";
import { commitArtifact } from "../../src/trace/commit-artifact.js";
import { exposeTensor } from "../support/onnx-file.js";
import { ocrDictionary, ocrModels } from "../../scripts/support/ocr-models.js";
import { runInOnnxruntime } from "../support/onnx-rival.js";
import { drawTextLine } from "../../scripts/support/text-line.js";
import type { Artifact } from "../../src/program/artifact.js";
import { importOnnx } from "../../src/program/import-onnx.js";
import { prepareModel } from "../../src/run/engine.js";
import { evaluateOnce } from "../../src/run/evaluate.js";

type OcrModel = (typeof ocrModels)[keyof typeof ocrModels];

const importOcr = (model: OcrModel, bytes = model.bytes()): Artifact =>
  importOnnx(bytes, { shapes: { x: model.shape }, evaluate: evaluateOnce }).artifact;

/** Several outputs are the last kernels, in order. */
function outputsOf(artifact: Artifact, input: Float32Array): Float32Array[] {
  const { tensors } = prepareModel(artifact).run([input]);
  return tensors.slice(-artifact.outputs.length) as Float32Array[];
}

/** The largest deviation, in units of what is allowed: 1e-5 + 1e-3 · p for probabilities. */
const deviation = (actual: Float32Array, expected: Float32Array): number =>
  actual.reduce((worst, p, index) => {
    const q = expected[index] as number;
    return Math.max(worst, Math.abs(p - q) / (1e-5 + 1e-3 * q));
  }, 0);

/** The same for logits: 1e-3 of the largest. */
function logitDeviation(actual: Float32Array, expected: Float32Array): number {
  const largest = expected.reduce((most, logit) => Math.max(most, Math.abs(logit)), 0);
  return actual.reduce(
    (worst, logit, at) => Math.max(worst, Math.abs(logit - (expected[at] as number)) / (1e-3 * largest)),
    0,
  );
}

describe("agreement with onnxruntime", function () {
  this.timeout(180_000);

  describe("the recogniser on a drawn text line", () => {
    const text = "TOTAL DUE 1,840.00";
    const model = ocrModels.recogniser;
    const input = imageToTensor(drawTextLine(text, 320, 48));
    const dictionary = readDictionary(ocrDictionary());
    // What the last softmax takes, exposed in the same file for both.
    const bytes = exposeTensor(model.bytes(), "p2o.Add.277");
    let artifact: Artifact;
    let theirs: Float32Array[];

    before(async () => {
      artifact = importOcr(model, bytes);
      const results = await runInOnnxruntime(bytes, { x: { data: input, shape: model.shape } });
      theirs = artifact.outputs.map(({ name }) => results[name]?.data as Float32Array);
    });

    it("reads the same text, with every probability and every logit within tolerance", () => {
      const [probabilities, logits] = outputsOf(artifact, input) as [Float32Array, Float32Array];
      expect(readText(probabilities, dictionary).text).to.equal(text);
      expect(readText(theirs[0] as Float32Array, dictionary).text).to.equal(text);
      expect(deviation(probabilities, theirs[0] as Float32Array)).to.be.below(1);
      expect(logitDeviation(logits, theirs[1] as Float32Array)).to.be.below(1);
    });

    it("disagrees when one exponent bit of one weight is flipped", () => {
      // A weight of the first convolution's first filter.
      const [first, ...others] = artifact.weights as [Uint8Array, ...Uint8Array[]];
      const planted = first.slice();
      planted[3] = (planted[3] as number) ^ 0x02;
      const [, logits] = outputsOf({ ...artifact, weights: [planted, ...others] }, input) as [
        Float32Array,
        Float32Array,
      ];
      expect(logitDeviation(logits, theirs[1] as Float32Array)).to.be.above(1);
    });
  });

  it("the classifier gives both directions within tolerance", async () => {
    const model = ocrModels.classifier;
    const input = imageToTensor(drawTextLine("TOTAL DUE 1,840", 192, 48));
    const artifact = importOcr(model);
    const results = await runInOnnxruntime(model.bytes(), { x: { data: input, shape: model.shape } });
    const [probabilities] = outputsOf(artifact, input) as [Float32Array];
    const expected = Object.values(results)[0]?.data as Float32Array;
    expect(deviation(probabilities, expected)).to.be.below(1);
  });

  it("two imports of the classifier are the same bytes, and of another shape others", () => {
    const { classifier } = ocrModels;
    const at = (width: number) => {
      const { artifact } = importOnnx(classifier.bytes(), {
        shapes: { x: [1, 3, 48, width] },
        evaluate: evaluateOnce,
      });
      return commitArtifact(artifact).id;
    };
    expect(at(192)).to.equal(at(192));
    expect(at(160)).to.not.equal(at(192));
  });
});
