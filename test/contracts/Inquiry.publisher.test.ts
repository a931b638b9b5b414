import { expect } from "chai";
import { network } from "hardhat";

import { ZERO_HASH } from "../../src/types/bytes32.js";
import { FORM, LIST } from "../../src/dispute/question.js";
import { inquiryScene, noiseBytes, PLENTY, STAGE } from "../support/inquiry-scene.js";
import { fund, PHASE, TEST_PARAMETERS } from "../support/protocol.js";
import type { Account } from "../support/protocol.js";
import { answerData, keyOf, questionStream } from "../support/question-stream.js";
import type { Subject } from "../support/question-stream.js";

const connection = await network.create();
const { networkHelpers } = connection;
const { time } = networkHelpers;
const load = networkHelpers.loadFixture;

const RULES = TEST_PARAMETERS;
const BOND = 501n;
/** Seconds from the first question to the end of all clocks, at the latest. */
const LONGEST = 2n * RULES.clock + 32n * RULES.clockExtension;

const WEIGHTS: Subject = { kind: "node", list: "weights", level: 2, index: 0 };
const descriptor = (kernel: number): Subject => ({ kind: "descriptor", kernel });

async function oneModel() {
  const made = await inquiryScene(connection);
  const { inquiry, exhibit, actors, modelId, sessionOf, id } = made;
  const openOn = (asker: Account, subject: Subject, nonce = 0n) =>
    inquiry.connect(asker).openOnModel(modelId, nonce, questionStream(exhibit, subject), { value: PLENTY });
  const askOn = (asker: Account, session: string, subject: Subject) =>
    inquiry.connect(asker).askOnModel(session, questionStream(exhibit, subject));
  const answerOn = (by: Account, session: string, subject: Subject) => {
    const { form, levels } = keyOf(exhibit, subject, id);
    return inquiry.connect(by).answer(session, FORM[form], levels, answerData(exhibit, subject));
  };
  const session = sessionOf(actors.challenger, 0n, modelId);
  return { ...made, openOn, askOn, answerOn, session };
}

/** With a bond of 501 wei of the stake token. */
async function oneBonded() {
  const made = await oneModel();
  const { actors, modelRegistry, modelId } = made;
  await fund(made as never, actors.publisher, BOND);
  await modelRegistry.connect(actors.publisher).depositBond(modelId, BOND);
  return made;
}

/** And a question of the challenger, asked at `t`. */
async function oneSession() {
  const made = await oneBonded();
  await made.openOn(made.actors.challenger, WEIGHTS);
  return { ...made, t: await made.askedAt(made.session) };
}

