import * as ort from "onnxruntime-node";

import type { Artifact } from "../../src/program/artifact.js";
import { meaningOf } from "../../src/program/check-kernel.js";
import { allocateTensor } from "../../src/program/dtype.js";
import type { TensorData } from "../../src/program/dtype.js";
import { importOnnx } from "../../src/program/import-onnx.js";
import type { KernelSummary } from "../../src/program/planning/report.js";
import { prepareModel } from "../../src/run/engine.js";
import type { Run } from "../../src/run/engine.js";
import { evaluateOnce } from "../../src/run/evaluate.js";
import { evaluateElement } from "../../src/run/interpreter.js";
import type { RealModel, Tolerance } from "./real-models.js";

/** What one model did beside onnxruntime. */
export type Agreement = {
  readonly name: string;
  readonly kernels: number;
  readonly importSeconds: number;
  readonly runSeconds: number;
  /** The kernel whose elements cost most to prove. */
  readonly dearest: KernelSummary;
  /** The largest deviation of an output element, in units of what is allowed: agreement is 1 or less. */
  readonly deviation: number;
  /** Elements that the reference was asked for again, and of how many it gave other bits than the engine. */
  readonly sampled: { readonly elements: number; readonly differing: number };
};

/** Imports a model, runs it here and in onnxruntime, and asks the reference for `samples` elements of every kernel. */
export async function agreementOf(
  { name, bytes, options, input, tolerance }: RealModel,
  { samples = 4 }: { samples?: number } = {},
): Promise<{ readonly agreement: Agreement; readonly artifact: Artifact; readonly run: Run }> {
  const file = bytes();
  const start = performance.now();
  const { artifact, report } = importOnnx(file, { ...options, evaluate: evaluateOnce });
  const imported = performance.now();
  const inputs = artifact.inputs.map(input);
  const model = prepareModel(artifact);
  const run = model.run(inputs);
  const { tensors } = run;
  const ran = performance.now();

  const rival = await openRival(file, artifact, options.constants ?? {});
  const theirs = await rival(inputs);
  const moved = tolerance.kind === "own noise" ? await rival(inputs.map(nudged)) : undefined;
  const deviations = artifact.outputs.map((_, index) => {
    const actual = tensors[tensors.length - artifact.outputs.length + index] as TensorData;
    const expected = theirs[index] as Float32Array;
    return deviationOf(actual, expected, { tolerance, moved: moved?.[index] });
  });
  const agreement: Agreement = {
    name,
    kernels: report.tensors.kernels,
    importSeconds: (imported - start) / 1000,
    runSeconds: (ran - imported) / 1000,
    dearest: report.dearest,
    deviation: Math.max(...deviations),
    sampled: sampleReference(artifact, tensors, samples),
  };
  return { agreement, artifact, run };
}

const nudged = (data: Float32Array): Float32Array =>
  data.map((one, at) => one * (1 + (at % 2 === 0 ? 1e-6 : -1e-6)));

type Rival = (inputs: readonly Float32Array[]) => Promise<Float32Array[]>;

async function openRival(
  file: Uint8Array,
  { inputs, outputs }: Artifact,
  constants: NonNullable<RealModel["options"]["constants"]>,
): Promise<Rival> {
  // Spinning threads would slow whoever else runs here.
  const session = await ort.InferenceSession.create(file, { logSeverityLevel: 3, intraOpNumThreads: 1 });
  const fixed = Object.entries(constants).map(([name, { data, shape }]) => [
    name,
    new ort.Tensor("int64", data as BigInt64Array, shape),
  ]);
  return async (given) => {
    const feeds = inputs.map(({ name, shape }, index) => [
      name,
      new ort.Tensor("float32", given[index] as Float32Array, shape),
    ]);
    const results = await session.run(Object.fromEntries([...feeds, ...fixed]) as Record<string, ort.Tensor>);
    return outputs.map(({ name, shape }) => {
      const result = results[name];
      if (result?.dims.join() !== shape.join())
        throw new Error(`output ${name} is [${shape.join()}]; onnxruntime gives [${result?.dims.join()}]`);
      return Float32Array.from(result.data as Float32Array, Number);
    });
  };
}

const largest = (data: ArrayLike<number>): number =>
  Array.prototype.reduce.call(
    data,
    (most, one) => Math.max(most as number, Math.abs(one as number)),
    0,
  ) as number;

function deviationOf(
  actual: TensorData,
  expected: Float32Array,
  { tolerance, moved }: { tolerance: Tolerance; moved: Float32Array | undefined },
): number {
  const difference = expected.map((one, at) => Math.abs((actual[at] as number) - one));
  if (tolerance.kind === "own noise") {
    const noise = largest(expected.map((one, at) => one - (moved?.[at] as number)));
    return largest(difference) / (tolerance.times * noise);
  }
  const least = tolerance.absolute * Math.max(1, largest(expected));
  return largest(difference.map((one, at) => one / (least + 1e-3 * Math.abs(expected[at] as number))));
}

/** Compares elements all over every kernel's tensor with the definition, bit for bit. */
function sampleReference(
  artifact: Artifact,
  tensors: readonly TensorData[],
  samples: number,
): Agreement["sampled"] {
  const first = artifact.inputs.length + artifact.weights.length;
  let [elements, differing] = [0, 0];
  for (const [number, descriptor] of artifact.kernels.entries()) {
    const id = first + number;
    const meaning = meaningOf(descriptor, id, artifact.table);
    if (!("kernel" in meaning)) throw new Error(`kernel ${number} is void: ${meaning.void}`);
    const tensor = tensors[id] as TensorData;
    const own = allocateTensor(meaning.kernel.dtype, 1);
    for (let turn = 0; turn < samples; turn++) {
      // Multiples of the golden ratio: spread evenly.
      const element = (Math.imul(turn + number, 0x9e3779b1) >>> 0) % tensor.length;
      own[0] = clampedTo(own, evaluateElement(meaning.kernel, tensors, element));
      elements++;
      if (!Object.is(own[0], tensor[element])) differing++;
    }
  }
  return { elements, differing };
}

/** Storing saturates where the array would wrap. */
function clampedTo(own: TensorData, value: number): number {
  if (own instanceof Uint8Array) return Math.max(0, Math.min(255, value));
  return own instanceof Int8Array ? Math.max(-128, Math.min(127, value)) : value;
}
