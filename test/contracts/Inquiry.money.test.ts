import { expect } from "chai";
import { network } from "hardhat";

import { bytes32From } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { inquiryScene, PLENTY, STAGE } from "../support/inquiry-scene.js";
import type { InquiryScene } from "../support/inquiry-scene.js";
import { convict, NOWHERE, TEST_PARAMETERS } from "../support/protocol.js";
import type { Account } from "../support/protocol.js";
import { answerData, keyOf, questionStream } from "../support/question-stream.js";
import type { Subject } from "../support/question-stream.js";

const connection = await network.create();
const { networkHelpers, ethers } = connection;
const { time } = networkHelpers;
const load = networkHelpers.loadFixture;

const scene = () => inquiryScene(connection);
const RULES = TEST_PARAMETERS;

/** Answered by 281 bytes: a record of five. */
const RECORD: Subject = { kind: "record", index: 0 };
const RECORD_BYTES = 281n;
const descriptor = (kernel: number): Subject => ({ kind: "descriptor", kernel });
const MOST_DESCRIPTOR_BYTES = 8_192n;

/** Wei per gas of the block of a question. */
const BASE_FEE = 1_000n;
/** Claims of these tests have 1,000 wei of liability, so a second of delay costs one wei. */
const LONGEST_HOLD = 2n * RULES.clock + 32n * RULES.clockExtension + RULES.proofTime;

const answerGas = (bytes: bigint) => RULES.answerGas + RULES.answerByteGas * bytes;

/** What a deposit must be (docs/spec/inquiry.md). */
const leastDeposit = (args: {
  bond: bigint;
  bytes: bigint;
  baseFee?: bigint;
  owed?: bigint;
  payees?: bigint;
}) => {
  const { bond, bytes, baseFee = BASE_FEE, owed = 0n, payees = 0n } = args;
  const gas = answerGas(bytes) + RULES.closeGas + RULES.settleGas * (1n + payees + 2n);
  return bond + LONGEST_HOLD + owed + gas * 4n * baseFee;
};

const atBaseFee = (fee: bigint) => networkHelpers.setNextBlockBaseFeePerGas(fee);

/** Calls as somebody at a gas price, in a block of that base fee or one of its own. */
async function paying<T>(
  gasPrice: bigint,
  call: (options: { gasPrice: bigint }) => Promise<T>,
  baseFee = gasPrice,
) {
  await atBaseFee(baseFee);
  return call({ gasPrice });
}

/** Asked by the challenger at BASE_FEE at `t`. */
async function oneSession() {
  const made = await scene();
  await atBaseFee(BASE_FEE);
  await made.open(made.actors.challenger, RECORD);
  const session = made.sessionOf(made.actors.challenger);
  return { ...made, session, t: await made.askedAt(session) };
}

const answerAt = (
  made: InquiryScene,
  by: Account,
  session: Bytes32,
  subject: Subject,
  gasPrice: bigint,
  baseFee?: bigint,
) => {
  const { form, levels } = keyOf(made.exhibit, subject, made.id);
  const code = { record: 1, trace: 2, nodes: 3, leaves: 4, descriptor: 5 }[form];
  const data = answerData(made.exhibit, subject);
  return paying(
    gasPrice,
    (options) => made.inquiry.connect(by).answer(session, code, levels, data, options),
    baseFee,
  );
};

