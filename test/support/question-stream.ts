import { keccak_256 } from "@noble/hashes/sha3.js";
import { concatBytes, hexToBytes } from "@noble/hashes/utils.js";

import {
  descentFrom,
  FORM,
  LIST,
  questionKey,
  recordSubject,
  traceSubject,
} from "../../src/dispute/question.js";
import type { Form, ListName, Place, QuestionKey } from "../../src/dispute/question.js";
import type { Exhibit } from "../../src/dispute/evidence.js";
import { openPositions, nodeAt } from "../../src/trace/tree.js";
import type { Tree } from "../../src/trace/tree.js";
import { ByteWriter } from "../../src/types/byte-writer.js";
import { bytes32From } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";

const TABLE_ENTRIES_PER_LEAF = 16;

/** What a question is about; of kind "node" a node of a list, of a tensor or of the table. */
export type Subject =
  | { readonly kind: "record"; readonly index: number }
  | { readonly kind: "trace" }
  | { readonly kind: "descriptor"; readonly kernel: number }
  | {
      readonly kind: "node";
      readonly list: ListName;
      readonly tensor?: number;
      readonly level: number;
      readonly index: number;
    };

/** The stream of a question, as docs/spec/inquiry.md lays it out. */
export function questionStream(exhibit: Exhibit, subject: Subject): Uint8Array {
  const writer = new ByteWriter();
  if (subject.kind === "record") return writer.u8(1).u32(subject.index).finish();
  if (subject.kind === "trace") return writer.u8(2).bytes(recordBlock(exhibit)).finish();
  if (subject.kind === "descriptor") {
    const { program } = exhibit.committed;
    writer
      .u8(4)
      .bytes(modelBlock(exhibit))
      .u32(subject.kernel)
      .bytes(nodeAt(program, 0, subject.kernel));
    return writer.bytes(pathFrom(program, 0, subject.kernel)).finish();
  }
  const { list, tensor, level, index } = subject;
  writer
    .u8(3)
    .u8(LIST[list])
    .u8(tensor === undefined ? 0 : 1);
  if (list === "input" || list === "output" || list === "trace") writer.bytes(recordBlock(exhibit));
  if (list !== "records") writer.bytes(modelBlock(exhibit));
  if (tensor !== undefined) {
    const tree = listTree(exhibit, list);
    const leaf = Math.floor(tensorId(exhibit, list, tensor) / TABLE_ENTRIES_PER_LEAF);
    writer
      .u32(tensor)
      .bytes(nodeAt(tree, 0, tensor))
      .bytes(pathFrom(tree, 0, tensor));
    writer.bytes(openPositions(exhibit.committed.table, [leaf]));
  }
  const tree = treeAt(exhibit, list, tensor);
  return writer
    .u8(level)
    .u32(index)
    .bytes(nodeAt(tree, level, index))
    .bytes(pathFrom(tree, level, index))
    .finish();
}

/** What proves itself to answer it; of a trace, the root. */
export function answerData(exhibit: Exhibit, subject: Subject): Uint8Array {
  if (subject.kind === "record") return recordBlock({ ...exhibit, recordIndex: subject.index });
  if (subject.kind === "trace") return exhibit.trace.lists.trace.root;
  if (subject.kind === "descriptor") return exhibit.committed.artifact.kernels[subject.kernel] as Uint8Array;
  const { list, tensor, level, index } = subject;
  const tree = treeAt(exhibit, list, tensor);
  const { form, levels } = descentFrom(tree.form, level)!;
  const first = index * 2 ** levels;
  const positions = Array.from({ length: 2 ** levels }, (_, i) => first + i);
  if (form === "nodes") return concatBytes(...positions.map((at) => nodeAt(tree, level - levels, at)));
  return openPositions(tree, positions).subarray(0, 128 * positions.length);
}

