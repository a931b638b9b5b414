import { depthOf } from "../program/tensor-table.js";
import { nobleHasher } from "./noble-hasher.js";
import { NODE_BYTES } from "./tree.js";
import type { Tree } from "./tree.js";

/**
 * A list of which one item and its path are at hand, siblings from level 0 up. Its root is the one they lead to; of other
 * nodes only the siblings are known.
 */
export function treeOfPath(given: {
  readonly count: number;
  readonly index: number;
  readonly item: Uint8Array;
  readonly path: readonly Uint8Array[];
}): Tree {
  const { count, index, item, path } = given;
  const ancestors = [item];
  const pair = new Uint8Array(2 * NODE_BYTES);
  path.forEach((sibling, level) => {
    const isLeft = Math.floor(index / 2 ** level) % 2 === 0;
    pair.set(ancestors[level] as Uint8Array, isLeft ? 0 : NODE_BYTES);
    pair.set(sibling, isLeft ? NODE_BYTES : 0);
    const above = new Uint8Array(NODE_BYTES);
    nobleHasher.pairs(pair, above);
    ancestors.push(above);
  });
  return {
    form: "list",
    source: new Uint8Array(0),
    count,
    depth: depthOf(count),
    levels: [],
    root: ancestors.at(-1) as Uint8Array,
    known: {
      node(level, position) {
        const own = Math.floor(index / 2 ** level);
        if (position === own) return ancestors[level];
        return Math.floor(position / 2) === Math.floor(own / 2) ? path[level] : undefined;
      },
      leaf: () => undefined,
    },
  };
}
