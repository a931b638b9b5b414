import { expect } from "chai";
import { network } from "hardhat";

import type { Bytes32 } from "../../src/types/bytes32.js";
import { inquiryScene, STAGE } from "../support/inquiry-scene.js";
import { PHASE } from "../support/protocol.js";
import { keyOf, questionStream } from "../support/question-stream.js";
import type { Subject } from "../support/question-stream.js";

const connection = await network.create();
const { networkHelpers } = connection;
const { time } = networkHelpers;

// The clocks of these tests: 30 seconds for each side, raised to 5 at the beginning of a turn, 10 for proofs.
const scene = () => inquiryScene(connection);

/** As many different questions as anybody wants. */
const descriptor = (kernel: number): Subject => ({ kind: "descriptor", kernel });
const FIRST = descriptor(0);
const SECOND = descriptor(1);

/** A session of the challenger whose first question was asked at `t`. */
async function oneSession() {
  const made = await scene();
  const session = made.sessionOf(made.actors.challenger);
  await made.open(made.actors.challenger, FIRST);
  return { ...made, session, t: await made.askedAt(session), key: keyOf(made.exhibit, FIRST, made.id).key };
}

/** The same, answered at `t`. */
async function oneAnswered() {
  const made = await oneSession();
  await made.answer(made.actors.operator, made.session, FIRST);
  return { ...made, t: await made.inquiry.answeredAt(made.key) };
}

const load = networkHelpers.loadFixture;

describe("Inquiry: the window", () => {
  it("admits a session in its last second", async () => {
    const { open, actors, claimBook, id, windowEnd } = await load(scene);
    await time.setNextBlockTimestamp(windowEnd - 1n);
    await open(actors.challenger, FIRST);
    expect((await claimBook.stateOf(id)).phase).to.equal(PHASE.CONTESTED);
  });

  it("admits none at its end, whatever earlier sessions have postponed", async () => {
    const { open, answer, inquiry, claim, actors, claimBook, windowEnd, sessionOf } = await load(scene);
    await time.setNextBlockTimestamp(windowEnd - 2n);
    await open(actors.challenger, FIRST);
    await time.setNextBlockTimestamp(windowEnd - 1n);
    await answer(actors.operator, sessionOf(actors.challenger), FIRST);
    await time.setNextBlockTimestamp(windowEnd);
    await expect(open(actors.stranger, SECOND))
      .to.be.revertedWithCustomError(claimBook, "WindowOver")
      .withArgs(windowEnd, windowEnd);
    await inquiry.connect(actors.challenger).close(claim, sessionOf(actors.challenger));
    await expect(open(actors.stranger, SECOND)).to.be.revertedWithCustomError(claimBook, "WindowOver");
  });
});

describe("Inquiry: the answerer's clock", () => {
  it("takes an answer in its last second", async () => {
    const { answer, actors, session, inquiry, key, t } = await load(oneSession);
    await time.setNextBlockTimestamp(t + 29n);
    await answer(actors.operator, session, FIRST);
    expect(await inquiry.answeredAt(key)).to.equal(t + 29n);
  });

  it("reverts with AnswerTooLate at its end", async () => {
    const { answer, actors, session, inquiry, t } = await load(oneSession);
    await time.setNextBlockTimestamp(t + 30n);
    await expect(answer(actors.operator, session, FIRST))
      .to.be.revertedWithCustomError(inquiry, "AnswerTooLate")
      .withArgs(session, t + 30n, t + 30n);
  });

  it("reverts with AnswererClockRunning in its last second", async () => {
    const { actors, session, inquiry, claim, t } = await load(oneSession);
    await time.setNextBlockTimestamp(t + 29n);
    await expect(inquiry.connect(actors.stranger).timeOut(claim, session))
      .to.be.revertedWithCustomError(inquiry, "AnswererClockRunning")
      .withArgs(session, t + 29n, t + 30n);
  });

  it("convicts at its end, by anyone's call, and once", async () => {
    const { actors, session, inquiry, claim, claimBook, id, t } = await load(oneSession);
    await time.setNextBlockTimestamp(t + 30n);
    await inquiry.connect(actors.stranger).timeOut(claim, session);
    expect((await claimBook.stateOf(id)).phase).to.equal(PHASE.FAULTED);
    await expect(inquiry.timeOut(claim, session))
      .to.be.revertedWithCustomError(claimBook, "WrongPhase")
      .withArgs(id, PHASE.FAULTED, PHASE.OPEN);
  });

  it("convicts long after the window too: silence does not go stale", async () => {
    const { session, inquiry, claim, claimBook, id, t, actors } = await load(oneSession);
    await time.setNextBlockTimestamp(t + 10_000n);
    await expect(claimBook.finalize(claim)).to.be.revertedWithCustomError(claimBook, "WrongPhase");
    await inquiry.timeOut(claim, session);
    expect((await claimBook.stateOf(id)).phase).to.equal(PHASE.FAULTED);
    expect((await inquiry.sessionOf(session)).asker).to.equal(actors.challenger.address);
  });

  it("reverts with AlreadyAnswered where the answer came in time", async () => {
    const { session, inquiry, claim, key, t } = await load(oneAnswered);
    await time.setNextBlockTimestamp(t + 1_000n);
    await expect(inquiry.timeOut(claim, session))
      .to.be.revertedWithCustomError(inquiry, "AlreadyAnswered")
      .withArgs(key, t);
  });
});

