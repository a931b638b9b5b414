import { importOnnx } from "../../src/program/import-onnx.js";
import { encodeKernel } from "../../src/program/codec.js";
import { meaningOf, whyVoid } from "../../src/program/check-kernel.js";
import type { Artifact } from "../../src/program/artifact.js";
import type { TensorData } from "../../src/program/dtype.js";
import type { Instruction } from "../../src/program/instruction.js";
import type { Kernel, Load } from "../../src/program/kernel.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import { loopEngine, prepareModel, referenceEngine, tensorOfBytes } from "../../src/run/engine.js";
import type { Engine } from "../../src/run/engine.js";
import { evaluateOnce } from "../../src/run/evaluate.js";
import { importCached } from "../../src/store/import-cache.js";
import { commitArtifact } from "../../src/trace/commit-artifact.js";
import type { CommittedArtifact } from "../../src/trace/commit-artifact.js";
import { commitRun } from "../../src/trace/commit-run.js";
import type { Trace } from "../../src/trace/commit-run.js";
import type { CommittedTrace } from "../../src/trace/committed-trace.js";
import type { Tree } from "../../src/trace/tree.js";
import { randomGraph } from "../../test/support/graph-generator.js";
import { randomKernel } from "../../test/support/kernel-generator.js";
import type { RandomKernel } from "../../test/support/kernel-generator.js";
import { encodeOnnx } from "../../test/support/onnx-file.js";
import { Random } from "../../test/support/random.js";
import { modelAround } from "../../test/support/single-kernel.js";
import { randomFloats } from "../../test/support/tiny-tensors.js";
import { ocrModels } from "../support/ocr-models.js";

/** A model and honest runs of it; records of a claim take the runs in turn. */
export type World = {
  readonly committed: CommittedArtifact;
  /** At least one. */
  readonly traces: readonly Trace[];
  /** The same run again, with another output of one kernel, on which everything after it is computed. */
  readonly rerun: (run: number, kernel: number, change: (output: TensorData) => TensorData) => Trace;
  /** What it computes from the input tensors of a committed trace. */
  readonly runOn: (given: CommittedTrace) => Trace;
  /** Of kernels whose proof is the point of the world: the one to lie about. */
  readonly disputed?: number;
};

/** Runs of one small model on different inputs. */
const MOST_RUNS = 3;

/** A random small program: a graph of several nodes as an importer makes it, or one kernel of any kind among copies. */
export function smallWorld(seed: number): World {
  const random = new Random(seed);
  if (random.chance(50)) return graphWorld(random);
  const made = randomKernel(random.word());
  return kernelWorld(made, random);
}

function graphWorld(random: Random): World {
  const graph = randomGraph(random, random.between(2, 8));
  const { artifact } = importOnnx(encodeOnnx(graph), { evaluate: evaluateOnce });
  const shape = (graph.inputs["x"] ?? []).map(Number);
  const inputs = Array.from({ length: random.between(1, MOST_RUNS) }, () => [
    randomFloats(shape, { seed: `${random.word()}`, low: -2, high: 2 }),
  ]);
  return worldOf(artifact, inputs, referenceEngine);
}

function kernelWorld(made: RandomKernel, random: Random): World {
  const { committed } = modelAround(made, random.between(0, made.data.length), random.below(3));
  return worldAround(committed.artifact, made);
}

/** The last kernel is what the world is about; the inputs are the first of its operands. */
function worldAround(artifact: Artifact, { data }: RandomKernel): World {
  const world = worldOf(artifact, [data.slice(0, artifact.inputs.length)], referenceEngine);
  return { ...world, disputed: artifact.kernels.length - 1 };
}

/** A kernel whose operands are full of NaN, infinities, subnormals and the largest numbers there are. */
export function extremeWorld(seed: number): World {
  const random = new Random(seed);
  for (;;) {
    const made = randomKernel(random.word());
    const isExtreme = (bits: number): boolean =>
      ((bits >>> 23) & 0xff) >= 250 || ((bits >>> 23) & 0xff) === 0;
    const extremes = made.data.filter(
      (data) => data instanceof Float32Array && new Uint32Array(data.buffer).some(isExtreme),
    );
    const usesFloats = made.kernel.body.some(({ op }) => op.startsWith("f32.") && op !== "f32.const");
    if (extremes.length > 0 && usesFloats && made.kernel.reducer !== "none") return kernelWorld(made, random);
  }
}

