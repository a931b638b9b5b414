import { OnusError } from "../errors/onus-error.js";
import { LEAF_BYTES, depthOf } from "../program/tensor-table.js";
import type { KeccakHasher } from "./keccak-hasher.js";
import { nobleHasher } from "./noble-hasher.js";
import { wasmHasher } from "./wasm-hasher.js";

/**
 * The one commitment: a binary keccak-256 Merkle tree over 128-byte leaves (tensors, tables) or over 32-byte
 * items (lists of roots, kernels, records). Normative text: docs/spec/commitments.md; chain side:
 * contracts/libraries/Tree.sol.
 */

export const NODE_BYTES = 32;

export type TreeForm = "bytes" | "list";

export interface Tree {
  readonly form: TreeForm;
  /** The committed bytes, or the items concatenated; kept by reference. */
  readonly source: Uint8Array;
  /** Leaves or items present; positions from here to 2^depth are absent. */
  readonly count: number;
  readonly depth: number;
  /** Present nodes of each level, concatenated; level 0 are leaf hashes or items, level `depth` is the root. */
  readonly levels: readonly Uint8Array[];
  readonly root: Uint8Array;
  /** Of a tree of which only a part is at hand: that part. `source` and `levels` then say nothing. */
  readonly known?: KnownNodes;
}

/** The part of a tree that is at hand; undefined elsewhere. */
export interface KnownNodes {
  node(level: number, index: number): Uint8Array | undefined;
  /** 128 bytes. */
  leaf(position: number): Uint8Array | undefined;
}

/** Leaves of a tensor of `bytes` bytes. */
export function leavesOf(bytes: number): number {
  return Math.ceil(bytes / LEAF_BYTES);
}

/** Commits to bytes: a tensor row-major little-endian, or any other byte string. */
export function treeOfBytes(bytes: Uint8Array, hasher: KeccakHasher = wasmHasher): Tree {
  const count = leavesOf(bytes.length);
  const levels = foldLevels({ level0: hashLeaves(bytes, hasher), count, form: "bytes", hasher, keep: true });
  return { form: "bytes", source: bytes, count, depth: depthOf(count), levels, root: levels.at(-1)! };
}

/** Commits to a list of 32-byte items. An empty list has root 0 and opens nothing. */
export function treeOfItems(items: Uint8Array, hasher: KeccakHasher = wasmHasher): Tree {
  if (items.length % NODE_BYTES !== 0) throw new OnusError("ITEM_SIZE", { bytes: items.length });
  const count = items.length / NODE_BYTES;
  const level0 = roomForPairs(Math.max(1, count));
  level0.set(items);
  const levels = foldLevels({ level0, count: Math.max(1, count), form: "list", hasher, keep: true });
  return { form: "list", source: items, count, depth: depthOf(count), levels, root: levels.at(-1)! };
}

/** Root of `treeOfBytes(bytes)` in a quarter of the memory. */
export function rootOfBytes(bytes: Uint8Array, hasher: KeccakHasher = wasmHasher): Uint8Array {
  const [level0, count] = [hashLeaves(bytes, hasher), leavesOf(bytes.length)];
  return foldLevels({ level0, count, form: "bytes", hasher, keep: false })[0]!;
}

/** Root of a list of 32-byte items. */
export function rootOfItems(items: readonly Uint8Array[], hasher: KeccakHasher = wasmHasher): Uint8Array {
  const joined = new Uint8Array(items.length * NODE_BYTES);
  items.forEach((item, i) => joined.set(item, i * NODE_BYTES));
  return treeOfItems(joined, hasher).root;
}

/** One node; `index` < 2^(depth - level), absent ones included. A fresh copy or a shared constant: do not write. */
export function nodeAt(tree: Tree, level: number, index: number): Uint8Array {
  if (tree.known !== undefined) {
    const node = tree.known.node(level, index);
    if (node === undefined) throw new OnusError("NODE_UNKNOWN", { level, index });
    return node;
  }
  const nodes = tree.levels[level]!;
  const at = index * NODE_BYTES;
  return at < nodes.length ? nodes.subarray(at, at + NODE_BYTES) : absentNode(tree.form, level);
}

