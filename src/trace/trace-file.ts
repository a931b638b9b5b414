import { OnusError } from "../errors/onus-error.js";
import type { Artifact } from "../program/artifact.js";
import { depthOf } from "../program/tensor-table.js";
import { ByteReader } from "../types/byte-reader.js";
import { ByteWriter } from "../types/byte-writer.js";
import { bytes32From } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { CommittedTrace, RecordList } from "./committed-trace.js";
import { NODE_BYTES, treeOfBytes, treeOfItems } from "./tree.js";
import type { Tree } from "./tree.js";

/** How an operator hands a trace over: the lists and tensors behind one record, in one file. */
export type TraceFile = { readonly artifactId: Bytes32; readonly trace: CommittedTrace };

const MAGIC = "ONUSTRACE1";
const LISTS = ["input", "output", "trace"] as const satisfies readonly RecordList[];

/**
 * Encodes a trace: magic, 32-byte artifact id, per list u32 item count and items, then u32 tensor count and per tensor
 * u8 list, u32 index, u32 byte length, bytes; big-endian. An output whose item is the trace's is not repeated.
 */
export function encodeTraceFile({ artifactId, trace }: TraceFile): Uint8Array {
  const file = new ByteWriter().text(MAGIC).hex(artifactId);
  const tensors = new ByteWriter();
  let tensorCount = 0;
  for (const [code, list] of LISTS.entries()) {
    const tree = trace.lists[list];
    file.u32(tree.count).bytes(tree.source.subarray(0, tree.count * NODE_BYTES));
    for (let index = 0; index < tree.count; index++) {
      if (list === "output" && twinOf(trace.lists, index) !== undefined) continue;
      const tensor = trace.tensor(list, index);
      if (tensor === undefined) continue;
      tensors.u8(code).u32(index).u32(tensor.source.length).bytes(tensor.source);
      tensorCount++;
    }
  }
  return file.u32(tensorCount).bytes(tensors.finish()).finish();
}

/**
 * Reads a trace file as a commitment to a run of `artifact`. A tensor whose bytes do not hash to its item counts as not
 * at hand; lists of another depth than the artifact's, and bytes that are no trace file, are errors.
 */
export function decodeTraceFile(bytes: Uint8Array, artifact: Artifact): TraceFile {
  const reader = new ByteReader(bytes, "file", unreadable);
  const magic = new TextDecoder().decode(reader.take(Math.min(MAGIC.length, bytes.length)));
  if (magic !== MAGIC) throw unreadable(`it does not begin with ${MAGIC}`);
  const artifactId = bytes32From(reader.take(32));
  const counts = {
    input: artifact.inputs.length,
    output: artifact.outputs.length,
    trace: artifact.kernels.length,
  };
  const readList = (list: RecordList): Tree => {
    const tree = treeOfItems(reader.take(reader.u32() * NODE_BYTES));
    if (tree.depth === depthOf(counts[list])) return tree;
    throw unreadable(`its ${list} list has ${tree.count} items; the artifact has ${counts[list]}`);
  };
  const lists = { input: readList("input"), output: readList("output"), trace: readList("trace") };
  const tensors = new Map<string, Uint8Array>();
  for (let left = reader.u32(); left > 0; left--) {
    const list = LISTS[reader.u8()];
    tensors.set(`${list} ${reader.u32()}`, reader.take(reader.u32()));
  }
  reader.end();

  const trees = new Map<string, Tree | undefined>();
  const tensor = (list: RecordList, index: number): Tree | undefined => {
    const key = `${list} ${index}`;
    if (trees.has(key)) return trees.get(key);
    const given = tensors.get(key);
    const twin = list === "output" ? twinOf(lists, index) : undefined;
    let tree = given === undefined || given.length === 0 ? undefined : treeOfBytes(given);
    const item = lists[list].source.subarray(index * NODE_BYTES, (index + 1) * NODE_BYTES);
    if (tree !== undefined && bytes32From(tree.root) !== bytes32From(item)) tree = undefined;
    if (tree === undefined && twin !== undefined) tree = tensor("trace", twin);
    trees.set(key, tree);
    return tree;
  };
  return { artifactId, trace: { lists, tensor } };
}

/** The trace index whose item equals output `index`'s: where it stands when the claim is right. */
function twinOf(lists: CommittedTrace["lists"], index: number): number | undefined {
  const twin = lists.trace.count - lists.output.count + index;
  const item = (tree: Tree, at: number) => tree.source.subarray(at * NODE_BYTES, (at + 1) * NODE_BYTES);
  const same =
    twin >= 0 && item(lists.output, index).every((byte, at) => byte === item(lists.trace, twin)[at]);
  return same ? twin : undefined;
}

const unreadable = (reason: string) => new OnusError("TRACE_FILE", { reason });
