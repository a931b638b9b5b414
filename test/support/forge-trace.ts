import { concatBytes } from "@noble/hashes/utils.js";

import type { CommittedTrace, RecordList } from "../../src/trace/committed-trace.js";
import { NODE_BYTES, treeOfBytes, treeOfItems } from "../../src/trace/tree.js";
import type { Tree } from "../../src/trace/tree.js";

/** A trace in which one tensor has other bytes, its list (and the output list, if it is an output) following suit. */
export function withTensor(
  trace: CommittedTrace,
  list: RecordList,
  index: number,
  bytes: Uint8Array,
): CommittedTrace {
  const changed = treeOfBytes(bytes);
  const isOutput = list === "trace" && index >= trace.lists.trace.count - trace.lists.output.count;
  const output = index - (trace.lists.trace.count - trace.lists.output.count);
  const lists = { ...trace.lists, [list]: withItem(trace.lists[list], index, changed.root) };
  if (isOutput) lists.output = withItem(trace.lists.output, output, changed.root);
  return {
    lists,
    tensor(name, at) {
      if (name === list && at === index) return changed;
      return isOutput && name === "output" && at === output ? changed : trace.tensor(name, at);
    },
  };
}

/** A trace in which one bit of one tensor is flipped and everything else is as before. */
export function withFlippedBit(
  trace: CommittedTrace,
  { list = "trace", index, bit }: { list?: RecordList; index: number; bit: number },
): CommittedTrace {
  const bytes = Uint8Array.from((trace.tensor(list, index) as Tree).source);
  if (bit >> 3 >= bytes.length)
    throw new RangeError(`the tensor has ${bytes.length} bytes; found bit ${bit}`);
  bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
  return withTensor(trace, list, index, bytes);
}

/** A list in which one item is another one; appended when `index` is the count. */
export function withItem(list: Tree, index: number, item: Uint8Array): Tree {
  const items = list.source.subarray(0, list.count * NODE_BYTES);
  const before = items.subarray(0, index * NODE_BYTES);
  return treeOfItems(concatBytes(before, item, items.subarray((index + 1) * NODE_BYTES)));
}
