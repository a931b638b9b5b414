import { concatBytes } from "@noble/hashes/utils.js";

import type { Artifact } from "../program/artifact.js";
import type { TensorData } from "../program/dtype.js";
import { bytesOfTensor } from "../run/engine.js";
import type { Run } from "../run/engine.js";
import { ZERO_HASH, bytes32From } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { RecordRoots } from "./commit-run.js";
import type { KeccakHasher } from "./keccak-hasher.js";
import { rootOfBytes, treeOfItems } from "./tree.js";
import { wasmHasher } from "./wasm-hasher.js";

/**
 * Commits to inputs and outputs of a run and leaves its trace to be stated on demand: nothing between is hashed, and
 * `commitRun` of the same run gives the trace whenever it is asked for.
 */
export function commitEnds(artifact: Artifact, run: Run, hasher: KeccakHasher = wasmHasher): RecordRoots {
  return {
    input: rootOfTensors(run.tensors.slice(0, artifact.inputs.length), hasher),
    output: rootOfTensors(run.tensors.slice(run.tensors.length - artifact.outputs.length), hasher),
    trace: ZERO_HASH,
  };
}

/** The root of a list of tensors, as a record commits to its input. */
export function rootOfTensors(tensors: readonly TensorData[], hasher: KeccakHasher = wasmHasher): Bytes32 {
  const roots = tensors.map((data) => rootOfBytes(bytesOfTensor(data), hasher));
  return bytes32From(treeOfItems(concatBytes(...roots), hasher).root);
}
