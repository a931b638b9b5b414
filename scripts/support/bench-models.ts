import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { create, fromBinary, toBinary } from "@bufbuild/protobuf";

import { ModelProtoSchema, ValueInfoProtoSchema } from "../../src/model/onnx/generated/onnx_pb.js";
import type { Artifact } from "../../src/program/artifact.js";
import { encodeKernel } from "../../src/program/codec.js";
import type { Dtype, TensorData } from "../../src/program/dtype.js";
import { importOnnx } from "../../src/program/import-onnx.js";
import type { Kernel } from "../../src/program/kernel.js";
import { product } from "../../src/program/kernel.js";
import { bytesOfTensor } from "../../src/run/engine.js";
import { evaluateOnce } from "../../src/run/evaluate.js";
import { ocrModels } from "./ocr-models.js";

/** One row of the engine's benchmark: the same model for onnxruntime and for the engine, with an input. */
export type BenchModel = {
  readonly onnx: Uint8Array;
  readonly artifact: Artifact;
  readonly input: TensorData;
  readonly shape: readonly number[];
};

/** The rows that the benchmark must have, in its order; each made when it is its turn. */
export const benchModels: Readonly<Record<string, () => BenchModel>> = {
  "matmul-512": () => floatModel(matmul(512), [512, 512]),
  "conv-3x3-64": () => floatModel(convolution(64, 56), [1, 64, 56, 56]),
  "matmul-512-int8": () => integerMatmul(512),
  "pp-ocr-rec": () => floatModel(ocrModels.recogniser.bytes(), ocrModels.recogniser.shape),
  retinaface: () => floatModel(retinaface(), [1, 3, 640, 640]),
};

/** The RetinaFace of the npm package, MobileNet 0.25. */
function retinaface(): Uint8Array {
  const directory = dirname(createRequire(import.meta.url).resolve("retinaface/package.json"));
  return new Uint8Array(readFileSync(join(directory, "mnet.25_v2.onnx")));
}

function floatModel(onnx: Uint8Array, shape: readonly number[]): BenchModel {
  const name = inputName(onnx);
  const { artifact } = importOnnx(onnx, { shapes: { [name]: shape }, evaluate: evaluateOnce });
  return { onnx, artifact, shape, input: noise(product(shape), 1) };
}

/** The model's first input that is no initializer. */
export function inputName(onnx: Uint8Array): string {
  const graph = fromBinary(ModelProtoSchema, onnx).graph;
  const constants = new Set(graph?.initializer.map(({ name }) => name));
  return graph?.input.find(({ name }) => !constants.has(name))?.name ?? "";
}

/** The model with every intermediate tensor as an output. */
export function exposeAll(onnx: Uint8Array): Uint8Array {
  const model = fromBinary(ModelProtoSchema, onnx);
  const { graph } = model;
  if (graph === undefined) return onnx;
  const known = new Set(graph.output.map(({ name }) => name));
  for (const name of graph.node
    .filter(({ opType }) => opType !== "Constant")
    .flatMap(({ output }) => output)) {
    if (name !== "" && !known.has(name)) graph.output.push(create(ValueInfoProtoSchema, { name }));
  }
  return toBinary(ModelProtoSchema, model);
}

/** Numbers in -1..1 that are the same on every machine. */
function noise(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state / 2 ** 31;
  });
}

function matmul(n: number): Uint8Array {
  return oneNode({ opType: "MatMul", shape: [n, n], weight: noise(n * n, 2), weightShape: [n, n] });
}

function convolution(channels: number, size: number): Uint8Array {
  return oneNode({
    opType: "Conv",
    shape: [1, channels, size, size],
    weight: noise(channels * channels * 9, 3),
    weightShape: [channels, channels, 3, 3],
    pads: [1, 1, 1, 1],
  });
}

const DATA_TYPES = { f32: 1, i8: 3 } as const;

function oneNode(args: {
  opType: string;
  shape: readonly number[];
  weight: Float32Array | Int8Array;
  weightShape: readonly number[];
  pads?: readonly number[];
}): Uint8Array {
  const { opType, shape, weight, weightShape, pads } = args;
  const elemType = weight instanceof Float32Array ? DATA_TYPES.f32 : DATA_TYPES.i8;
  const dim = shape.map((size) => ({ value: { case: "dimValue" as const, value: BigInt(size) } }));
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: "", version: 17n }],
    graph: {
      name: opType,
      initializer: [
        { name: "w", dims: weightShape.map(BigInt), dataType: elemType, rawData: bytesOfTensor(weight) },
      ],
      input: [{ name: "x", type: { value: { case: "tensorType", value: { elemType, shape: { dim } } } } }],
      output: [{ name: "y" }],
      node: [
        {
          name: opType,
          opType,
          input: ["x", "w"],
          output: ["y"],
          attribute: pads === undefined ? [] : [{ name: "pads", type: 7, ints: pads.map(BigInt) }],
        },
      ],
    },
  });
  return toBinary(ModelProtoSchema, model);
}

/** i8 × i8 → i32, the kernel written down as an importer of quantised models lowers it: both factors in runs along k. */
function integerMatmul(n: number): BenchModel {
  const bytes = (seed: number) => Int8Array.from(noise(n * n, seed), (value) => value * 127);
  const weight = bytes(2);
  const columns = Int8Array.from(weight, (_, at) => weight[(at % n) * n + Math.floor(at / n)] as number);
  const load = (tensor: number, coefficients: readonly number[]) => ({
    tensor,
    dtype: "i8" as Dtype,
    dims: [{ size: n * n, offset: 0, coefficients }],
    pad: 0,
  });
  const kernel: Kernel = {
    shape: [n, n],
    reduce: [n],
    loads: [load(0, [n, 0, 1]), load(1, [0, n, 1])],
    body: [{ op: "load", arg: 0 }, { op: "load", arg: 1 }, { op: "i32.mul" }],
    reducer: "sum",
    tail: [{ op: "acc" }],
    dtype: "i32",
  };
  const square = { shape: [n, n] };
  const artifact: Artifact = {
    inputs: [{ name: "x", dtype: "i8", ...square }],
    outputs: [{ name: "y", dtype: "i32", ...square }],
    table: (["i8", "i8", "i32"] as const).map((dtype) => ({ dtype, count: n * n })),
    kernels: [encodeKernel(kernel)],
    weights: [bytesOfTensor(columns)],
  };
  const onnx = oneNode({ opType: "MatMulInteger", weight, weightShape: [n, n], ...square });
  return { onnx, artifact, input: bytes(1), ...square };
}
