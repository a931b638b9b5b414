import type { Artifact } from "../artifact.js";
import { meaningOf } from "../check-kernel.js";
import { elementBytes } from "../dtype.js";
import { product } from "../kernel.js";
import { predictProof } from "../predict-proof.js";
import type { ProofPrediction } from "../predict-proof.js";
import type { TensorEntry } from "../tensor-table.js";

/** A kernel as a person wants to see it. */
export type KernelSummary = {
  /** Its number in the program. */
  readonly kernel: number;
  /** The ONNX tensor it makes, or what it is made for. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly reduce: readonly number[];
  /** The dearest element, predicted. */
  readonly proof: ProofPrediction;
};

/** What a person wants to know before publishing. */
export type ArtifactReport = {
  readonly tensors: { readonly inputs: number; readonly weights: number; readonly kernels: number };
  /** Evaluations of bodies under a reduction: multiply-adds, for the most part. */
  readonly multiplyAdds: number;
  readonly weightBytes: number;
  readonly traceBytes: number;
  /** The kernel whose elements cost most to prove. */
  readonly dearest: KernelSummary;
  readonly kernels: readonly KernelSummary[];
};

/** Describes an artifact; `names` are those of its kernels, which an artifact itself does not hold. */
export function reportOf(artifact: Artifact, names: readonly string[]): ArtifactReport {
  const { inputs, weights, table } = artifact;
  const first = inputs.length + weights.length;
  const context = { kernels: artifact.kernels.length, weights: weights.length, records: 1 };
  let multiplyAdds = 0;
  const kernels = artifact.kernels.map((descriptor, number): KernelSummary => {
    const meaning = meaningOf(descriptor, first + number, table);
    if (!("kernel" in meaning)) throw new TypeError(`kernel ${number} is void: ${meaning.void}`);
    const { shape, reduce, reducer } = meaning.kernel;
    if (reducer !== "none") multiplyAdds += product(shape) * product(reduce);
    const proof = predictProof(meaning.kernel, table, context);
    return { kernel: number, name: names[number] ?? "", shape, reduce, proof };
  });
  return {
    tensors: { inputs: inputs.length, weights: weights.length, kernels: kernels.length },
    multiplyAdds,
    weightBytes: bytesOf(table.slice(inputs.length, first)),
    traceBytes: bytesOf(table.slice(first)),
    dearest: kernels.reduce((worst, one) => (one.proof.gas > worst.proof.gas ? one : worst)),
    kernels,
  };
}

const bytesOf = (entries: readonly TensorEntry[]): number =>
  entries.reduce((sum, { count, dtype }) => sum + count * elementBytes(dtype), 0);
