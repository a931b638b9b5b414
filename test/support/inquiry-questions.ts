import { keccak_256 } from "@noble/hashes/sha3.js";
import { concatBytes, hexToBytes } from "@noble/hashes/utils.js";

import { commitRecords, type RecordTree } from "../../src/claim/record-list.js";
import type { InferenceRecord } from "../../src/claim/record.js";
import {
  descentFrom,
  LIST,
  questionKey,
  recordSubject,
  traceSubject,
  type ListName,
  type QuestionKey,
} from "../../src/dispute/question.js";
import type { ModelIdentity } from "../../src/model/model-id.js";
import type { Artifact } from "../../src/program/artifact.js";
import { LEAF_BYTES, TABLE_ENTRY_BYTES } from "../../src/program/tensor-table.js";
import { commitArtifact, type CommittedArtifact } from "../../src/trace/commit-artifact.js";
import { nodeAt, openPositions, treeOfBytes, treeOfItems, type Tree } from "../../src/trace/tree.js";
import type { Address } from "../../src/types/address.js";
import { ByteWriter } from "../../src/types/byte-writer.js";
import { bytes32From, ZERO_HASH, type Bytes32 } from "../../src/types/bytes32.js";

/** What an operator committed to, tree by tree. Nobody computes anything here, so the values mean nothing. */
export type Committed = {
  readonly artifact: CommittedArtifact;
  readonly lists: { readonly [list in ListName]: Tree };
  readonly tensors: { readonly [list in ListName]: readonly Tree[] };
  readonly records: RecordTree;
};

/** Elements of the tensors, all f32: two inputs, two weights, five kernels of which the last two are outputs. */
const COUNTS = [40, 2_240, 640, 3, 64, 33, 1, 100, 700];
const KERNELS = 5;
const INPUTS = 2;
const OUTPUTS = 2;

export const GARBAGE_ROOT = bytes32From(keccak_256(Uint8Array.of(1)));

/** Five records; those in `onDemand` leave their trace to be stated. */
export function commitTiny(requester: Address, n: number, onDemand: readonly number[]): Committed {
  const tensor = (id: number): Uint8Array =>
    Uint8Array.from({ length: 4 * COUNTS[id]! }, (_, at) => (at * 7 + id * 31) % 251);
  const entry = (id: number) => ({ count: COUNTS[id]!, dtype: "f32" as const });
  const port = (id: number) => ({ name: `t${id}`, shape: [COUNTS[id]!], dtype: "f32" as const });
  const ids = COUNTS.map((_, id) => id);
  const [inputs, weights, kernels] = [
    ids.slice(0, INPUTS),
    ids.slice(INPUTS, -KERNELS),
    ids.slice(-KERNELS),
  ] as const;
  const artifact: Artifact = {
    inputs: inputs.map(port),
    outputs: kernels.slice(-OUTPUTS).map(port),
    table: ids.map(entry),
    kernels: kernels.map((id) => Uint8Array.from({ length: 20 + 60 * id }, (_, at) => (at + id) % 256)),
    weights: weights.map(tensor),
  };
  const committed = commitArtifact(artifact);
  const trees = (of: readonly number[]) => of.map((id) => treeOfBytes(tensor(id)));
  const list = (of: readonly Tree[]) => treeOfItems(concatBytes(...of.map(({ root }) => root)));
  const tensors = {
    input: trees(inputs),
    output: trees(kernels.slice(-OUTPUTS)),
    trace: trees(kernels),
    weights: trees(weights),
    ...{ records: [], program: [], table: [] },
  };
  const roots = { input: list(tensors.input), output: list(tensors.output), trace: list(tensors.trace) };
  const records = commitRecords(
    Array.from({ length: n }, (_, i) => ({
      requester,
      salt: bytes32From(keccak_256(Uint8Array.of(n, i))),
      inputRoot: bytes32From(roots.input.root),
      outputRoot: bytes32From(roots.output.root),
      traceRoot: onDemand.includes(i) ? ZERO_HASH : bytes32From(roots.trace.root),
      parentsRoot: ZERO_HASH,
      parentsCount: 0,
    })),
  );
  const { program, table } = committed;
  const lists = { ...roots, records: records.tree, program, table, weights: committed.weights };
  return { artifact: committed, lists, tensors, records };
}

export function hexOf(bytes: Uint8Array): Bytes32 {
  return bytes32From(bytes);
}

/** What a question points to. */
export type Spot =
  | { readonly kind: "record" | "trace"; readonly record: number }
  | { readonly kind: "descriptor"; readonly kernel: number }
  | {
      readonly kind: "node";
      readonly list: ListName;
      readonly record: number;
      readonly tensor?: number;
      readonly level: number;
      readonly index: number;
      /** Instead of the node of the tree: the root of a trace that nobody knows more about. */
      readonly unknown?: Bytes32;
    };

