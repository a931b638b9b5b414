import { LEAF_BYTES, depthOf } from "../program/tensor-table.js";
import { absentNode, leafAt, nodeAt } from "../trace/tree.js";
import type { KnownNodes, Tree, TreeForm } from "../trace/tree.js";
import { bytes32From } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import { descentFrom, questionKey } from "./question.js";
import { subtreeOf } from "./read-answer.js";

/** A node by its place in a tree. */
export type NodeAddress = { readonly level: number; readonly index: number };

/** A tree that somebody committed to, as far as it is known from answers, from one's own guess, and from absence. */
export type KnownTree = Tree & {
  readonly known: KnownNodes;
  /** What one answer shows below a node; undefined while nobody knows. */
  below(at: NodeAddress): KnownNodes | undefined;
};

/**
 * @param count leaves or items present, committed to elsewhere
 * @param answers data by question key
 * @param guess what one takes the tree to be, of the same form and depth: believed below every node that is the same
 */
export function knownTree(
  committed: { readonly form: TreeForm; readonly count: number; readonly root: Uint8Array },
  answers: ReadonlyMap<Bytes32, Uint8Array>,
  guess?: Tree,
): KnownTree {
  const { form, count, root } = committed;
  const depth = depthOf(count);
  const seen = new Map<string, KnownNodes | undefined>();

  const find = ({ level, index }: NodeAddress): KnownNodes | undefined => {
    const top = node(level, index);
    const descent = descentFrom(form, level);
    if (top === undefined || descent === undefined) return undefined;
    if (guess !== undefined && equalBytes(top, nodeAt(guess, level, index))) return nodesOf(guess);
    if (equalBytes(top, absentNode(form, level))) return absentNodes(form);
    const data = answers.get(questionKey(descent.form, descent.levels, bytes32From(top)).key);
    if (data === undefined) return undefined;
    const bottom = level - descent.levels;
    const first = index * 2 ** descent.levels;
    const subtree = subtreeOf(descent.form, data);
    return {
      node: (at, position) => nodeAt(subtree, at - bottom, position - Math.floor(first / 2 ** (at - bottom))),
      leaf: (position) => leafAt(subtree, position - first),
    };
  };
  const below = (at: NodeAddress): KnownNodes | undefined => {
    const key = `${at.level}/${at.index}`;
    if (!seen.has(key)) seen.set(key, find(at));
    return seen.get(key);
  };
  const node = (level: number, index: number): Uint8Array | undefined => {
    if (level === depth) return root;
    const top = Math.min(depth, askedFrom(form, level));
    return below({ level: top, index: Math.floor(index / 2 ** (top - level)) })?.node(level, index);
  };
  const leaf = (position: number): Uint8Array | undefined => {
    const level = Math.min(depth, LEAVES_FROM);
    return below({ level, index: Math.floor(position / 2 ** level) })?.leaf(position);
  };
  return {
    form,
    count,
    depth,
    root,
    source: guess?.source ?? new Uint8Array(0),
    levels: [],
    known: { node, leaf },
    below,
  };
}

/** Levels that one answer of leaves and one of nodes reach down (docs/spec/inquiry.md, "What can be asked"). */
const LEAVES_FROM = 4;
const NODES_PER_ANSWER = 6;

/** The level from which an answer reaches a node of `level`, if the tree is that high. */
function askedFrom(form: TreeForm, level: number): number {
  if (form === "bytes" && level < LEAVES_FROM) return LEAVES_FROM;
  const lowest = form === "bytes" ? LEAVES_FROM : 0;
  return lowest + (Math.floor((level - lowest) / NODES_PER_ANSWER) + 1) * NODES_PER_ANSWER;
}

const nodesOf = (tree: Tree): KnownNodes => ({
  node: (level, index) => nodeAt(tree, level, index),
  leaf: (position) => leafAt(tree, position),
});

const ABSENT_LEAF = new Uint8Array(LEAF_BYTES);
const absentNodes = (form: TreeForm): KnownNodes => ({
  node: (level) => absentNode(form, level),
  leaf: () => ABSENT_LEAF,
});

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/** All leaves that are present, once they are known. */
export function bytesKnown(tree: KnownTree): Uint8Array {
  const bytes = new Uint8Array(tree.count * LEAF_BYTES);
  for (let leaf = 0; leaf < tree.count; leaf++) bytes.set(leafAt(tree, leaf), leaf * LEAF_BYTES);
  return bytes;
}
