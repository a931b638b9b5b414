import { concat, getBytes, toBeHex, zeroPadValue } from "ethers";
import { expect } from "chai";

import { decodeAsked, decodeRecordAnswer } from "../../../src/chain/decode-inquiry.js";
import type { PlaceCodes } from "../../../src/chain/decode-inquiry.js";
import { commitRecords, openRecord } from "../../../src/claim/record-list.js";
import type { InferenceRecord } from "../../../src/claim/record.js";
import { questionKey, recordSubject } from "../../../src/dispute/question.js";
import { asAddress } from "../../../src/types/address.js";
import { asBytes32, ZERO_HASH } from "../../../src/types/bytes32.js";

const word = (seed: number) => asBytes32(zeroPadValue(toBeHex(seed), 32));
const place = (given: Partial<PlaceCodes>): PlaceCodes => ({
  ...{ list: 0n, level: 0n, record: 0n, tensor: 0xffff_ffffn, index: 0n },
  ...given,
});

describe("chain: a question in an event", () => {
  it("names the tensor that holds the node", () => {
    const asked = {
      ...{ key: word(1), form: 4n, levels: 3n, subject: word(2) },
      place: place({ list: 3n, level: 3n, record: 5n, tensor: 7n, index: 9n }),
    };
    expect(decodeAsked(asked)).to.deep.equal({
      ...{ key: word(1), form: "leaves", levels: 3, subject: word(2) },
      place: { list: "trace", level: 3, record: 5, tensor: 7, index: 9 },
    });
  });

  it("names no tensor where the node is the list's own, and tensor 0 where it is that one's", () => {
    const asked = { key: word(1), form: 3n, levels: 6n, subject: word(2) };
    expect(decodeAsked({ ...asked, place: place({ list: 6n }) }).place).to.not.have.property("tensor");
    expect(decodeAsked({ ...asked, place: place({ list: 6n, tensor: 0n }) }).place).to.have.property(
      "tensor",
      0,
    );
  });

  it("of a form nobody knows is an error", () => {
    const asked = { key: word(1), form: 6n, levels: 0n, subject: word(2), place: place({}) };
    expect(() => decodeAsked(asked)).to.throw("code 6 is none of record, trace, nodes, leaves, descriptor");
  });
});

const records: InferenceRecord[] = Array.from({ length: 5 }, (_, i) => ({
  requester: asAddress("0x3000000000000000000000000000000000000003"),
  salt: word(i),
  inputRoot: word(0x10),
  outputRoot: word(0x20),
  traceRoot: ZERO_HASH,
  parentsRoot: word(0x30),
  parentsCount: 2,
}));
const committed = commitRecords(records);
const claim = { recordsRoot: committed.root, n: records.length };
const keyOf = (index: number, root = committed.root) =>
  questionKey("record", 0, recordSubject(root, 3, index)).key;
/** RECORD of docs/spec/faults.md, written field by field. */
const answerOf = (index: number): Uint8Array => {
  const { requester, salt, inputRoot, outputRoot, traceRoot, parentsRoot } = records[index]!;
  const fields = [requester, salt, inputRoot, outputRoot, traceRoot, parentsRoot, "0x02", toBeHex(index, 4)];
  return getBytes(concat([...fields, ...openRecord(committed, index)]));
};

describe("chain: a record in an answer", () => {
  it("is read with its index and its path", () => {
    const path = openRecord(committed, 3);
    expect(path).to.have.lengthOf(3);
    expect(decodeRecordAnswer(claim, keyOf(3), answerOf(3))).to.deep.equal({
      index: 3,
      opened: { record: records[3], path },
    });
  });

  it("of a claim over one record has no path", () => {
    const one = commitRecords(records.slice(0, 1));
    const key = questionKey("record", 0, recordSubject(one.root, 0, 0)).key;
    const read = decodeRecordAnswer({ recordsRoot: one.root, n: 1 }, key, answerOf(0).slice(0, -96));
    expect(read).to.deep.equal({ index: 0, opened: { record: records[0], path: [] } });
  });

  it("is not taken for a record of another list, or of another index", () => {
    expect(decodeRecordAnswer(claim, keyOf(3, word(9)), answerOf(3))).to.equal(undefined);
    expect(decodeRecordAnswer(claim, keyOf(2), answerOf(3))).to.equal(undefined);
    expect(decodeRecordAnswer({ ...claim, n: 9 }, keyOf(3), answerOf(3))).to.equal(undefined);
  });
});
