import type { Artifact } from "../program/artifact.js";
import { elementBytes } from "../program/dtype.js";
import { LEAF_BYTES, leafCount } from "../program/tensor-table.js";
import type { TensorEntry } from "../program/tensor-table.js";
import type { CommittedTrace, RecordList } from "../trace/committed-trace.js";
import type { OwnTrace } from "../trace/commit-run.js";
import { NODE_BYTES, leafAt, nodeAt } from "../trace/tree.js";
import type { Tree } from "../trace/tree.js";

/** Where a committed trace is wrong, if it is. `element` and the indices count from 0. */
export type Finding =
  | { readonly kind: "agrees" }
  | { readonly kind: "element"; readonly kernel: number; readonly element: number }
  | { readonly kind: "output-root"; readonly output: number }
  | { readonly kind: "padding"; readonly list: RecordList; readonly index: number }
  | {
      readonly kind: "absent-node";
      readonly list: RecordList;
      readonly tensor?: number;
      /** 0 when absent: above a leaf or item. */
      readonly level?: number;
      readonly position: number;
    }
  /** The record speaks of another input than one's own: no fault, and not checked. */
  | { readonly kind: "other-input"; readonly index: number }
  /** The tensor's bytes are not at hand, so nothing behind it can be shown. */
  | { readonly kind: "withheld"; readonly list: RecordList; readonly index: number };

/**
 * The first thing that is wrong in a committed trace, by comparing all positions with one's own run of the same
 * artifact: absent positions of the lists, inputs, kernels in program order (so that every operand of the first wrong
 * element is one's own too), then outputs.
 */
export function locateFault(artifact: Artifact, own: OwnTrace, committed: CommittedTrace): Finding {
  const counts = {
    input: artifact.inputs.length,
    output: artifact.outputs.length,
    trace: artifact.kernels.length,
  };
  for (const list of ["input", "trace", "output"] as const) {
    const position = firstDifference(own.lists[list], committed.lists[list], counts[list]);
    if (position !== undefined) return { kind: "absent-node", list, position };
  }
  for (const list of ["input", "trace"] as const) {
    const index = firstDifference(own.lists[list], committed.lists[list]);
    if (index !== undefined) return compareTensor({ artifact, own, committed, list, index });
  }
  const output = firstDifference(own.lists.output, committed.lists.output);
  return output === undefined ? { kind: "agrees" } : { kind: "output-root", output };
}

type Place = {
  readonly artifact: Artifact;
  readonly own: OwnTrace;
  readonly committed: CommittedTrace;
  readonly list: "input" | "trace";
  readonly index: number;
};

function compareTensor({ artifact, own, committed, list, index }: Place): Finding {
  const theirs = committed.tensor(list, index);
  const id = list === "input" ? index : artifact.inputs.length + artifact.weights.length + index;
  const entry = artifact.table[id] as TensorEntry;
  const ours = own.tensor(list, index);
  // A tree of another depth has no leaves where the table says they are: nothing in it can be opened.
  if (theirs === undefined || theirs.depth !== ours.depth) return { kind: "withheld", list, index };
  const leaf = firstDifference(ours, theirs);
  if (leaf === undefined) return { kind: "withheld", list, index };
  if (leaf >= leafCount(entry)) return { kind: "absent-node", list, tensor: index, position: leaf };
  const difference = compareLeaves({ ours: leafAt(ours, leaf), theirs: leafAt(theirs, leaf), leaf, entry });
  return difference === undefined
    ? { kind: "withheld", list, index }
    : findingInTensor({ list, index }, difference);
}

/** What differs in a leaf of a tensor: one of its elements, or what fills it up behind the last one. */
export type LeafDifference =
  { readonly kind: "element"; readonly element: number } | { readonly kind: "padding" };

/** The first byte that differs in leaf number `leaf`, which is not absent; undefined where none does. */
export function compareLeaves(args: {
  readonly ours: Uint8Array;
  readonly theirs: Uint8Array;
  readonly leaf: number;
  readonly entry: TensorEntry;
}): LeafDifference | undefined {
  const { ours, theirs, leaf, entry } = args;
  const first = ours.findIndex((byte, at) => byte !== theirs[at]);
  if (first < 0) return undefined;
  const element = Math.floor((leaf * LEAF_BYTES + first) / elementBytes(entry.dtype));
  return element < entry.count ? { kind: "element", element } : { kind: "padding" };
}

/** What a difference means for the claim. */
export function findingInTensor(
  { list, index }: { readonly list: "input" | "trace"; readonly index: number },
  difference: LeafDifference,
): Finding {
  if (difference.kind === "padding") return { kind: "padding", list, index };
  if (list === "input") return { kind: "other-input", index };
  return { kind: "element", kernel: index, element: difference.element };
}

/**
 * The first level-0 position, not below `from`, at which two trees of one depth differ. Descends from the root, so that
 * equal halves are never looked at.
 */
export function firstDifference(ours: Tree, theirs: Tree, from = 0): number | undefined {
  const search = (level: number, index: number): number | undefined => {
    if ((index + 1) * 2 ** level <= from) return undefined;
    if (equal(nodeAt(ours, level, index), nodeAt(theirs, level, index))) return undefined;
    if (level === 0) return index;
    return search(level - 1, 2 * index) ?? search(level - 1, 2 * index + 1);
  };
  return search(ours.depth, 0);
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < NODE_BYTES; i++) if (a[i] !== b[i]) return false;
  return true;
}
