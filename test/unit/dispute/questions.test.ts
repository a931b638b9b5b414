import { expect } from "chai";

import { answerFor, answerForModel } from "../../../src/dispute/answer-for.js";
import {
  aboutDescriptor,
  aboutNode,
  aboutRecord,
  aboutRecordsNode,
  aboutTrace,
} from "../../../src/dispute/ask-about.js";
import type { NodePlace } from "../../../src/dispute/ask-about.js";
import { answerBytes } from "../../../src/dispute/deposit.js";
import type { OperatorHoldings } from "../../../src/dispute/holdings.js";
import { descentFrom } from "../../../src/dispute/question.js";
import type { Question } from "../../../src/dispute/question.js";
import { isAnswer, keyOfAnswer, readRecord } from "../../../src/dispute/read-answer.js";
import { openRecord } from "../../../src/claim/record-list.js";
import { depthOf } from "../../../src/program/tensor-table.js";
import { commitRun } from "../../../src/trace/commit-run.js";
import type { Tree } from "../../../src/trace/tree.js";
import { PLACES } from "../../support/dispute-arena.js";
import { readQuestion } from "../../support/question-reader.js";
import { Random } from "../../support/random.js";
import { stageClaim } from "../../support/staged-claim.js";
import { wideModel } from "../../support/wide-model.js";

const wide = wideModel({ inputs: 3, weights: 2, kernels: 70, outputs: 3, elements: 2_500 });
const { committed } = wide;
const own = commitRun(committed.artifact, wide.model.run(wide.inputsFrom("questions")));

