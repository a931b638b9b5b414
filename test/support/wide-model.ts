import type { Artifact } from "../../src/program/artifact.js";
import { encodeKernel } from "../../src/program/codec.js";
import type { Kernel } from "../../src/program/kernel.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import { bytesOfTensor, prepareModel } from "../../src/run/engine.js";
import type { Model } from "../../src/run/engine.js";
import { commitArtifact } from "../../src/trace/commit-artifact.js";
import type { CommittedArtifact } from "../../src/trace/commit-artifact.js";
import { randomFloats } from "./tiny-tensors.js";

/** How many of each there are; elements of every tensor. */
export type Extent = {
  readonly inputs: number;
  readonly weights: number;
  readonly kernels: number;
  readonly outputs: number;
  readonly elements: number;
};

export type WideModel = {
  readonly committed: CommittedArtifact;
  readonly model: Model;
  /** Inputs, the same for the same seed. */
  inputsFrom(seed: string): readonly Float32Array[];
};

/** A model of many small kernels: each adds two of the tensors before it, and the first ones use every input and weight. */
export function wideModel(extent: Extent): WideModel {
  const { inputs, weights, kernels, outputs, elements } = extent;
  const first = inputs + weights;
  const load = (tensor: number): Kernel["loads"][number] => ({
    tensor,
    dtype: "f32",
    pad: 0,
    dims: [{ size: elements, offset: 0, coefficients: [1] }],
  });
  const kernel = (number: number): Uint8Array => {
    const id = first + number;
    const other = number < first ? number : Math.floor(id / 2);
    return encodeKernel({
      shape: [elements],
      reduce: [],
      reducer: "none",
      dtype: "f32",
      loads: [load(id - 1), load(other)],
      body: [{ op: "load", arg: 0 }, { op: "load", arg: 1 }, { op: "f32.add" }],
      tail: [{ op: "acc" }],
    });
  };
  const table = Array.from({ length: first + kernels }, (): TensorEntry => ({
    count: elements,
    dtype: "f32",
  }));
  const port = (name: string) => ({ name, shape: [elements], dtype: "f32" }) as const;
  const artifact: Artifact = {
    inputs: Array.from({ length: inputs }, (_, index) => port(`input ${index}`)),
    outputs: Array.from({ length: outputs }, (_, index) => port(`output ${index}`)),
    table,
    kernels: Array.from({ length: kernels }, (_, number) => kernel(number)),
    weights: Array.from({ length: weights }, (_, index) =>
      bytesOfTensor(randomFloats([elements], { seed: `weight ${index}` })),
    ),
  };
  return {
    committed: commitArtifact(artifact),
    model: prepareModel(artifact),
    inputsFrom: (seed) =>
      Array.from({ length: inputs }, (_, index) => randomFloats([elements], { seed: `${seed} ${index}` })),
  };
}