/** Key, form, levels and place, derived from the trees and not from the stream. */
export function keyOf(exhibit: Exhibit, subject: Subject, claimId: Bytes32): QuestionKey & { place: Place } {
  if (subject.kind === "record") {
    const { tree, root } = exhibit.records;
    const key = questionKey("record", 0, recordSubject(root, tree.depth, subject.index));
    return { ...key, place: { list: "records", record: subject.index, level: 0, index: subject.index } };
  }
  if (subject.kind === "trace") {
    const record = exhibit.recordIndex;
    const key = questionKey("trace", 0, traceSubject(claimId, record));
    return { ...key, place: { list: "trace", record, level: 0, index: 0 } };
  }
  if (subject.kind === "descriptor") {
    const descriptor = exhibit.committed.artifact.kernels[subject.kernel] as Uint8Array;
    const key = questionKey("descriptor", 0, bytes32From(keccak_256(descriptor)));
    return { ...key, place: { list: "program", record: 0, level: 0, index: subject.kernel } };
  }
  const { kind: _, ...at } = subject;
  const tree = treeAt(exhibit, at.list, at.tensor);
  const { form, levels } = descentFrom(tree.form, at.level)!;
  const key = questionKey(form, levels, bytes32From(nodeAt(tree, at.level, at.index)));
  const isOfRecord = LIST[at.list] >= LIST.input && LIST[at.list] <= LIST.trace;
  return { ...key, place: { ...at, record: isOfRecord ? exhibit.recordIndex : 0 } };
}

export const NO_TENSOR = 2 ** 32 - 1;

/** A place as the contract's event has it. */
export const placeWords = (place: Place): readonly number[] => [
  LIST[place.list],
  place.level,
  place.record,
  place.tensor ?? NO_TENSOR,
  place.index,
];

export const formCode = (form: Form): number => FORM[form];

/** The tree of a list, of the table, or of one of a list's tensors. */
export function treeAt(exhibit: Exhibit, list: ListName, tensor?: number): Tree {
  if (tensor === undefined) return listTree(exhibit, list);
  if (list === "weights") return exhibit.committed.weightTensors[tensor] as Tree;
  return exhibit.trace.tensor(list as "input" | "output" | "trace", tensor) as Tree;
}

function listTree({ records, trace, committed }: Exhibit, list: ListName): Tree {
  if (list === "records") return records.tree;
  if (list === "program" || list === "table" || list === "weights") return committed[list];
  return trace.lists[list];
}

/** Siblings from a level up. */
export function pathFrom(tree: Tree, level: number, index: number): Uint8Array {
  const path: Uint8Array[] = [];
  for (let at = index, above = level; above < tree.depth; above++, at = Math.floor(at / 2)) {
    path.push(nodeAt(tree, above, at % 2 === 0 ? at + 1 : at - 1));
  }
  return concatBytes(...path);
}

function tensorId({ committed: { artifact } }: Exhibit, list: ListName, index: number): number {
  const inputs = artifact.inputs.length;
  const kernels = inputs + artifact.weights.length;
  if (list === "input") return index;
  if (list === "weights") return inputs + index;
  return list === "trace" ? kernels + index : artifact.table.length - artifact.outputs.length + index;
}

/** RECORD of docs/spec/faults.md. */
export function recordBlock({ records, recordIndex }: Pick<Exhibit, "records" | "recordIndex">): Uint8Array {
  const record = records.records[recordIndex]!;
  const writer = new ByteWriter().hex(record.requester);
  const roots = [record.salt, record.inputRoot, record.outputRoot, record.traceRoot, record.parentsRoot];
  for (const word of roots) writer.hex(word);
  writer.u8(record.parentsCount).u32(recordIndex);
  return writer.bytes(pathFrom(records.tree, 0, recordIndex)).finish();
}

/** MODEL of docs/spec/faults.md. */
export function modelBlock({ committed, model }: Pick<Exhibit, "committed" | "model">): Uint8Array {
  const { kernelCount, weightCount, inputCount, outputCount, ...roots } = committed.commitment;
  const writer = new ByteWriter().u32(kernelCount).u32(weightCount).u32(inputCount).u32(outputCount);
  writer.hex(roots.programRoot).hex(roots.tableRoot).hex(roots.weightsRoot).hex(roots.interfaceHash);
  return writer
    .bytes(hexToBytes(model.publisher.slice(2)))
    .hex(model.superseded)
    .finish();
}