describe("Inquiry: questions to a publisher", () => {
  it("revert with NothingAtStake where there is no bond, and where there is no model", async () => {
    const { openOn, inquiry, exhibit, actors, modelId } = await load(oneModel);
    await expect(openOn(actors.challenger, WEIGHTS))
      .to.be.revertedWithCustomError(inquiry, "NothingAtStake")
      .withArgs(modelId);
    const stream = questionStream(exhibit, WEIGHTS);
    await expect(inquiry.openOnModel(ZERO_HASH, 0n, stream, { value: PLENTY }))
      .to.be.revertedWithCustomError(inquiry, "NothingAtStake")
      .withArgs(ZERO_HASH);
  });

  it("are about its artifact alone: NotOfArtifact", async () => {
    const { openOn, inquiry, actors } = await load(oneBonded);
    for (const [subject, list] of [
      [{ kind: "record", index: 0 }, LIST.records],
      [{ kind: "trace" }, LIST.trace],
      [{ kind: "node", list: "input", level: 1, index: 0 }, LIST.input],
    ] as const) {
      await expect(openOn(actors.challenger, subject))
        .to.be.revertedWithCustomError(inquiry, "NotOfArtifact")
        .withArgs(list);
    }
  });

  it("open a session whose bond counts the sessions against the publisher, and touch no claim", async () => {
    const { openOn, inquiry, actors, modelId, session, claimBook, id } = await load(oneBonded);
    await expect(openOn(actors.challenger, WEIGHTS))
      .to.emit(inquiry, "SessionOpened")
      .withArgs(session, modelId, actors.challenger.address, actors.publisher.address, 1_600);
    await expect(openOn(actors.stranger, WEIGHTS)).to.emit(inquiry, "SessionOpened");
    expect(await inquiry.openSessionsAgainst(actors.publisher.address)).to.equal(2n);
    expect(await inquiry.openSessionsAgainst(actors.operator.address)).to.equal(0n);
    expect((await claimBook.stateOf(id)).phase).to.equal(PHASE.OPEN);
    expect((await inquiry.sessionOf(session)).subject).to.equal(modelId);
  });

  it("need a deposit for bond, answer, closing and settling, and none for delay", async () => {
    const { inquiry, actors, modelId, exhibit } = await load(oneBonded);
    const baseFee = 1_000n;
    const gas = RULES.answerGas + 128n * RULES.answerByteGas + RULES.closeGas + 3n * RULES.settleGas;
    const least = RULES.baseBond + gas * 4n * baseFee;
    expect(await inquiry.depositFor(actors.publisher.address, 0, 128, baseFee)).to.equal(least);
    const stream = questionStream(exhibit, WEIGHTS);
    const open = (value: bigint) =>
      inquiry.connect(actors.challenger).openOnModel(modelId, 0n, stream, { value });
    await networkHelpers.setNextBlockBaseFeePerGas(baseFee);
    await expect(open(least - 1n))
      .to.be.revertedWithCustomError(inquiry, "DepositTooSmall")
      .withArgs(least - 1n, least);
    await networkHelpers.setNextBlockBaseFeePerGas(baseFee);
    await open(least);
  });

  it("open, once the model is retired, while all clocks end when the bond may leave, not a second later", async () => {
    const { openOn, inquiry, actors, modelRegistry, modelId } = await load(oneBonded);
    await modelRegistry.connect(actors.publisher).retire(modelId);
    const leavesAt = BigInt(await time.latest()) + RULES.exitDelay;
    await time.setNextBlockTimestamp(leavesAt - LONGEST);
    await openOn(actors.challenger, WEIGHTS);
    await time.setNextBlockTimestamp(leavesAt - LONGEST + 1n);
    await expect(openOn(actors.stranger, WEIGHTS))
      .to.be.revertedWithCustomError(inquiry, "BondMayLeave")
      .withArgs(leavesAt + 1n, leavesAt);
  });

  it("that were opened before end before the bond may leave, whenever the publisher retires the model", async () => {
    const { inquiry, actors, modelRegistry, modelId, session, t } = await load(oneSession);
    await time.setNextBlockTimestamp(t + 1n);
    await modelRegistry.connect(actors.publisher).retire(modelId);
    await time.setNextBlockTimestamp(t + RULES.exitDelay);
    await expect(modelRegistry.connect(actors.publisher).withdrawBond(modelId)).to.be.revertedWithCustomError(
      modelRegistry,
      "BondNotReady",
    );
    expect(t + LONGEST).to.be.lessThan(t + 1n + RULES.exitDelay);
    await expect(inquiry.timeOutOnModel(session)).to.emit(modelRegistry, "BondSlashed");
  });

  it("that an operator answered before are the asker's turn at once: nobody is silent", async () => {
    const { open, openOn, answer, inquiry, actors, sessionOf, session, exhibit, id } = await load(oneBonded);
    await open(actors.challenger, WEIGHTS);
    await answer(actors.operator, sessionOf(actors.challenger), WEIGHTS);
    const answered = await time.latest();
    await openOn(actors.challenger, WEIGHTS);
    await time.increase(100);
    await expect(inquiry.timeOutOnModel(session))
      .to.be.revertedWithCustomError(inquiry, "AlreadyAnswered")
      .withArgs(keyOf(exhibit, WEIGHTS, id).key, answered);
    await inquiry.connect(actors.stranger).closeOnModel(session);
    expect((await inquiry.sessionOf(session)).stage).to.equal(STAGE.SETTLED);
  });
});

describe("Inquiry: a publisher's silence", () => {
  it("slashes the whole bond from the deadline on, not a second earlier: half to the asker, half burned", async () => {
    const { inquiry, actors, modelRegistry, modelId, session, t, claimBook, id } = await load(oneSession);
    await time.setNextBlockTimestamp(t + 29n);
    await expect(inquiry.timeOutOnModel(session))
      .to.be.revertedWithCustomError(inquiry, "AnswererClockRunning")
      .withArgs(session, t + 29n, t + 30n);
    await time.setNextBlockTimestamp(t + 30n);
    const silence = inquiry.connect(actors.stranger).timeOutOnModel(session);
    await expect(silence)
      .to.emit(inquiry, "SilenceProven")
      .withArgs(session, modelId, actors.challenger.address);
    await expect(silence)
      .to.emit(modelRegistry, "BondSlashed")
      .withArgs(modelId, actors.challenger.address, 250, 251);
    await expect(silence)
      .to.emit(inquiry, "SessionSettled")
      .withArgs(session, actors.challenger.address, PLENTY, 0, 0, 0);
    expect(await inquiry.balanceOf(actors.challenger.address)).to.equal(PLENTY);
    expect(await inquiry.openSessionsAgainst(actors.publisher.address)).to.equal(0n);
    expect((await inquiry.sessionOf(session)).stage).to.equal(STAGE.SETTLED);
    expect((await claimBook.stateOf(id)).phase).to.equal(PHASE.OPEN);
    await expect(inquiry.timeOutOnModel(session))
      .to.be.revertedWithCustomError(inquiry, "WrongStage")
      .withArgs(session, STAGE.SETTLED, STAGE.OPEN);
  });

  it("is proven in every session, also after the bond is gone", async () => {
    const { openOn, inquiry, actors, modelRegistry, modelId, session, sessionOf } = await load(oneSession);
    await openOn(actors.stranger, descriptor(1));
    await time.increase(100);
    await inquiry.timeOutOnModel(session);
    await expect(inquiry.timeOutOnModel(sessionOf(actors.stranger, 0n, modelId)))
      .to.emit(modelRegistry, "BondSlashed")
      .withArgs(modelId, actors.stranger.address, 0, 0);
    expect(await inquiry.balanceOf(actors.stranger.address)).to.equal(PLENTY);
    expect(await inquiry.openSessionsAgainst(actors.publisher.address)).to.equal(0n);
  });

  it("reverts with AlreadyAnswered where the answer came in the last second", async () => {
    const { inquiry, actors, answerOn, session, t, exhibit, id } = await load(oneSession);
    await time.setNextBlockTimestamp(t + 29n);
    await answerOn(actors.stranger, session, WEIGHTS);
    await time.setNextBlockTimestamp(t + 500n);
    await expect(inquiry.timeOutOnModel(session))
      .to.be.revertedWithCustomError(inquiry, "AlreadyAnswered")
      .withArgs(keyOf(exhibit, WEIGHTS, id).key, t + 29n);
  });
});

