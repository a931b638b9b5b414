import { expect } from "chai";

import { largestLiveBytes, weightBytes } from "../../scripts/support/largest-live.js";
import { imageToTensor } from "../../scripts/support/ocr.js";
import { ocrModels } from "../../scripts/support/ocr-models.js";
import { drawTextLine } from "../../scripts/support/text-line.js";
import { meaningOf } from "../../src/program/check-kernel.js";
import type { TensorData } from "../../src/program/dtype.js";
import { importOnnx } from "../../src/program/import-onnx.js";
import { bytesOfTensor, loopEngine, prepareModel } from "../../src/run/engine.js";
import { evaluateOnce } from "../../src/run/evaluate.js";
import { evaluateElement } from "../../src/run/interpreter.js";
import { threadedWasmEngine, wasmEngine } from "../../src/run/wasm/wasm-engine.js";
import { startNodeThread } from "../../src/threads/start-node-thread.js";
import { Random } from "../support/random.js";

const SAMPLES = 6;

describe("e2e: the WebAssembly engine on real models", function () {
  this.timeout(180_000);

  for (const [name, { bytes, shape }] of Object.entries(ocrModels)) {
    describe(name, () => {
      const { artifact } = importOnnx(bytes(), { shapes: { x: shape }, evaluate: evaluateOnce });
      const input = imageToTensor(drawTextLine("TOTAL DUE 1,840", shape[3], shape[2]));
      const hashes = (tensors: readonly TensorData[]) =>
        tensors.map((data) => Buffer.from(bytesOfTensor(data)).toString("base64"));

      it("agrees with the reference in sampled elements of every kernel", () => {
        const { tensors } = prepareModel(artifact, wasmEngine).run([input]);
        const random = new Random(7);
        const first = artifact.inputs.length + artifact.weights.length;
        artifact.kernels.forEach((descriptor, number) => {
          const meaning = meaningOf(descriptor, first + number, artifact.table);
          if (!("kernel" in meaning)) return;
          const computed = tensors[first + number] as TensorData;
          for (let sample = 0; sample < SAMPLES; sample++) {
            const at = sample === 0 ? computed.length - 1 : random.below(computed.length);
            const meant = evaluateElement(meaning.kernel, tensors, at);
            expect(Object.is(computed[at], meant), `kernel ${number}, element ${at}`).to.equal(true);
          }
        });
      });

      it("computes every tensor like the loops, on one thread and on two, with the trace and without", () => {
        const expected = hashes(prepareModel(artifact, loopEngine).run([input]).tensors);
        const outputs = expected.slice(-artifact.outputs.length);
        const helpers = { count: 1, startThread: startNodeThread };
        for (const engine of [wasmEngine, threadedWasmEngine(helpers)]) {
          const model = prepareModel(artifact, engine);
          expect(hashes(model.run([input]).tensors)).to.deep.equal(expected);
          expect(hashes(model.runForOutputs([input]))).to.deep.equal(outputs);
          expect(hashes(model.runForOutputs([input]))).to.deep.equal(outputs);
          model.close();
        }
      });

      it("fits three times the weights and the largest tensors that live together", () => {
        const { memoryBytes = 0 } = prepareModel(artifact, wasmEngine);
        expect(memoryBytes).to.be.at.most(3 * (weightBytes(artifact) + largestLiveBytes(artifact)));
      });
    });
  }
});