function scene(onDemand: boolean) {
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

function* everyQuestion({ claim, model, record, ground }: ReturnType<typeof scene>): Generator<Question> {
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

describe("dispute: questions", () => {
  for (const onDemand of [false, true]) {
    it(`prove that what they ask about is the claim's, the trace stated ${onDemand ? "when asked" : "at once"}`, () => {
      const given = scene(onDemand);
      const forms = new Set<string>();
      for (const question of everyQuestion(given)) {
        const { stream, ...rest } = question;
        expect(readQuestion(stream, given.asked)).to.deep.equal(rest);
        forms.add(`${question.form} ${question.levels}`);
      }
      expect([...forms].sort()).to.include.members([
        "descriptor 0",
        "leaves 0",
        "leaves 4",
        "nodes 1",
        "nodes 6",
        "record 0",
      ]);
      expect(forms.has("trace 0")).to.equal(onDemand);
    });
  }

  it("are refused when any byte of them is another one", () => {
    const given = scene(false);
    const random = new Random(5);
    for (const { stream, key } of everyQuestion(given)) {
      if (random.chance(80)) continue;
      const changed = Uint8Array.from(stream);
      const at = random.below(stream.length);
      changed[at] = changed[at]! ^ (1 << random.below(8));
      // Another record or kernel is another question; everything else is none.
      let read: string | undefined;
      try {
        read = readQuestion(changed, given.asked).key;
      } catch {
        read = undefined;
      }
      expect(read, Buffer.from(stream).toString("hex")).to.not.equal(key);
      if (read !== undefined) expect(stream.length).to.equal(5);
    }
  });

  it("about an item of a list are refused: nothing is below it", () => {
    const { ground } = scene(false);
    expect(() => aboutNode(ground, { list: "trace", tree: own.lists.trace, level: 0, index: 3 }))
      .to.throw()
      .with.property("code", "NOTHING_BELOW");
  });

  it("about a record's lists need a record", () => {
    const { model } = scene(false);
    const ground = { model, table: committed.table };
    expect(() => aboutNode(ground, { list: "input", tree: own.lists.input, level: 1, index: 0 }))
      .to.throw()
      .with.property("code", "RECORD_NEEDED");
    expect(
      aboutNode(ground, { list: "table", tree: committed.table, level: 1, index: 0 }).place.record,
    ).to.equal(0);
  });
});

describe("dispute: answers", () => {
  const given = scene(true);
  const { operator } = given.claim;

  it("are given to every question, are as long as their form says, and prove themselves", () => {
    for (const question of everyQuestion(given)) {
      const data = answerFor(question, operator);
      if (question.form === "trace") {
        expect(data).to.equal(undefined);
        continue;
      }
      expect(data, JSON.stringify(question.place)).to.not.equal(undefined);
      expect(isAnswer(question, data!)).to.equal(true);
      const most = answerBytes(question, depthOf(given.claim.claim.n));
      if (question.form === "descriptor") expect(data!.length).to.be.at.most(most);
      else expect(data!.length).to.equal(most).and.at.most(2_048);
    }
  });

  it("prove nothing when any bit of them is another one, or a byte is missing or too many", () => {
    const random = new Random(6);
    for (const question of everyQuestion(given)) {
      const data = answerFor(question, operator);
      if (data === undefined || random.chance(80)) continue;
      const changed = Uint8Array.from(data);
      const at = random.below(data.length);
      changed[at] = changed[at]! ^ (1 << random.below(8));
      expect(isAnswer(question, changed)).to.equal(false);
      expect(isAnswer(question, data.subarray(1))).to.equal(false);
      expect(isAnswer(question, Uint8Array.of(...data, 0))).to.equal(false);
    }
  });

  it("are of one form: leaves are no nodes, and levels are as asked", () => {
    const leaves = new Uint8Array(2_048);
    expect(keyOfAnswer("leaves", 4, leaves)).to.not.equal(undefined);
    expect(keyOfAnswer("nodes", 6, leaves)?.key).to.not.equal(keyOfAnswer("leaves", 4, leaves)?.key);
    expect(keyOfAnswer("nodes", 7, new Uint8Array(4_096))).to.equal(undefined);
    expect(keyOfAnswer("leaves", 5, new Uint8Array(4_096))).to.equal(undefined);
    expect(keyOfAnswer("nodes", 0, new Uint8Array(32))).to.equal(undefined);
    expect(keyOfAnswer("descriptor", 0, new Uint8Array(8_192))).to.not.equal(undefined);
    expect(keyOfAnswer("descriptor", 0, new Uint8Array(8_193))).to.equal(undefined);
    expect(keyOfAnswer("trace", 0, new Uint8Array(32))).to.equal(undefined);
  });

  it("read a record as it was claimed, and none at an index that its path does not reach", () => {
    const data = answerFor(aboutRecord(given.claim.claim, 41), operator)!;
    expect(readRecord(data)).to.deep.equal(given.record);
    const beyond = Uint8Array.from(data);
    beyond[184] = 128;
    expect(readRecord(beyond)).to.equal(undefined);
    expect(readRecord(data.subarray(0, 184))).to.equal(undefined);
    expect(readRecord(data.subarray(0, data.length - 1))).to.equal(undefined);
  });

  it("are not given where something else stands at the place, or nothing", () => {
    const nobody: OperatorHoldings = { ...operator, trace: () => undefined };
    const other = stageClaim({ committed, own, theirs: own, n: 99, index: 41, onDemand: true }).operator;
    for (const question of everyQuestion(given)) {
      const { list, level, index } = question.place;
      if (list === "input" || list === "output" || list === "trace") {
        expect(answerFor(question, nobody)).to.equal(undefined);
      }
      if (list === "records" && !(level === 0 && question.form === "nodes")) {
        const theirs = answerFor(question, other);
        if (theirs !== undefined) expect(isAnswer(question, theirs)).to.equal(true);
      }
      for (const place of [
        { ...question.place, index: index + 1 },
        { ...question.place, level: level + 1 },
        { ...question.place, level: 23 },
        { ...question.place, record: 40, index: index + 1 },
      ]) {
        const data = answerFor({ ...question, place }, operator);
        if (data !== undefined) expect(isAnswer(question, data)).to.equal(true);
      }
    }
  });

  it("of a publisher are about its artifact alone", () => {
    for (const question of everyQuestion(given)) {
      const { list } = question.place;
      const isArtifact = list === "program" || list === "table" || list === "weights";
      const data = answerForModel(question, committed);
      expect(data !== undefined, list).to.equal(isArtifact);
      if (data !== undefined) expect(isAnswer(question, data)).to.equal(true);
    }
  });
});
