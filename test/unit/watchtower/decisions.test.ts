import { expect } from "chai";
import fc from "fast-check";

import { keyOfCall, claimOfKey } from "../../../src/watchtower/key-of-call.js";
import { chooseRecords } from "../../../src/watchtower/choose-records.js";
import { delayOf, letOthersGoFirst } from "../../../src/watchtower/courtesy.js";
import { nextAfterCheck, nextAfterPlay } from "../../../src/watchtower/next-after.js";
import { asAddress } from "../../../src/types/address.js";
import type { Address } from "../../../src/types/address.js";
import { asBytes32 } from "../../../src/types/bytes32.js";
import { asSeconds } from "../../../src/types/seconds.js";
import type { DisputeView, SessionView } from "../../../src/dispute/dispute-view.js";
import type { Move } from "../../../src/dispute/move.js";

const CLAIM = asBytes32(`0x${"ab".repeat(32)}`);
const KEY = asBytes32(`0x${"cd".repeat(32)}`);
const SECRET = new Uint8Array(32).fill(7);
const account = (number: number): Address => asAddress(`0x${number.toString(16).padStart(40, "0")}`);
const ME = account(1);

describe("watchtower: which records are checked", () => {
  it("all of them where the sample is 1, none where it is 0", () => {
    expect(chooseRecords(SECRET, { claimId: CLAIM, n: 5, sample: 1 })).to.deep.equal([0, 1, 2, 3, 4]);
    expect(chooseRecords(SECRET, { claimId: CLAIM, n: 5_000, sample: 0 })).to.deep.equal([]);
  });

  it("the same ones for the same secret, others for another one, and about the share that was asked for", () => {
    const of = (secret: Uint8Array) => chooseRecords(secret, { claimId: CLAIM, n: 20_001, sample: 0.2 });
    expect(of(SECRET)).to.deep.equal(of(SECRET));
    expect(of(SECRET)).to.not.deep.equal(of(new Uint8Array(32)));
    // Five standard deviations of a binomial distribution.
    expect(of(SECRET).length).to.be.within(4_000 - 285, 4_000 + 285);
    expect(of(SECRET).at(-1)).to.be.below(20_001);
  });

  it("more of them for a larger sample, and those of a smaller one among them", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (a, b) => {
          const [few, many] = [Math.min(a, b), Math.max(a, b)].map((sample) =>
            chooseRecords(SECRET, { claimId: CLAIM, n: 100, sample }),
          );
          expect(many).to.include.members(few!);
        },
      ),
    );
  });
});

/** What a challenger sees of a claim of which somebody asked something. */
function viewOf(sessions: readonly Partial<SessionView>[] = [], window = 1_200n): DisputeView {
  return {
    claimId: CLAIM,
    claim: { window },
    submittedAt: 1_000n,
    rules: { clockExtension: 60n, rounds: 16 },
    answers: { answeredAt: new Map() },
    sessions: sessions.map((one) => ({
      ...{ stage: "open", askedAt: 1_010n, answererLeft: 300n, askerLeft: 300n, rounds: 1 },
      ...{ asker: account(2), question: { key: KEY } },
      ...one,
    })),
  } as unknown as DisputeView;
}

const OPEN = { kind: "open", question: { key: KEY } } as unknown as Move;
const CONVICT = { kind: "convict" } as Move;