export type Posed = QuestionKey & {
  readonly stream: Uint8Array;
  /** The right answer; empty for traces, which are stated, and where nobody knows it. */
  readonly data: Uint8Array;
};

/** Writes a question as docs/spec/inquiry.md lays it out, and its answer. */
export function poseQuestion(
  committed: Committed,
  { claimId, model }: { readonly claimId: Bytes32; readonly model: ModelIdentity },
  spot: Spot,
): Posed {
  const { records, lists, tensors, artifact } = committed;
  const writer = new ByteWriter();
  switch (spot.kind) {
    case "record": {
      const subject = recordSubject(records.root, records.tree.depth, spot.record);
      const data = writeRecord(new ByteWriter(), records, spot.record).finish();
      return { ...questionKey("record", 0, subject), stream: writer.u8(1).u32(spot.record).finish(), data };
    }
    case "trace": {
      const key = questionKey("trace", 0, traceSubject(claimId, spot.record));
      const stream = writeRecord(writer.u8(2), records, spot.record).finish();
      return { ...key, stream, data: new Uint8Array(0) };
    }
    case "descriptor": {
      const hash = nodeAt(lists.program, 0, spot.kernel);
      writeModel(writer.u8(4), artifact, model).u32(spot.kernel).bytes(hash);
      const stream = writer.bytes(openPositions(lists.program, [spot.kernel])).finish();
      const key = questionKey("descriptor", 0, bytes32From(hash));
      return { ...key, stream, data: artifact.artifact.kernels[spot.kernel]! };
    }
    case "node": {
      const { list, record, tensor, level, index, unknown } = spot;
      const ofRecord = list === "input" || list === "output" || list === "trace";
      writer
        .u8(3)
        .u8(LIST[list])
        .u8(tensor === undefined ? 0 : 1);
      if (ofRecord) writeRecord(writer, records, record);
      if (list !== "records") writeModel(writer, artifact, model);
      let tree = lists[list];
      if (tensor !== undefined) {
        tree = tensors[list][tensor]!;
        writer.u32(tensor).bytes(tree.root);
        writer.bytes(openPositions(lists[list], [tensor]));
        const leaf = Math.floor((firstId(list) + tensor) / (LEAF_BYTES / TABLE_ENTRY_BYTES));
        writer.bytes(openPositions(lists.table, [leaf]));
      }
      const node = unknown === undefined ? nodeAt(tree, level, index) : hexToBytes(unknown.slice(2));
      writer.u8(level).u32(index).bytes(node);
      for (let above = level, at = index; above < tree.depth; above++, at = Math.floor(at / 2)) {
        writer.bytes(nodeAt(tree, above, at % 2 === 0 ? at + 1 : at - 1));
      }
      // Below an item of a list there is nothing: such a question is refused, and its key never asked for.
      const { form, levels } = descentFrom(tree.form, level) ?? { form: "nodes" as const, levels: 0 };
      const data = unknown === undefined ? below(tree, { level, index, levels }) : new Uint8Array(0);
      return { ...questionKey(form, levels, bytes32From(node)), stream: writer.finish(), data };
    }
  }
}

function firstId(list: ListName): number {
  if (list === "input") return 0;
  if (list === "weights") return INPUTS;
  return COUNTS.length - (list === "output" ? OUTPUTS : KERNELS);
}

/** The nodes `levels` below a node; of bytes, at the bottom, the leaves. */
function below(
  tree: Tree,
  { level, index, levels }: { readonly level: number; readonly index: number; readonly levels: number },
): Uint8Array {
  const count = 2 ** levels;
  const first = index * count;
  if (tree.form === "bytes" && level === levels) {
    const leaves = new Uint8Array(count * LEAF_BYTES);
    leaves.set(tree.source.subarray(first * LEAF_BYTES, (first + count) * LEAF_BYTES));
    return leaves;
  }
  return concatBytes(...Array.from({ length: count }, (_, i) => nodeAt(tree, level - levels, first + i)));
}

function writeRecord(writer: ByteWriter, records: RecordTree, index: number): ByteWriter {
  const { requester, salt, inputRoot, outputRoot, traceRoot, parentsRoot, parentsCount } = records.records[
    index
  ] as InferenceRecord;
  writer.hex(requester).hex(salt).hex(inputRoot).hex(outputRoot).hex(traceRoot);
  return writer
    .hex(parentsRoot)
    .u8(parentsCount)
    .u32(index)
    .bytes(openPositions(records.tree, [index]));
}

function writeModel(writer: ByteWriter, { commitment }: CommittedArtifact, model: ModelIdentity): ByteWriter {
  const { kernelCount, weightCount, inputCount, outputCount } = commitment;
  writer.u32(kernelCount).u32(weightCount).u32(inputCount).u32(outputCount);
  writer.hex(commitment.programRoot).hex(commitment.tableRoot);
  writer.hex(commitment.weightsRoot).hex(commitment.interfaceHash);
  return writer.hex(model.publisher).hex(model.superseded);
}
