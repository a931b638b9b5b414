import { expect } from "chai";

import { answerFor, answerForModel } from "../../../src/dispute/answer-for.js";
import { aboutNode, aboutRecord } from "../../../src/dispute/ask-about.js";
import { answerBytes } from "../../../src/dispute/deposit.js";
import type { OperatorHoldings } from "../../../src/dispute/holdings.js";
import { isAnswer, keyOfAnswer, readRecord } from "../../../src/dispute/read-answer.js";
import { depthOf } from "../../../src/program/tensor-table.js";
import { committed, everyQuestion, own, questionScene } from "../../support/every-question.js";
import { readQuestion } from "../../support/question-reader.js";
import { Random } from "../../support/random.js";
import { stageClaim } from "../../support/staged-claim.js";

describe("dispute: questions", () => {
  for (const onDemand of [false, true]) {
    it(`prove that what they ask about is the claim's, the trace stated ${onDemand ? "when asked" : "at once"}`, () => {
      const given = questionScene(onDemand);
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
    const given = questionScene(false);
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
    const { ground } = questionScene(false);
    expect(() => aboutNode(ground, { list: "trace", tree: own.lists.trace, level: 0, index: 3 }))
      .to.throw()
      .with.property("code", "NOTHING_BELOW");
  });

  it("about a record's lists need a record", () => {
    const { model } = questionScene(false);
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
  const given = questionScene(true);
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
