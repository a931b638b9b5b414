import { expect } from "chai";
import fc from "fast-check";
import { network } from "hardhat";

import { inquiryGround } from "../support/inquiry-ground.js";
import { actionsOf, WEIGHTS, type Kind } from "../support/inquiry-actions.js";
import { InquiryPlay } from "../support/inquiry-play.js";
import { GARBAGE_ROOT } from "../support/inquiry-questions.js";
import { ROUNDS } from "../support/inquiry-model.js";

const connection = await network.create({
  network: "hardhat",
  // Ten answers in one last second are ten blocks of that second.
  override: { allowBlocksWithSameTimestamp: true },
});
const { networkHelpers } = connection;

/** Sequences in which everything may happen; of the others, one for each ten of these. */
const RUNS = Number(process.env["INVARIANT_RUNS"] ?? 200);
const FEW = Math.max(1, Math.floor(RUNS / 10));

/** Of claims that a play begins with, the one whose window is the longest. */
const LONGEST = 3;

async function groundOfInquiries() {
  return inquiryGround(connection);
}

const SUBMIT = { kind: "submit", who: 0, which: 0, what: 0, how: 0, baseFee: 7n, times: 1n } as const;

async function beginPlay(options: { honest?: boolean } = {}): Promise<InquiryPlay> {
  const ground = await networkHelpers.loadFixture(groundOfInquiries);
  const play = new InquiryPlay(ground, BigInt(await networkHelpers.time.latest()) + 1n, options);
  for (let i = 0; i <= LONGEST; i++) await play.act({ ...SUBMIT, when: { soon: 0n } });
  return play;
}

/** Plays sequences of actions of these weights, and compares everything after each action. */
async function playMany(
  runs: number,
  weights: Partial<Record<Kind, number>>,
  {
    honest = false,
    each = () => {},
    then = async () => {},
  }: {
    honest?: boolean;
    /** After every action. */
    each?: (play: InquiryPlay) => void;
    /** After the last one. */
    then?: (play: InquiryPlay) => Promise<void>;
  } = {},
): Promise<void> {
  const [minLength, maxLength] = runs === RUNS ? [20, 50] : [8, 24];
  const sequences = fc.array(actionsOf(weights), { minLength, maxLength, size: "max" });
  await fc.assert(
    fc.asyncProperty(sequences, async (sequence) => {
      const play = await beginPlay({ honest });
      for (const action of sequence) {
        await play.act(action);
        await play.check();
        each(play);
      }
      await then(play);
    }),
    { numRuns: runs },
  );
}

/** Both sides go on asking and answering; nothing is ended. */
const { open, openOnModel, ask, answer, stateTraces, exchange, wait } = WEIGHTS;
const DIALOGUE = { open, openOnModel, ask, answer, stateTraces, exchange, wait };

/*
 * Seen to fail. Broken in the contract alone, so that it leaves its definition:
 *
 * | broken in Inquiry.sol and ClaimBook.sol | the first test says |
 * |---|---|
 * | contest: a session opens in the first second after the window | expected WindowOver |
 * | _answeredInTime: an answer at the deadline counts | expected AnswerTooLate |
 * | _requireSilence: silence convicts a second early | expected AnswererClockRunning |
 * | _ask: the extension is added to a clock, not a floor of it | answererLeft differs |
 * | _ask: the asker's clock stands still; it may ask a second longer | askerLeft differs; expected AskerClockOver |
 * | MAX_ROUNDS = 17 | expected RoundsUsedUp |
 * | close: proof time from the closing; held until the closing | heldFor differs |
 * | _close: anyone closes at any time | expected AskerClockRunning |
 * | release: finalizableAt falls | stateOf differs |
 * | finalize: a contested claim; fault: a final claim | expected WrongPhase |
 * | contest: one session at a time | expected to be accepted |
 * | close: closed sessions still count; settle: sessions of a fallen claim discounted twice | m differs; Panic |
 * | _bondUp: no growth; BURNED_PART = 5; a refund with the burn in it; a fallen claim's sessions divided | wei differ |
 * | _price: at the base fee of now | wei differ |
 * | _serve: an answer to another question; _state: twice, or by anybody | refused for another reason, or accepted |
 * | openOnModel: a second after the bond may leave | expected BondMayLeave |
 *
 * Broken in the contract and in its definition alike, so that only the invariant itself can tell:
 *
 * | broken in both | invariant |
 * |---|---|
 * | sessions open after the window | decided by its hard end |
 * | the extension is added to a clock | clocks only fall |
 * | a final claim falls | decided once |
 * | silence convicts a second early | never faulted while its node answers |
 * | silence convicts a second late | garbage root is faulted by time |
 * | one session at a time | the only slot |
 * | a fifth of the bond burns | a quarter is burned |
 * | 17 rounds | where the termination theorem says |
 */
