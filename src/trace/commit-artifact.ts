import { keccak_256 } from "@noble/hashes/sha3.js";
import { concatBytes } from "@noble/hashes/utils.js";

import { artifactId } from "../model/artifact-id.js";
import type { ArtifactCommitment } from "../model/artifact-id.js";
import type { Artifact, Port } from "../program/artifact.js";
import { encodeTable } from "../program/tensor-table.js";
import { ByteWriter } from "../types/byte-writer.js";
import { bytes32From } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { KeccakHasher } from "./keccak-hasher.js";
import { treeOfBytes, treeOfItems } from "./tree.js";
import type { Tree } from "./tree.js";
import { wasmHasher } from "./wasm-hasher.js";

/** The trees behind an artifact's commitment, from which its parts are opened. */
export type CommittedArtifact = {
  readonly artifact: Artifact;
  readonly id: Bytes32;
  readonly commitment: ArtifactCommitment;
  readonly program: Tree;
  readonly table: Tree;
  readonly weights: Tree;
  readonly weightTensors: readonly Tree[];
};

/** Commits to program, table, weights and interface of an artifact. */
export function commitArtifact(artifact: Artifact, hasher: KeccakHasher = wasmHasher): CommittedArtifact {
  const program = treeOfItems(
    concatBytes(...artifact.kernels.map((descriptor) => keccak_256(descriptor))),
    hasher,
  );
  const table = treeOfBytes(encodeTable(artifact.table), hasher);
  const weightTensors = artifact.weights.map((bytes) => treeOfBytes(bytes, hasher));
  const weights = treeOfItems(concatBytes(...weightTensors.map(({ root }) => root)), hasher);
  const commitment: ArtifactCommitment = {
    kernelCount: artifact.kernels.length,
    weightCount: artifact.weights.length,
    inputCount: artifact.inputs.length,
    outputCount: artifact.outputs.length,
    programRoot: bytes32From(program.root),
    tableRoot: bytes32From(table.root),
    weightsRoot: bytes32From(weights.root),
    interfaceHash: interfaceHash(artifact),
  };
  return { artifact, id: artifactId(commitment), commitment, program, table, weights, weightTensors };
}

/**
 * Hash of names and shapes of inputs, then outputs: u16 count, then per port u16 name length, the name in UTF-8, u8
 * rank, u32 per extent; big-endian.
 */
export function interfaceHash({ inputs, outputs }: Pick<Artifact, "inputs" | "outputs">): Bytes32 {
  const writer = new ByteWriter();
  const ports = (list: readonly Port[]): void => {
    writer.u16(list.length);
    for (const { name, shape } of list) {
      writer.name(name).u8(shape.length);
      for (const extent of shape) writer.u32(extent);
    }
  };
  ports(inputs);
  ports(outputs);
  return bytes32From(keccak_256(writer.finish()));
}