describe("Inquiry: the asker's clock", () => {
  it("lets it ask in its last second", async () => {
    const { ask, actors, session, inquiry, t } = await load(oneAnswered);
    await time.setNextBlockTimestamp(t + 29n);
    await ask(actors.challenger, session, SECOND);
    expect((await inquiry.sessionOf(session)).rounds).to.equal(2);
  });

  it("reverts with AskerClockOver at its end", async () => {
    const { ask, actors, session, inquiry, t } = await load(oneAnswered);
    await time.setNextBlockTimestamp(t + 30n);
    await expect(ask(actors.challenger, session, SECOND))
      .to.be.revertedWithCustomError(inquiry, "AskerClockOver")
      .withArgs(session, t + 30n, t + 30n);
  });

  it("reverts with AskerClockRunning when a stranger closes in its last second", async () => {
    const { actors, session, inquiry, claim, t } = await load(oneAnswered);
    await time.setNextBlockTimestamp(t + 29n);
    await expect(inquiry.connect(actors.stranger).close(claim, session))
      .to.be.revertedWithCustomError(inquiry, "AskerClockRunning")
      .withArgs(session, t + 29n, t + 30n);
  });

  it("lets anyone close at its end, and the asker at once", async () => {
    const { actors, session, inquiry, claim, claimBook, id, t } = await load(oneAnswered);
    const before = await networkHelpers.takeSnapshot();
    await time.setNextBlockTimestamp(t + 30n);
    await inquiry.connect(actors.stranger).close(claim, session);
    expect((await inquiry.sessionOf(session)).stage).to.equal(STAGE.CLOSED);
    await before.restore();
    await time.setNextBlockTimestamp(t + 1n);
    await inquiry.connect(actors.challenger).close(claim, session);
    expect((await claimBook.stateOf(id)).phase).to.equal(PHASE.OPEN);
  });

  it("reverts with NotAnswered when asked on, or closed, before the answer", async () => {
    const { ask, actors, session, inquiry, claim, key } = await load(oneSession);
    for (const early of [
      ask(actors.challenger, session, SECOND),
      inquiry.connect(actors.challenger).close(claim, session),
    ]) {
      await expect(early).to.be.revertedWithCustomError(inquiry, "NotAnswered").withArgs(session, key);
    }
  });
});

