import { concatBytes, hexToBytes } from "@noble/hashes/utils.js";

import { OnusError } from "../errors/onus-error.js";
import type { Artifact } from "../program/artifact.js";
import { bytes32From } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { CommittedTrace, RecordList } from "./committed-trace.js";
import { NODE_BYTES, depthOf, treeOfBytes, treeOfItems } from "./tree.js";
import type { Tree } from "./tree.js";

/** How an operator hands a trace over: the lists and tensors behind one record, in one file. */
export type TraceFile = { readonly artifactId: Bytes32; readonly trace: CommittedTrace };

const MAGIC = "ONUSTRACE1";
const LISTS = ["input", "output", "trace"] as const satisfies readonly RecordList[];

/**
 * Encodes a trace: magic, 32-byte artifact id, per list u32 item count and items, then u32 tensor count and per tensor
 * u8 list, u32 index, u32 byte length, bytes; little-endian. An output whose item is the trace's is not repeated.
 */
export function encodeTraceFile({ artifactId, trace }: TraceFile): Uint8Array {
  const parts: Uint8Array[] = [new TextEncoder().encode(MAGIC), hexToBytes(artifactId.slice(2))];
  const tensors: Uint8Array[] = [];
  let tensorCount = 0;
  for (const [code, list] of LISTS.entries()) {
    const tree = trace.lists[list];
    parts.push(u32(tree.count), tree.source.subarray(0, tree.count * NODE_BYTES));
    for (let index = 0; index < tree.count; index++) {
      const tensor =
        list === "output" && twinOf(trace.lists, index) !== undefined ? undefined : trace.tensor(list, index);
      if (tensor === undefined) continue;
      tensors.push(Uint8Array.of(code), u32(index), u32(tensor.source.length), tensor.source);
      tensorCount++;
    }
  }
  return concatBytes(...parts, u32(tensorCount), ...tensors);
}

/**
 * Reads a trace file as a commitment to a run of `artifact`. A tensor whose bytes do not hash to its item counts as not
 * at hand; lists of another depth than the artifact's, and bytes that are no trace file, are errors.
 */
export function decodeTraceFile(bytes: Uint8Array, artifact: Artifact): TraceFile {
  const reader = new Reader(bytes);
  const magic = new TextDecoder().decode(reader.take(MAGIC.length));
  if (magic !== MAGIC)
    throw new OnusError("TRACE_FILE", {
      expected: `a file that begins with ${MAGIC}`,
      found: JSON.stringify(magic),
    });
  const artifactId = bytes32From(reader.take(32));
  const counts = {
    input: artifact.inputs.length,
    output: artifact.outputs.length,
    trace: artifact.kernels.length,
  };
  const readList = (list: RecordList): Tree => {
    const tree = treeOfItems(reader.take(reader.u32() * NODE_BYTES));
    if (tree.depth !== depthOf(counts[list])) {
      throw new OnusError("TRACE_FILE", {
        expected: `${counts[list]} items in the ${list} list`,
        found: `${tree.count}`,
      });
    }
    return tree;
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

class Reader {
  private at = 0;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    // A Buffer's slice is a view of a larger one; a Uint8Array's is a copy.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  take(length: number): Uint8Array {
    const end = this.at + length;
    if (end > this.bytes.length) {
      throw new OnusError("TRACE_FILE", { expected: `at least ${end} bytes`, found: `${this.bytes.length}` });
    }
    const taken = this.bytes.slice(this.at, end);
    this.at = end;
    return taken;
  }

  u8(): number {
    return this.take(1)[0] as number;
  }

  u32(): number {
    return new DataView(this.take(4).buffer).getUint32(0, true);
  }

  end(): void {
    if (this.at !== this.bytes.length) {
      throw new OnusError("TRACE_FILE", { expected: `${this.at} bytes`, found: `${this.bytes.length}` });
    }
  }
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