describe("Inquiry: the deposit", () => {
  it("is enough at exactly what the question can lead to, and not a wei below", async () => {
    const { open, actors, inquiry, claim } = await load(scene);
    const least = leastDeposit({ bond: RULES.baseBond, bytes: RECORD_BYTES });
    expect(await inquiry.depositFor(claim.operator, claim.liability, RECORD_BYTES, BASE_FEE)).to.equal(least);
    await atBaseFee(BASE_FEE);
    await expect(open(actors.challenger, RECORD, { value: least - 1n }))
      .to.be.revertedWithCustomError(inquiry, "DepositTooSmall")
      .withArgs(least - 1n, least);
    await atBaseFee(BASE_FEE);
    await open(actors.challenger, RECORD, { value: least });
    expect(await inquiry.totalHeld()).to.equal(least);
  });

  it("takes an answer's length from its form: 32 bytes of a trace, 8,192 of the shortest descriptor", async () => {
    const { open, actors, inquiry, exhibit } = await load(scene);
    const place = { kind: "node", list: "weights", tensor: 0 } as const;
    const subjects: [Subject, bigint][] = [
      [{ kind: "trace" }, 32n],
      [descriptor(0), MOST_DESCRIPTOR_BYTES],
      [{ ...place, level: 10, index: 0 }, 2_048n],
      [{ ...place, level: 11, index: 0 }, 64n],
      [{ ...place, level: 4, index: 0 }, 2_048n],
      [{ ...place, level: 0, index: 0 }, 128n],
      [{ kind: "node", list: "program", level: 2, index: 0 }, 128n],
    ];
    for (const [subject, bytes] of subjects) {
      const least = leastDeposit({ bond: RULES.baseBond, bytes });
      await atBaseFee(BASE_FEE);
      await expect(open(actors.challenger, subject, { value: least - 1n }))
        .to.be.revertedWithCustomError(inquiry, "DepositTooSmall")
        .withArgs(least - 1n, least);
    }
    expect(exhibit.recordIndex).to.equal(0);
  });

  it("is topped up with the next question, at its base fee and beside what is owed", async () => {
    const made = await load(scene);
    const { open, actors, inquiry, claim, exhibit, sessionOf } = made;
    const first = leastDeposit({ bond: RULES.baseBond, bytes: RECORD_BYTES });
    await atBaseFee(BASE_FEE);
    await open(actors.challenger, RECORD, { value: first });
    const session = sessionOf(actors.challenger);
    await answerAt(made, actors.operator, session, RECORD, BASE_FEE);
    const owed = answerGas(RECORD_BYTES) * BASE_FEE;
    const least = leastDeposit({
      bond: RULES.baseBond,
      bytes: MOST_DESCRIPTOR_BYTES,
      baseFee: 3n * BASE_FEE,
      owed,
      payees: 1n,
    });
    const ask = async (value: bigint) => {
      await atBaseFee(3n * BASE_FEE);
      return inquiry
        .connect(actors.challenger)
        .ask(claim, session, questionStream(exhibit, descriptor(0)), { value });
    };
    await expect(ask(least - first - 1n))
      .to.be.revertedWithCustomError(inquiry, "DepositTooSmall")
      .withArgs(least - 1n, least);
    await ask(least - first);
    expect((await inquiry.sessionOf(session)).deposit).to.equal(least);
    expect((await inquiry.sessionOf(session)).baseFee).to.equal(3n * BASE_FEE);
    expect(await inquiry.totalHeld()).to.equal(least);
  });
});

describe("Inquiry: the largest amounts", () => {
  it("are a deposit below 2^96 wei and a base fee below 2^64: more is refused", async () => {
    const { open, actors, inquiry, exhibit, claim, sessionOf } = await load(scene);
    await networkHelpers.setBalance(actors.challenger.address, 2n ** 120n);
    await expect(open(actors.challenger, RECORD, { value: 2n ** 96n }))
      .to.be.revertedWithCustomError(inquiry, "SafeCastOverflowedUintDowncast")
      .withArgs(96, 2n ** 96n);
    const most = 2n ** 64n - 1n;
    await paying(most, (options) =>
      inquiry.connect(actors.challenger).open(claim, 0n, questionStream(exhibit, RECORD), {
        ...options,
        value: 2n ** 96n - 1n,
        gasLimit: 500_000n,
      }),
    );
    const { baseFee, deposit } = await inquiry.sessionOf(sessionOf(actors.challenger));
    expect([baseFee, deposit]).to.deep.equal([most, 2n ** 96n - 1n]);
  });
});