describe("Inquiry: what is left of a clock", () => {
  const left = async (inquiry: Awaited<ReturnType<typeof scene>>["inquiry"], session: Bytes32) => {
    const { answererLeft, askerLeft } = await inquiry.sessionOf(session);
    return [answererLeft, askerLeft];
  };

  it("is what the turns took less, each side's for itself", async () => {
    const { ask, answer, actors, session, inquiry, t } = await load(oneSession);
    expect(await left(inquiry, session)).to.deep.equal([30n, 30n]);
    await time.setNextBlockTimestamp(t + 12n);
    await answer(actors.operator, session, FIRST);
    await time.setNextBlockTimestamp(t + 15n);
    await ask(actors.challenger, session, SECOND);
    expect(await left(inquiry, session)).to.deep.equal([18n, 27n]);
  });

  it("is raised to the extension at the beginning of a turn, not above what it is when that is more", async () => {
    const { ask, answer, actors, session, inquiry, t } = await load(oneSession);
    await time.setNextBlockTimestamp(t + 25n);
    await answer(actors.operator, session, FIRST);
    await time.setNextBlockTimestamp(t + 25n + 29n);
    await ask(actors.challenger, session, SECOND);
    // Five seconds left of the answerer's are as many as the extension; the asker has one, until its turn begins.
    expect(await left(inquiry, session)).to.deep.equal([5n, 1n]);
    const asked = t + 54n;
    await time.setNextBlockTimestamp(asked + 4n);
    await answer(actors.operator, session, SECOND);
    await time.setNextBlockTimestamp(asked + 4n + 4n);
    await ask(actors.challenger, session, descriptor(2));
    expect(await left(inquiry, session)).to.deep.equal([5n, 1n]);
    await time.setNextBlockTimestamp(asked + 8n + 4n);
    await answer(actors.operator, session, descriptor(2));
    await time.setNextBlockTimestamp(asked + 12n + 5n);
    await expect(ask(actors.challenger, session, descriptor(3)))
      .to.be.revertedWithCustomError(inquiry, "AskerClockOver")
      .withArgs(session, asked + 17n, asked + 17n);
  });

  it("ends a session before the hard end when both sides take all they have for sixteen questions", async () => {
    const {
      open,
      ask,
      answer,
      actors,
      inquiry,
      claim,
      claimBook,
      windowEnd,
      submittedAt,
      sessionOf,
      parameters,
    } = await load(scene);
    const session = sessionOf(actors.challenger);
    await time.setNextBlockTimestamp(windowEnd - 1n);
    await open(actors.challenger, descriptor(0));
    for (let round = 1; ; round++) {
      const { askedAt, answererLeft, askerLeft } = await inquiry.sessionOf(session);
      const answered = askedAt + answererLeft - 1n;
      await time.setNextBlockTimestamp(answered);
      await answer(actors.operator, session, descriptor(round - 1));
      if (round === 16) break;
      await time.setNextBlockTimestamp(answered + (askerLeft > 5n ? askerLeft : 5n) - 1n);
      await ask(actors.challenger, session, descriptor(round));
    }
    const answered = BigInt(await time.latest());
    const hardEnd =
      submittedAt + 60n + 2n * parameters.clock + 32n * parameters.clockExtension + parameters.proofTime;
    expect(answered + parameters.proofTime).to.be.lessThan(hardEnd);
    await inquiry.connect(actors.stranger).close(claim, session);
    await time.setNextBlockTimestamp(answered + parameters.proofTime);
    await claimBook.finalize(claim);
  });
});

describe("Inquiry: rounds", () => {
  it("are sixteen: the next one reverts with RoundsUsedUp, and anyone may close at once", async () => {
    const { ask, answer, actors, session, inquiry, claim } = await load(oneAnswered);
    for (let round = 2; round <= 16; round++) {
      await ask(actors.challenger, session, descriptor(round));
      if (round === 16) {
        await expect(inquiry.connect(actors.stranger).close(claim, session)).to.be.revertedWithCustomError(
          inquiry,
          "NotAnswered",
        );
      }
      await answer(actors.operator, session, descriptor(round));
    }
    await expect(ask(actors.challenger, session, descriptor(17)))
      .to.be.revertedWithCustomError(inquiry, "RoundsUsedUp")
      .withArgs(session, 16);
    await inquiry.connect(actors.stranger).close(claim, session);
    expect((await inquiry.sessionOf(session)).stage).to.equal(STAGE.CLOSED);
  });
});

describe("Inquiry: proof time", () => {
  it("is counted from the last answer: the claim is finalized at its end, not in its last second", async () => {
    const { answer, actors, session, inquiry, claim, claimBook, windowEnd, ask, t } = await load(oneSession);
    await time.setNextBlockTimestamp(t + 20n);
    await answer(actors.operator, session, FIRST);
    await time.setNextBlockTimestamp(t + 45n);
    await ask(actors.challenger, session, SECOND);
    const answered = t + 54n;
    await time.setNextBlockTimestamp(answered);
    await answer(actors.operator, session, SECOND);
    expect(answered + 10n).to.be.greaterThan(windowEnd);
    await time.setNextBlockTimestamp(answered + 3n);
    await expect(inquiry.connect(actors.challenger).close(claim, session))
      .to.emit(inquiry, "SessionClosed")
      .withArgs(session, answered + 10n, answered + 10n - windowEnd);
    await time.setNextBlockTimestamp(answered + 9n);
    await expect(claimBook.finalize(claim))
      .to.be.revertedWithCustomError(claimBook, "WindowStillOpen")
      .withArgs(answered + 9n, answered + 10n);
    await time.setNextBlockTimestamp(answered + 10n);
    await claimBook.finalize(claim);
  });
});

