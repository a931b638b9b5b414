import type { Claim } from "../claim/claim.js";
import { OnusError } from "../errors/onus-error.js";
import type { ArtifactCommitment } from "../model/artifact-id.js";
import { depthOf } from "../program/tensor-table.js";
import { nodeAt, openPositions } from "../trace/tree.js";
import type { Tree } from "../trace/tree.js";
import { ByteWriter } from "../types/byte-writer.js";
import { bytes32From } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import { listItems, tableOpening, writeModel, writeNode, writeRecord } from "./blocks.js";
import type { OpenedRecord, PublishedModel } from "./dispute-view.js";
import { LIST, descentFrom, questionKey, recordSubject, traceSubject } from "./question.js";
import type { ListName, Place, Question } from "./question.js";

/** Codes of the streams (docs/spec/inquiry.md, "Questions"). */
const KIND = { record: 1, trace: 2, node: 3, descriptor: 4 } as const;

/** A record that a question stands on. */
export type RecordAt = OpenedRecord & { readonly index: number };

/** Which record stands at an index of the claim's list? */
export function aboutRecord({ recordsRoot, n }: Pick<Claim, "recordsRoot" | "n">, index: number): Question {
  return {
    ...questionKey("record", 0, recordSubject(recordsRoot, depthOf(n), index)),
    place: { list: "records", record: index, level: 0, index },
    stream: new ByteWriter().u8(KIND.record).u32(index).finish(),
  };
}

/** Which trace does a record have that leaves its trace to be stated? */
export function aboutTrace(claimId: Bytes32, asked: RecordAt): Question {
  return {
    ...questionKey("trace", 0, traceSubject(claimId, asked.index)),
    place: { list: "trace", record: asked.index, level: 0, index: 0 },
    stream: writeRecord(new ByteWriter().u8(KIND.trace), asked.index, asked).finish(),
  };
}

/** What stands below a node of the list of records? */
export function aboutRecordsNode(records: Tree, at: { level: number; index: number }): Question {
  const writer = new ByteWriter().u8(KIND.node).u8(LIST.records).u8(0);
  return below({ list: "records", record: 0, ...at }, records, writeNode(writer, records, at));
}

/** A list that a record commits to, or one that the artifact does. */
export type RecordListName = "input" | "output" | "trace";
export type ArtifactListName = "program" | "table" | "weights";

/** What questions about a model, or about a record of it, stand on. */
export type Ground = {
  readonly model: PublishedModel;
  /** The tensor table, as far as entries are opened from it. */
  readonly table: Tree;
  /** Absent in questions to a publisher, which are about its artifact alone. */
  readonly record?: RecordAt;
};

/** A node: of a list, or of a tensor that the list holds. */
export type NodePlace = {
  readonly list: RecordListName | ArtifactListName;
  /** The list itself: of it as much as the tensor's path needs is at hand, or the node and its path. */
  readonly tree: Tree;
  readonly tensor?: { readonly index: number; readonly tree: Tree };
  readonly level: number;
  readonly index: number;
};

/** What stands below a node? */
export function aboutNode({ model, table, record }: Ground, at: NodePlace): Question {
  const { list, tree, tensor, level, index } = at;
  const writer = new ByteWriter()
    .u8(KIND.node)
    .u8(LIST[list])
    .u8(tensor === undefined ? 0 : 1);
  const ofRecord = isRecordList(list);
  if (ofRecord) {
    if (record === undefined) throw new OnusError("RECORD_NEEDED", { list });
    writeRecord(writer, record.index, record);
  }
  writeModel(writer, model);
  const place = { list, record: ofRecord ? (record?.index ?? 0) : 0, level, index };
  if (tensor === undefined) return below(place, tree, writeNode(writer, tree, at));
  writer.u32(tensor.index).bytes(listItems(tree, [tensor.index]));
  writer.bytes(tableOpening(table, [tensorId(model.commitment, list, tensor.index)]));
  writeNode(writer, tensor.tree, at);
  return below({ ...place, tensor: tensor.index }, tensor.tree, writer);
}

/** What are the bytes of a kernel? `program` knows the kernel's item and its path. */
export function aboutDescriptor(model: PublishedModel, program: Tree, kernel: number): Question {
  const hash = nodeAt(program, 0, kernel);
  const writer = writeModel(new ByteWriter().u8(KIND.descriptor), model);
  return {
    ...questionKey("descriptor", 0, bytes32From(hash)),
    place: { list: "program", record: 0, level: 0, index: kernel },
    stream: writer
      .u32(kernel)
      .bytes(hash)
      .bytes(openPositions(program, [kernel]))
      .finish(),
  };
}

/** The id in the tensor table of a tensor in a list. */
export function tensorId(counts: ArtifactCommitment, list: ListName, index: number): number {
  const { inputCount, weightCount, kernelCount, outputCount } = counts;
  if (list === "input") return index;
  if (list === "weights") return inputCount + index;
  const kernel = list === "output" ? kernelCount - outputCount + index : index;
  return inputCount + weightCount + kernel;
}

const isRecordList = (list: ListName): list is RecordListName =>
  list === "input" || list === "output" || list === "trace";

function below(place: Place, tree: Tree, writer: ByteWriter): Question {
  const descent = descentFrom(tree.form, place.level);
  if (descent === undefined) throw new OnusError("NOTHING_BELOW", { list: place.list, index: place.index });
  const subject = bytes32From(nodeAt(tree, place.level, place.index));
  return { ...questionKey(descent.form, descent.levels, subject), place, stream: writer.finish() };
}
