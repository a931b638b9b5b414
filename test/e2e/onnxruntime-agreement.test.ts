import { readFileSync } from "node:fs";

import { expect } from "chai";

import { readText } from "../../scripts/support/read-text.js";
import {
  CLASSIFIER_SHAPE,
  RECOGNISER_SHAPE,
  classifierPath,
  readAlphabet,
  recogniserPath,
} from "../../scripts/support/recogniser-files.js";
import { LINE, drawTextLine } from "../../scripts/support/text-line.js";
import type { Artifact } from "../../src/program/artifact.js";
import { importOnnx } from "../../src/program/import-onnx.js";
import { prepareModel } from "../../src/run/engine.js";
import { evaluateOnce } from "../../src/run/evaluate.js";
import { exposeTensor } from "../support/onnx-file.js";
import { runInOnnxruntime } from "../support/onnx-rival.js";

/** Several outputs are the last kernels, in order. */
function outputsOf(artifact: Artifact, input: Float32Array): Float32Array[] {
  const { tensors } = prepareModel(artifact).run([input]);
  return tensors.slice(-artifact.outputs.length) as Float32Array[];
}

/** The largest deviation, in units of what is allowed: 1e-5 + 1e-3 · p for probabilities. */
const probabilityDeviation = (actual: Float32Array, expected: Float32Array): number =>
  actual.reduce((worst, p, index) => {
    const q = expected[index] as number;
    return Math.max(worst, Math.abs(p - q) / (1e-5 + 1e-3 * q));
  }, 0);

/** The same for logits: 1e-3 of the largest. */
function logitDeviation(actual: Float32Array, expected: Float32Array): number {
  const largest = expected.reduce((most, logit) => Math.max(most, Math.abs(logit)), 0);
  const off = (logit: number, index: number) => Math.abs(logit - (expected[index] as number));
  return actual.reduce((worst, logit, index) => Math.max(worst, off(logit, index) / (1e-3 * largest)), 0);
}

/** The left part of a drawn line, as wide as the classifier wants it. */
function croppedTo(width: number, line: Float32Array): Float32Array {
  const rows = line.length / LINE.width;
  const crop = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    crop.set(line.subarray(row * LINE.width, row * LINE.width + width), row * width);
  }
  return crop;
}

describe("agreement with onnxruntime", function () {
  this.timeout(180_000);
  const text = "TOTAL DUE 1,840.00";
  const line = drawTextLine(text);

  describe("the recogniser on a drawn text line", () => {
    const alphabet = readAlphabet();
    // What the last softmax takes is made an output, in one file for both.
    const bytes = exposeTensor(readFileSync(recogniserPath), "p2o.Add.277");
    let artifact: Artifact;
    let theirs: readonly [probabilities: Float32Array, logits: Float32Array];

    before(async () => {
      artifact = importOnnx(bytes, { shapes: RECOGNISER_SHAPE, evaluate: evaluateOnce }).artifact;
      const results = await runInOnnxruntime(bytes, { x: { data: line, shape: RECOGNISER_SHAPE.x } });
      const [probabilities, logits] = artifact.outputs.map(({ name }) => results[name]?.data as Float32Array);
      theirs = [probabilities as Float32Array, logits as Float32Array];
    });

    it("reads the same text, every probability and every logit within tolerance", () => {
      const [probabilities, logits] = outputsOf(artifact, line) as [Float32Array, Float32Array];
      expect(readText(theirs[0], alphabet).text).to.equal(text);
      expect(readText(probabilities, alphabet).text).to.equal(text);
      expect(probabilityDeviation(probabilities, theirs[0])).to.be.below(1);
      expect(logitDeviation(logits, theirs[1])).to.be.below(1);
    });

    it("disagrees when one exponent bit of one weight is flipped", () => {
      const [first, ...others] = artifact.weights as [Uint8Array, ...Uint8Array[]];
      const planted = first.slice();
      // Bit 2 of the exponent of the first filter's first weight: a factor of 16.
      planted[3] = (planted[3] as number) ^ 0x02;
      const flawed = { ...artifact, weights: [planted, ...others] };
      const [, logits] = outputsOf(flawed, line) as [Float32Array, Float32Array];
      expect(logitDeviation(logits, theirs[1])).to.be.above(1);
    });
  });

  it("the direction classifier gives both directions within tolerance", async () => {
    const [, , , width] = CLASSIFIER_SHAPE.x;
    const input = croppedTo(width, line);
    const bytes = readFileSync(classifierPath);
    const { artifact } = importOnnx(bytes, { shapes: CLASSIFIER_SHAPE, evaluate: evaluateOnce });
    const results = await runInOnnxruntime(bytes, { x: { data: input, shape: CLASSIFIER_SHAPE.x } });
    const [probabilities] = outputsOf(artifact, input) as [Float32Array];
    const expected = results[artifact.outputs[0]?.name ?? ""]?.data as Float32Array;
    expect(probabilityDeviation(probabilities, expected)).to.be.below(1);
  });
});