/** The 128 bytes of a leaf, padded with zeros; absent ones included. Do not write into it. */
export function leafAt(tree: Tree, position: number): Uint8Array {
  if (tree.known !== undefined) {
    const leaf = tree.known.leaf(position);
    if (leaf === undefined) throw new OnusError("NODE_UNKNOWN", { level: 0, index: position });
    return leaf;
  }
  const bytes = tree.source.subarray(position * LEAF_BYTES, (position + 1) * LEAF_BYTES);
  if (bytes.length === LEAF_BYTES) return bytes;
  const padded = new Uint8Array(LEAF_BYTES);
  padded.set(bytes);
  return padded;
}

/**
 * The stream that proves a set of positions against the root: the opened leaves in order (bytes form only; the items
 * of a list are supplied by whoever derives them), then siblings level by level from level 0, left to right. A node
 * whose sibling is known too takes no bytes. Absent positions below 2^depth open as well, as zeros.
 */
export function openPositions(tree: Tree, positions: readonly number[]): Uint8Array {
  checkPositions(positions, tree.depth);
  const siblings = siblingsOf(positions, tree.depth);
  const leafBytes = tree.form === "bytes" ? positions.length * LEAF_BYTES : 0;
  const stream = new Uint8Array(leafBytes + siblings.length * NODE_BYTES);
  if (tree.form === "bytes") {
    positions.forEach((position, i) => stream.set(leafAt(tree, position), i * LEAF_BYTES));
  }
  siblings.forEach(({ level, index }, i) => {
    stream.set(nodeAt(tree, level, index), leafBytes + i * NODE_BYTES);
  });
  return stream;
}

/** Positions of whole ranges, for `openPositions`. */
export function positionsOf(ranges: readonly { readonly first: number; readonly count: number }[]): number[] {
  return ranges.flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i));
}

/** Bytes of `openPositions` for these positions, without a tree. */
export function openingBytes(opening: {
  form: TreeForm;
  positions: readonly number[];
  depth: number;
}): number {
  const { form, positions, depth } = opening;
  checkPositions(positions, depth);
  const leaves = form === "bytes" ? positions.length * LEAF_BYTES : 0;
  return leaves + siblingsOf(positions, depth).length * NODE_BYTES;
}

export interface Opening {
  readonly form: TreeForm;
  /** Strictly ascending. */
  readonly positions: readonly number[];
  /** From the committed count, never from whoever proves. */
  readonly depth: number;
  /** As made by `openPositions`; bytes after the last sibling are left alone. */
  readonly stream: Uint8Array;
  /** List form only: the items at `positions`, concatenated. */
  readonly items?: Uint8Array;
}

/** The root an opening leads to, and how many bytes of the stream it took. Compare both. */
export function rootFromOpening(
  opening: Opening,
  hasher: KeccakHasher = wasmHasher,
): { readonly root: Uint8Array; readonly consumed: number } {
  const { form, positions, depth, stream } = opening;
  const expected = openingBytes(opening);
  const itemBytes = positions.length * NODE_BYTES;
  if (stream.length < expected) throw new OnusError("OPENING_TOO_SHORT", { bytes: stream.length, expected });
  const nodes = new Uint8Array(itemBytes);
  let consumed = 0;
  if (form === "bytes") {
    consumed = positions.length * LEAF_BYTES;
    hasher.leaves(stream.subarray(0, consumed), nodes);
  } else {
    const items = opening.items ?? new Uint8Array(0);
    if (items.length !== itemBytes) {
      throw new OnusError("OPENING_TOO_SHORT", { bytes: items.length, expected: itemBytes });
    }
    nodes.set(items);
  }

  let known = [...positions];
  const pair = new Uint8Array(2 * NODE_BYTES);
  for (let level = 0; level < depth; level++) {
    const parents: number[] = [];
    for (let i = 0; i < known.length; i++) {
      const index = known[i]!;
      const isLeft = index % 2 === 0;
      pair.set(nodes.subarray(i * NODE_BYTES, (i + 1) * NODE_BYTES), isLeft ? 0 : NODE_BYTES);
      if (isLeft && known[i + 1] === index + 1) {
        i++;
        pair.set(nodes.subarray(i * NODE_BYTES, (i + 1) * NODE_BYTES), NODE_BYTES);
      } else {
        pair.set(stream.subarray(consumed, consumed + NODE_BYTES), isLeft ? NODE_BYTES : 0);
        consumed += NODE_BYTES;
      }
      // Parents never outnumber the nodes read so far, so they may overwrite them.
      hasher.pairs(pair, nodes.subarray(parents.length * NODE_BYTES));
      parents.push(Math.floor(index / 2));
    }
    known = parents;
  }
  return { root: nodes.slice(0, NODE_BYTES), consumed };
}