describe("Inquiry: a publisher's answers", () => {
  it("are paid when the session is closed, which settles it: answers, closing, settling and burn", async () => {
    const { inquiry, actors, answerOn, askOn, session, t } = await load(oneSession);
    await time.setNextBlockTimestamp(t + 10n);
    await answerOn(actors.publisher, session, WEIGHTS);
    await time.setNextBlockTimestamp(t + 20n);
    await networkHelpers.setNextBlockBaseFeePerGas(1_000n);
    await askOn(actors.challenger, session, descriptor(9));
    const { answererLeft, askerLeft } = await inquiry.sessionOf(session);
    expect([answererLeft, askerLeft]).to.deep.equal([20n, 20n]);
    await answerOn(actors.publisher, session, descriptor(9));
    const answered = BigInt(await time.latest());
    await time.setNextBlockTimestamp(answered + 19n);
    await expect(inquiry.connect(actors.stranger).closeOnModel(session))
      .to.be.revertedWithCustomError(inquiry, "AskerClockRunning")
      .withArgs(session, answered + 19n, answered + 20n);
    const { owed } = await inquiry.sessionOf(session);
    await time.setNextBlockTimestamp(answered + 20n);
    await networkHelpers.setNextBlockBaseFeePerGas(2_000n);
    const closing = inquiry.connect(actors.stranger).closeOnModel(session, { gasPrice: 2_000n });
    const forClosing = RULES.closeGas * 2_000n;
    const forSettling = RULES.settleGas * 3n * 2_000n;
    const paid = owed + forClosing + forSettling;
    await expect(closing).to.emit(inquiry, "SessionClosed").withArgs(session, 0, 0);
    await expect(closing)
      .to.emit(inquiry, "SessionSettled")
      .withArgs(session, actors.challenger.address, PLENTY - paid - 400n, paid, 0, 400);
    expect(await inquiry.balanceOf(actors.publisher.address)).to.equal(owed);
    expect(await inquiry.balanceOf(actors.stranger.address)).to.equal(forClosing + forSettling);
    expect(await inquiry.balanceOf(actors.challenger.address)).to.equal(PLENTY - paid - 400n);
    expect(await inquiry.openSessionsAgainst(actors.publisher.address)).to.equal(0n);
  });

  it("prove themselves and come from anyone; what is wrong reverts with WrongAnswer", async () => {
    const { inquiry, actors, answerOn, session, exhibit, id } = await load(oneSession);
    const { key, levels } = keyOf(exhibit, WEIGHTS, id);
    await expect(
      inquiry.answer(session, FORM.nodes, levels, noiseBytes(128, "other")),
    ).to.be.revertedWithCustomError(inquiry, "WrongAnswer");
    await answerOn(actors.stranger, session, WEIGHTS);
    expect(await inquiry.answeredAt(key)).to.equal(await time.latest());
  });

  it("are asked for by the asker alone, about this model, in a session about a model", async () => {
    const { inquiry, actors, askOn, answerOn, session, exhibit, claim, id, modelId } = await load(oneSession);
    await answerOn(actors.publisher, session, WEIGHTS);
    await expect(askOn(actors.stranger, session, descriptor(0)))
      .to.be.revertedWithCustomError(inquiry, "NotAsker")
      .withArgs(session, actors.stranger.address, actors.challenger.address);
    const other = { ...exhibit, model: { ...exhibit.model, superseded: modelId } };
    const stream = questionStream(other, descriptor(0));
    await expect(
      inquiry.connect(actors.challenger).askOnModel(session, stream),
    ).to.be.revertedWithCustomError(inquiry, "WrongModel");
    for (const act of [
      inquiry.connect(actors.challenger).ask(claim, session, questionStream(exhibit, descriptor(0))),
      inquiry.timeOut(claim, session),
      inquiry.close(claim, session),
      inquiry.settle(claim, session),
    ]) {
      await expect(act).to.be.revertedWithCustomError(inquiry, "WrongSubject").withArgs(session, modelId, id);
    }
  });
});
