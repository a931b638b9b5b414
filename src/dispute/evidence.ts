import type { ModelIdentity } from "../model/model-id.js";
import type { InferenceRecord } from "../claim/record.js";
import { openRecord } from "../claim/record-list.js";
import type { RecordTree } from "../claim/record-list.js";
import { meaningOf } from "../program/check-kernel.js";
import type { Meaning } from "../program/check-kernel.js";
import { decodeKernel } from "../program/codec.js";
import { elementBytes } from "../program/dtype.js";
import { LEAF_BYTES, leafCount } from "../program/tensor-table.js";
import type { TensorEntry } from "../program/tensor-table.js";
import type { CommittedArtifact } from "../trace/commit-artifact.js";
import type { CommittedTrace, RecordList } from "../trace/committed-trace.js";
import { openPositions } from "../trace/tree.js";
import type { Tree } from "../trace/tree.js";
import { ByteWriter } from "../types/byte-writer.js";
import { listItems, tableOpening, writeModel, writeNode, writeRecord } from "./blocks.js";
import { operandLeaves } from "./operand-leaves.js";
import { operandSource, tensorTree, writeOperand } from "./operand-source.js";

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

/** The element in dispute; both count from 0. */
export type DisputedElement = { readonly kernel: number; readonly element: number };

/** Evidence that element `element` of kernel `kernel` is not what the kernel computes. */
export function elementEvidence(exhibit: Exhibit, disputed: DisputedElement): Uint8Array {
  const { kernel, element } = disputed;
  const meaning = meaningOfKernel(exhibit, kernel);
  if (!("kernel" in meaning)) {
    return writeElement(exhibit, disputed)
      .bytes(listItems(exhibit.trace.lists.trace, [kernel]))
      .finish();
  }
  const source = operandSource(exhibit);
  const leaves = operandLeaves({ kernel: meaning.kernel, element, valueOf: source.valueOf });
  const opened = [...leaves.keys()];
  const writer = writeRoots(writeElement(exhibit, disputed), exhibit, { kernel, opened });
  for (const [tensor, positions] of leaves) writeOperand(writer, source.tree(tensor), positions);
  return writer.finish();
}

/** What a kernel of the exhibit's artifact computes, if it is not void. */
export function meaningOfKernel({ committed: { artifact } }: Exhibit, kernel: number): Meaning {
  const id = artifact.inputs.length + artifact.weights.length + kernel;
  return meaningOf(artifact.kernels[kernel] as Uint8Array, id, artifact.table);
}

/** Evidence about an element up to the path of its leaf. */
function writeElement(exhibit: Exhibit, { kernel, element }: DisputedElement): ByteWriter {
  const { committed, trace } = exhibit;
  const { artifact } = committed;
  const id = artifact.inputs.length + artifact.weights.length + kernel;
  const descriptor = artifact.kernels[kernel] as Uint8Array;
  const own = artifact.table[id] as TensorEntry;
  const loaded = (decodeKernel(descriptor)?.loads ?? [])
    .map(({ tensor }) => tensor)
    .filter((tensor) => tensor < id);
  const leaf = Math.floor((element * elementBytes(own.dtype)) / LEAF_BYTES);
  return head(exhibit, FAULT.element)
    .u32(kernel)
    .u32(element)
    .u16(descriptor.length)
    .bytes(descriptor)
    .bytes(openPositions(committed.program, [kernel]))
    .bytes(tableOpening(committed.table, [id, ...loaded]))
    .bytes(openPositions(tensorTree(trace, "trace", kernel), [leaf]));
}

/** Mask and roots of the opened tensors, ascending. */
function writeRoots(
  writer: ByteWriter,
  { committed, trace }: Exhibit,
  { kernel, opened }: { kernel: number; opened: readonly number[] },
): ByteWriter {
  const { artifact } = committed;
  const inputs = artifact.inputs.length;
  const firstKernel = inputs + artifact.weights.length;
  const loads = decodeKernel(artifact.kernels[kernel] as Uint8Array)?.loads ?? [];
  const kernels = opened.filter((tensor) => tensor >= firstKernel).map((tensor) => tensor - firstKernel);
  const weights = opened.filter((tensor) => tensor >= inputs && tensor < firstKernel);
  return writer
    .u8(loads.reduce((mask, { tensor }, j) => (opened.includes(tensor) ? mask | (1 << j) : mask), 0))
    .bytes(listItems(trace.lists.trace, [...kernels, kernel]))
    .bytes(
      listItems(
        committed.weights,
        weights.map((tensor) => tensor - inputs),
      ),
    )
    .bytes(
      listItems(
        trace.lists.input,
        opened.filter((tensor) => tensor < inputs),
      ),
    );
}

/** Element evidence up to where its operands begin: what opens a job on the workbench. */
export function elementEvidenceWithoutOperands(
  exhibit: Exhibit,
  disputed: DisputedElement,
  opened: readonly number[],
): Uint8Array {
  return writeRoots(writeElement(exhibit, disputed), exhibit, { kernel: disputed.kernel, opened }).finish();
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
  if (list === "records") return absentRecordEvidence(exhibit.records.tree, { level, index: position });
  const node = (tree: Tree): Uint8Array => writeNode(writer, tree, { level, index: position }).finish();
  const writer = new ByteWriter()
    .u8(FAULT.absentNode)
    .u8(LIST_CODE[list])
    .u8(tensor === undefined ? 0 : 1);
  writeRecordAndModel(writer, exhibit);
  if (tensor === undefined) return node(exhibit.trace.lists[list]);
  const { id } = tensorEntry(exhibit, list, tensor);
  writer.u32(tensor).bytes(listItems(exhibit.trace.lists[list], [tensor]));
  writer.bytes(tableOpening(exhibit.committed.table, [id]));
  return node(tensorTree(exhibit.trace, list, tensor));
}

/** The same in a list of records, of which nothing else has to be at hand. */
export function absentRecordEvidence(
  records: Tree,
  at: { readonly level: number; readonly index: number },
): Uint8Array {
  return writeNode(new ByteWriter().u8(FAULT.absentNode).u8(0).u8(0), records, at).finish();
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

function tensorEntry({ committed: { artifact } }: Exhibit, list: RecordList, index: number) {
  const first = {
    input: 0,
    output: artifact.table.length - artifact.outputs.length,
    trace: artifact.inputs.length + artifact.weights.length,
  };
  const id = first[list] + index;
  return { id, entry: artifact.table[id] as TensorEntry };
}