describe("Inquiry: one answer", () => {
  /** Sessions of challenger and stranger that ask the same, the second one 20 seconds later. */
  async function twoSessions() {
    const made = await oneSession();
    await time.setNextBlockTimestamp(made.t + 20n);
    await made.open(made.actors.stranger, FIRST);
    return { ...made, second: made.sessionOf(made.actors.stranger) };
  }

  it("serves every session that asks the same", async () => {
    const { answer, ask, actors, session, second, inquiry, key, claim } = await load(twoSessions);
    await answer(actors.operator, second, FIRST);
    const answered = await inquiry.answeredAt(key);
    await expect(answer(actors.operator, session, FIRST))
      .to.be.revertedWithCustomError(inquiry, "AlreadyAnswered")
      .withArgs(key, answered);
    await ask(actors.challenger, session, SECOND);
    await inquiry.connect(actors.stranger).close(claim, second);
    await expect(ask(actors.challenger, session, SECOND)).to.be.revertedWithCustomError(
      inquiry,
      "NotAnswered",
    );
  });

  it("keeps nobody from opening with the same question: it is the asker's turn at once", async () => {
    const { open, ask, actors, sessionOf, inquiry, claim, t } = await load(oneAnswered);
    const late = sessionOf(actors.stranger);
    await time.setNextBlockTimestamp(t + 20n);
    await open(actors.stranger, FIRST);
    await expect(inquiry.timeOut(claim, late)).to.be.revertedWithCustomError(inquiry, "AnswererClockRunning");
    await time.setNextBlockTimestamp(t + 20n + 29n);
    await ask(actors.stranger, late, SECOND);
    const { askerLeft, answererLeft } = await inquiry.sessionOf(late);
    expect(askerLeft).to.equal(1n);
    expect(answererLeft).to.equal(30n);
  });

  it("that was given before is over with the asker's clock like any other", async () => {
    const { open, ask, actors, sessionOf, inquiry, claim, claimBook, id, t } = await load(oneAnswered);
    const late = sessionOf(actors.stranger);
    await time.setNextBlockTimestamp(t + 20n);
    await open(actors.stranger, FIRST);
    await time.setNextBlockTimestamp(t + 50n);
    await expect(ask(actors.stranger, late, SECOND))
      .to.be.revertedWithCustomError(inquiry, "AskerClockOver")
      .withArgs(late, t + 50n, t + 50n);
    await time.setNextBlockTimestamp(t + 60n);
    await inquiry.close(claim, late);
    expect((await claimBook.stateOf(id)).openSessions).to.equal(1n);
  });

  it("that comes too late for one session serves another one with a later deadline", async () => {
    const { answer, ask, actors, session, second, inquiry, claim, claimBook, id, t } =
      await load(twoSessions);
    await time.setNextBlockTimestamp(t + 30n);
    await answer(actors.operator, second, FIRST);
    await ask(actors.stranger, second, SECOND);
    await answer(actors.operator, second, SECOND);
    await inquiry.connect(actors.stranger).close(claim, second);
    for (const late of [
      ask(actors.challenger, session, SECOND),
      inquiry.connect(actors.challenger).close(claim, session),
    ]) {
      await expect(late)
        .to.be.revertedWithCustomError(inquiry, "AnswerTooLate")
        .withArgs(session, t + 30n, t + 30n);
    }
    await inquiry.timeOut(claim, session);
    expect((await claimBook.stateOf(id)).phase).to.equal(PHASE.FAULTED);
  });

  it("in the last second of one session, named by another, saves both", async () => {
    const { answer, actors, session, second, inquiry, claim, key, t } = await load(twoSessions);
    await time.setNextBlockTimestamp(t + 29n);
    await answer(actors.operator, second, FIRST);
    await time.setNextBlockTimestamp(t + 100n);
    await expect(inquiry.timeOut(claim, session))
      .to.be.revertedWithCustomError(inquiry, "AlreadyAnswered")
      .withArgs(key, t + 29n);
  });

  it("to another question than the session's reverts with WrongAnswer", async () => {
    const { answer, actors, session, inquiry, key, exhibit, id } = await load(oneSession);
    await expect(answer(actors.operator, session, SECOND))
      .to.be.revertedWithCustomError(inquiry, "WrongAnswer")
      .withArgs(keyOf(exhibit, SECOND, id).key, key);
  });

  it("to a session that does not exist reverts with WrongStage, one of form Trace with FormIsStated", async () => {
    const { answer, actors, session, sessionOf, inquiry } = await load(oneSession);
    const nobody = sessionOf(actors.challenger, 1n);
    await expect(answer(actors.operator, nobody, FIRST))
      .to.be.revertedWithCustomError(inquiry, "WrongStage")
      .withArgs(nobody, STAGE.NONE, STAGE.OPEN);
    await expect(inquiry.answer(session, 2, 0, new Uint8Array(32))).to.be.revertedWithCustomError(
      inquiry,
      "FormIsStated",
    );
  });
});

