import type { Artifact, Port } from "../../src/program/artifact.js";
import type { ArtifactMetadata } from "../../src/program/artifact-file.js";
import { encodeKernel } from "../../src/program/codec.js";
import type { Instruction } from "../../src/program/instruction.js";
import type { Kernel, Load } from "../../src/program/kernel.js";
import { bytesOfTensor } from "../../src/run/engine.js";
import { ZERO_HASH } from "../../src/types/bytes32.js";
import { randomFloats } from "../../test/support/tiny-tensors.js";

export type Made = { readonly artifact: Artifact; readonly metadata: ArtifactMetadata };

const SIZE = 64;
const CLASSES = 8;

/** A vector of 64 in, a vector of 64 out: what one version puts out, another one takes in. */
export function makeMixer(version: number): Made {
  const id = { x: 0, w: 1, bias: 2, v: 3, hidden: 4, positive: 5, joined: 6, mixed: 7 };
  const kernels: readonly (readonly [string, Kernel])[] = [
    ["hidden", product(SIZE, SIZE, id.x, id.w)],
    [
      "hidden, positive",
      each([id.hidden, id.bias], [...ADD, { op: "f32.const", arg: 0 }, { op: "f32.max" }]),
    ],
    ["hidden and input", each([id.positive, id.x], ADD)],
    ["mixed", product(SIZE, SIZE, id.joined, id.v)],
    ["embedding", each([id.mixed], [{ op: "load", arg: 0 }, { op: "f32.tanh" }])],
  ];
  return modelOf({
    inputs: [port("features", SIZE)],
    outputs: [port("embedding", SIZE)],
    weights: [SIZE * SIZE, SIZE, SIZE * SIZE].map((count, number) =>
      weightsOf(`mixer ${version} ${number}`, count),
    ),
    kernels,
    shapes: kernels.map(() => SIZE),
  });
}

/** A vector of 64 in, eight scores and the best of them out. */
export function makeRanker(version: number): Made {
  const scores = product(CLASSES, SIZE, 0, 1);
  const best: Kernel = {
    ...{ shape: [1], reduce: [CLASSES], reducer: "argmax", dtype: "i32" },
    loads: [{ tensor: 2, dtype: "f32", pad: 0, dims: [{ size: CLASSES, offset: 0, coefficients: [0, 1] }] }],
    ...{ body: [{ op: "load", arg: 0 }], tail: [{ op: "acc" }] },
  };
  return modelOf({
    inputs: [port("embedding", SIZE)],
    outputs: [port("scores", CLASSES), { name: "best", shape: [1], dtype: "i32" }],
    weights: [weightsOf(`ranker ${version}`, CLASSES * SIZE)],
    kernels: [
      ["scores", scores],
      ["best", best],
    ],
    shapes: [CLASSES, 1],
  });
}

const ADD: readonly Instruction[] = [{ op: "load", arg: 0 }, { op: "load", arg: 1 }, { op: "f32.add" }];

const port = (name: string, size: number): Port => ({ name, shape: [size], dtype: "f32" });

const weightsOf = (seed: string, count: number): Uint8Array =>
  bytesOfTensor(randomFloats([count], { seed, low: -0.4, high: 0.4 }));

/** out[i] = Σ_j vector[j] · matrix[i, j] */
function product(rows: number, columns: number, vector: number, matrix: number): Kernel {
  const load = (tensor: number, dims: Load["dims"]): Load => ({ tensor, dtype: "f32", pad: 0, dims });
  return {
    ...{ shape: [rows], reduce: [columns], reducer: "sum", dtype: "f32" },
    loads: [
      load(vector, [{ size: columns, offset: 0, coefficients: [0, 1] }]),
      load(matrix, [
        { size: rows, offset: 0, coefficients: [1, 0] },
        { size: columns, offset: 0, coefficients: [0, 1] },
      ]),
    ],
    ...{ body: [{ op: "load", arg: 0 }, { op: "load", arg: 1 }, { op: "f32.mul" }], tail: [{ op: "acc" }] },
  };
}

/** Element by element. */
const each = (tensors: readonly number[], body: readonly Instruction[]): Kernel => ({
  ...{ shape: [SIZE], reduce: [], reducer: "none", dtype: "f32", body, tail: [{ op: "acc" }] },
  loads: tensors.map((tensor) => ({
    ...{ tensor, dtype: "f32", pad: 0 },
    dims: [{ size: SIZE, offset: 0, coefficients: [1] }],
  })),
});

function modelOf(parts: {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly weights: readonly Uint8Array[];
  readonly kernels: readonly (readonly [name: string, kernel: Kernel])[];
  readonly shapes: readonly number[];
}): Made {
  const { inputs, outputs, weights, kernels, shapes } = parts;
  return {
    artifact: {
      ...{ inputs, outputs, weights },
      table: [
        ...inputs.map(({ shape, dtype }) => ({ count: shape[0] ?? 1, dtype })),
        ...weights.map(({ length }) => ({ count: length / 4, dtype: "f32" as const })),
        ...kernels.map(([, { dtype }], number) => ({ count: shapes[number] ?? 1, dtype })),
      ],
      kernels: kernels.map(([, kernel]) => encodeKernel(kernel)),
    },
    metadata: {
      ...{ importerVersion: "0", onnxHash: ZERO_HASH, dims: {}, shapes: {} },
      kernelNames: kernels.map(([name]) => name),
    },
  };
}
