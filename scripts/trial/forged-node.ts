import { NODE_BYTES, nodeAt } from "../../src/trace/tree.js";
import type { Tree } from "../../src/trace/tree.js";
import { nobleHasher } from "../../src/trace/noble-hasher.js";

/**
 * A tree with another node at one place, and everything above it following suit: what stands below the node is what
 * it was, so nobody can answer a question about the node.
 */
export function withNode(tree: Tree, at: { level: number; index: number }, node: Uint8Array): Tree {
  const levels = tree.levels.map((nodes) => nodes);
  let { index } = at;
  let changed = node;
  for (let level = at.level; level <= tree.depth; level++) {
    levels[level] = replaced({ ...tree, levels }, level, index, changed);
    if (level === tree.depth) break;
    const pair = new Uint8Array(2 * NODE_BYTES);
    const left = index - (index % 2);
    const known: Tree = { ...tree, levels };
    pair.set(nodeAt(known, level, left));
    pair.set(nodeAt(known, level, left + 1), NODE_BYTES);
    changed = new Uint8Array(NODE_BYTES);
    nobleHasher.pairs(pair, changed);
    index = Math.floor(index / 2);
  }
  return { ...tree, levels, root: levels[tree.depth] as Uint8Array };
}

/** A level with one node replaced, and absent nodes written out up to it. */
function replaced(tree: Tree, level: number, index: number, node: Uint8Array): Uint8Array {
  const before = tree.levels[level] as Uint8Array;
  const count = Math.max(before.length / NODE_BYTES, index + 1);
  const nodes = new Uint8Array(count * NODE_BYTES);
  for (let at = 0; at < count; at++) nodes.set(nodeAt(tree, level, at), at * NODE_BYTES);
  nodes.set(node, index * NODE_BYTES);
  return nodes;
}
