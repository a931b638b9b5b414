import { expect } from "chai";
import { network } from "hardhat";

import { ZERO_HASH } from "../../src/types/bytes32.js";
import { FORM } from "../../src/dispute/question.js";
import { inquiryScene, STAGE } from "../support/inquiry-scene.js";
import { FAULT, PHASE } from "../support/protocol.js";
import { answerData, formCode, keyOf, placeWords, questionStream } from "../support/question-stream.js";
import type { Subject } from "../support/question-stream.js";

const connection = await network.create();
const { networkHelpers } = connection;
const { time } = networkHelpers;

const scene = () => inquiryScene(connection);

describe("Inquiry: a whole dispute", () => {
  it("ends FINAL when everything is answered: answers are paid, a quarter of the bond burns, the rest returns", async () => {
    const { inquiry, claimBook, claim, id, exhibit, actors, open, sessionOf, windowEnd } =
      await networkHelpers.loadFixture(scene);
    const { challenger, operator, stranger } = actors;
    await open(challenger, { kind: "record", index: 2 });
    const session = sessionOf(challenger);
    expect(session).to.equal(await inquiry.sessionIdOf(id, challenger.address, 0));
    expect((await claimBook.stateOf(id)).phase).to.equal(PHASE.CONTESTED);

    const record = answerData(exhibit, { kind: "record", index: 2 });
    await inquiry.connect(operator).answer(session, FORM.record, 0, record);
    const asked = { ...exhibit, recordIndex: 2 };
    await inquiry.connect(challenger).ask(claim, session, questionStream(asked, { kind: "trace" }));
    const traceRoot = asked.trace.lists.trace.root;
    await inquiry.connect(operator).stateTraces(claim, [{ recordIndex: 2, traceRoot, session }]);

    const node: Subject = { kind: "node", list: "trace", level: 7, index: 0 };
    const { key, form, levels, subject, place } = keyOf(asked, node, id);
    await expect(inquiry.connect(challenger).ask(claim, session, questionStream(asked, node)))
      .to.emit(inquiry, "Asked")
      .withArgs(
        session,
        key,
        formCode(form),
        levels,
        subject,
        placeWords(place),
        (d: bigint) => d > 0n,
        10n ** 18n,
      );
    await inquiry.connect(stranger).answer(session, formCode(form), levels, answerData(asked, node));

    await inquiry.connect(challenger).close(claim, session);
    const { finalizableAt, phase } = await claimBook.stateOf(id);
    expect(phase).to.equal(PHASE.OPEN);
    await time.setNextBlockTimestamp(finalizableAt > windowEnd ? finalizableAt : windowEnd);
    await claimBook.finalize(claim);
    await inquiry.connect(stranger).settle(claim, session);
    expect((await inquiry.sessionOf(session)).stage).to.equal(STAGE.SETTLED);
    expect(await inquiry.burnableBonds()).to.equal(400n);
    const balances = await Promise.all(
      [challenger, operator, stranger].map((one) => inquiry.balanceOf(one.address)),
    );
    expect(balances.reduce((sum, balance) => sum + balance, 400n)).to.equal(10n ** 18n);
    expect(await inquiry.totalHeld()).to.equal(10n ** 18n);
    for (const one of [challenger, operator, stranger]) await inquiry.connect(one).withdraw(one.address);
    await inquiry.burn();
    expect(await inquiry.totalHeld()).to.equal(0n);
    expect(await connection.ethers.provider.getBalance(inquiry)).to.equal(0n);
  });

  it("ends FAULTED when the operator is silent: the asker is the beneficiary, and its deposit returns whole", async () => {
    const { inquiry, claimBook, claim, id, actors, open, sessionOf } =
      await networkHelpers.loadFixture(scene);
    const { challenger, stranger } = actors;
    await open(challenger, { kind: "record", index: 0 });
    const session = sessionOf(challenger);
    const { askedAt } = await inquiry.sessionOf(session);
    await time.setNextBlockTimestamp(askedAt + 30n);
    const timeOut = inquiry.connect(stranger).timeOut(claim, session);
    await expect(timeOut).to.emit(inquiry, "SilenceProven").withArgs(session, id, challenger.address);
    await expect(timeOut)
      .to.emit(claimBook, "ClaimFaulted")
      .withArgs(id, claim.operator, FAULT.Silence, challenger.address, claim.liability);
    await inquiry.settle(claim, session);
    expect(await inquiry.balanceOf(challenger.address)).to.equal(10n ** 18n);
    expect(await inquiry.openSessionsAgainst(claim.operator)).to.equal(0n);
    expect(await inquiry.statedTrace(id, 0)).to.equal(ZERO_HASH);
  });
});
