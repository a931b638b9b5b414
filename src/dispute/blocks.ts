import type { ArtifactCommitment } from "../model/artifact-id.js";
import type { ModelIdentity } from "../model/model-id.js";
import { LEAF_BYTES, TABLE_ENTRY_BYTES } from "../program/tensor-table.js";
import { nodeAt, openPositions } from "../trace/tree.js";
import type { Tree } from "../trace/tree.js";
import { ByteWriter } from "../types/byte-writer.js";
import type { OpenedRecord } from "./dispute-view.js";

/** Building blocks of evidence and of questions (docs/spec/faults.md, "Evidence"). */

/** RECORD: a record, its index, and the path from its hash to the claim's list. */
export function writeRecord(writer: ByteWriter, index: number, { record, path }: OpenedRecord): ByteWriter {
  writer
    .hex(record.requester)
    .hex(record.salt)
    .hex(record.inputRoot)
    .hex(record.outputRoot)
    .hex(record.traceRoot)
    .hex(record.parentsRoot)
    .u8(record.parentsCount)
    .u32(index);
  for (const sibling of path) writer.hex(sibling);
  return writer;
}

/** MODEL: what the model's id commits to. */
export function writeModel(
  writer: ByteWriter,
  model: {
    readonly identity: Pick<ModelIdentity, "publisher" | "superseded">;
    readonly commitment: ArtifactCommitment;
  },
): ByteWriter {
  const { kernelCount, weightCount, inputCount, outputCount, ...roots } = model.commitment;
  return writer
    .u32(kernelCount)
    .u32(weightCount)
    .u32(inputCount)
    .u32(outputCount)
    .hex(roots.programRoot)
    .hex(roots.tableRoot)
    .hex(roots.weightsRoot)
    .hex(roots.interfaceHash)
    .hex(model.identity.publisher)
    .hex(model.identity.superseded);
}

/** Items of a list at ascending positions, then their siblings; nothing for no positions. */
export function listItems(tree: Tree, positions: readonly number[]): Uint8Array {
  if (positions.length === 0) return new Uint8Array(0);
  const writer = new ByteWriter();
  for (const position of positions) writer.bytes(nodeAt(tree, 0, position));
  return writer.bytes(openPositions(tree, positions)).finish();
}

/** The leaves of the tensor table that hold the entries of some tensors, ascending, then their siblings. */
export function tableOpening(table: Tree, ids: readonly number[]): Uint8Array {
  const leaves = new Set(ids.map((id) => Math.floor((id * TABLE_ENTRY_BYTES) / LEAF_BYTES)));
  return openPositions(
    table,
    [...leaves].sort((a, b) => a - b),
  );
}

/** Level u8, index u32, the node, and the siblings from its level up. */
export function writeNode(
  writer: ByteWriter,
  tree: Tree,
  { level, index }: { readonly level: number; readonly index: number },
): ByteWriter {
  writer
    .u8(level)
    .u32(index)
    .bytes(nodeAt(tree, level, index));
  for (let above = level, at = index; above < tree.depth; above++, at = Math.floor(at / 2)) {
    writer.bytes(nodeAt(tree, above, at % 2 === 0 ? at + 1 : at - 1));
  }
  return writer;
}
