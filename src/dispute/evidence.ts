import { OnusError } from "../errors/onus-error.js";
import type { ModelIdentity } from "../model/model-id.js";
import type { InferenceRecord } from "../claim/record.js";
import { openRecord } from "../claim/record-list.js";
import type { RecordTree } from "../claim/record-list.js";
import { meaningOf } from "../program/check-kernel.js";
import { decodeKernel } from "../program/codec.js";
import { elementBytes } from "../program/dtype.js";
import type { TensorData } from "../program/dtype.js";
import type { Kernel } from "../program/kernel.js";
import { LEAF_BYTES, leafCount } from "../program/tensor-table.js";
import type { TensorEntry } from "../program/tensor-table.js";
import { tensorOfBytes } from "../run/engine.js";
import type { CommittedArtifact } from "../trace/commit-artifact.js";
import type { CommittedTrace, RecordList } from "../trace/committed-trace.js";
import { openPositions } from "../trace/tree.js";
import type { Tree } from "../trace/tree.js";
import { ByteWriter } from "../types/byte-writer.js";
import { listItems, tableOpening, writeModel, writeNode, writeRecord } from "./blocks.js";
import { operandLeaves, rangesOf } from "./operand-leaves.js";

/** Codes of the faults that evidence proves (docs/spec/faults.md). */
export const FAULT = { element: 1, outputRoot: 2, padding: 3, absentNode: 4, silence: 5 } as const;

/** Everything a fault proof of one record is made from. */
export type Exhibit = {
  readonly records: RecordTree;
  readonly recordIndex: number;
  readonly model: ModelIdentity;
  readonly committed: CommittedArtifact;
  /** What the operator committed to behind the record's roots. */
  readonly trace: CommittedTrace;
};

/** Evidence that element `element` of kernel `kernel` is not what the kernel computes. */
export function elementEvidence(
  exhibit: Exhibit,
  { kernel, element }: { kernel: number; element: number },
): Uint8Array {
  const { committed, trace } = exhibit;
  const { artifact } = committed;
  const firstKernel = artifact.inputs.length + artifact.weights.length;
  const id = firstKernel + kernel;
  const descriptor = artifact.kernels[kernel] as Uint8Array;
  const own = artifact.table[id] as TensorEntry;
  const writer = head(exhibit, FAULT.element).u32(kernel).u32(element);
  writer
    .u16(descriptor.length)
    .bytes(descriptor)
    .bytes(openPositions(committed.program, [kernel]));

  const loaded = (decodeKernel(descriptor)?.loads ?? [])
    .map(({ tensor }) => tensor)
    .filter((tensor) => tensor < id);
  writer.bytes(tableOpening(committed.table, [id, ...loaded]));
  const claimed = tensorTree(trace, "trace", kernel);
  const leaf = Math.floor((element * elementBytes(own.dtype)) / LEAF_BYTES);
  writer.bytes(openPositions(claimed, [leaf]));

  const meaning = meaningOf(descriptor, id, artifact.table);
  if (!("kernel" in meaning)) return writer.bytes(listItems(trace.lists.trace, [kernel])).finish();

  const operands = gatherOperands(exhibit, meaning.kernel, element);
  const opened = [...operands.leaves.keys()];
  writer.u8(maskOf(meaning.kernel, new Set(opened)));
  const kernels = opened.filter((tensor) => tensor >= firstKernel).map((tensor) => tensor - firstKernel);
  const weights = opened.filter((tensor) => tensor >= artifact.inputs.length && tensor < firstKernel);
  writer.bytes(listItems(trace.lists.trace, [...kernels, kernel]));
  writer.bytes(
    listItems(
      committed.weights,
      weights.map((tensor) => tensor - artifact.inputs.length),
    ),
  );
  writer.bytes(
    listItems(
      trace.lists.input,
      opened.filter((tensor) => tensor < artifact.inputs.length),
    ),
  );
  for (const [tensor, positions] of operands.leaves) {
    const ranges = rangesOf(positions);
    writer.u16(ranges.length);
    for (const { first, count } of ranges) writer.u32(first).u32(count);
    writer.bytes(openPositions(operands.tree(tensor), positions));
  }
  return writer.finish();
}

/** Evidence that output `output` of the output list is not the trace's. */
export function outputRootEvidence(exhibit: Exhibit, output: number): Uint8Array {
  const { lists } = exhibit.trace;
  const { kernels, outputs } = exhibit.committed.artifact;
  return head(exhibit, FAULT.outputRoot)
    .u32(output)
    .bytes(listItems(lists.output, [output]))
    .bytes(listItems(lists.trace, [kernels.length - outputs.length + output]))
    .finish();
}

