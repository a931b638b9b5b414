import { expect } from "chai";

import { claimId } from "../../../src/claim/claim.js";
import { openClaimLedger } from "../../../src/operator/ledger/claim-ledger.js";
import { groupCommits } from "../../../src/operator/ledger/group-commits.js";
import { LEDGER_MIGRATIONS } from "../../../src/operator/ledger/migrations.js";
import { openRecordLedger } from "../../../src/operator/ledger/record-ledger.js";
import type { PromisedRecord } from "../../../src/operator/ledger/rows.js";
import { openTally } from "../../../src/operator/promises/tally.js";
import { openDatabase } from "../../../src/store/open-database.js";
import { asAddress } from "../../../src/types/address.js";
import { asBytes32, ZERO_HASH } from "../../../src/types/bytes32.js";
import type { Bytes32 } from "../../../src/types/bytes32.js";
import { asSeconds } from "../../../src/types/seconds.js";
import { asWei } from "../../../src/types/wei.js";

const hash = (seed: number): Bytes32 => asBytes32(`0x${seed.toString(16).padStart(64, "0")}`);
const s = (count: number) => asSeconds(BigInt(count));
const OPERATOR = asAddress(`0x${"11".repeat(20)}`);
const MODEL = hash(0xaa);
const BOOK = { chainId: 1n, contract: OPERATOR };

const promised = (seed: number, change: Partial<PromisedRecord> = {}): PromisedRecord => ({
  ...{ requestId: hash(seed), modelId: MODEL, parents: [{ claimId: hash(9), recordIndex: 3 }] },
  record: {
    ...{ requester: OPERATOR, salt: hash(seed), inputRoot: hash(1), outputRoot: hash(seed + 1_000) },
    ...{ traceRoot: ZERO_HASH, parentsRoot: hash(2), parentsCount: 1 },
  },
  ...{ issuedAt: s(1_000 + seed), inclusionDeadline: s(2_000 - seed), maxRecords: 4 },
  ...{ liability: asWei(10n ** 18n), signer: OPERATOR, signature: "0x12" },
  ...change,
});
const kept = { inputs: Uint8Array.of(1, 2), outputs: Uint8Array.of(3) };

function openLedger() {
  const database = openDatabase(":memory:", LEDGER_MIGRATIONS);
  const records = openRecordLedger(database);
  const claims = openClaimLedger(database, OPERATOR);
  const promise = (...all: PromisedRecord[]) => records.promise(all.map((one) => ({ promised: one, kept })));
  const make = (...serials: number[]) => {
    const terms = { modelId: MODEL, recordsRoot: hash(serials[0]!), liability: asWei(7n), window: s(60) };
    const claim = { operator: OPERATOR, nonce: claims.nextNonce(), n: serials.length, ...terms };
    const times = { madeAt: s(1_500), madeBlock: 12, earliestDeadline: s(1_990) };
    return claims.make({ claim, claimId: claimId(claim, BOOK), serials, ...times });
  };
  return { records, claims, promise, make };
}