describe("Inquiry: the bond", () => {
  it("grows by a sixteenth with every session open against the same operator, on any of its claims", async () => {
    const { open, answer, actors, inquiry, claim, claimBook, sessionOf, exhibit } = await load(scene);
    const bondOf = async (session: Bytes32) => (await inquiry.sessionOf(session)).bond;
    for (let m = 0; m < 3; m++) {
      await open(actors.challenger, descriptor(m), { nonce: BigInt(m) });
      expect(await bondOf(sessionOf(actors.challenger, BigInt(m)))).to.equal(1_600n + 100n * BigInt(m));
    }
    const other = { ...claim, nonce: 1n };
    await claimBook.connect(actors.operator).submit(other);
    const stream = questionStream(exhibit, descriptor(3));
    await inquiry.connect(actors.stranger).open(other, 0n, stream, { value: PLENTY });
    expect(
      await bondOf(
        sessionOf(actors.stranger, 0n, bytes32From(await claimBook.idOf(other).then(ethers.getBytes))),
      ),
    ).to.equal(1_900n);
    expect(await inquiry.openSessionsAgainst(claim.operator)).to.equal(4n);
    await answer(actors.operator, sessionOf(actors.challenger, 1n), descriptor(1));
    await inquiry.connect(actors.challenger).close(claim, sessionOf(actors.challenger, 1n));
    expect(await inquiry.openSessionsAgainst(claim.operator)).to.equal(3n);
    expect(await inquiry.openSessionsAgainst(actors.otherOperator.address)).to.equal(0n);
  });

  it("is rounded up, and so is its burned quarter", async () => {
    const made = await inquiryScene(connection, { parameters: { baseBond: 1_601n } });
    const { open, answer, actors, inquiry, claim, claimBook, sessionOf } = made;
    await open(actors.challenger, descriptor(0));
    await open(actors.challenger, descriptor(1), { nonce: 1n });
    const session = sessionOf(actors.challenger, 1n);
    expect((await inquiry.sessionOf(session)).bond).to.equal(1_601n + 101n);
    for (const nonce of [0n, 1n]) {
      await answer(actors.operator, sessionOf(actors.challenger, nonce), descriptor(Number(nonce)));
      await inquiry.connect(actors.challenger).close(claim, sessionOf(actors.challenger, nonce));
    }
    await time.increase(1_000);
    await claimBook.finalize(claim);
    await inquiry.settle(claim, session);
    expect(await inquiry.burnableBonds()).to.equal(426n);
  });

  it("stays with the session, whatever happens to the others", async () => {
    const { open, answer, ask, actors, inquiry, claim, sessionOf } = await load(scene);
    await open(actors.challenger, descriptor(0));
    await open(actors.stranger, descriptor(1));
    const session = sessionOf(actors.stranger);
    await answer(actors.operator, sessionOf(actors.challenger), descriptor(0));
    await inquiry.connect(actors.challenger).close(claim, sessionOf(actors.challenger));
    await answer(actors.operator, session, descriptor(1));
    await ask(actors.stranger, session, descriptor(2));
    expect((await inquiry.sessionOf(session)).bond).to.equal(1_700n);
  });
});

describe("Inquiry: the price", () => {
  it("is the transaction's while that is below four times the base fee at the question", async () => {
    const made = await load(oneSession);
    await expect(answerAt(made, made.actors.operator, made.session, RECORD, 4n * BASE_FEE - 1n, BASE_FEE))
      .to.emit(made.inquiry, "Answered")
      .withArgs(
        keyOf(made.exhibit, RECORD, made.id).key,
        made.session,
        made.actors.operator.address,
        1,
        0,
        ethers.hexlify(answerData(made.exhibit, RECORD)),
        answerGas(RECORD_BYTES) * (4n * BASE_FEE - 1n),
      );
  });

  it("is four times the base fee at the question above that, however far gas has risen since", async () => {
    const made = await load(oneSession);
    await answerAt(made, made.actors.operator, made.session, RECORD, 1_000n * BASE_FEE);
    expect((await made.inquiry.sessionOf(made.session)).owed).to.equal(
      answerGas(RECORD_BYTES) * 4n * BASE_FEE,
    );
  });

  it("is reckoned with the last question's base fee, of each answer with its own question's", async () => {
    const made = await load(oneSession);
    const { ask, actors, session, inquiry } = made;
    await answerAt(made, actors.operator, session, RECORD, 1_000n * BASE_FEE);
    const owed = answerGas(RECORD_BYTES) * 4n * BASE_FEE;
    await atBaseFee(7n);
    await ask(actors.challenger, session, descriptor(0));
    await answerAt(made, actors.operator, session, descriptor(0), 1_000n * BASE_FEE);
    expect((await inquiry.sessionOf(session)).owed).to.equal(owed + answerGas(1n) * 28n);
  });

  it("owes one account once for what it did in a row, and the asker nothing for what it does itself", async () => {
    const made = await load(oneSession);
    const { ask, actors, session, inquiry, claim } = made;
    const payees: bigint[] = [];
    const by = [
      actors.operator,
      actors.operator,
      actors.stranger,
      actors.challenger,
      actors.stranger,
      actors.operator,
    ];
    for (const [round, account] of by.entries()) {
      const subject = round === 0 ? RECORD : descriptor(round);
      if (round > 0) await ask(actors.challenger, session, subject);
      await answerAt(made, account, session, subject, 10n ** 10n);
      payees.push((await inquiry.sessionOf(session)).payees);
    }
    expect(payees).to.deep.equal([1n, 1n, 2n, 2n, 2n, 3n]);
    const { owed } = await inquiry.sessionOf(session);
    await inquiry.connect(actors.challenger).close(claim, session);
    expect((await inquiry.sessionOf(session)).owed).to.equal(owed);
    expect((await inquiry.sessionOf(session)).payees).to.equal(3n);
  });
});