/** Evidence that a byte after the last element of a committed tensor is not zero. */
export function paddingEvidence(
  exhibit: Exhibit,
  { list, index }: { list: RecordList; index: number },
): Uint8Array {
  const { entry, id } = tensorEntry(exhibit, list, index);
  const tree = tensorTree(exhibit.trace, list, index);
  return head(exhibit, FAULT.padding)
    .u8(LIST_CODE[list])
    .u32(index)
    .bytes(listItems(exhibit.trace.lists[list], [index]))
    .bytes(tableOpening(exhibit.committed.table, [id]))
    .bytes(openPositions(tree, [leafCount(entry) - 1]))
    .finish();
}

/** Where something stands that should be absent: `position` at `level` of a list, or of one of its tensors. */
export type AbsentPlace = { readonly level?: number; readonly position: number } & (
  | { readonly list: "records"; readonly tensor?: undefined }
  | { readonly list: RecordList; readonly tensor?: number }
);

/** Evidence that a node over absent positions alone is not the absent node. */
export function absentNodeEvidence(exhibit: Exhibit, place: AbsentPlace): Uint8Array {
  const { level = 0, position, list, tensor } = place;
  const node = (writer: ByteWriter, tree: Tree): Uint8Array =>
    writeNode(writer, tree, { level, index: position }).finish();
  if (list === "records") {
    return node(new ByteWriter().u8(FAULT.absentNode).u8(0).u8(0), exhibit.records.tree);
  }
  const writer = new ByteWriter()
    .u8(FAULT.absentNode)
    .u8(LIST_CODE[list])
    .u8(tensor === undefined ? 0 : 1);
  writeRecordAndModel(writer, exhibit);
  if (tensor === undefined) return node(writer, exhibit.trace.lists[list]);
  const { id } = tensorEntry(exhibit, list, tensor);
  writer.u32(tensor).bytes(listItems(exhibit.trace.lists[list], [tensor]));
  writer.bytes(tableOpening(exhibit.committed.table, [id]));
  return node(writer, tensorTree(exhibit.trace, list, tensor));
}

const LIST_CODE = { input: 1, output: 2, trace: 3 } as const;

function head(exhibit: Exhibit, fault: number): ByteWriter {
  return writeRecordAndModel(new ByteWriter().u8(fault), exhibit);
}

function writeRecordAndModel(writer: ByteWriter, exhibit: Exhibit): ByteWriter {
  const { records, recordIndex, model, committed } = exhibit;
  const record = records.records[recordIndex] as InferenceRecord;
  writeRecord(writer, recordIndex, { record, path: openRecord(records, recordIndex) });
  return writeModel(writer, { identity: model, commitment: committed.commitment });
}

/** Bit j: the tensor of load j is opened. */
function maskOf(kernel: Kernel, opened: ReadonlySet<number>): number {
  return kernel.loads.reduce((mask, { tensor }, j) => (opened.has(tensor) ? mask | (1 << j) : mask), 0);
}

function tensorTree(trace: CommittedTrace, list: RecordList, index: number): Tree {
  const tree = trace.tensor(list, index);
  if (tree === undefined) throw new OnusError("TENSOR_WITHHELD", { list, index });
  return tree;
}

function tensorEntry({ committed: { artifact } }: Exhibit, list: RecordList, index: number) {
  const first = {
    input: 0,
    output: artifact.table.length - artifact.outputs.length,
    trace: artifact.inputs.length + artifact.weights.length,
  };
  const id = first[list] + index;
  return { id, entry: artifact.table[id] as TensorEntry };
}

/** Which leaves of which tensors an element reads, and the trees they are opened from. */
function gatherOperands({ committed, trace }: Exhibit, kernel: Kernel, element: number) {
  const { artifact, weightTensors } = committed;
  const inputs = artifact.inputs.length;
  const firstKernel = inputs + artifact.weights.length;
  const tree = (tensor: number): Tree => {
    if (tensor < inputs) return tensorTree(trace, "input", tensor);
    if (tensor < firstKernel) return weightTensors[tensor - inputs] as Tree;
    return tensorTree(trace, "trace", tensor - firstKernel);
  };
  const values = new Map<number, TensorData>();
  const valueOf = (tensor: number): TensorData => {
    const known =
      values.get(tensor) ?? tensorOfBytes(tree(tensor).source, artifact.table[tensor] as TensorEntry);
    values.set(tensor, known);
    return known;
  };
  return { tree, leaves: operandLeaves({ kernel, element, valueOf }) };
}
