import { expect } from "chai";

import { longestSession, openTurns, soonest, turnOf, windowEnd } from "../../../src/dispute/clocks.js";
import type { DisputeView, SessionView } from "../../../src/dispute/dispute-view.js";
import { questionKey } from "../../../src/dispute/question.js";
import { ZERO_HASH } from "../../../src/types/bytes32.js";
import { asSeconds } from "../../../src/types/seconds.js";
import { asWei } from "../../../src/types/wei.js";
import { RULES } from "../../support/dispute-arena.js";
import { CHALLENGER } from "../../support/staged-claim.js";

const at = (seconds: number) => asSeconds(BigInt(seconds));
const question = {
  ...questionKey("nodes", 6, ZERO_HASH),
  place: { list: "program", record: 0, level: 6, index: 0 },
} as const;

/** Asked at 1,000 with 20 seconds for the answer and 12 for the next question. */
const session: SessionView = {
  ...{ id: ZERO_HASH, asker: CHALLENGER, stage: "open", rounds: 3, question },
  ...{ askedAt: at(1_000), answererLeft: at(20), askerLeft: at(12) },
  ...{ deposit: asWei(1n), bond: asWei(1n), owed: asWei(0n), payees: 0 },
};

function viewWith(answeredAt?: number, finalizableAt = 0): DisputeView {
  const answers = {
    data: new Map(),
    traces: new Map(),
    answeredAt: new Map(answeredAt === undefined ? [] : [[question.key, at(answeredAt)] as const]),
  };
  const view = {
    rules: RULES,
    answers,
    sessions: [session],
    finalizableAt: at(finalizableAt),
    phase: "contested",
  };
  return view as unknown as DisputeView;
}

const turn = (now: number, answeredAt?: number, changed: Partial<SessionView> = {}) =>
  turnOf({ ...session, ...changed }, viewWith(answeredAt), at(now));

describe("dispute: clocks", () => {
  it("give the answerer its seconds, the deadline excluded", () => {
    expect(turn(1_019)).to.deep.equal({ of: "answerer", deadline: 1_020n });
    expect(turn(1_020)).to.deep.equal({ of: "nobody", because: "silence" });
  });

  it("take an answer in the last second, and none in the first second after", () => {
    expect(turn(1_025, 1_019)).to.deep.equal({ of: "asker", deadline: 1_031n });
    expect(turn(1_025, 1_020)).to.deep.equal({ of: "nobody", because: "silence" });
  });

  it("give the asker its seconds from the answer on, the deadline excluded", () => {
    expect(turn(1_016, 1_005)).to.deep.equal({ of: "asker", deadline: 1_017n });
    expect(turn(1_017, 1_005)).to.deep.equal({ of: "nobody", because: "clock over" });
  });

  it("make it the asker's turn at once where the answer came before the question", () => {
    expect(turn(1_011, 900)).to.deep.equal({ of: "asker", deadline: 1_012n });
    expect(turn(1_012, 900)).to.deep.equal({ of: "nobody", because: "clock over" });
  });

  it("raise an asker's clock to the extension, and leave a longer one alone", () => {
    expect(turn(1_006, 1_005, { askerLeft: at(4) })).to.deep.equal({ of: "asker", deadline: 1_010n });
    expect(turn(1_006, 1_005, { askerLeft: at(5) })).to.deep.equal({ of: "asker", deadline: 1_010n });
    expect(turn(1_006, 1_005, { askerLeft: at(6) })).to.deep.equal({ of: "asker", deadline: 1_011n });
  });

  it("end a session whose rounds are used up with its answer", () => {
    expect(turn(1_006, 1_005, { rounds: 15 }).of).to.equal("asker");
    expect(turn(1_006, 1_005, { rounds: 16 })).to.deep.equal({ of: "nobody", because: "rounds used up" });
    expect(turn(1_006, undefined, { rounds: 16 }).of).to.equal("answerer");
  });

  it("leave sessions alone that are closed or settled", () => {
    const sessions = (["none", "open", "closed", "settled"] as const).map((stage) => ({ ...session, stage }));
    expect(
      openTurns({ ...viewWith(), sessions }, at(1_000)).map(({ session: one }) => one.stage),
    ).to.deep.equal(["open"]);
  });

  it("name the first moment at which time alone changes something", () => {
    const turns = [
      { session, turn: { of: "asker", deadline: at(1_017) } },
      { session, turn: { of: "answerer", deadline: at(1_020) } },
      { session, turn: { of: "nobody", because: "silence" } },
    ] as const;
    expect(soonest(viewWith(), turns)).to.equal(1_017n);
    expect(soonest(viewWith(), turns.slice(2))).to.equal(undefined);
    expect(soonest({ ...viewWith(undefined, 900), phase: "contested" }, turns)).to.equal(1_017n);
    expect(soonest({ ...viewWith(undefined, 1_010), phase: "open" }, turns)).to.equal(1_010n);
  });

  it("end a window when it is over, and a session, at the latest, with all extensions and the proof time", () => {
    const claim = { window: at(60) } as DisputeView["claim"];
    expect(windowEnd({ submittedAt: at(1_000), claim })).to.equal(1_060n);
    expect(longestSession(RULES)).to.equal(2n * 30n + 32n * 5n + 10n);
  });
});
