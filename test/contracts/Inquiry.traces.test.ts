import { expect } from "chai";
import { network } from "hardhat";

import { traceSubject, questionKey } from "../../src/dispute/question.js";
import { bytes32From, ZERO_HASH } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { noise } from "../support/exhibit.js";
import { inquiryScene } from "../support/inquiry-scene.js";
import { consentOf } from "../support/protocol.js";
import type { Account } from "../support/protocol.js";
import { questionStream } from "../support/question-stream.js";

const connection = await network.create();
const { networkHelpers } = connection;
const { time } = networkHelpers;
const load = networkHelpers.loadFixture;

async function oneClaim() {
  const made = await inquiryScene(connection);
  const { inquiry, actors, claim, exhibit, id } = made;
  const root = bytes32From(exhibit.trace.lists.trace.root);
  const statement = (recordIndex: number, session: Bytes32 = ZERO_HASH, traceRoot: Bytes32 = root) => ({
    recordIndex,
    traceRoot,
    session,
  });
  const state = (by: Account, ...statements: ReturnType<typeof statement>[]) =>
    inquiry.connect(by).stateTraces(claim, statements);
  const askTrace = (by: Account, recordIndex: number, nonce = 0n) =>
    inquiry.connect(by).open(claim, nonce, questionStream({ ...exhibit, recordIndex }, { kind: "trace" }), {
      value: 10n ** 18n,
    });
  const keyOf = (index: number) => questionKey("trace", 0, traceSubject(id, index)).key;
  const session = made.sessionOf(actors.challenger);
  return { ...made, root, statement, state, askTrace, keyOf, session };
}

/** The challenger asked for the trace of record 2 at `t`. */
async function oneAsked() {
  const made = await oneClaim();
  await made.askTrace(made.actors.challenger, 2);
  return { ...made, t: await made.askedAt(made.session) };
}