describe("Inquiry: who and what a session is about", () => {
  it("asks by its asker alone: NotAsker", async () => {
    const { ask, actors, session, inquiry } = await load(oneAnswered);
    await expect(ask(actors.stranger, session, SECOND))
      .to.be.revertedWithCustomError(inquiry, "NotAsker")
      .withArgs(session, actors.stranger.address, actors.challenger.address);
  });

  it("is named with its own claim: WrongSubject", async () => {
    const { actors, session, inquiry, claim, claimBook, exhibit, id, operatorRegistry } =
      await load(oneAnswered);
    const other = { ...claim, nonce: 1n };
    await claimBook.connect(actors.operator).submit(other);
    const otherId = await claimBook.idOf(other);
    const challenger = inquiry.connect(actors.challenger);
    for (const act of [
      challenger.ask(other, session, questionStream(exhibit, SECOND)),
      challenger.timeOut(other, session),
      challenger.close(other, session),
      challenger.settle(other, session),
    ]) {
      await expect(act).to.be.revertedWithCustomError(inquiry, "WrongSubject").withArgs(session, id, otherId);
    }
    for (const act of [
      challenger.askOnModel(session, "0x"),
      challenger.timeOutOnModel(session),
      challenger.closeOnModel(session),
    ]) {
      await expect(act)
        .to.be.revertedWithCustomError(inquiry, "WrongSubject")
        .withArgs(session, id, `0x${"00".repeat(32)}`);
    }
    expect(await operatorRegistry.lockedOf(claim.operator)).to.equal(2_000n);
  });

  it("opens once for each claim, asker and nonce: SessionExists, open, closed or settled", async () => {
    const { open, actors, session, inquiry, claim } = await load(oneAnswered);
    const again = () => open(actors.challenger, SECOND);
    const exists = async () =>
      expect(again()).to.be.revertedWithCustomError(inquiry, "SessionExists").withArgs(session);
    await exists();
    await inquiry.connect(actors.challenger).close(claim, session);
    await exists();
    await open(actors.challenger, SECOND, { nonce: 1n });
    await open(actors.stranger, SECOND);
  });

  it("ends once: asking, answering, closing and timing out a closed session revert with WrongStage", async () => {
    const { ask, answer, actors, session, inquiry, claim } = await load(oneAnswered);
    const challenger = inquiry.connect(actors.challenger);
    await challenger.close(claim, session);
    for (const act of [
      ask(actors.challenger, session, SECOND),
      answer(actors.operator, session, FIRST),
      challenger.close(claim, session),
      challenger.timeOut(claim, session),
    ]) {
      await expect(act)
        .to.be.revertedWithCustomError(inquiry, "WrongStage")
        .withArgs(session, STAGE.CLOSED, STAGE.OPEN);
    }
  });

  it("opens on no claim that was not submitted, and on none that is decided", async () => {
    const { open, inquiry, actors, claim, claimBook, exhibit, windowEnd, t } = await load(oneSession);
    const other = { ...claim, nonce: 9n };
    const stream = questionStream(exhibit, SECOND);
    await expect(inquiry.connect(actors.stranger).open(other, 0n, stream, { value: 10n ** 18n }))
      .to.be.revertedWithCustomError(claimBook, "WrongPhase")
      .withArgs(await claimBook.idOf(other), PHASE.NONE, PHASE.OPEN);
    await time.setNextBlockTimestamp(t + 30n);
    await inquiry.timeOut(
      claim,
      await inquiry.sessionIdOf(await claimBook.idOf(claim), actors.challenger.address, 0n),
    );
    expect(t + 31n).to.be.lessThan(windowEnd);
    await expect(open(actors.stranger, SECOND)).to.be.revertedWithCustomError(claimBook, "WrongPhase");
  });
});