describe("Inquiry.settle", () => {
  /** Answered by operator and stranger at 2,000 wei; the asker's clock ran out; closed by requester, 60 seconds late. */
  async function oneFinal() {
    const made = await oneSession();
    const { ask, actors, session, inquiry, claim, claimBook, t, windowEnd } = made;
    await time.setNextBlockTimestamp(t + 28n);
    await answerAt(made, actors.operator, session, RECORD, 2n * BASE_FEE);
    await time.setNextBlockTimestamp(t + 57n);
    await atBaseFee(BASE_FEE);
    await ask(actors.challenger, session, descriptor(9));
    await time.setNextBlockTimestamp(t + 60n);
    await answerAt(made, actors.stranger, session, descriptor(9), 2n * BASE_FEE);
    const end = t + 60n + 5n;
    await time.setNextBlockTimestamp(end + 60n);
    await paying(2n * BASE_FEE, (options) =>
      inquiry.connect(actors.requester).close(claim, session, options),
    );
    await claimBook.finalize(claim);
    return { ...made, heldFor: t + 70n - windowEnd };
  }

  it("divides the deposit of a claim that became FINAL to the wei: answers, closing, settling, delay, burn, refund", async () => {
    const { actors, session, inquiry, claim, heldFor } = await load(oneFinal);
    const price = 2n * BASE_FEE;
    const forRecord = answerGas(RECORD_BYTES) * price;
    const forDescriptor = answerGas(10n) * price;
    const forClosing = RULES.closeGas * price;
    const forSettling = RULES.settleGas * 4n * 3n * BASE_FEE;
    const paid = forRecord + forDescriptor + forClosing + forSettling;
    const burned = 400n;
    const refund = PLENTY - paid - heldFor - burned;
    expect((await inquiry.sessionOf(session)).heldFor).to.equal(heldFor);
    expect(heldFor).to.be.greaterThan(0n);
    const settling = await paying(3n * BASE_FEE, (options) =>
      inquiry.connect(actors.guardian).settle(claim, session, options),
    );
    await expect(settling)
      .to.emit(inquiry, "SessionSettled")
      .withArgs(session, actors.challenger.address, refund, paid, heldFor, burned);
    const credits: [Account, bigint][] = [
      [actors.operator, forRecord],
      [actors.stranger, forDescriptor],
      [actors.requester, forClosing],
      [actors.guardian, forSettling],
      [actors.operator, heldFor],
      [actors.challenger, refund],
    ];
    for (const [account, amount] of credits) {
      await expect(settling).to.emit(inquiry, "Credited").withArgs(session, account.address, amount);
    }
    expect(await inquiry.balanceOf(actors.operator.address)).to.equal(forRecord + heldFor);
    expect(await inquiry.burnableBonds()).to.equal(burned);
    expect(await inquiry.totalHeld()).to.equal(PLENTY);
  });

  it("counts time past the window to the proof end, the closing or the asker's deadline, not until a stranger closes", async () => {
    const made = await inquiryScene(connection, { parameters: { clock: 50n, exitDelay: 330n } });
    const { open, answer, actors, inquiry, claim, sessionOf, askedAt, windowEnd } = made;
    await open(actors.challenger, RECORD);
    const session = sessionOf(actors.challenger);
    const t = await askedAt(session);
    await time.setNextBlockTimestamp(t + 40n);
    await answer(actors.operator, session, RECORD);
    const before = await networkHelpers.takeSnapshot();
    const closings: [Account, bigint, bigint][] = [
      [actors.challenger, t + 49n, t + 50n],
      [actors.challenger, t + 75n, t + 75n],
      [actors.challenger, t + 89n, t + 89n],
      [actors.stranger, t + 90n, t + 90n],
      [actors.challenger, t + 500n, t + 90n],
      [actors.stranger, t + 500n, t + 90n],
    ];
    for (const [by, at, until] of closings) {
      await time.setNextBlockTimestamp(at);
      await inquiry.connect(by).close(claim, session);
      const { heldFor } = await inquiry.sessionOf(session);
      expect(heldFor).to.equal(until > windowEnd ? until - windowEnd : 0n);
      await before.restore();
    }
  });

  it("costs no delay where the window was not over", async () => {
    const { answer, actors, session, inquiry, claim, claimBook, windowEnd } = await load(oneSession);
    await answer(actors.operator, session, RECORD);
    await inquiry.connect(actors.challenger).close(claim, session);
    await time.setNextBlockTimestamp(windowEnd);
    await claimBook.finalize(claim);
    await expect(inquiry.connect(actors.challenger).settle(claim, session)).to.emit(
      inquiry,
      "SessionSettled",
    );
    expect((await inquiry.sessionOf(session)).heldFor).to.equal(0n);
  });

  it("reverts with ClaimUndecided before, and with WrongStage the second time", async () => {
    const { answer, actors, session, inquiry, claim, claimBook, id } = await load(oneSession);
    const undecided = () =>
      expect(inquiry.settle(claim, session))
        .to.be.revertedWithCustomError(inquiry, "ClaimUndecided")
        .withArgs(id);
    await undecided();
    await answer(actors.operator, session, RECORD);
    await inquiry.connect(actors.challenger).close(claim, session);
    await undecided();
    await time.increase(100);
    await claimBook.finalize(claim);
    await inquiry.settle(claim, session);
    await expect(inquiry.settle(claim, session))
      .to.be.revertedWithCustomError(inquiry, "WrongStage")
      .withArgs(session, STAGE.SETTLED, STAGE.CLOSED);
  });

  it("returns every deposit whole when the claim fell, of sessions open and closed, and uncounts the open ones once", async () => {
    const made = await load(oneSession);
    const { open, answer, actors, session, inquiry, claim, claimBook, sessionOf, exhibit } = made;
    await open(actors.stranger, descriptor(1), { value: 10n ** 17n });
    await open(actors.stranger, descriptor(2), { nonce: 1n });
    const other = { ...claim, nonce: 1n };
    await claimBook.connect(actors.operator).submit(other);
    await inquiry
      .connect(actors.stranger)
      .open(other, 0n, questionStream(exhibit, descriptor(3)), { value: PLENTY });
    await answer(actors.operator, session, RECORD);
    await inquiry.connect(actors.challenger).close(claim, session);
    expect(await inquiry.openSessionsAgainst(claim.operator)).to.equal(3n);
    await convict(made as never, claim, actors.requester.address);
    expect(await inquiry.openSessionsAgainst(claim.operator)).to.equal(3n);
    await expect(inquiry.settle(claim, session))
      .to.emit(inquiry, "SessionSettled")
      .withArgs(session, actors.challenger.address, PLENTY, 0, 0, 0);
    expect(await inquiry.openSessionsAgainst(claim.operator)).to.equal(1n);
    for (const nonce of [0n, 1n]) await inquiry.settle(claim, sessionOf(actors.stranger, nonce));
    expect(await inquiry.openSessionsAgainst(claim.operator)).to.equal(1n);
    expect(await inquiry.balanceOf(actors.stranger.address)).to.equal(PLENTY + 10n ** 17n);
    expect(await inquiry.balanceOf(actors.challenger.address)).to.equal(PLENTY);
    expect(await inquiry.balanceOf(actors.operator.address)).to.equal(0n);
    expect(await inquiry.burnableBonds()).to.equal(0n);
    await expect(inquiry.settle(claim, session))
      .to.be.revertedWithCustomError(inquiry, "WrongStage")
      .withArgs(session, STAGE.SETTLED, STAGE.CLOSED);
  });

  it("leaves three quarters of the bond at the worst: least deposits, 17 payees, the longest session, the highest prices", async () => {
    const made = await load(scene);
    const { actors, inquiry, claim, claimBook, exhibit, windowEnd, sessionOf } = made;
    const accounts = (await ethers.getSigners()).filter(
      ({ address }) => address !== actors.challenger.address,
    );
    const session = sessionOf(actors.challenger);
    const asker = inquiry.connect(actors.challenger);
    const far = 10n ** 9n;
    await time.setNextBlockTimestamp(windowEnd - 1n);
    for (let round = 0; round < 16; round++) {
      const baseFee = BASE_FEE + 100n * BigInt(round);
      const { deposit, owed, payees, askerLeft } = await inquiry.sessionOf(session);
      const terms = { bond: RULES.baseBond, bytes: MOST_DESCRIPTOR_BYTES, baseFee, owed, payees };
      const least = leastDeposit(terms);
      const stream = questionStream(exhibit, descriptor(54 + round));
      if (round > 0) {
        const turn = askerLeft > RULES.clockExtension ? askerLeft : RULES.clockExtension;
        await time.setNextBlockTimestamp(BigInt(await time.latest()) + turn - 1n);
      }
      await atBaseFee(baseFee);
      const value = { value: least > deposit ? least - deposit : 0n };
      if (round === 0) await asker.open(claim, 0n, stream, value);
      else await asker.ask(claim, session, stream, value);
      const { askedAt, answererLeft } = await inquiry.sessionOf(session);
      await time.setNextBlockTimestamp(askedAt + answererLeft - 1n);
      await answerAt(made, accounts[round]!, session, descriptor(54 + round), far);
    }
    await time.increase(1_000);
    await paying(far, (options) => inquiry.connect(accounts[16]!).close(claim, session, options));
    const { payees, deposit, owed, heldFor } = await inquiry.sessionOf(session);
    expect(payees).to.equal(17n);
    expect(heldFor).to.be.within(LONGEST_HOLD - 50n, LONGEST_HOLD);
    await claimBook.finalize(claim);
    const settler = accounts[17]!;
    await paying(far, (options) => inquiry.connect(settler).settle(claim, session, options));
    const settling = RULES.settleGas * 18n * 4n * (BASE_FEE + 1_500n);
    const refund = deposit - owed - settling - heldFor - 400n;
    expect(await inquiry.balanceOf(actors.challenger.address)).to.equal(refund);
    expect(refund).to.be.at.least(1_200n);
    // The last descriptor has the most bytes there are: nothing but the hold and the bond is left.
    expect(refund).to.equal(1_200n + LONGEST_HOLD - heldFor);
    let sum = await inquiry.burnableBonds();
    for (const { address } of [...accounts, actors.challenger]) sum += await inquiry.balanceOf(address);
    expect(sum).to.equal(await inquiry.totalHeld());
  });
});

