import { concatBytes } from "@noble/hashes/utils.js";

import type { Artifact } from "../program/artifact.js";
import type { TensorData } from "../program/dtype.js";
import { bytesOfTensor } from "../run/engine.js";
import type { Run } from "../run/engine.js";
import { bytes32From } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { KeccakHasher } from "./keccak-hasher.js";
import { nobleHasher } from "./noble-hasher.js";
import { rootOfBytes, treeOfBytes, treeOfItems } from "./tree.js";
import type { Tree } from "./tree.js";

/** What an operator commits to of one execution. Trees of single tensors are built when they are asked for. */
export type Trace = {
  readonly run: Run;
  readonly inputs: Tree;
  readonly outputs: Tree;
  readonly kernels: Tree;
  readonly roots: { readonly input: Bytes32; readonly output: Bytes32; readonly trace: Bytes32 };
  /** The tree of one tensor of the run, by tensor id. */
  tensor(id: number): Tree;
};

/** Commits to inputs, outputs and every kernel's output of a run. */
export function commitRun(artifact: Artifact, run: Run, hasher: KeccakHasher = nobleHasher): Trace {
  const firstKernel = artifact.inputs.length + artifact.weights.length;
  const rootOf = (data: TensorData) => rootOfBytes(bytesOfTensor(data), hasher);
  const list = (roots: readonly Uint8Array[]) => treeOfItems(concatBytes(...roots), hasher);
  const kernelRoots = run.tensors.slice(firstKernel).map(rootOf);
  const inputs = list(run.tensors.slice(0, artifact.inputs.length).map(rootOf));
  const outputs = list(kernelRoots.slice(-artifact.outputs.length));
  const kernels = list(kernelRoots);
  const trees = new Map<number, Tree>();
  return {
    run,
    inputs,
    outputs,
    kernels,
    roots: {
      input: bytes32From(inputs.root),
      output: bytes32From(outputs.root),
      trace: bytes32From(kernels.root),
    },
    tensor(id) {
      const known = trees.get(id);
      if (known !== undefined) return known;
      const tree = treeOfBytes(bytesOfTensor(run.tensors[id] as TensorData), hasher);
      trees.set(id, tree);
      return tree;
    },
  };
}
