import { absentNode, leafAt, nodeAt } from "../trace/tree.js";
import type { KnownNodes, Tree } from "../trace/tree.js";
import { equalBytes } from "./known-tree.js";
import type { KnownTree, NodeAddress } from "./known-tree.js";
import { descentFrom } from "./question.js";

/** How far one sees into a tree that somebody else committed to. */
export type Sight =
  /** Nothing is left to look for. */
  | { readonly kind: "clear" }
  /** What stands below this node has to be known first. */
  | { readonly kind: "ask"; readonly at: NodeAddress }
  /** Something stands where there are absent positions alone: a fault, whatever it is. */
  | { readonly kind: "not-absent"; readonly at: NodeAddress }
  /** The first leaf or item that is not one's own. */
  | { readonly kind: "differs"; readonly position: number };

/**
 * The first difference between a tree and one's own of the same form and depth, over all 2^depth positions. A node that
 * stands over absent positions alone and is not the absent node ends the search at once: no deeper question is needed.
 */
export function search(theirs: KnownTree, own: Tree): Sight {
  const descend = (at: NodeAddress): Sight => {
    if (equalBytes(nodeAt(theirs, at.level, at.index), nodeAt(own, at.level, at.index))) return CLEAR;
    if (isAbsent(theirs, at)) return { kind: "not-absent", at };
    if (descentFrom(theirs.form, at.level) === undefined) return { kind: "differs", position: at.index };
    const below = theirs.below(at);
    if (below === undefined) return { kind: "ask", at };
    const bottoms = bottomsOf(theirs, at);
    const stray = firstStray(theirs, below, bottoms);
    if (stray !== undefined) return { kind: "not-absent", at: stray };
    for (const bottom of bottoms) {
      if (bottom.level < 0) {
        const leaf = below.leaf(bottom.index) as Uint8Array;
        if (!equalBytes(leaf, leafAt(own, bottom.index))) return { kind: "differs", position: bottom.index };
        continue;
      }
      const found = descend(bottom);
      if (found.kind !== "clear") return found;
    }
    return CLEAR;
  };
  return descend(top(theirs));
}

/**
 * Whether every present leaf or item of a tree is known, and if not, what to ask first.
 *
 * @param absence whether a node over absent positions that is not the absent node is a fault; of an artifact it is not
 */
export function reveal(theirs: KnownTree, absence: "judged" | "ignored"): Sight {
  const descend = (at: NodeAddress): Sight => {
    if (isAbsent(theirs, at) || descentFrom(theirs.form, at.level) === undefined) return CLEAR;
    const below = theirs.below(at);
    if (below === undefined) return { kind: "ask", at };
    const bottoms = bottomsOf(theirs, at);
    const stray = absence === "judged" ? firstStray(theirs, below, bottoms) : undefined;
    if (stray !== undefined) return { kind: "not-absent", at: stray };
    for (const bottom of bottoms) {
      const found = bottom.level < 0 ? CLEAR : descend(bottom);
      if (found.kind !== "clear") return found;
    }
    return CLEAR;
  };
  // A list of no items has a root all the same.
  const stray = absence === "judged" ? firstStray(theirs, theirs.known, [top(theirs)]) : undefined;
  return stray === undefined ? descend(top(theirs)) : { kind: "not-absent", at: stray };
}

const CLEAR: Sight = { kind: "clear" };

const top = ({ depth }: Tree): NodeAddress => ({ level: depth, index: 0 });

/** Level -1 stands for the leaves themselves. */
function bottomsOf({ form }: Tree, { level, index }: NodeAddress): NodeAddress[] {
  const { form: answer, levels } = descentFrom(form, level) as { form: string; levels: number };
  const bottom = answer === "leaves" ? -1 : level - levels;
  return Array.from({ length: 2 ** levels }, (_, i) => ({ level: bottom, index: index * 2 ** levels + i }));
}

const isAbsent = ({ count }: Tree, { level, index }: NodeAddress): boolean =>
  index * 2 ** Math.max(0, level) >= count;

/** The first node that stands over absent positions alone and is not the absent node. */
function firstStray(
  tree: Tree,
  { node }: Pick<KnownNodes, "node">,
  places: readonly NodeAddress[],
): NodeAddress | undefined {
  for (const at of places) {
    const level = Math.max(0, at.level);
    if (!isAbsent(tree, at)) continue;
    const there = node(level, at.index) as Uint8Array;
    if (!equalBytes(there, absentNode(tree.form, level))) return { level, index: at.index };
  }
  return undefined;
}
