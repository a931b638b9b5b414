import type { Artifact } from "../artifact.js";
import { elementBytes } from "../dtype.js";
import { product } from "../kernel.js";
import type { ProofPrediction } from "../predict-proof.js";
import type { Compiled } from "./compile.js";

/** A kernel as a person wants to see it. */
export type KernelSummary = {
  /** The ONNX tensor it makes, or what it was made for. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly reduce: readonly number[];
  readonly proof: ProofPrediction;
};

/** What a person wants to know before publishing. */
export type ImportReport = {
  readonly tensors: { readonly inputs: number; readonly weights: number; readonly kernels: number };
  /** Evaluations of bodies with a reduction: multiply-adds, for the most part. */
  readonly multiplyAdds: number;
  readonly traceBytes: number;
  readonly weightBytes: number;
  /** The kernel whose elements cost most to prove, predicted. */
  readonly dearest: KernelSummary;
  readonly kernels: readonly KernelSummary[];
};

export function reportOf(artifact: Artifact, { drafts, predictions }: Compiled): ImportReport {
  const kernels = drafts.map(({ value, kernel }, number): KernelSummary => ({
    name: value.name,
    shape: kernel.shape,
    reduce: kernel.reduce,
    proof: predictions[number] as ProofPrediction,
  }));
  const bytes = (ids: readonly number[]) =>
    ids.reduce((sum, id) => sum + (artifact.table[id]?.count ?? 0) * elementBytes(artifact.table[id]?.dtype ?? "u8"), 0);
  const first = artifact.inputs.length + artifact.weights.length;
  return {
    tensors: { inputs: artifact.inputs.length, weights: artifact.weights.length, kernels: artifact.kernels.length },
    multiplyAdds: drafts.reduce(
      (sum, { kernel }) => sum + (kernel.reducer === "none" ? 0 : product(kernel.shape) * product(kernel.reduce)),
      0,
    ),
    traceBytes: bytes(drafts.map((_, number) => first + number)),
    weightBytes: artifact.weights.reduce((sum, weight) => sum + weight.length, 0),
    dearest: kernels.reduce((worst, one) => (one.proof.gas > worst.proof.gas ? one : worst)),
    kernels,
  };
}
