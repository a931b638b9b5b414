import type { InferenceRecord } from "../../src/claim/record.js";
import { elementBytes } from "../../src/program/dtype.js";
import type { TensorData } from "../../src/program/dtype.js";
import { LEAF_BYTES } from "../../src/program/tensor-table.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import { bytesOfTensor } from "../../src/run/engine.js";
import { rootsOf } from "../../src/trace/commit-run.js";
import type { CommittedTrace, RecordList } from "../../src/trace/committed-trace.js";
import { NODE_BYTES, treeOfBytes, treeOfItems } from "../../src/trace/tree.js";
import type { Tree } from "../../src/trace/tree.js";
import { bytes32From } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { withFlippedBit, withItem, withTensor } from "../../test/support/forge-trace.js";
import type { Random } from "../../test/support/random.js";
import { recordsOf, traceOf } from "./claimed.js";
import type { Claimed, Terms } from "./claimed.js";
import { withNode } from "./forged-node.js";
import type { World } from "./worlds.js";

/** Makes a claim with one thing wrong in its disputed record or list; undefined where the world has no room for it. */
export type Lie = (world: World, terms: Terms, random: Random) => Claimed | undefined;

/** 32 bytes behind which there is nothing. */
export const garbage = (random: Random): Bytes32 =>
  bytes32From(Uint8Array.from({ length: NODE_BYTES }, () => random.word() | 1));

/** The disputed record has another trace than the run's; the others are right. */
function withTrace(world: World, terms: Terms, lie: CommittedTrace, wrong: string): Claimed {
  const truth = traceOf(world);
  const trace = (record: number): CommittedTrace => (record === terms.disputed ? lie : truth(record));
  return {
    committed: world.committed,
    records: recordsOf(terms, trace),
    trace,
    disputed: terms.disputed,
    wrong,
  };
}

const own = (world: World, { disputed }: Terms): CommittedTrace => traceOf(world)(disputed);

/**
 * One bit of one element of one kernel's output: of any kernel, or of the one the world is about. Either nothing else
 * changes, or everything after it is computed from it. A trace that is left to be stated is wrong only where the output
 * is: there is nothing else yet.
 */
export const flipElement: Lie = (world, terms, random) => {
  for (let attempt = 0; attempt < 4; attempt++) {
    const { artifact } = world.committed;
    const kernel = world.disputed ?? random.below(artifact.kernels.length);
    const { dtype, count } = entryOf(world, "trace", kernel);
    const bit = random.below(8 * elementBytes(dtype) * count);
    const lie =
      terms.onDemand || random.chance(40)
        ? world.rerun(terms.disputed % world.traces.length, kernel, (output) => flipped(output, bit))
        : withFlippedBit(own(world, terms), { index: kernel, bit });
    if (terms.onDemand && rootsOf(lie.lists).output === rootsOf(own(world, terms).lists).output) continue;
    return withTrace(world, terms, lie, `bit ${bit} of kernel ${kernel}`);
  }
  return flipOutput(world, terms, random);
};

function flipped(output: TensorData, bit: number): TensorData {
  const copy = output.slice();
  const bytes = bytesOfTensor(copy);
  bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
  return copy;
}

/** One bit of one output, in the trace and in the output list. */
const flipOutput: Lie = (world, terms, random) => {
  const { kernels, outputs } = world.committed.artifact;
  const kernel = kernels.length - 1 - random.below(outputs.length);
  const { dtype, count } = entryOf(world, "trace", kernel);
  const bit = random.below(8 * elementBytes(dtype) * count);
  const lie = withFlippedBit(own(world, terms), { index: kernel, bit });
  return withTrace(world, terms, lie, `bit ${bit} of output kernel ${kernel}`);
};

