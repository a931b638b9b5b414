import { openRecord } from "../../src/claim/record-list.js";
import type { InferenceRecord } from "../../src/claim/record.js";
import {
  aboutDescriptor,
  aboutNode,
  aboutRecord,
  aboutRecordsNode,
  aboutTrace,
} from "../../src/dispute/ask-about.js";
import type { NodePlace, RecordAt } from "../../src/dispute/ask-about.js";
import { answerBytes, bondFor, depositFor } from "../../src/dispute/deposit.js";
import type { DisputeView, SessionView } from "../../src/dispute/dispute-view.js";
import type { Question } from "../../src/dispute/question.js";
import { depthOf } from "../../src/program/tensor-table.js";
import { rootsOf } from "../../src/trace/commit-run.js";
import type { Tree } from "../../src/trace/tree.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { asWei } from "../../src/types/wei.js";
import type { Wei } from "../../src/types/wei.js";
import type { Random } from "../../test/support/random.js";
import { withNode } from "./forged-node.js";
import { bytesOf } from "./lies.js";
import type { Scene } from "./scene.js";

/** Something that nobody has answered yet; undefined when nothing was found in a few tries. */
export function randomQuestion(scene: Scene, view: DisputeView): Question | undefined {
  for (let attempt = 0; attempt < 30; attempt++) {
    const question = anyQuestion(scene, view);
    if (question !== undefined && !view.answers.answeredAt.has(question.key)) return question;
  }
  return undefined;
}

function anyQuestion(scene: Scene, view: DisputeView): Question | undefined {
  const { claim, claimId, claimed, model, random } = scene;
  const { committed, records } = claimed;
  const record = recordAt(scene, random.below(claim.n));
  switch (random.below(8)) {
    case 0:
      return aboutRecord(claim, record.index);
    case 1:
      return BigInt(record.record.traceRoot) === 0n ? aboutTrace(claimId, record) : undefined;
    case 2: {
      const { tree } = records;
      return tree.depth === 0 ? undefined : aboutRecordsNode(tree, nodeIn(tree, 1, random));
    }
    case 3:
      return aboutDescriptor(model, committed.program, random.below(committed.artifact.kernels.length));
    case 4: {
      const list = random.pick(["program", "table", "weights"] as const);
      const tensor = random.below(Math.max(1, committed.weightTensors.length));
      const tree = committed.weightTensors[tensor];
      const isInside = list === "weights" && tree !== undefined && random.chance(50);
      const place = { list, tree: committed[list], ...(isInside ? { tensor: { index: tensor, tree } } : {}) };
      return within(scene, record, place);
    }
    default:
      return ofRecord(scene, view, record);
  }
}

/** A node of what the record commits to, or of what was stated for it by somebody who may not have been allowed to. */
function ofRecord(scene: Scene, view: DisputeView, record: RecordAt): Question | undefined {
  const { claimed, random } = scene;
  const list = random.pick(["input", "output", "trace"] as const);
  const trace = claimed.trace(record.index);
  const tree = trace.lists[list];
  if (tree.count === 0) return undefined;
  if (list === "trace" && BigInt(record.record.traceRoot) === 0n) {
    const stated = view.answers.traces.get(record.index);
    if (stated === undefined) return undefined;
    if (stated !== rootsOf(trace.lists).trace) return belowGarbage(scene, record, tree, stated);
  }
  if (random.chance(40)) return within(scene, record, { list, tree });
  const index = random.below(tree.count);
  const inside = trace.tensor(list, index);
  return inside && within(scene, record, { list, tree, tensor: { index, tree: inside } });
}

/** Below a root behind which there is nothing, so that nobody can answer. */
function belowGarbage(scene: Scene, record: RecordAt, tree: Tree, root: Bytes32): Question | undefined {
  const top = (of: Tree): Tree => withNode(of, { level: of.depth, index: 0 }, bytesOf(root));
  const forged = top(tree);
  const place =
    tree.depth > 0
      ? { level: tree.depth, index: 0 }
      : { tensor: { index: 0, tree: top(scene.claimed.trace(record.index).tensor("trace", 0) as Tree) } };
  const level = place.tensor?.tree.depth ?? tree.depth;
  return ask(scene, record, { list: "trace", tree: forged, level, index: 0, ...place });
}

function within(
  scene: Scene,
  record: RecordAt,
  place: Pick<NodePlace, "list" | "tree" | "tensor">,
): Question | undefined {
  const tree = place.tensor?.tree ?? place.tree;
  // Below the items of a list there are no nodes.
  const least = tree.form === "list" ? 1 : 0;
  if (tree.depth < least) return undefined;
  return ask(scene, record, { ...place, ...nodeIn(tree, least, scene.random) });
}

const ask = ({ model, claimed }: Scene, record: RecordAt, place: NodePlace): Question =>
  aboutNode({ model, table: claimed.committed.table, record }, place);

function nodeIn({ depth }: Tree, least: number, random: Random): { level: number; index: number } {
  const level = random.chance(50) ? depth : random.between(least, depth);
  return { level, index: random.below(2 ** (depth - level)) };
}

export function recordAt({ claimed }: Scene, index: number): RecordAt {
  const { records } = claimed;
  return { index, record: records.records[index] as InferenceRecord, path: openRecord(records, index) };
}

/** Once in a while a question about something that the claim does not commit to, which has to be refused. */
export function perhapsForeign(question: Question, random: Random): Question {
  if (question.stream.length < 40 || !random.chance(15)) return question;
  const stream = Uint8Array.from(question.stream);
  const at = stream.length - 1 - random.below(32);
  stream[at] = (stream[at] as number) ^ (1 << random.below(8));
  return { ...question, stream };
}

/** What a new session must hold, beside `others` more sessions than are open. */
export function firstDeposit(view: DisputeView, question: Question, others = 0): Wei {
  const bond = bondFor(view.rules, view.openSessions + others);
  return depositFor(view.rules, { ...costsOf(view, question), bond, owed: asWei(0n), payees: 0 });
}

/** What the deposit of a session lacks for one more question. */
export function topUp(view: DisputeView, session: SessionView, question: Question): Wei {
  const { bond, owed, payees, deposit } = session;
  const least = depositFor(view.rules, { ...costsOf(view, question), bond, owed, payees });
  return asWei(least > deposit ? least - deposit : 0n);
}

const costsOf = ({ claim, baseFee }: DisputeView, question: Question) => ({
  liability: claim.liability,
  baseFee,
  answerBytes: answerBytes(question, depthOf(claim.n)),
});
