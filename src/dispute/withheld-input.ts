import { hexToBytes } from "@noble/hashes/utils.js";

import { elementBytes } from "../program/dtype.js";
import type { TensorData } from "../program/dtype.js";
import { LEAF_BYTES, leafCount } from "../program/tensor-table.js";
import type { TensorEntry } from "../program/tensor-table.js";
import { tensorOfBytes } from "../run/engine.js";
import type { OwnTrace } from "../trace/commit-run.js";
import type { CommittedTrace } from "../trace/committed-trace.js";
import { leafAt, nodeAt, treeOfItems } from "../trace/tree.js";
import type { DisputeView } from "./dispute-view.js";
import type { ChallengerHoldings, HeldRecord } from "./holdings.js";
import { fault, insightFrom } from "./insight.js";
import type { Insight, Subject } from "./insight.js";
import { bytesKnown, knownTree } from "./known-tree.js";
import type { KnownTree } from "./known-tree.js";
import { recordAtHand } from "./record-at-hand.js";
import { reveal } from "./search.js";

/** A record's input as it is known from answers and from a guess, or why it is not. */
type Input =
  { readonly kind: "known"; readonly tensors: readonly KnownTree[] } | Exclude<Insight, { kind: "rest" }>;

/**
 * What to ask next about an input that is not at hand: whoever claims to have run a model on it can open it. Once all of
 * it is known it rests unchecked until somebody runs it (`inputFromAnswers`).
 *
 * @param guess a run of what one takes the input to be; only what differs from it is asked
 */
export function lookIntoInput(subject: Subject, guess: OwnTrace | undefined): Insight {
  const seen = seeInput(subject, guess);
  if (seen.kind === "known") return { kind: "rest", because: "unchecked: input" };
  return seen.kind === "ask" ? { ...seen, withheld: "input" } : seen;
}

/** The input tensors of a record once nothing of them is left to ask; run them, and hold the run. */
export function inputFromAnswers(
  view: DisputeView,
  own: ChallengerHoldings,
  held: HeldRecord,
): readonly TensorData[] | undefined {
  const record = recordAtHand(view, own, held);
  const { committed } = own;
  if (record === undefined || committed === undefined) return undefined;
  const seen = seeInput({ view, committed, record }, held.run);
  if (seen.kind !== "known") return undefined;
  return seen.tensors.map((tree, index) => {
    const entry = committed.artifact.table[index] as TensorEntry;
    return tensorOfBytes(bytesKnown(tree), entry);
  });
}

function seeInput(subject: Subject, guess: OwnTrace | undefined): Input {
  const { view, committed, record } = subject;
  const { data } = view.answers;
  const taken = guess ?? NOTHING;
  const count = view.model.commitment.inputCount;
  const root = hexToBytes(record.record.inputRoot.slice(2));
  const tree = knownTree({ form: "list", count, root }, data, guess?.lists.input);
  const place = { list: "input", tree } as const;
  const differs = (): undefined => undefined;
  const list = insightFrom(reveal(tree, "judged"), subject, { taken, place, differs });
  if (list !== undefined) return list as Input;
  const tensors: KnownTree[] = [];
  for (let index = 0; index < count; index++) {
    const entry = committed.artifact.table[index] as TensorEntry;
    const item = { form: "bytes", count: leafCount(entry), root: nodeAt(tree, 0, index) } as const;
    const tensor = knownTree(item, data, guess?.tensor("input", index));
    const inside = { taken, place: { ...place, tensor: { index, tree: tensor } } };
    const found = insightFrom(reveal(tensor, "judged"), subject, { ...inside, differs });
    if (found !== undefined) return found as Input;
    if (isPadded(tensor, entry))
      return fault(subject, inside, { kind: "padding", list: "input", index }) as Input;
    tensors.push(tensor);
  }
  return { kind: "known", tensors };
}

/** Whether anything but zeros stands behind the last element. */
function isPadded(tree: KnownTree, entry: TensorEntry): boolean {
  const last = leafCount(entry) - 1;
  const used = entry.count * elementBytes(entry.dtype) - last * LEAF_BYTES;
  return leafAt(tree, last)
    .subarray(used)
    .some((byte) => byte !== 0);
}

const EMPTY = treeOfItems(new Uint8Array(0));
const NOTHING: CommittedTrace = {
  lists: { input: EMPTY, output: EMPTY, trace: EMPTY },
  tensor: () => undefined,
};