describe("watchtower: who goes first", () => {
  const spread = asSeconds(12n);
  const first = (view: DisputeView, move: Move, at: { since: bigint; now: bigint }) =>
    letOthersGoFirst(view, move, { account: ME, spread, since: asSeconds(at.since), now: asSeconds(at.now) });

  it("gives watchtowers different delays, none longer than the spread or a twentieth of the window", () => {
    const delays = Array.from({ length: 100 }, (_, at) => delayOf(viewOf(), account(at), spread));
    expect(new Set(delays).size).to.equal(13);
    const short = Array.from({ length: 100 }, (_, at) => delayOf(viewOf([], 60n), account(at), spread));
    expect(short.every((delay) => delay <= 3n)).to.equal(true);
    expect(delayOf(viewOf(), ME, asSeconds(0n))).to.equal(0n);
  });

  it("leaves a proof to others for one's own delay, and no longer", () => {
    const delay = delayOf(viewOf(), ME, spread);
    expect(delay > 0n).to.equal(true);
    expect(first(viewOf(), CONVICT, { since: 1_100n, now: 1_100n })).to.equal(1_100n + delay);
    expect(first(viewOf(), CONVICT, { since: 1_100n, now: 1_100n + delay })).to.equal(undefined);
  });

  it("never delays an answer to one's own turn", () => {
    const own = { kind: "ask", question: { key: KEY } } as unknown as Move;
    expect(first(viewOf(), own, { since: 1_100n, now: 1_100n })).to.equal(undefined);
  });

  it("waits for the answer to somebody else's question, until its deadline", () => {
    const at = { since: 1_020n, now: 1_100n };
    expect(first(viewOf([{}]), OPEN, at)).to.equal(1_310n);
    expect(first(viewOf([{ asker: ME }]), OPEN, at)).to.equal(undefined);
    expect(first(viewOf([{ stage: "closed" }]), OPEN, at)).to.equal(undefined);
    expect(first(viewOf([{ question: { key: CLAIM } as SessionView["question"] }]), OPEN, at)).to.equal(
      undefined,
    );
  });

  it("waits for nobody in the second half of the window: whoever asked may be the operator itself", () => {
    const slow = viewOf([{ answererLeft: asSeconds(5_000n) }]);
    expect(first(slow, OPEN, { since: 1_020n, now: 1_100n })).to.equal(1_600n);
    expect(first(slow, OPEN, { since: 1_020n, now: 1_599n })).to.equal(1_600n);
    expect(first(slow, OPEN, { since: 1_020n, now: 1_600n })).to.equal(undefined);
  });
});

describe("watchtower: what follows", () => {
  const situation = {
    now: 5_000,
    window: 600,
    windowLeft: 500,
    attempts: 0,
    asks: false,
    hasSessions: false,
  };

  it("a difference is disputed, an agreement is left alone", () => {
    expect(nextAfterCheck("differs", situation)).to.deep.include({ task: "play", verdict: "differs" });
    for (const verdict of ["agrees", "not sampled"] as const)
      expect(nextAfterCheck(verdict, situation)).to.deep.include({ task: "rest", verdict });
  });

  it("what was withheld is looked for again, each time after twice the pause", () => {
    const pauses = [0, 1, 2, 3].map(
      (attempts) => nextAfterCheck("unchecked: input", { ...situation, attempts }).lookAt! - situation.now,
    );
    expect(pauses).to.deep.equal([10, 20, 40, 80]);
    expect(nextAfterCheck("unchecked: input", situation).task).to.equal("check");
  });

  it("what was withheld is looked for once more before the window is over, and never after it", () => {
    const late = { ...situation, attempts: 5, windowLeft: 20 };
    expect(nextAfterCheck("unchecked: record", late).lookAt).to.equal(5_010);
    expect(nextAfterCheck("unchecked: record", { ...late, windowLeft: 0 }).task).to.equal("rest");
  });

  it("what is withheld twice is asked for where questions are paid for, inside the window", () => {
    const asking = { ...situation, asks: true };
    expect(nextAfterCheck("unchecked: input", asking).task).to.equal("check");
    expect(nextAfterCheck("unchecked: input", { ...asking, attempts: 1 }).task).to.equal("play");
    expect(nextAfterCheck("unchecked: input", { ...asking, attempts: 1, windowLeft: 0 }).task).to.equal(
      "rest",
    );
    expect(nextAfterCheck("unchecked: model unknown", { ...asking, attempts: 1 }).task).to.equal("check");
  });

  it("what others asked is read by those who do not pay too", () => {
    expect(nextAfterCheck("unchecked: input", { ...situation, hasSessions: true }).task).to.equal("play");
  });

  it("a play that rests unchecked is looked into again, a decided one is over", () => {
    expect(nextAfterPlay("unchecked: record", { ...situation, attempts: 1 })).to.deep.include({
      task: "check",
    });
    expect(nextAfterPlay("agrees", situation)).to.deep.equal({ task: "rest", verdict: "agrees" });
    expect(nextAfterPlay("decided", situation)).to.deep.equal({ task: "rest" });
  });
});

describe("watchtower: the keys of calls", () => {
  const call = { call: "Referee.convict", to: ME, data: "0x1234", value: 0n };

  it("name the claim, and differ with what is called and with its data", () => {
    expect(claimOfKey(keyOfCall(CLAIM, call))).to.equal(CLAIM);
    expect(keyOfCall(CLAIM, call)).to.equal(keyOfCall(CLAIM, { ...call, value: 5n }));
    expect(keyOfCall(CLAIM, call)).to.not.equal(keyOfCall(CLAIM, { ...call, data: "0x1235" }));
    expect(claimOfKey("withdraw 17")).to.equal(undefined);
  });
});