/** The record speaks of an input that differs in one bit from the one its trace was computed from. */
export const flipInput: Lie = (world, terms, random) => {
  const { inputs } = world.committed.artifact;
  if (inputs.length === 0) return undefined;
  const index = random.below(inputs.length);
  const { dtype, count } = entryOf(world, "input", index);
  const bit = random.below(8 * elementBytes(dtype) * count);
  const lie = withFlippedBit(own(world, terms), { list: "input", index, bit });
  // Where the bit changes nothing that is claimed, the claim is right.
  const truth = rootsOf(world.runOn(lie).lists);
  const claimed = rootsOf(lie.lists);
  const isWrong = truth.output !== claimed.output || (!terms.onDemand && truth.trace !== claimed.trace);
  return isWrong ? withTrace(world, terms, lie, `bit ${bit} of input ${index}`) : undefined;
};

/** The output list holds another tensor than the trace does. */
export const otherOutput: Lie = (world, terms, random) => {
  const { outputs } = world.committed.artifact;
  const index = random.below(outputs.length);
  const trace = own(world, terms);
  const bytes = Uint8Array.from((trace.tensor("output", index) as Tree).source);
  const at = random.below(bytes.length);
  bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
  return withTrace(world, terms, withTensor(trace, "output", index, bytes), `output ${index}`);
};

/** A byte after the last element of some tensor. */
export const padWithBytes: Lie = (world, terms, random) => {
  const trace = own(world, terms);
  const places = tensorsOf(world, trace, terms).filter(({ tree }) => tree.source.length % LEAF_BYTES !== 0);
  if (places.length === 0) return undefined;
  const { list, index, tree } = random.pick(places);
  const bytes = new Uint8Array(tree.count * LEAF_BYTES);
  bytes.set(tree.source);
  const room = bytes.length - tree.source.length;
  bytes[tree.source.length + random.below(room)] = random.between(1, 255);
  return withTrace(world, terms, withTensor(trace, list, index, bytes), `padding of ${list} ${index}`);
};

/** Something stands at an index beyond the count: in a list of the record, or inside one of its tensors. */
export const fillAbsent: Lie = (world, terms, random) => {
  const trace = own(world, terms);
  const lists = (["input", "output", "trace"] as const).filter(
    (list) => trace.lists[list].count < 2 ** trace.lists[list].depth && !(list === "trace" && terms.onDemand),
  );
  const tensors = tensorsOf(world, trace, terms).filter(({ tree }) => tree.count < 2 ** tree.depth);
  if (lists.length + tensors.length === 0) return undefined;
  if (lists.length > 0 && (tensors.length === 0 || random.chance(50))) {
    const list = random.pick(lists);
    const { tree, place } = fillTree(trace.lists[list], random);
    const lie = { ...trace, lists: { ...trace.lists, [list]: tree } };
    return withTrace(world, terms, lie, `absent ${place} of the list ${list}`);
  }
  const { list, index, tree: before } = random.pick(tensors);
  const { tree, place } = fillTree(before, random);
  return withTrace(world, terms, withTree(trace, list, index, tree), `absent ${place} in ${list} ${index}`);
};

/** Something stands in the list of records at an index that is not below n. */
export const fillRecords: Lie = (world, terms, random) => {
  const trace = traceOf(world);
  const records = recordsOf(terms, trace);
  if (records.tree.count === 2 ** records.tree.depth) return undefined;
  const { tree, place } = fillTree(records.tree, random);
  const forged = { records: records.records, root: bytes32From(tree.root), tree };
  const { committed } = world;
  return {
    committed,
    records: forged,
    trace,
    disputed: terms.disputed,
    wrong: `absent ${place} of the records`,
  };
};

/**
 * A trace root behind which there is nothing: in the record, or stated for it. What is stated only when asked belongs to
 * a wrong output: a right one gives no reason to ask.
 */