describe("Inquiry.withdraw", () => {
  async function oneWinner() {
    const made = await oneSession();
    const { t, inquiry, claim, session } = made;
    await time.setNextBlockTimestamp(t + 30n);
    await inquiry.timeOut(claim, session);
    await inquiry.settle(claim, session);
    return made;
  }

  it("sends the caller its own balance, to where it says, once", async () => {
    const { inquiry, actors } = await load(oneWinner);
    const { challenger, stranger } = actors;
    const withdrawal = inquiry.connect(challenger).withdraw(stranger.address);
    await expect(withdrawal)
      .to.emit(inquiry, "Withdrawn")
      .withArgs(challenger.address, stranger.address, PLENTY);
    await expect(withdrawal).to.changeEtherBalances(ethers, [inquiry, stranger], [-PLENTY, PLENTY]);
    expect(await inquiry.totalHeld()).to.equal(0n);
    for (const one of [challenger, stranger]) {
      await expect(inquiry.connect(one).withdraw(one.address)).to.be.revertedWithCustomError(
        inquiry,
        "NothingToMove",
      );
    }
  });

  it("reverts with NativeTransferFailed where nobody takes it, and the balance stays", async () => {
    const { inquiry, actors, claimBook } = await load(oneWinner);
    const book = await claimBook.getAddress();
    await expect(inquiry.connect(actors.challenger).withdraw(book))
      .to.be.revertedWithCustomError(inquiry, "NativeTransferFailed")
      .withArgs(book, PLENTY);
    expect(await inquiry.balanceOf(actors.challenger.address)).to.equal(PLENTY);
  });

  it("pays once to a receiver that comes back while being paid", async () => {
    const { inquiry, claim, claimBook, exhibit, id } = await load(scene);
    const stranger = await ethers.deployContract("Stranger");
    const [self, place] = [await stranger.getAddress(), await inquiry.getAddress()];
    const call = inquiry.interface.encodeFunctionData.bind(inquiry.interface) as (
      ...args: unknown[]
    ) => string;
    await stranger.relay(place, call("open", [claim, 0n, questionStream(exhibit, RECORD)]), {
      value: PLENTY,
    });
    const session = await inquiry.sessionIdOf(id, self, 0n);
    await time.increase(30);
    await inquiry.timeOut(claim, session);
    await inquiry.settle(claim, session);
    expect(await claimBook.idOf(claim)).to.equal(id);
    // Somebody else's money lies beside.
    await networkHelpers.setBalance(place, 5n * PLENTY);
    await stranger.comeBack(place, call("withdraw", [self]));
    await stranger.relay(place, call("withdraw", [self]));
    expect(await stranger.successes()).to.equal(0n);
    expect(await ethers.provider.getBalance(self)).to.equal(PLENTY);
    expect(await ethers.provider.getBalance(place)).to.equal(4n * PLENTY);
    expect(await inquiry.totalHeld()).to.equal(0n);
  });
});