/** Hashes of the leaves, with room for a node behind them. */
function hashLeaves(bytes: Uint8Array, hasher: KeccakHasher): Uint8Array {
  if (bytes.length === 0) throw new OnusError("EMPTY_TENSOR");
  const whole = Math.floor(bytes.length / LEAF_BYTES);
  const level0 = roomForPairs(leavesOf(bytes.length));
  if (whole > 0) hasher.leaves(bytes.subarray(0, whole * LEAF_BYTES), level0);
  if (whole * LEAF_BYTES < bytes.length) {
    const last = new Uint8Array(LEAF_BYTES);
    last.set(bytes.subarray(whole * LEAF_BYTES));
    hasher.leaves(last, level0.subarray(whole * NODE_BYTES));
  }
  return level0;
}

/** For so many nodes, and one more where they are odd. */
const roomForPairs = (count: number): Uint8Array => new Uint8Array(2 * Math.ceil(count / 2) * NODE_BYTES);

/** All levels over `count` nodes, or with `keep: false` the root alone. `level0` has room for pairs. */
function foldLevels(args: {
  level0: Uint8Array;
  count: number;
  form: TreeForm;
  hasher: KeccakHasher;
  keep: boolean;
}): Uint8Array[] {
  const { form, hasher, keep } = args;
  const levels: Uint8Array[] = [];
  let [nodes, count] = [args.level0, args.count];
  for (let level = 0; ; level++) {
    if (keep || count === 1) levels.push(nodes.subarray(0, count * NODE_BYTES));
    if (count === 1) return levels;
    // The last node of an odd level is paired with an absent one.
    if (count % 2 === 1) nodes.set(absentNode(form, level), count * NODE_BYTES);
    count = Math.ceil(count / 2);
    const parents = roomForPairs(count);
    hasher.pairs(nodes, parents);
    nodes = parents;
  }
}

/** Nodes of subtrees in which nothing is present, by form and level; filled as far as needed. */
const absentNodes: Record<TreeForm, Uint8Array[]> = { bytes: [], list: [] };

/** The node at `level` over absent leaves or items alone. Shared: do not write into it. */
export function absentNode(form: TreeForm, level: number): Uint8Array {
  const nodes = absentNodes[form];
  for (let next = nodes.length; next <= level; next++) {
    const node = new Uint8Array(NODE_BYTES);
    const below = nodes[next - 1];
    if (below !== undefined) {
      const pair = new Uint8Array(2 * NODE_BYTES);
      pair.set(below);
      pair.set(below, NODE_BYTES);
      nobleHasher.pairs(pair, node);
    } else if (form === "bytes") {
      nobleHasher.leaves(new Uint8Array(LEAF_BYTES), node);
    }
    nodes.push(node);
  }
  return nodes[level]!;
}

function checkPositions(positions: readonly number[], depth: number): void {
  if (positions.length === 0) throw new OnusError("NOTHING_OPENED");
  let previous = -1;
  for (const position of positions) {
    if (position <= previous) throw new OnusError("POSITIONS_NOT_ASCENDING", { position, previous });
    if (position >= 2 ** depth) throw new OnusError("POSITION_OUT_OF_RANGE", { position, size: 2 ** depth });
    previous = position;
  }
}

/** Which siblings the stream carries, in its order. `positions` are checked. */
function siblingsOf(positions: readonly number[], depth: number): { level: number; index: number }[] {
  const siblings: { level: number; index: number }[] = [];
  let known = positions;
  for (let level = 0; level < depth; level++) {
    const parents: number[] = [];
    for (let i = 0; i < known.length; i++) {
      const index = known[i]!;
      if (index % 2 === 0 && known[i + 1] === index + 1) i++;
      else siblings.push({ level, index: index % 2 === 0 ? index + 1 : index - 1 });
      parents.push(Math.floor(index / 2));
    }
    known = parents;
  }
  return siblings;
}
