import { expect } from "chai";

import { commitRecords, openRecord } from "../../../src/claim/record-list.js";
import { aboutRecord } from "../../../src/dispute/ask-about.js";
import { answerFor } from "../../../src/dispute/answer-for.js";
import type { HeldRecord } from "../../../src/dispute/holdings.js";
import { recordAtHand, recordTreeOf } from "../../../src/dispute/record-at-hand.js";
import { nodeAt } from "../../../src/trace/tree.js";
import type { Bytes32 } from "../../../src/types/bytes32.js";
import { someModel } from "../../support/dispute-models.js";
import { stageClaim } from "../../support/staged-claim.js";

const { committed, own } = someModel(1);
const { claim, records, operator } = stageClaim({ committed, own, theirs: own, n: 11, index: 6 });
const record = records.records[6]!;
const path = openRecord(records, 6);
const other = commitRecords(records.records.slice(1));

function seen(held: HeldRecord, data = new Map<Bytes32, Uint8Array>(), recordList = other) {
  const answers = { data, traces: new Map(), answeredAt: new Map() };
  return recordAtHand({ claim, answers }, { recordList }, held);
}

describe("dispute: a record at hand", () => {
  it("is what was handed over with a path that leads to the claim's list", () => {
    expect(seen({ index: 6, record, path })).to.deep.equal({ index: 6, record, path });
    expect(seen({ index: 5, record, path })).to.equal(undefined);
    expect(seen({ index: 6, record: records.records[5]!, path })).to.equal(undefined);
    expect(seen({ index: 6, record, path: path.slice(1) })).to.equal(undefined);
    expect(seen({ index: 6, record })).to.equal(undefined);
    expect(seen({ index: 6 })).to.equal(undefined);
  });

  it("is what stands in a list that is the claim's", () => {
    expect(seen({ index: 6 }, new Map(), records)).to.deep.equal({ index: 6, record, path });
  });

  it("is what anybody was answered", () => {
    const question = aboutRecord(claim, 6);
    const data = new Map([[question.key, answerFor(question, operator)!]]);
    expect(seen({ index: 6 }, data)).to.deep.equal({ index: 6, record, path });
    expect(seen({ index: 5 }, data)).to.equal(undefined);
  });

  it("opens like the whole list, as far as its path shows it, and says where it does not", () => {
    const tree = recordTreeOf(claim, { index: 6, record, path });
    expect(tree.root).to.equal(claim.recordsRoot);
    expect(openRecord(tree, 6)).to.deep.equal(path);
    expect(openRecord(tree, 7).slice(1)).to.deep.equal(path.slice(1));
    // What a proof costs depends on how many there are.
    expect(tree.records).to.have.lengthOf(11);
    for (const [level, index] of [
      [0, 6],
      [0, 7],
      [1, 3],
      [1, 2],
      [2, 0],
      [3, 1],
      [4, 0],
    ] as const) {
      expect(nodeAt(tree.tree, level, index)).to.deep.equal(nodeAt(records.tree, level, index));
    }
    for (const [level, index] of [
      [0, 5],
      [0, 8],
      [1, 1],
      [1, 4],
      [2, 2],
    ] as const) {
      expect(() => nodeAt(tree.tree, level, index))
        .to.throw()
        .with.property("code", "NODE_UNKNOWN");
    }
  });
});
