import { concatBytes } from "@noble/hashes/utils.js";

import type { Artifact } from "../program/artifact.js";
import type { TensorData } from "../program/dtype.js";
import { bytesOfTensor } from "../run/engine.js";
import type { Run } from "../run/engine.js";
import { bytes32From } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { CommittedTrace, RecordList } from "./committed-trace.js";
import type { KeccakHasher } from "./keccak-hasher.js";
import { rootOfBytes, treeOfBytes, treeOfItems } from "./tree.js";
import type { Tree } from "./tree.js";
import { wasmHasher } from "./wasm-hasher.js";

export type RecordRoots = { readonly [list in RecordList]: Bytes32 };

/** A commitment to one's own run: every tensor is at hand when it is asked for. */
export type OwnTrace = Omit<CommittedTrace, "tensor"> & {
  readonly roots: RecordRoots;
  tensor(list: RecordList, index: number): Tree;
};

/** The same with the run itself. Trees of single tensors are built when asked for. */
export type Trace = OwnTrace & { readonly run: Run };

/** Commits to inputs, outputs and every kernel's output of a run. */
export function commitRun(artifact: Artifact, run: Run, hasher: KeccakHasher = wasmHasher): Trace {
  const firstKernel = artifact.inputs.length + artifact.weights.length;
  const firstOutput = run.tensors.length - artifact.outputs.length;
  const first = { input: 0, output: firstOutput, trace: firstKernel };
  const rootOf = (data: TensorData) => rootOfBytes(bytesOfTensor(data), hasher);
  const list = (roots: readonly Uint8Array[]) => treeOfItems(concatBytes(...roots), hasher);
  const kernelRoots = run.tensors.slice(firstKernel).map(rootOf);
  const lists = {
    input: list(run.tensors.slice(0, artifact.inputs.length).map(rootOf)),
    output: list(kernelRoots.slice(-artifact.outputs.length)),
    trace: list(kernelRoots),
  };
  const trees = new Map<number, Tree>();
  return {
    run,
    lists,
    roots: rootsOf(lists),
    tensor(name, index) {
      const id = first[name] + index;
      const known = trees.get(id);
      if (known !== undefined) return known;
      const tree = treeOfBytes(bytesOfTensor(run.tensors[id] as TensorData), hasher);
      trees.set(id, tree);
      return tree;
    },
  };
}

export function rootsOf(lists: CommittedTrace["lists"]): RecordRoots {
  return {
    input: bytes32From(lists.input.root),
    output: bytes32From(lists.output.root),
    trace: bytes32From(lists.trace.root),
  };
}