describe("operator: the ledger", () => {
  it("gives back what was promised, to the wei", () => {
    const { records, promise } = openLedger();
    const most = promised(1, { liability: asWei(2n ** 96n - 1n) });
    promise(most);
    expect(records.find(hash(1))).to.deep.equal({ ...most, serial: 1 });
    expect(records.inputs(1)).to.deep.equal(Buffer.from([1, 2]));
    expect(records.outputs(1)).to.deep.equal(Buffer.from([3]));
    expect(records.find(hash(2))).to.equal(undefined);
  });

  it("gives back parents of other deployments, the roots of tensors, and a stretch of a claim's records", () => {
    const { records, promise, make } = openLedger();
    const elsewhere = { chainId: "10", claimBook: OPERATOR, claimId: hash(9), recordIndex: 3 };
    const roots = { inputs: [hash(4)], outputs: [hash(5), hash(6)] };
    const all = [1, 2, 3].map((seed) => promised(seed, { parents: [elsewhere], roots }));
    promise(...all);
    const { number } = make(1, 2, 3);
    const found = records.stretch(number, 1, 9);
    expect(found.map(({ requestId }) => requestId)).to.deep.equal([hash(2), hash(3)]);
    expect(found[0]).to.deep.include({ parents: [elsewhere], roots });
    expect(records.stretch(number, 1, 1)).to.have.length(1);
    expect(records.stretch(number, 3, 1)).to.deep.equal([]);
  });

  it("keeps the first promise of a request, whatever comes later", () => {
    const { records, promise } = openLedger();
    const [first] = promise(promised(1));
    const [again] = promise(promised(1, { signature: "0x99", issuedAt: s(5_000) }));
    expect(again).to.deep.equal(first);
    expect(records.pending()[0]?.count).to.equal(1);
  });

  it("keeps all of several promises, or none", () => {
    const { records } = openLedger();
    const broken = { promised: promised(2), kept: { inputs: null as never } };
    expect(() => records.promise([{ promised: promised(1), kept }, broken])).to.throw();
    expect(records.find(hash(1))).to.equal(undefined);
  });

  it("sums up what no claim holds, by model, with the tightest promise of each kind", () => {
    const { records, promise } = openLedger();
    const dear = asWei(9n * 10n ** 18n);
    promise(promised(1), promised(2, { maxRecords: 2 }), promised(3, { liability: dear }));
    promise(promised(4, { modelId: hash(0xbb), requestId: hash(4) }));
    expect(records.pending()).to.have.deep.members([
      {
        ...{ modelId: MODEL, count: 3, oldest: 1_001n, earliestDeadline: 1_997n, maxRecords: 2 },
        liability: dear,
      },
      {
        ...{ modelId: hash(0xbb), count: 1, oldest: 1_004n, earliestDeadline: 1_996n, maxRecords: 4 },
        liability: 10n ** 18n,
      },
    ]);
  });

  it("puts a record into one claim only, in the order of the claim", () => {
    const { records, claims, promise, make } = openLedger();
    promise(promised(1), promised(2), promised(3));
    const made = make(1, 2);
    expect(made).to.include({ number: 1, state: "made" });
    expect(records.ofClaim(1).map(({ salt }) => salt)).to.deep.equal([hash(1), hash(2)]);
    expect(records.at(1, 1)?.requestId).to.equal(hash(2));
    expect(records.pending()[0]?.count).to.equal(1);
    expect(() => make(2, 3)).to.throw("record 2 stands in a claim already");
    expect(claims.byNumber(2), "all of it or nothing").to.equal(undefined);
    expect(records.pending()[0]?.count).to.equal(1);
    expect(make(3).claim.nonce).to.equal(2n);
  });

  it("lets inputs and outputs go with the decision of their claim, and nothing else", () => {
    const { records, claims, promise, make } = openLedger();
    promise(promised(1), promised(2));
    const { claimId: id } = make(1);
    make(2);
    claims.setState(id, "open", s(1_600));
    expect(records.forgetDecided()).to.equal(0);
    expect(records.undecided()).to.equal(2);
    claims.setState(id, "final", s(1_600));
    expect(records.forgetDecided()).to.equal(2);
    expect(records.inputs(1)).to.equal(undefined);
    expect(records.inputs(2)).not.to.equal(undefined);
    expect(records.undecided()).to.equal(1);
    expect(claims.undecided().map(({ number }) => number)).to.deep.equal([2]);
    expect(claims.counts()).to.deep.equal({ made: 1, open: 0, final: 1, faulted: 0 });
    expect(claims.before(2, 10).map(({ state }) => state)).to.deep.equal(["final"]);
  });

  it("is summed up the same by what was added as by reading it anew", () => {
    const { records, claims, promise, make } = openLedger();
    const tally = openTally(records, claims);
    for (const one of [promised(1), promised(2, { maxRecords: 1 }), promised(3, { liability: asWei(5n) })]) {
      promise(one);
      tally.add(one);
    }
    const fresh = openTally(records, claims);
    expect(tally.pending(MODEL)).to.deep.equal(fresh.pending(MODEL));
    expect(tally.undecided()).to.equal(3);
    const coming = [{ modelId: MODEL, liability: asWei(1n), maxRecords: 4 }];
    expect(tally.promisedLiability(coming)).to.equal(4n * 10n ** 18n);
    make(1, 2);
    tally.refresh();
    expect(tally.promisedLiability([])).to.equal(7n + 5n);
    expect(tally.undecided()).to.equal(3);
  });
});

describe("operator: commits in groups", () => {
  it("commits together what comes in one turn, and gives each its own", async () => {
    const groups: (readonly number[])[] = [];
    const commit = groupCommits<number, string>((items) => {
      groups.push(items);
      return items.map(String);
    });
    expect(await Promise.all([commit(1), commit(2)])).to.deep.equal(["1", "2"]);
    expect(await commit(3)).to.equal("3");
    expect(groups).to.deep.equal([[1, 2], [3]]);
  });

  it("fails all of a group that fails, and goes on with the next", async () => {
    let isBroken = true;
    const commit = groupCommits<number, number>((items) => {
      if (isBroken) throw new Error("the disk is full");
      return items;
    });
    const failed = await Promise.allSettled([commit(1), commit(2)]);
    expect(failed.map(({ status }) => status)).to.deep.equal(["rejected", "rejected"]);
    isBroken = false;
    expect(await commit(3)).to.equal(3);
  });
});
