import { elementBytes } from "../../src/program/dtype.js";
import { LEAF_BYTES, depthOf, leafCount } from "../../src/program/tensor-table.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import type { CommittedArtifact } from "../../src/trace/commit-artifact.js";
import type { Trace } from "../../src/trace/commit-run.js";
import type { CommittedTrace, RecordList } from "../../src/trace/committed-trace.js";
import { treeOfItems } from "../../src/trace/tree.js";
import { bytes32From } from "../../src/types/bytes32.js";
import { withFlippedBit, withItem, withTensor } from "./forge-trace.js";
import type { Random } from "./random.js";
import type { Told } from "./staged-claim.js";

/** What an operator claims instead of the truth, and the fault it falls by. */
export type Lie = Partial<Told> & {
  readonly fault: "element" | "output-root" | "padding" | "absent-node" | "silence";
};

/** A way to lie; undefined where the model leaves no room for it. */
export type Liar = (given: {
  readonly committed: CommittedArtifact;
  readonly own: Trace;
  readonly random: Random;
}) => Lie | undefined;

/** Every way to commit to something wrong and still answer all that can be answered. */
export const liars: Readonly<Record<string, Liar>> = {
  "flips a bit of a kernel's output": ({ committed, own, random }) => {
    const index = random.below(committed.artifact.kernels.length);
    const { count, dtype } = entryOf(committed, "trace", index);
    const bit = random.below(8 * count * elementBytes(dtype));
    return { fault: "element", theirs: withFlippedBit(own, { index, bit }) };
  },
  "states another output than the trace's": ({ own, random }) => {
    const index = random.below(own.lists.output.count);
    const output = withItem(own.lists.output, index, someItem(random));
    return { fault: "output-root", theirs: { ...own, lists: { ...own.lists, output } } };
  },
  "writes into the padding of a kernel's output": ({ committed, own, random }) => {
    const index = random.below(committed.artifact.kernels.length);
    return padded({ committed, own, list: "trace", index });
  },
  "writes into the padding of an input": ({ committed, own, random }) => {
    if (own.lists.input.count === 0) return undefined;
    return padded({ committed, own, list: "input", index: random.below(own.lists.input.count) });
  },
  "writes into an absent leaf of a kernel's output": ({ committed, own, random }) =>
    grown({ committed, own, list: "trace", random }),
  "writes into an absent leaf of an input": ({ committed, own, random }) =>
    grown({ committed, own, list: "input", random }),
  "lists more kernels than there are": ({ own, random }) => longer(own, "trace", random),
  "lists more inputs than there are": ({ own, random }) => longer(own, "input", random),
  "lists more outputs than there are": ({ own, random }) => longer(own, "output", random),
  "commits to a kernel's output with too many leaves": ({ committed, own, random }) => {
    const index = random.below(committed.artifact.kernels.length);
    const bytes = 2 * LEAF_BYTES * 2 ** depthOf(leafCount(entryOf(committed, "trace", index)));
    return { fault: "silence", theirs: withLength(own, { list: "trace", index, bytes }) };
  },
  "commits to a trace that is too long": ({ own, random }) => {
    const items = new Uint8Array(32 * (2 ** own.lists.trace.depth + 1)).fill(random.below(256));
    items.set(own.lists.trace.source);
    const trace = treeOfItems(items);
    return { fault: "silence", theirs: { ...own, lists: { ...own.lists, trace } } };
  },
  "commits to a trace that is noise": ({ random }) => ({
    fault: "silence",
    fields: { traceRoot: bytes32From(someItem(random)) },
    onDemand: false,
  }),
  "commits to records that are noise": ({ random }) => ({
    fault: "silence",
    recordsRoot: bytes32From(someItem(random)),
  }),
  "sets a record where none stands": ({ random }) => {
    const n = random.pick([3, 5, 6, 7]);
    return { fault: "absent-node", n, index: n - 1, strayRecord: someItem(random) };
  },
};

export const someItem = (random: Random): Uint8Array =>
  Uint8Array.from({ length: 32 }, () => random.below(256));

/** The table entry of a tensor in the input list or the trace. */
export function entryOf(
  { artifact }: CommittedArtifact,
  list: "input" | "trace",
  index: number,
): TensorEntry {
  const first = list === "input" ? 0 : artifact.inputs.length + artifact.weights.length;
  return artifact.table[first + index] as TensorEntry;
}

type Within = {
  readonly committed: CommittedArtifact;
  readonly own: Trace;
  readonly list: "input" | "trace";
};

/** A tensor of which the last byte is not zero, behind its last element. */
function padded({ committed, own, list, index }: Within & { readonly index: number }): Lie | undefined {
  const { count, dtype } = entryOf(committed, list, index);
  if ((count * elementBytes(dtype)) % LEAF_BYTES === 0) return undefined;
  const leaves = leafCount({ count, dtype });
  return { fault: "padding", theirs: withLength(own, { list, index, bytes: LEAF_BYTES * leaves }) };
}

/** A tensor with bytes in one of the leaves that it does not have. */
function grown({ committed, own, list, random }: Within & { readonly random: Random }): Lie | undefined {
  const leavesAt = (index: number): number => leafCount(entryOf(committed, list, index));
  const index = Array.from({ length: own.lists[list].count }, (_, at) => at).findIndex(
    (at) => leavesAt(at) < 2 ** depthOf(leavesAt(at)),
  );
  if (index < 0) return undefined;
  const leaves = random.between(leavesAt(index) + 1, 2 ** depthOf(leavesAt(index)));
  return { fault: "absent-node", theirs: withLength(own, { list, index, bytes: LEAF_BYTES * leaves }) };
}

function withLength(
  own: Trace,
  { list, index, bytes }: { list: RecordList; index: number; bytes: number },
): CommittedTrace {
  const grownBytes = new Uint8Array(bytes);
  grownBytes.set(own.tensor(list, index).source);
  grownBytes[bytes - 1] = 1;
  return withTensor(own, list, index, grownBytes);
}

/** A list with an item behind its last one. */
function longer(own: Trace, list: RecordList, random: Random): Lie | undefined {
  const { count, depth } = own.lists[list];
  if (count !== 0 && count === 2 ** depth) return undefined;
  const more = withItem(own.lists[list], count, someItem(random));
  return { fault: "absent-node", theirs: { ...own, lists: { ...own.lists, [list]: more } } };
}