describe("Invariants of inquiry", function () {
  this.timeout(600_000);

  it("are those of its definition, after every action of any sequence", async () => {
    const met = new Set<string>();
    await playMany(RUNS, WEIGHTS, {
      then: async (play) => {
        await play.pokeAll();
        await play.settleAll();
        for (const name of play.refused.keys()) met.add(name);
      },
    });
    // A play that is refused nothing has tried nothing.
    if (RUNS < 200) return;
    for (const name of REFUSALS) expect(met, name).to.include(name);
  });

  it("every claim is decided by its hard end when poked, whatever was asked and answered", async () => {
    let decided = 0;
    await playMany(FEW, DIALOGUE, { then: async (play) => void (decided += await play.pokeAll()) });
    expect(decided).to.be.greaterThan(0);
  });

  it("clocks only fall, but for the extension rule", async () => {
    const raised = (left: bigint): bigint => (left > 5n ? left : 5n);
    let fell = 0;
    let before = new Map<number, { answererLeft: bigint; askerLeft: bigint }>();
    await playMany(FEW, DIALOGUE, {
      each: ({ shadow }) => {
        const after = new Map(shadow.sessions.map((session, i) => [i, { ...session }]));
        // A new play begins with fewer sessions.
        if (after.size < before.size) before = new Map();
        for (const [i, { answererLeft, askerLeft }] of before) {
          const session = after.get(i)!;
          expect(session.answererLeft <= raised(answererLeft), "the answerer's").to.equal(true);
          expect(session.askerLeft <= raised(askerLeft), "the asker's").to.equal(true);
          if (session.answererLeft < answererLeft || session.askerLeft < askerLeft) fell++;
        }
        before = after;
      },
      then: async () => void (before = new Map()),
    });
    expect(fell).to.be.greaterThan(0);
  });

  it("a claim is decided once, and nothing changes its verdict", async () => {
    const verdicts = new Map<number, string>();
    const compare = ({ shadow }: InquiryPlay): void => {
      for (const [i, { phase, decidedAt }] of shadow.claims.entries()) {
        const verdict = `${phase} at ${decidedAt}`;
        if (verdicts.has(i)) expect(verdict).to.equal(verdicts.get(i));
        else if (decidedAt !== 0n) verdicts.set(i, verdict);
      }
    };
    await playMany(FEW, WEIGHTS, {
      each: compare,
      then: async (play) => {
        await play.pokeAll();
        compare(play);
        await play.passUntil(play.now + 1n);
        for (const i of play.shadow.claims.keys()) {
          await play.convict(play.sentBy(2), i);
          await play.finalize(play.sentBy(2), i);
        }
        for (const [i, { subject }] of play.shadow.sessions.entries()) {
          if (subject.kind === "claim") await play.timeOut(play.sentBy(2), i);
        }
        compare(play);
        verdicts.clear();
      },
    });
  });

  it("an operator is never faulted while its node answers, whatever floods it, were it in the last second", async () => {
    const { convict: _, ...hostile } = WEIGHTS;
    let answered = 0;
    await playMany(
      FEW,
      { ...hostile, open: 40, ask: 30, timeOut: 20 },
      {
        honest: true,
        then: async (play) => {
          await play.pokeAll();
          for (const { phase } of play.shadow.claims) expect(phase).to.equal("FINAL");
          expect(play.shadow.bondShares.size, "bonds of publishers").to.equal(0);
          answered += play.shadow.answeredAt.size;
          await play.settleAll();
        },
      },
    );
    expect(answered).to.be.greaterThan(FEW);
  });

  it("a garbage trace root is faulted by time, whatever else its operator answers", async () => {
    let faulted = 0;
    const others = { ask, answer, stateTraces };
    await playMany(
      FEW,
      { ...others, open, exchange },
      {
        then: async (play) => {
          const { shadow } = play;
          const record = [1, 2, 4].find((index) => shadow.statedTrace(LONGEST, index) === undefined);
          const claim = shadow.claims[LONGEST]!;
          if (record === undefined || play.now >= shadow.windowEnd(claim)) return;
          await play.state(LONGEST, record, GARBAGE_ROOT);
          const spot = { kind: "node", list: "trace", record, level: 3, index: 0, unknown: GARBAGE_ROOT };
          const session = await play.openOn(LONGEST, spot as never, { asker: 2 });
          const deadline = shadow.answererDeadline(shadow.sessions[session]!);
          // Much can be answered meanwhile; this can not.
          const arbitrary = actionsOf(others);
          for (const action of fc.sample(arbitrary, { numRuns: 10, seed: play.performed })) {
            if (play.now < deadline - 1n) await play.act({ ...action, when: { soon: 1n } });
          }
          await play.passUntil(deadline - 1n);
          await play.timeOut(play.sentBy(0), session);
          expect(claim.phase, "in the last second of the clock").to.equal("CONTESTED");
          await play.passUntil(deadline);
          await play.timeOut(play.sentBy(0), session);
          expect(claim.phase, "in the first second after it").to.equal("FAULTED");
          expect(claim.beneficiary).to.equal(play.accounts[2]);
          await play.check();
          faulted++;
        },
      },
    );
    expect(faulted).to.be.greaterThan(FEW / 4);
  });

  it("nobody occupies the only slot: one more session opens in any second of the window, for the bond of m", async () => {
    let opened = 0;
    await playMany(FEW, DIALOGUE, {
      then: async (play) => {
        const flood = fc.sample(actionsOf({ open }), { numRuns: 20, seed: play.performed });
        for (const action of flood) await play.act({ ...action, when: { soon: 0n } });
        const { shadow } = play;
        const claim = shadow.claims[LONGEST]!;
        if (claim.decidedAt !== 0n || play.now >= shadow.windowEnd(claim)) return;
        await play.passUntil(shadow.windowEnd(claim) - 1n);
        const others = shadow.openSessionsAgainst(claim.operator);
        const spot = { kind: "node", list: "records", record: 0, level: 2, index: 1 } as const;
        const before = shadow.sessions.length;
        await play.openOn(LONGEST, spot, { asker: 6, less: 1n });
        expect(shadow.sessions.length, "a wei less").to.equal(before);
        await play.openOn(LONGEST, spot, { asker: 6 });
        expect(shadow.sessions.length).to.equal(before + 1);
        expect(shadow.sessions.at(-1)!.bond).to.equal(1_600n + 100n * BigInt(others));
        await play.check();
        opened += others;
      },
    });
    expect(opened).to.be.greaterThan(FEW);
  });

  it("of each bond whose claim stood a quarter is burned at least, which all others together lose, and nothing else", async () => {
    let burned = 0n;
    await playMany(FEW, WEIGHTS, {
      then: async (play) => {
        await play.pokeAll();
        const { shadow } = play;
        await play.settleAll();
        const ofFallen = ({ kind, index }: { kind: string; index: number }): boolean =>
          kind === "claim" && shadow.claims[index]!.phase === "FAULTED";
        const stood = shadow.sessions.filter(
          (session) => !ofFallen(session.subject) && shadow.answerInTime(session) !== undefined,
        );
        const bonds = stood.reduce((sum, { bond }) => sum + bond, 0n);
        expect(4n * shadow.burned >= bonds, "a quarter").to.equal(true);
        expect(shadow.putIn).to.equal(shadow.withdrawn + shadow.burned);
        // A fallen claim costs its operator and whoever it pays at least half of the liability.
        burned += shadow.burned;
      },
    });
    expect(burned > 0n).to.equal(true);
  });

  it("two sides that use every second end where the termination theorem says, and not at its bound", async () => {
    const play = await beginPlay();
    const { shadow } = play;
    const claim = shadow.claims[LONGEST]!;
    await play.passUntil(shadow.windowEnd(claim) - 1n);
    const spots = Array.from({ length: ROUNDS }, (_, index) => {
      const place = { kind: "node", list: "input", record: 0, tensor: 1, level: 0, index } as const;
      return place;
    });
    const session = await play.openOn(LONGEST, spots[0]!, { asker: 2 });
    for (let round = 1; round <= ROUNDS; round++) {
      await play.passUntil(shadow.answererDeadline(shadow.sessions[session]!) - 1n);
      await play.answerRight(session, play.sentBy(1));
      if (round === ROUNDS) break;
      await play.passUntil(shadow.askerDeadline(shadow.sessions[session]!)! - 1n);
      await play.askAbout(session, spots[round]!);
    }
    await play.close(play.sentBy(1), session);
    await play.check();
    const { clock, clockExtension, proofTime } = shadow.rules;
    const last = shadow.windowEnd(claim) + 2n * clock + 29n * clockExtension + proofTime - 32n;
    expect(claim.finalizableAt).to.equal(last);
    expect(shadow.hardEnd(claim) - last).to.equal(3n * clockExtension + 32n);
    await play.passUntil(last - 1n);
    await play.finalize(play.sentBy(1), LONGEST);
    expect(claim.phase).to.equal("OPEN");
    await play.passUntil(last);
    await play.finalize(play.sentBy(1), LONGEST);
    expect(claim.phase).to.equal("FINAL");
    await play.check();
  });
});

/** What plays of any kind are refused with, sooner or later. */
const REFUSALS = [
  ...["SessionExists", "WindowOver", "WrongPhase", "DepositTooSmall", "AlreadyAnswered", "TraceNotStated"],
  ...["NothingBelow", "NotOfArtifact", "TraceNotOnDemand", "WrongRoot", "TrailingQuestion", "BondMayLeave"],
  ...["NotAsker", "NotAnswered", "AskerClockOver", "RoundsUsedUp", "AnswerTooLate", "WrongAnswer"],
  ...["AnswerLength", "FormIsStated", "NotOperatorOrSigner", "TraceAlreadyStated", "TraceRootZero"],
  ...["AnswererClockRunning", "AskerClockRunning", "WrongStage", "ClaimUndecided", "NothingToMove"],
];
