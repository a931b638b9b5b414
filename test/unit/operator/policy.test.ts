import { expect } from "chai";

import { mostUnstated, smooth } from "../../../src/operator/policy/capacity.js";
import { checkTerms } from "../../../src/operator/policy/check-terms.js";
import { maySubmit } from "../../../src/operator/policy/may-submit.js";
import { takeBatch, whyClose } from "../../../src/operator/policy/plan-batch.js";
import type { PendingRecord } from "../../../src/operator/policy/plan-batch.js";
import { promisedLiability } from "../../../src/operator/policy/promised-liability.js";
import { whyRefused } from "../../../src/operator/policy/why-refused.js";
import { asBytes32 } from "../../../src/types/bytes32.js";
import { asSeconds } from "../../../src/types/seconds.js";
import { asWei } from "../../../src/types/wei.js";

const s = (count: number) => asSeconds(BigInt(count));
const wei = (amount: number) => asWei(BigInt(amount));

describe("operator policy: when a batch is closed", () => {
  const pending = { count: 3, oldest: s(1_000), earliestDeadline: s(2_000), maxRecords: 4 };
  const terms = { closeAfter: s(60), margin: s(100) };

  it("waits while it is neither full, nor old, nor near a deadline", () => {
    expect(whyClose(pending, terms, s(1_059))).to.equal(undefined);
    expect(whyClose({ ...pending, count: 0 }, terms, s(9_999))).to.equal(undefined);
  });
  it("closes with the record that fills it", () => {
    expect(whyClose({ ...pending, count: 4 }, terms, s(1_000))).to.equal("full");
  });
  it("closes when its oldest record has waited long enough", () => {
    expect(whyClose(pending, terms, s(1_060))).to.equal("age");
  });
  it("closes when the margin before the earliest deadline begins", () => {
    const near = { ...pending, earliestDeadline: s(1_110) };
    expect(whyClose(near, terms, s(1_009))).to.equal(undefined);
    expect(whyClose(near, terms, s(1_010))).to.equal("deadline");
  });
});

describe("operator policy: what a claim takes", () => {
  const record = (serial: number, terms: Partial<PendingRecord> = {}): PendingRecord => ({
    ...{ serial, issuedAt: s(0), inclusionDeadline: s(100), liability: wei(10), maxRecords: 3 },
    ...terms,
  });

  it("takes records in order, with the dearest liability and the earliest deadline", () => {
    const batch = takeBatch([
      record(1),
      record(2, { liability: wei(20) }),
      record(3, { inclusionDeadline: s(90) }),
    ]);
    expect(batch).to.deep.equal({ serials: [1, 2, 3], liability: 20n, earliestDeadline: 90n });
  });
  it("stops before a record that would be one too many for any of them", () => {
    expect(takeBatch([record(1), record(2), record(3), record(4)]).serials).to.deep.equal([1, 2, 3]);
    expect(takeBatch([record(1), record(2), record(3, { maxRecords: 2 })]).serials).to.deep.equal([1, 2]);
    expect(takeBatch([record(1), record(2, { maxRecords: 2 }), record(3)]).serials).to.deep.equal([1, 2]);
    expect(takeBatch([record(1, { maxRecords: 1 }), record(2)]).serials).to.deep.equal([1]);
  });
});

describe("operator policy: what it bounds itself by", () => {
  it("reserves a whole claim for every claim that pending records begin", () => {
    const pending = { count: 5, maxRecords: 4, liability: wei(10) };
    expect(promisedLiability(wei(7), [pending])).to.equal(27n);
    expect(promisedLiability(wei(7), [{ ...pending, count: 4 }])).to.equal(17n);
    expect(promisedLiability(wei(7), [])).to.equal(7n);
  });
  it("leaves no more records unstated than half the clock answers for", () => {
    const pace = { traceSeconds: 2, workers: 1, statementSeconds: 100, perTransaction: 100 };
    expect(mostUnstated(pace, s(600))).to.equal(100);
    expect(mostUnstated({ ...pace, workers: 2 }, s(600))).to.equal(150);
    expect(mostUnstated(pace, s(1))).to.equal(0);
  });
  it("follows the pace of runs slowly", () => {
    expect(smooth(1, 2)).to.be.within(1.1 - 1e-9, 1.1 + 1e-9);
  });
  it("submits above the gas ceiling only when the margin before the deadline begins", () => {
    const claim = { earliestDeadline: s(1_000), margin: s(100) };
    const price = { baseFee: wei(11), ceiling: wei(10) };
    expect(maySubmit(claim, { ...price, baseFee: wei(10) }, s(0))).to.equal(true);
    expect(maySubmit(claim, price, s(899))).to.equal(false);
    expect(maySubmit(claim, price, s(900))).to.equal(true);
  });
});