/** A program whose last kernel is void: wrong in a way that its bytes, its table entry or its cost show. */
export function voidWorld(seed: number): World {
  const random = new Random(seed);
  for (;;) {
    const made = randomKernel(random.word());
    const { committed } = modelAround(made, random.between(0, made.data.length), random.below(2));
    const { artifact } = committed;
    const kernels = [...artifact.kernels.slice(0, -1), spoiled(made.kernel, artifact, random)];
    const spoiledArtifact: Artifact = { ...artifact, kernels };
    const id = artifact.table.length - 1;
    if ("kernel" in meaningOf(kernels.at(-1) as Uint8Array, id, artifact.table)) continue;
    return worldAround(spoiledArtifact, made);
  }
}

function spoiled(kernel: Kernel, { kernels, table }: Artifact, random: Random): Uint8Array {
  const descriptor = kernels.at(-1) as Uint8Array;
  switch (random.below(4)) {
    case 0: // Cut off.
      return descriptor.slice(0, random.below(descriptor.length));
    case 1: // More elements than the table has.
      return encodeKernel({
        ...kernel,
        shape: [...kernel.shape.slice(0, -1), (kernel.shape.at(-1) ?? 1) + 1],
      });
    case 2: // Reads itself.
      return encodeKernel({
        ...kernel,
        loads: kernel.loads.map((load) => ({ ...load, tensor: table.length - 1 })),
      });
    default: // Leaves two values.
      return encodeKernel({ ...kernel, tail: [...kernel.tail, { op: "acc" }] });
  }
}

/**
 * One sum over so many operands that no transaction holds its proof: products of two runs, products of elements that lie
 * leaves apart, or of exponentials, in turn.
 */
export function longWorld(seed: number, turn: number): World {
  const random = new Random(seed);
  const [terms, stride, body] = [
    [random.pick([16_384, random.between(16_000, 30_000), 30_000]), 1, PRODUCT],
    [random.between(1_200, 2_200), 33, PRODUCT],
    [random.between(10_000, 16_000), 1, [...PRODUCT, { op: "f32.exp" }]],
  ][turn % 3] as [number, number, readonly Instruction[]];
  const outputs = 2;
  const load = (tensor: number, dims: Load["dims"]): Load => ({ tensor, dtype: "f32", pad: 0, dims });
  const kernel: Kernel = {
    ...{ shape: [outputs], reduce: [terms], reducer: "sum", dtype: "f32", body, tail: [{ op: "acc" }] },
    loads: [
      load(0, [{ size: terms * stride, offset: 0, coefficients: [0, stride] }]),
      load(1, [
        { size: outputs, offset: 0, coefficients: [1, 0] },
        { size: terms, offset: 0, coefficients: [0, 1] },
      ]),
    ],
  };
  const isWild = random.chance(50);
  const floats = (count: number): Float32Array =>
    isWild
      ? new Float32Array(Uint32Array.from({ length: count }, () => finite(random.floatBits())).buffer)
      : randomFloats([count], { seed: `${random.word()}` });
  const data = [floats(terms * stride), floats(outputs * terms)];
  const entry = (count: number): TensorEntry => ({ count, dtype: "f32" });
  const made = { kernel, table: [...data.map(({ length }) => entry(length)), entry(outputs)], data };
  if (whyVoid(kernel, 2, made.table) !== undefined) throw new Error(`${terms} terms are too many`);
  return worldAround(modelAround(made, 1).committed.artifact, made);
}

const PRODUCT = [{ op: "load", arg: 0 }, { op: "load", arg: 1 }, { op: "f32.mul" }] as const;

/** Infinities and NaN would end a sum at its first term. */
const finite = (bits: number): number => (((bits >>> 23) & 0xff) === 0xff ? bits & 0x807fffff : bits);

let classifier: Promise<World> | undefined;

/** The classifier of lines of text that stand on their head, and one run of it; made once a process. */
export function classifierWorld(): Promise<World> {
  classifier ??= (async () => {
    const { bytes, shape } = ocrModels.classifier;
    const { artifact } = await importCached(bytes(), { shapes: { x: shape }, evaluate: evaluateOnce });
    return worldOf(artifact, [[randomFloats(shape, { seed: "a line of text" })]], loopEngine);
  })();
  return classifier;
}

function worldOf(artifact: Artifact, inputs: readonly (readonly TensorData[])[], engine: Engine): World {
  const model = prepareModel(artifact, engine);
  const traces = inputs.map((one) => commitRun(artifact, model.run(one)));
  return {
    committed: commitArtifact(artifact),
    traces,
    rerun: (run, kernel, change) => {
      const intercept = (number: number, output: TensorData): TensorData =>
        number === kernel ? change(output) : output;
      return commitRun(artifact, model.run(inputs[run] ?? [], { intercept }));
    },
    runOn: (given) => {
      const tensors = artifact.inputs.map((_, index) =>
        tensorOfBytes((given.tensor("input", index) as Tree).source, artifact.table[index] as TensorEntry),
      );
      return commitRun(artifact, model.run(tensors));
    },
  };
}
