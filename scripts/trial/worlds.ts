import { importOnnx } from "../../src/program/import-onnx.js";
import { encodeKernel } from "../../src/program/codec.js";
import { meaningOf } from "../../src/program/check-kernel.js";
import type { Artifact } from "../../src/program/artifact.js";
import type { TensorData } from "../../src/program/dtype.js";
import type { Kernel } from "../../src/program/kernel.js";
import { loopEngine, prepareModel, referenceEngine } from "../../src/run/engine.js";
import type { Engine } from "../../src/run/engine.js";
import { evaluateOnce } from "../../src/run/evaluate.js";
import { importCached } from "../../src/store/import-cache.js";
import { commitArtifact } from "../../src/trace/commit-artifact.js";
import type { CommittedArtifact } from "../../src/trace/commit-artifact.js";
import { commitRun } from "../../src/trace/commit-run.js";
import type { Trace } from "../../src/trace/commit-run.js";
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
  const { committed, trace } = modelAround(made, random.between(0, made.data.length), random.below(3));
  return { committed, traces: [trace], disputed: committed.artifact.kernels.length - 1 };
}

/** A kernel whose operands are full of NaN, infinities, subnormals and the largest numbers there are. */
export function extremeWorld(seed: number): World {
  const random = new Random(seed);
  for (;;) {
    const made = randomKernel(random.word());
    const isExtreme = (bits: number): boolean => ((bits >>> 23) & 0xff) >= 250 || ((bits >>> 23) & 0xff) === 0;
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
    const inputs = made.data.slice(0, artifact.inputs.length);
    const world = worldOf(spoiledArtifact, [inputs], referenceEngine);
    return { ...world, disputed: kernels.length - 1 };
  }
}

function spoiled(kernel: Kernel, { kernels, table }: Artifact, random: Random): Uint8Array {
  const descriptor = kernels.at(-1) as Uint8Array;
  switch (random.below(4)) {
    case 0: // Cut off.
      return descriptor.slice(0, random.below(descriptor.length));
    case 1: // More elements than the table has.
      return encodeKernel({ ...kernel, shape: [...kernel.shape.slice(0, -1), (kernel.shape.at(-1) ?? 1) + 1] });
    case 2: // Reads itself.
      return encodeKernel({
        ...kernel,
        loads: kernel.loads.map((load) => ({ ...load, tensor: table.length - 1 })),
      });
    default: // Leaves two values.
      return encodeKernel({ ...kernel, tail: [...kernel.tail, { op: "acc" }] });
  }
}

/** One sum of products over so many operands that no transaction holds its proof. */
export function longWorld(seed: number, terms: number): World {
  const random = new Random(seed);
  const outputs = 2;
  const kernel: Kernel = {
    shape: [outputs],
    reduce: [terms],
    reducer: "sum",
    dtype: "f32",
    loads: [
      { tensor: 0, dtype: "f32", pad: 0, dims: [{ size: terms, offset: 0, coefficients: [0, 1] }] },
      {
        tensor: 1,
        dtype: "f32",
        pad: 0,
        dims: [
          { size: outputs, offset: 0, coefficients: [1, 0] },
          { size: terms, offset: 0, coefficients: [0, 1] },
        ],
      },
    ],
    body: [{ op: "load", arg: 0 }, { op: "load", arg: 1 }, { op: "f32.mul" }],
    tail: [{ op: "acc" }],
  };
  const floats = (count: number): Float32Array =>
    random.chance(50)
      ? randomFloats([count], { seed: `${random.word()}` })
      : new Float32Array(Uint32Array.from({ length: count }, () => finite(random.floatBits())).buffer);
  const data = [floats(terms), floats(outputs * terms)];
  const table = [...data.map(({ length }) => ({ count: length, dtype: "f32" as const }))];
  const made: RandomKernel = { kernel, table: [...table, { count: outputs, dtype: "f32" }], data };
  const { committed, trace } = modelAround(made, 1);
  return { committed, traces: [trace], disputed: 0 };
}

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
  return { committed: commitArtifact(artifact), traces };
}
