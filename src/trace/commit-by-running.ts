import { concatBytes } from "@noble/hashes/utils.js";

import type { TensorData } from "../program/dtype.js";
import { bytesOfTensor } from "../run/engine.js";
import type { Model } from "../run/engine.js";
import { rootsOf } from "./commit-run.js";
import type { OwnTrace } from "./commit-run.js";
import type { KeccakHasher } from "./keccak-hasher.js";
import { rootOfBytes, treeOfBytes, treeOfItems } from "./tree.js";
import type { Tree } from "./tree.js";
import { wasmHasher } from "./wasm-hasher.js";

/** Tensors kept for whoever asks for them again: those of one kernel, its output and what its loads read. */
const MOST_KEPT = 9;

/**
 * The commitment of `commitRun` without the run: every tensor is hashed when it is made and forgotten, and the model runs
 * again for one that is asked for. What is in memory at a time is what the engine needs for outputs alone, and at most
 * nine tensors with their trees.
 */
export function commitByRunning(
  model: Model,
  inputs: readonly TensorData[],
  hasher: KeccakHasher = wasmHasher,
): OwnTrace {
  const { outputs } = model.artifact;
  const kernelRoots: Uint8Array[] = [];
  model.runForOutputs(inputs, {
    observe: (_, output) => void kernelRoots.push(rootOfBytes(bytesOfTensor(output), hasher)),
  });
  const firstOutput = kernelRoots.length - outputs.length;
  const list = (roots: readonly Uint8Array[]) => treeOfItems(concatBytes(...roots), hasher);
  const lists = {
    input: list(inputs.map((data) => rootOfBytes(bytesOfTensor(data), hasher))),
    output: list(kernelRoots.slice(firstOutput)),
    trace: list(kernelRoots),
  };
  const computeAgain = (kernel: number): Tree => {
    let tree: Tree | undefined;
    model.runForOutputs(inputs, {
      observe(number, output) {
        if (number === kernel) tree = treeOfBytes(bytesOfTensor(output.slice()), hasher);
      },
    });
    return tree as Tree;
  };
  /** By kernel, the one asked for last at the end. */
  const kept = new Map<number, Tree>();
  return {
    lists,
    roots: rootsOf(lists),
    tensor(name, index) {
      if (name === "input") return treeOfBytes(bytesOfTensor(inputs[index] as TensorData), hasher);
      const kernel = name === "output" ? firstOutput + index : index;
      const tree = kept.get(kernel) ?? computeAgain(kernel);
      kept.delete(kernel);
      kept.set(kernel, tree);
      for (const oldest of kept.keys()) if (kept.size > MOST_KEPT) kept.delete(oldest);
      return tree;
    },
  };
}