describe("Inquiry.burn", () => {
  it("sends the burned quarters where nobody can spend them, anyone, once", async () => {
    const { answer, actors, session, inquiry, claim, claimBook } = await load(oneSession);
    await expect(inquiry.burn()).to.be.revertedWithCustomError(inquiry, "NothingToMove");
    await answer(actors.operator, session, RECORD);
    await inquiry.connect(actors.challenger).close(claim, session);
    await time.increase(100);
    await claimBook.finalize(claim);
    await inquiry.settle(claim, session);
    const burning = inquiry.connect(actors.stranger).burn();
    await expect(burning).to.emit(inquiry, "BondsBurned").withArgs(400);
    await expect(burning).to.changeEtherBalance(ethers, NOWHERE, 400n);
    expect(await inquiry.totalHeld()).to.equal(PLENTY - 400n);
    await expect(inquiry.burn()).to.be.revertedWithCustomError(inquiry, "NothingToMove");
  });
});

describe("Inquiry: its events", () => {
  it("say every balance: what was credited less what was withdrawn", async () => {
    const { answer, actors, session, inquiry, claim, claimBook } = await load(oneSession);
    await answer(actors.operator, session, RECORD);
    await inquiry.connect(actors.challenger).close(claim, session);
    await time.increase(100);
    await claimBook.finalize(claim);
    await inquiry.connect(actors.stranger).settle(claim, session);
    await inquiry.connect(actors.operator).withdraw(actors.operator.address);
    const balances = new Map<string, bigint>();
    const add = (account: string, amount: bigint) =>
      balances.set(account, (balances.get(account) ?? 0n) + amount);
    for (const { args } of await inquiry.queryFilter(inquiry.filters.Credited()))
      add(args.account, args.amount);
    for (const { args } of await inquiry.queryFilter(inquiry.filters.Withdrawn()))
      add(args.account, -args.amount);
    for (const { address } of Object.values(actors)) {
      expect(balances.get(address) ?? 0n).to.equal(await inquiry.balanceOf(address));
    }
    const held = [...balances.values()].reduce((sum, balance) => sum + balance, 0n);
    expect(held + (await inquiry.burnableBonds())).to.equal(await inquiry.totalHeld());
  });
});
