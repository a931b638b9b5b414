import { expect } from "chai";
import fc from "fast-check";

import type { Claim } from "../../../src/claim/claim.js";
import type { Inclusion } from "../../../src/claim/keeps-promise.js";
import { brokenTerm } from "../../../src/claim/keeps-promise.js";
import { receiptHash } from "../../../src/claim/receipt.js";
import type { Receipt, SignedReceipt } from "../../../src/claim/receipt.js";
import { commitRecords, openRecord } from "../../../src/claim/record-list.js";
import { complaintDeposit, nextAccusedMove, nextComplainantMove } from "../../../src/dispute/complaint.js";
import type { CourtRules, ReceiptView } from "../../../src/dispute/receipt-view.js";
import { ZERO_ADDRESS } from "../../../src/types/address.js";
import { asSeconds } from "../../../src/types/seconds.js";
import { asWei } from "../../../src/types/wei.js";
import { bytes32, makeRecord } from "../../support/protocol.js";
import { ADDRESSES } from "../../support/receipts.js";

const { operator, signer, court, requester } = ADDRESSES;

/** All times of these tests are seconds after this one. */
const T = 1_000_000n;
const at = (seconds: bigint) => asSeconds(T + seconds);

const RULES: CourtRules = {
  clock: asSeconds(30n),
  exitDelay: asSeconds(290n),
  keyNotice: asSeconds(20n),
  baseBond: asWei(1_600n),
  answerGas: 1_000n,
  answerByteGas: 10n,
};
/** Half an exit delay. */
const HALF = 145n;
const PROMISED = 40n;

const RECORDS = [1, 2, 3].map((salt) => makeRecord(requester, { salt: bytes32(salt) }));
const TREE = commitRecords(RECORDS);
const RECEIPT: Receipt = {
  operator,
  modelId: bytes32(7),
  record: RECORDS[1]!,
  issuedAt: at(0n),
  inclusionDeadline: at(PROMISED),
  liabilityWei: asWei(1_000n),
  maxRecords: 3,
};
const PLACE = { chainId: 1n, contract: court };
const SIGNED: SignedReceipt = { receipt: RECEIPT, court: PLACE, signer, signature: "0x00" };
const CLAIM: Claim = {
  operator,
  modelId: RECEIPT.modelId,
  nonce: 0n,
  recordsRoot: TREE.root,
  n: 3,
  liability: asWei(1_000n),
  window: asSeconds(60n),
};
const INCLUSION: Inclusion = { claim: CLAIM, index: 1, proof: openRecord(TREE, 1) };

const viewOf = (overrides: Partial<ReceiptView> = {}): ReceiptView => ({
  receipt: RECEIPT,
  hash: receiptHash(RECEIPT, PLACE),
  stage: "none",
  complainant: ZERO_ADDRESS,
  deadline: asSeconds(0n),
  rules: RULES,
  readAt: at(0n),
  unpaused: asSeconds(0n),
  isPaused: false,
  openComplaints: 0,
  baseFee: asWei(100n),
  ...overrides,
});

const OWN = { signed: SIGNED };