export const garbageTrace: Lie = (world, terms, random) => {
  const root = garbage(random);
  const { disputed, onDemand } = terms;
  const statesUnasked = onDemand && random.chance(50);
  const trace =
    (onDemand && !statesUnasked ? flipOutput(world, terms, random)?.trace : undefined) ?? traceOf(world);
  const other = (record: number): Partial<InferenceRecord> =>
    record === disputed && !onDemand ? { traceRoot: root } : {};
  const statedRoot = (record: number): Bytes32 =>
    record === disputed ? root : rootsOf(trace(record).lists).trace;
  const { committed } = world;
  const records = recordsOf(terms, trace, other);
  return {
    ...{ committed, records, trace, statedRoot, disputed, statesUnasked },
    wrong: "garbage for a trace root",
  };
};

/** A root of the list of records behind which there is nothing. */
export const garbageRecords: Lie = (world, terms, random) => {
  const trace = traceOf(world);
  const records = { ...recordsOf(terms, trace), root: garbage(random) };
  const { committed } = world;
  return { committed, records, trace, disputed: terms.disputed, wrong: "garbage for a list of records" };
};

function entryOf({ committed: { artifact } }: World, list: RecordList, index: number): TensorEntry {
  const first = {
    input: 0,
    output: artifact.table.length - artifact.outputs.length,
    trace: artifact.inputs.length + artifact.weights.length,
  };
  return artifact.table[first[list] + index] as TensorEntry;
}

type Placed = { readonly list: RecordList; readonly index: number; readonly tree: Tree };

/** The tensors that a record commits to before its trace is stated, or all. */
function tensorsOf({ committed: { artifact } }: World, trace: CommittedTrace, { onDemand }: Terms): Placed[] {
  const counts = {
    input: artifact.inputs.length,
    output: artifact.outputs.length,
    trace: artifact.kernels.length,
  };
  return (["input", "output", "trace"] as const).flatMap((list) =>
    Array.from({ length: counts[list] }, (_, index) => index)
      .filter((index) => list !== "trace" || !onDemand || index >= counts.trace - counts.output)
      .map((index) => ({ list, index, tree: trace.tensor(list, index) as Tree })),
  );
}

/** A leaf, an item or a whole subtree at a position where nothing should be. */
function fillTree(tree: Tree, random: Random): { readonly tree: Tree; readonly place: string } {
  const level = tree.depth === 0 || random.chance(60) ? 0 : random.below(tree.depth);
  const least = Math.ceil(tree.count / 2 ** level);
  const beyond = 2 ** (tree.depth - level);
  if (least === beyond) return fillTree(tree, random);
  const index = random.chance(40) ? least : random.between(least, beyond - 1);
  const place = `node ${index} of level ${level}`;
  if (level > 0) return { tree: withNode(tree, { level, index }, bytesOf(garbage(random))), place };
  if (tree.form === "list") {
    const items = new Uint8Array((index + 1) * NODE_BYTES);
    items.set(tree.source.subarray(0, tree.count * NODE_BYTES));
    items.set(bytesOf(garbage(random)), index * NODE_BYTES);
    return { tree: treeOfItems(items), place };
  }
  const bytes = new Uint8Array((index + 1) * LEAF_BYTES);
  bytes.set(tree.source);
  bytes[bytes.length - 1] = 1;
  return { tree: treeOfBytes(bytes), place };
}

function withTree(trace: CommittedTrace, list: RecordList, index: number, changed: Tree): CommittedTrace {
  const { lists } = trace;
  const firstOutput = lists.trace.count - lists.output.count;
  const places: readonly (readonly [RecordList, number])[] =
    list === "trace" && index >= firstOutput
      ? [
          ["trace", index],
          ["output", index - firstOutput],
        ]
      : [[list, index]];
  let changedLists = lists;
  for (const [name, at] of places) {
    changedLists = { ...changedLists, [name]: withItem(changedLists[name], at, changed.root) };
  }
  return {
    lists: changedLists,
    tensor: (name, at) =>
      places.some(([list, index]) => name === list && at === index) ? changed : trace.tensor(name, at),
  };
}

/** The bytes of a hash. */
export const bytesOf = (hash: Bytes32): Uint8Array => Uint8Array.from(Buffer.from(hash.slice(2), "hex"));
