import { expect } from "chai";

import { randomGraph } from "../support/graph-generator.js";
import { encodeOnnx } from "../support/onnx-file.js";
import { runInOnnxruntime } from "../support/onnx-rival.js";
import { Random } from "../support/random.js";
import { randomFloats } from "../support/tiny-tensors.js";
import type { TensorData } from "../../src/program/dtype.js";
import { importOnnx } from "../../src/program/import-onnx.js";
import { prepareModel, referenceEngine } from "../../src/run/engine.js";
import { evaluateOnce } from "../../src/run/evaluate.js";

const GRAPHS = Number(process.env["ONUS_GRAPHS"] ?? 150);
const FIRST_SEED = Number(process.env["ONUS_SEED"] ?? 1);

const bytesOf = ({ buffer, byteOffset, byteLength }: TensorData) =>
  Buffer.from(buffer, byteOffset, byteLength);
const areSameBits = (a: TensorData, b: TensorData): boolean => bytesOf(a).equals(bytesOf(b));

describe("random graphs", function () {
  this.timeout(600_000);

  it(`${GRAPHS} random graphs, fused and laid out, compute what onnxruntime computes, the engine the same bits as the reference`, async () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + GRAPHS; seed++) {
      const random = new Random(seed);
      const graph = randomGraph(random, random.between(2, 14));
      const bytes = encodeOnnx(graph);
      const shape = (graph.inputs["x"] ?? []).map(Number);
      const data = randomFloats(shape, { seed: `input ${seed}`, low: -2, high: 2 });
      const trace = `seed ${seed}: ${graph.nodes.map(({ operator }) => operator).join(" ")}`;
      const expected = await runInOnnxruntime(bytes, { x: { data, shape } }).catch((error: unknown) => {
        // It may move a transpose into a Resize, and then refuses what it made.
        if (String(error).includes("ScalesValidation")) return undefined;
        throw new Error(trace, { cause: error });
      });
      if (expected === undefined) continue;
      const { artifact } = await Promise.resolve()
        .then(() => importOnnx(bytes, { evaluate: evaluateOnce }))
        .catch((error: unknown) => {
          throw new Error(trace, { cause: error });
        });
      const { tensors } = prepareModel(artifact, referenceEngine).run([data]);
      const engine = prepareModel(artifact).run([data]);
      const differing = tensors.findIndex(
        (tensor, id) => !areSameBits(tensor, engine.tensors[id] as TensorData),
      );
      expect(differing, `tensor of other bits in the engine, ${trace}`).to.equal(-1);
      artifact.outputs.forEach(({ name }, index) => {
        const actual = tensors[tensors.length - artifact.outputs.length + index] as Float32Array;
        const reference = expected[name]?.data as Float32Array;
        const scale = Math.max(1, ...Array.from(reference, Math.abs));
        const deviation = Math.max(
          ...Array.from(actual, (value, at) => Math.abs(value - (reference[at] as number)) / scale),
        );
        expect(deviation, trace).to.be.below(1e-4);
        expect(actual.length, trace).to.equal(reference.length);
      });
    }
  });
});