describe("dispute: what a consumer does about a receipt", () => {
  it("waits for the inclusion deadline, and complains in that second", () => {
    const view = viewOf();
    expect(nextComplainantMove(view, OWN, at(0n))).to.deep.equal({ kind: "wait", until: at(PROMISED) });
    expect(nextComplainantMove(view, OWN, at(PROMISED - 1n)).kind).to.equal("wait");
    expect(nextComplainantMove(view, OWN, at(PROMISED))).to.have.property("kind", "complain");
  });

  it("complains with a deposit that the next blocks do not make too small", () => {
    const view = viewOf({ openComplaints: 3 });
    const least = complaintDeposit(RULES, view);
    // Bond 1,600 + 3/16 of it; 1,000 + 10 × 640 gas at four times 100 wei.
    expect(least).to.equal(1_900n + 7_400n * 400n);
    const move = nextComplainantMove(view, OWN, at(PROMISED));
    if (move.kind !== "complain") throw new Error(move.kind);
    expect(move.value > 2n * least).to.equal(true);
  });

  it("rests when it was shown a claim that keeps the promise", () => {
    const own = { ...OWN, inclusion: INCLUSION };
    expect(nextComplainantMove(viewOf(), own, at(PROMISED))).to.deep.equal({ kind: "rest", because: "kept" });
  });

  it("complains all the same about one that does not", () => {
    for (const claim of [
      { ...CLAIM, operator: requester },
      { ...CLAIM, modelId: bytes32(8) },
      { ...CLAIM, liability: asWei(999n) },
      { ...CLAIM, recordsRoot: bytes32(8) },
    ]) {
      const own = { ...OWN, inclusion: { ...INCLUSION, claim } };
      expect(nextComplainantMove(viewOf(), own, at(PROMISED)).kind).to.equal("complain");
    }
  });

  it("rests when half an exit delay has passed, and not a second earlier", () => {
    for (const stage of ["none", "presented"] as const) {
      const view = viewOf({ stage });
      expect(nextComplainantMove(view, OWN, at(HALF - 1n)).kind).to.equal("complain");
      expect(nextComplainantMove(view, OWN, at(HALF))).to.deep.equal({ kind: "rest", because: "too late" });
    }
  });

  it("waits for the operator's clock, and ends it", () => {
    const view = viewOf({ stage: "complained", deadline: at(70n) });
    expect(nextComplainantMove(view, OWN, at(69n))).to.deep.equal({ kind: "wait", until: at(70n) });
    expect(nextComplainantMove(view, OWN, at(70n))).to.deep.equal({
      kind: "time-out-complaint",
      receipt: RECEIPT,
    });
  });

  it("rests when it is decided", () => {
    const said = (stage: "answered" | "broken") => nextComplainantMove(viewOf({ stage }), OWN, at(500n));
    expect(said("answered")).to.deep.equal({ kind: "rest", because: "kept" });
    expect(said("broken")).to.deep.equal({ kind: "rest", because: "broken" });
  });

  it("presents at once what a contract signed", () => {
    const own = { ...OWN, isDeniable: true, inclusion: INCLUSION };
    expect(nextComplainantMove(viewOf(), own, at(0n))).to.deep.equal({ kind: "present", signed: SIGNED });
    expect(nextComplainantMove(viewOf({ stage: "presented" }), own, at(0n)).kind).to.equal("rest");
  });

  it("presents while claims are paused, and then waits for as much time as the promise has left", () => {
    const paused = viewOf({ isPaused: true, readAt: at(100n), unpaused: asSeconds(10n) });
    expect(nextComplainantMove(paused, OWN, at(100n))).to.deep.equal({ kind: "present", signed: SIGNED });
    const presented = { ...paused, stage: "presented" as const };
    expect(nextComplainantMove(presented, OWN, at(1_000n))).to.deep.equal({
      kind: "wait",
      until: at(1_030n),
    });
  });

  it("presents before its time is over when a pause has put the deadline behind it", () => {
    // 100 of 110 seconds were paused: 30 are left of the promise, 35 of the time to present.
    const near = viewOf({ readAt: at(110n), unpaused: asSeconds(10n) });
    expect(nextComplainantMove(near, OWN, at(110n)).kind).to.equal("wait");
    const nearer = viewOf({ readAt: at(115n), unpaused: asSeconds(10n) });
    expect(nextComplainantMove(nearer, OWN, at(115n)).kind).to.equal("present");
  });

  it("complains about what was presented however long a pause was", () => {
    const view = viewOf({ stage: "presented", readAt: at(10_000n), unpaused: asSeconds(PROMISED) });
    expect(nextComplainantMove(view, OWN, at(10_000n)).kind).to.equal("complain");
    expect(nextComplainantMove(view, OWN, at(10_000n + HALF - PROMISED)).kind).to.equal("rest");
  });
});

describe("dispute: what an accused operator does", () => {
  const accused = viewOf({ stage: "complained", deadline: at(70n) });

  it("shows the claim, to the last second of its clock", () => {
    expect(nextAccusedMove(accused, INCLUSION, at(69n))).to.deep.equal({
      kind: "answer-complaint",
      receipt: RECEIPT,
      inclusion: INCLUSION,
    });
    expect(nextAccusedMove(accused, INCLUSION, at(70n))).to.deep.equal({ kind: "rest", because: "silent" });
  });

  it("sends nothing that would be refused", () => {
    const wrong = { ...INCLUSION, index: 0 };
    for (const inclusion of [undefined, wrong]) {
      expect(nextAccusedMove(accused, inclusion, at(0n))).to.deep.equal({ kind: "wait", until: at(70n) });
    }
  });

  it("does nothing before somebody complains, and nothing after", () => {
    const said = (stage: ReceiptView["stage"]) => nextAccusedMove(viewOf({ stage }), INCLUSION, at(0n));
    expect(said("none")).to.deep.equal({ kind: "rest", because: "not accused" });
    expect(said("presented")).to.deep.equal({ kind: "rest", because: "not accused" });
    expect(said("answered")).to.deep.equal({ kind: "rest", because: "kept" });
    expect(said("broken")).to.deep.equal({ kind: "rest", because: "broken" });
  });
});

describe("claim: whether a claim keeps a receipt's promise", () => {
  it("is so for any record of any list, at its place alone", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(), fc.nat(), (n, which, elsewhere) => {
        const records = Array.from({ length: n }, (_, i) => makeRecord(requester, { salt: bytes32(i) }));
        const tree = commitRecords(records);
        const index = which % n;
        const receipt = { ...RECEIPT, record: records[index]!, maxRecords: n };
        const inclusion = {
          claim: { ...CLAIM, n, recordsRoot: tree.root },
          index,
          proof: openRecord(tree, index),
        };
        expect(brokenTerm(receipt, inclusion)).to.equal(undefined);
        expect(brokenTerm({ ...receipt, maxRecords: n - 1 }, inclusion)).to.equal("records");
        const other = elsewhere % (n + 1);
        if (other !== index) expect(brokenTerm(receipt, { ...inclusion, index: other })).to.equal("record");
      }),
    );
  });

  it("is not with a path that is too long or too short", () => {
    const { proof } = INCLUSION;
    for (const wrong of [proof.slice(1), [...proof, bytes32(1)]]) {
      expect(brokenTerm(RECEIPT, { ...INCLUSION, proof: wrong })).to.equal("record");
    }
  });
});