describe("Inquiry.stateTraces", () => {
  it("states many at once, asked or unasked, by the operator", async () => {
    const { state, statement, actors, inquiry, id, root, session, keyOf } = await load(oneAsked);
    const stated = await state(actors.operator, statement(0), statement(2, session), statement(4));
    const now = await time.latest();
    for (const index of [0, 2, 4]) {
      await expect(stated).to.emit(inquiry, "TraceStated").withArgs(id, index, root, actors.operator.address);
      expect(await inquiry.statedTrace(id, index)).to.equal(root);
      expect(await inquiry.answeredAt(keyOf(index))).to.equal(now);
    }
    expect(await inquiry.statedTrace(id, 1)).to.equal(ZERO_HASH);
    expect((await inquiry.sessionOf(session)).payees).to.equal(1);
  });

  it("states by an active signer, not by one that was revoked: NotOperatorOrSigner", async () => {
    const made = await load(oneClaim);
    const { state, statement, actors, inquiry, operatorRegistry, claim } = made;
    const { operator, signer, otherOperator, challenger } = actors;
    const refused = async (by: Account) =>
      expect(state(by, statement(0)))
        .to.be.revertedWithCustomError(inquiry, "NotOperatorOrSigner")
        .withArgs(claim.operator, by.address);
    for (const nobody of [signer, otherOperator, challenger]) await refused(nobody);
    const consent = await consentOf(made, signer, operator.address);
    await operatorRegistry.connect(operator).addSigner(signer.address, consent);
    await expect(state(signer, statement(0))).to.emit(inquiry, "TraceStated");
    await operatorRegistry.connect(operator).revokeSigner(signer.address);
    await refused(signer);
  });

  it("states once: TraceAlreadyStated with the root that stands", async () => {
    const { state, statement, actors, inquiry, id, root } = await load(oneClaim);
    await state(actors.operator, statement(3));
    await expect(state(actors.operator, statement(0), statement(3, ZERO_HASH, noise("another"))))
      .to.be.revertedWithCustomError(inquiry, "TraceAlreadyStated")
      .withArgs(id, 3, root);
    await expect(state(actors.operator, statement(1), statement(1)))
      .to.be.revertedWithCustomError(inquiry, "TraceAlreadyStated")
      .withArgs(id, 1, root);
    expect(await inquiry.statedTrace(id, 0)).to.equal(ZERO_HASH);
  });

  it("reverts with RecordOutOfRange from the count on, and TraceRootZero", async () => {
    const { state, statement, actors, inquiry } = await load(oneClaim);
    await expect(state(actors.operator, statement(5)))
      .to.be.revertedWithCustomError(inquiry, "RecordOutOfRange")
      .withArgs(5, 5);
    await expect(state(actors.operator, statement(0, ZERO_HASH, ZERO_HASH))).to.be.revertedWithCustomError(
      inquiry,
      "TraceRootZero",
    );
  });

  it("is the answer, in time, of every session that asks; who names none is not paid", async () => {
    const { state, statement, actors, inquiry, session, askTrace, sessionOf, claim, keyOf, t } =
      await load(oneAsked);
    await askTrace(actors.stranger, 2);
    await state(actors.operator, statement(2));
    const answered = await inquiry.answeredAt(keyOf(2));
    for (const one of [session, sessionOf(actors.stranger)]) {
      const { payees, owed } = await inquiry.sessionOf(one);
      expect([payees, owed]).to.deep.equal([0n, 0n]);
      await time.setNextBlockTimestamp(t + 100n + (one === session ? 0n : 1n));
      await expect(inquiry.timeOut(claim, one))
        .to.be.revertedWithCustomError(inquiry, "AlreadyAnswered")
        .withArgs(keyOf(2), answered);
    }
  });

  it("named to a session that asks something else, or too late, reverts with WrongAnswer or AnswerTooLate", async () => {
    const { state, statement, actors, inquiry, session, keyOf, t, id } = await load(oneAsked);
    await expect(state(actors.operator, statement(4, session)))
      .to.be.revertedWithCustomError(inquiry, "WrongAnswer")
      .withArgs(keyOf(4), keyOf(2));
    const before = await networkHelpers.takeSnapshot();
    await time.setNextBlockTimestamp(t + 29n);
    await state(actors.operator, statement(2, session));
    await before.restore();
    await time.setNextBlockTimestamp(t + 30n);
    await expect(state(actors.operator, statement(2, session)))
      .to.be.revertedWithCustomError(inquiry, "AnswerTooLate")
      .withArgs(session, t + 30n, t + 30n);
    await state(actors.operator, statement(2));
    expect(await inquiry.statedTrace(id, 2)).to.not.equal(ZERO_HASH);
  });

  it("that comes too late convicts all the same", async () => {
    const { state, statement, actors, inquiry, session, claim, t } = await load(oneAsked);
    await time.setNextBlockTimestamp(t + 30n);
    await state(actors.operator, statement(2));
    await expect(inquiry.timeOut(claim, session)).to.emit(inquiry, "SilenceProven");
  });

  it("unasked answers the question before it is put: the asker goes on at once", async () => {
    const { state, statement, actors, inquiry, askTrace, claim, sessionOf } = await load(oneClaim);
    await state(actors.operator, statement(2));
    await askTrace(actors.challenger, 2);
    await inquiry.connect(actors.challenger).close(claim, sessionOf(actors.challenger));
  });

  it("speaks for one claim: the same record in another one is asked and stated anew", async () => {
    const { state, statement, actors, inquiry, claim, claimBook, root } = await load(oneClaim);
    await state(actors.operator, statement(2));
    const other = { ...claim, nonce: 1n };
    expect(await inquiry.statedTrace(await claimBook.idOf(other), 2)).to.equal(ZERO_HASH);
    await inquiry.connect(actors.operator).stateTraces(other, [statement(2, ZERO_HASH, noise("another"))]);
    expect(await inquiry.statedTrace(await claimBook.idOf(claim), 2)).to.equal(root);
  });

  it("asked of a record that states its trace reverts with TraceNotOnDemand", async () => {
    const { askTrace, actors, inquiry } = await load(oneClaim);
    await expect(askTrace(actors.challenger, 1))
      .to.be.revertedWithCustomError(inquiry, "TraceNotOnDemand")
      .withArgs(1);
  });
});
