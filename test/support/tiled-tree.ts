import { elementBytes } from "../../src/program/dtype.js";
import type { TensorData } from "../../src/program/dtype.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import { LEAF_BYTES, depthOf, leafCount } from "../../src/program/tensor-table.js";
import { bytesOfTensor } from "../../src/run/engine.js";
import { nobleHasher } from "../../src/trace/noble-hasher.js";
import { NODE_BYTES, nodeAt, treeOfBytes } from "../../src/trace/tree.js";
import type { Tree } from "../../src/trace/tree.js";

/** A tensor whose elements repeat: as large as there is one, in the memory of one period. */
export type TiledTensor = {
  readonly tree: Tree;
  /** Its values by index, for the interpreter. */
  readonly data: TensorData;
};

/** @param period Elements; a power of two of whole leaves, of which the tensor has another power of two. */
export function tiledTensor(entry: TensorEntry, period: TensorData): TiledTensor {
  const block = treeOfBytes(bytesOfTensor(period));
  const depth = depthOf(leafCount(entry));
  if (period.length * elementBytes(entry.dtype) !== LEAF_BYTES << block.depth) throw new RangeError("period");
  if (leafCount(entry) !== 2 ** depth || depth < block.depth) throw new RangeError("tensor");
  // Above a period every node of a level is the same.
  const above = [block.root];
  for (let level = block.depth; level < depth; level++) {
    const node = new Uint8Array(NODE_BYTES);
    const below = above.at(-1) as Uint8Array;
    nobleHasher.pairs(Uint8Array.from([...below, ...below]), node);
    above.push(node);
  }
  const tree: Tree = {
    form: "bytes",
    source: new Uint8Array(0),
    count: leafCount(entry),
    depth,
    levels: [],
    root: above.at(-1) as Uint8Array,
    known: {
      node: (level, index) =>
        level < block.depth
          ? nodeAt(block, level, index % 2 ** (block.depth - level))
          : above[level - block.depth],
      leaf: (position) => {
        const from = (position % block.count) * LEAF_BYTES;
        return block.source.subarray(from, from + LEAF_BYTES);
      },
    },
  };
  const data = new Proxy(period, {
    get: (target, name) => target[Number(String(name)) % target.length],
  });
  return { tree, data };
}
