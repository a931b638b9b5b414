import { openRecord } from "../../src/claim/record-list.js";
import {
  aboutDescriptor,
  aboutNode,
  aboutRecord,
  aboutRecordsNode,
  aboutTrace,
} from "../../src/dispute/ask-about.js";
import type { NodePlace } from "../../src/dispute/ask-about.js";
import { descentFrom } from "../../src/dispute/question.js";
import type { Question } from "../../src/dispute/question.js";
import { commitRun } from "../../src/trace/commit-run.js";
import type { Tree } from "../../src/trace/tree.js";
import { PLACES } from "./dispute-arena.js";
import { stageClaim } from "./staged-claim.js";
import { wideModel } from "./wide-model.js";

/** A model of which every list has several levels, and every tensor eight: 79 leaves. */
const wide = wideModel({ inputs: 3, weights: 2, kernels: 70, outputs: 3, elements: 2_500 });
export const { committed } = wide;
export const own = commitRun(committed.artifact, wide.model.run(wide.inputsFrom("questions")));

export type QuestionScene = ReturnType<typeof questionScene>;

/** Record 41 of 100, and what questions about it stand on. */
export function questionScene(onDemand: boolean) {
  const claim = stageClaim({ committed, own, theirs: own, n: 100, index: 41, onDemand });
  const model = { identity: claim.model, commitment: committed.commitment };
  const record = {
    index: 41,
    record: claim.records.records[41]!,
    path: openRecord(claim.records, 41),
  };
  const stated = new Map(onDemand ? [[41, own.roots.trace] as const] : []);
  const asked = { claim: claim.claim, claimId: claim.claimId, registry: PLACES.registry, stated };
  return { claim, model, record, asked, ground: { model, table: committed.table, record } };
}

/** Every node of a tree that can be asked about, the absent ones included; of deep levels some. */
function* nodesOf(tree: Tree): Generator<{ level: number; index: number }> {
  for (let level = 0; level <= tree.depth; level++) {
    if (descentFrom(tree.form, level) === undefined) continue;
    const nodes = 2 ** (tree.depth - level);
    for (const index of new Set([0, 1, nodes >> 1, nodes - 2, nodes - 1])) {
      if (index >= 0 && index < nodes) yield { level, index };
    }
  }
}

/** A question of every kind about every tree, at every level. */
export function* everyQuestion({ claim, model, record, ground }: QuestionScene): Generator<Question> {
  for (const index of [0, 41, 99]) yield aboutRecord(claim.claim, index);
  for (const at of nodesOf(claim.records.tree)) yield aboutRecordsNode(claim.records.tree, at);
  for (const kernel of [0, 1, 64, 69]) yield aboutDescriptor(model, committed.program, kernel);
  const { program, table, weights, weightTensors } = committed;
  const places: Omit<NodePlace, "level" | "index">[] = [
    { list: "program", tree: program },
    { list: "table", tree: table },
    { list: "weights", tree: weights },
    { list: "weights", tree: weights, tensor: { index: 1, tree: weightTensors[1]! } },
  ];
  for (const list of ["input", "output", "trace"] as const) {
    const tree = own.lists[list];
    places.push({ list, tree });
    for (const index of [0, tree.count - 1])
      places.push({ list, tree, tensor: { index, tree: own.tensor(list, index) } });
  }
  for (const place of places) {
    for (const at of nodesOf(place.tensor?.tree ?? place.tree)) yield aboutNode(ground, { ...place, ...at });
  }
  if (record.record.traceRoot === `0x${"00".repeat(32)}`) yield aboutTrace(claim.claimId, record);
}