describe("operator policy: why a request is refused", () => {
  const model = asBytes32(`0x${"11".repeat(32)}`);
  const asked = { model, inclusionDeadline: s(2_000) };
  const chain = {
    ...{ now: s(1_000), age: 1, baseFee: wei(10), isJailed: false, isPaused: false, isActive: true },
    ...{ freeStake: wei(100), lockedStake: wei(50) },
  };
  const limits = { openLiability: wei(150), gasPrice: wei(10), queue: 2, chainAge: 60, unstated: 5 };
  const load = { queued: 1, unstated: 4, promisedLiability: wei(100) };
  const code = (change: { chain?: object; load?: object; asked?: object }) =>
    whyRefused(
      { ...asked, ...change.asked },
      { limits, chain: { ...chain, ...change.chain }, load: { ...load, ...change.load } },
    )?.code;

  it("takes what is at every limit", () => {
    expect(code({})).to.equal(undefined);
  });
  const refusals: [string, Parameters<typeof code>[0]][] = [
    ["OPERATOR_JAILED", { chain: { isJailed: true } }],
    ["SIGNING_KEY_INACTIVE", { chain: { isActive: false } }],
    ["MODEL_RETIRING", { asked: { retiredAt: s(2_000) } }],
    ["CLAIMS_PAUSED", { chain: { isPaused: true } }],
    ["CHAIN_STALE", { chain: { age: 61 } }],
    ["GAS_PRICE_TOO_HIGH", { chain: { baseFee: wei(11) } }],
    ["OPEN_LIABILITY_FULL", { chain: { lockedStake: wei(51) } }],
    ["STAKE_TOO_SMALL", { chain: { freeStake: wei(99) } }],
    ["UNSTATED_RECORDS_FULL", { load: { unstated: 5 } }],
    ["QUEUE_FULL", { load: { queued: 2 } }],
  ];
  for (const [expected, change] of refusals) {
    it(`says ${expected} one step beyond its limit`, () => {
      expect(code(change)).to.equal(expected);
    });
  }
  it("takes a model that retires only after the deadline", () => {
    expect(code({ asked: { retiredAt: s(2_001) } })).to.equal(undefined);
  });
});

describe("operator policy: terms that can be kept", () => {
  const deployment = { minLiability: wei(10), minWindow: s(60), exitDelay: s(4_000), inclusionDelay: s(100) };
  const given = { deployment, submitMargin: s(50), path: "operator.json" };
  const terms = {
    ...{
      modelId: "0x11",
      liability: wei(10),
      maxRecords: 4,
      window: s(60),
      inclusion: s(1_000),
      closeAfter: s(30),
    },
  };
  const problem = (change: object): string => {
    try {
      checkTerms({ ...terms, ...change }, given);
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };

  it("takes terms at every limit", () => {
    expect(problem({})).to.equal("");
    expect(problem({ inclusion: s(181) })).to.equal("");
    expect(problem({ window: s(30 * 86_400) })).to.equal("");
  });
  it("refuses what the contracts refuse", () => {
    expect(problem({ liability: wei(9) })).to.contain("liability is 9 wei");
    expect(problem({ window: s(59) })).to.contain("window is 59 s");
    expect(problem({ window: s(30 * 86_400 + 1) })).to.contain("window is 2592001 s");
    expect(problem({ inclusion: s(1_001) })).to.contain("1000 s at most");
  });
  it("refuses a promise that censorship could break", () => {
    expect(problem({ inclusion: s(180) })).to.contain("take 180 s");
  });
});
