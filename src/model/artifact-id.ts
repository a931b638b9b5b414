import { keccak_256 } from "@noble/hashes/sha3.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

import { bytes32From, type Bytes32 } from "../types/bytes32.js";
import { hashWords } from "../types/hash-words.js";

/** The arithmetic every program means: docs/spec, frozen. */
export const SEMANTICS: Bytes32 = bytes32From(keccak_256(utf8ToBytes("onus-1")));

/** What `publish` takes: the preimage of an artifact id. Chain side: contracts/types/Artifact.sol. */
export interface ArtifactCommitment {
  /** 1..65,536 */
  readonly kernelCount: number;
  /** 0..65,536 */
  readonly weightCount: number;
  /** 0..64 */
  readonly inputCount: number;
  /** 1..min(64, kernelCount); the outputs are the last kernels, in order. */
  readonly outputCount: number;
  /** List of the kernels' descriptor hashes. */
  readonly programRoot: Bytes32;
  /** Tensor form over 8 bytes per tensor. */
  readonly tableRoot: Bytes32;
  /** List of the weights' tensor roots. */
  readonly weightsRoot: Bytes32;
  /** Hash of the names and shapes of inputs and outputs. */
  readonly interfaceHash: Bytes32;
}

/** Names an artifact by its content. */
export function artifactId(artifact: ArtifactCommitment): Bytes32 {
  return hashWords("onus-1/artifact", [
    SEMANTICS,
    artifact.kernelCount,
    artifact.weightCount,
    artifact.inputCount,
    artifact.outputCount,
    artifact.programRoot,
    artifact.tableRoot,
    artifact.weightsRoot,
    artifact.interfaceHash,
  ]);
}
