import { expect } from "chai";
import { network } from "hardhat";
import { anyValue } from "@nomicfoundation/hardhat-ethers-chai-matchers/withArgs";

import type { Claim } from "../../src/claim/claim.js";
import { receiptHash } from "../../src/claim/receipt.js";
import type { Receipt } from "../../src/claim/receipt.js";
import { asAddress } from "../../src/types/address.js";
import { asBytes32 } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";
import {
  contractOperatorScene,
  courtScene,
  MANNER,
  PLENTY,
  STAGE,
  STAKE,
  unsigned,
} from "../support/court-scene.js";
import { ARTIFACT, bytes32, convict, publish, RECEIPT_FAULT, TEST_PARAMETERS } from "../support/protocol.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;
const load = networkHelpers.loadFixture;

const { exitDelay, clock } = TEST_PARAMETERS;
const at = (seconds: bigint) => time.setNextBlockTimestamp(seconds);

/** The promise of a scene, in seconds from its receipts on. */
const PROMISED = 40n;

const scene = () => courtScene(connection);
const contractScene = () => contractOperatorScene(connection);

/** The operator claimed nothing, and is complained about in the first possible second. */
async function oneComplaint() {
  const made = await courtScene(connection);
  const complainedAt = made.issuedAt + PROMISED;
  await at(complainedAt);
  await made.complain(await made.sign(made.receipt));
  return { ...made, complainedAt, deadline: complainedAt + clock };
}

/** The operator claimed in time, and is complained about all the same. */
async function groundlessComplaint() {
  const made = await courtScene(connection);
  await made.submit(made.claim);
  const complainedAt = made.issuedAt + PROMISED;
  await at(complainedAt);
  await made.complain(await made.sign(made.receipt));
  return { ...made, complainedAt, deadline: complainedAt + clock, id: await made.claimBook.idOf(made.claim) };
}

describe("ReceiptCourt.complain", () => {
  it("starts the operator's clock, and presents the receipt where nobody did", async () => {
    const { court, complain, sign, receipt, hash, issuedAt, actors } = await load(scene);
    await at(issuedAt + PROMISED);
    const sent = complain(await sign(receipt));
    await expect(sent).to.emit(court, "ReceiptPresented");
    const deadline = issuedAt + PROMISED + clock;
    await expect(sent)
      .to.emit(court, "Complained")
      .withArgs(hash, actors.operator.address, actors.challenger.address, deadline, PLENTY, 1_600n, anyValue);
    const { stage, complainant, deadline: kept, deposit, bond } = await court.caseOf(hash);
    expect([stage, complainant, kept, deposit, bond]).to.deep.equal([
      BigInt(STAGE.COMPLAINED),
      actors.challenger.address,
      deadline,
      PLENTY,
      1_600n,
    ]);
    expect(await court.openComplaintsAgainst(actors.operator.address)).to.equal(1n);
  });

  it("reverts with InclusionStillPossible in the last second of the promise", async () => {
    const { court, complain, sign, receipt, issuedAt } = await load(scene);
    await at(issuedAt + PROMISED - 1n);
    await expect(complain(await sign(receipt)))
      .to.be.revertedWithCustomError(court, "InclusionStillPossible")
      .withArgs(PROMISED - 1n, PROMISED);
  });

  it("is taken in the last second of half an exit delay", async () => {
    const { court, complain, sign, receipt, issuedAt } = await load(scene);
    await at(issuedAt + exitDelay / 2n - 1n);
    await expect(complain(await sign(receipt))).to.emit(court, "Complained");
  });

  it("reverts a second later, presented or not", async () => {
    const { court, complain, sign, receipt, issuedAt } = await load(scene);
    const half = exitDelay / 2n;
    await at(issuedAt + half);
    await expect(complain(await sign(receipt)))
      .to.be.revertedWithCustomError(court, "PresentedTooLate")
      .withArgs(issuedAt + half, issuedAt + half);
  });

  it("reverts with ComplaintTooLate a second later of what was presented in time", async () => {
    const { court, complain, sign, receipt, issuedAt } = await load(scene);
    await court.present(await sign(receipt));
    const half = exitDelay / 2n;
    await at(issuedAt + half);
    await expect(complain(unsigned(receipt)))
      .to.be.revertedWithCustomError(court, "ComplaintTooLate")
      .withArgs(half, half);
  });

  it("is made once a receipt, whatever became of the first", async () => {
    const { court, complain, receipt, hash, answer, claim } = await load(groundlessComplaint);
    const again = () => complain(unsigned(receipt));
    await expect(again())
      .to.be.revertedWithCustomError(court, "WrongStage")
      .withArgs(hash, STAGE.COMPLAINED, STAGE.PRESENTED);
    await answer(receipt, claim);
    await expect(again())
      .to.be.revertedWithCustomError(court, "WrongStage")
      .withArgs(hash, STAGE.ANSWERED, STAGE.PRESENTED);
  });

  it("may come from the requester, from the operator itself, from anybody", async () => {
    const { complain, sign, receiptOf, list, issuedAt, actors, court } = await load(scene);
    const accusers = [actors.requester, actors.operator, actors.stranger];
    const receipts = list.records.map((record) => receiptOf(record));
    await at(issuedAt + PROMISED);
    for (const [i, by] of accusers.entries()) {
      await expect(complain(await sign(receipts[i]!), by)).to.emit(court, "Complained");
    }
  });

  it("is taken of a key that was revoked since", async () => {
    const { complain, sign, receipt, issuedAt, actors, operatorRegistry, court } = await load(scene);
    await operatorRegistry.connect(actors.operator).revokeSigner(actors.signer.address);
    await at(issuedAt + PROMISED);
    await expect(complain(await sign(receipt))).to.emit(court, "Complained");
  });
});

describe("ReceiptCourt.answer", () => {
  it("shows the claim, whoever sends it", async () => {
    const { court, answer, receipt, hash, claim, id, actors } = await load(groundlessComplaint);
    const sent = await answer(receipt, claim, { by: actors.stranger });
    await expect(sent).to.emit(court, "ComplaintAnswered");
    const log = (await sent.wait())!.logs.find(
      ({ topics }) => topics[0] === court.interface.getEvent("ComplaintAnswered").topicHash,
    )!;
    const { args } = court.interface.parseLog(log)!;
    expect([...args].slice(0, 4)).to.deep.equal([hash, id, actors.stranger.address, 0n]);
    expect((await court.caseOf(hash)).stage).to.equal(STAGE.ANSWERED);
    expect(await court.openComplaintsAgainst(actors.operator.address)).to.equal(0n);
  });

  it("is taken in the last second of the clock", async () => {
    const { court, answer, receipt, claim, deadline } = await load(groundlessComplaint);
    await at(deadline - 1n);
    await expect(answer(receipt, claim)).to.emit(court, "ComplaintAnswered");
  });

  it("reverts with AnswerTooLate a second later", async () => {
    const { court, answer, receipt, claim, deadline, hash } = await load(groundlessComplaint);
    await at(deadline);
    await expect(answer(receipt, claim))
      .to.be.revertedWithCustomError(court, "AnswerTooLate")
      .withArgs(hash, deadline, deadline);
  });

  it("takes a claim of the last second of the promise, and none of the next", async () => {
    for (const late of [0n, 1n]) {
      const { court, answer, complain, sign, receipt, claim, submit, issuedAt, claimBook } =
        await load(scene);
      await at(issuedAt + PROMISED - 1n + late);
      await submit(claim);
      await at(issuedAt + PROMISED + 5n);
      await complain(await sign(receipt));
      const answered = answer(receipt, claim);
      if (late === 0n) {
        await expect(answered).to.emit(court, "ComplaintAnswered");
      } else {
        const end = issuedAt + PROMISED;
        await expect(answered)
          .to.be.revertedWithCustomError(court, "ClaimTooLate")
          .withArgs(await claimBook.idOf(claim), end, end);
      }
    }
  });

  it("takes a claim from before the receipt", async () => {
    const { court, answer, complain, sign, receipt, claim, submit } = await load(scene);
    await submit(claim);
    const now = asSeconds(BigInt(await time.latest()) + 5n);
    const later = { ...receipt, issuedAt: now, inclusionDeadline: now };
    await at(now);
    await complain(await sign(later));
    await expect(answer(later, claim)).to.emit(court, "ComplaintAnswered");
  });

  it("takes a claim that is final, or fallen: it was made as promised", async () => {
    for (const falls of [false, true]) {
      const made = await load(groundlessComplaint);
      const { court, answer, receipt, claim, claimBook, actors, issuedAt } = made;
      if (falls) {
        await convict(made, claim, actors.challenger.address);
      } else {
        await at(issuedAt + 65n);
        await claimBook.finalize(claim);
      }
      await expect(answer(receipt, claim)).to.emit(court, "ComplaintAnswered");
    }
  });

  it("takes as much liability and as many records as were promised, and neither less nor more", async () => {
    const { court, answer, complain, sign, receiptOf, list, claim, submit, issuedAt } = await load(scene);
    await submit(claim);
    const [record] = list.records;
    const { liability, n } = claim;
    const exact = receiptOf(record!, { liabilityWei: liability, maxRecords: n });
    const dearer = receiptOf(record!, { liabilityWei: asWei(liability + 1n), maxRecords: n });
    const smaller = receiptOf(record!, { liabilityWei: liability, maxRecords: n - 1 });
    await at(issuedAt + PROMISED);
    for (const receipt of [exact, dearer, smaller]) await complain(await sign(receipt));
    await expect(answer(dearer, claim))
      .to.be.revertedWithCustomError(court, "ClaimLiabilityTooSmall")
      .withArgs(liability, liability + 1n);
    await expect(answer(smaller, claim))
      .to.be.revertedWithCustomError(court, "ClaimTooLarge")
      .withArgs(n, n - 1);
    await expect(answer(exact, claim)).to.emit(court, "ComplaintAnswered");
  });

  it("takes no claim of another operator or model, none nobody submitted, none that differs in a word", async () => {
    const made = await load(groundlessComplaint);
    const { court, answer, receipt, claim, actors, claimBook, modelId } = made;
    const other = actors.otherOperator;
    const foreign: Claim = { ...claim, operator: asAddress(other.address) };
    await claimBook.connect(other).submit(foreign);
    await expect(answer(receipt, foreign))
      .to.be.revertedWithCustomError(court, "ClaimOfAnother")
      .withArgs(other.address, actors.operator.address);
    const otherModel = await publish(made, { ...ARTIFACT, kernelCount: 4 });
    await expect(answer(receipt, { ...claim, modelId: otherModel }))
      .to.be.revertedWithCustomError(court, "ClaimOfAnotherModel")
      .withArgs(otherModel, modelId);
    for (const missing of [
      { ...claim, nonce: 7n },
      { ...claim, liability: asWei(claim.liability + 1n) },
      { ...claim, window: asSeconds(claim.window + 1n) },
    ]) {
      await expect(answer(receipt, missing))
        .to.be.revertedWithCustomError(court, "ClaimUnknown")
        .withArgs(await claimBook.idOf(missing));
    }
  });

  it("takes the promised record alone, at its place, with its path", async () => {
    const { court, answer, receipt, claim, list } = await load(groundlessComplaint);
    await expect(answer(receipt, claim, { index: 1 })).to.be.revertedWithCustomError(
      court,
      "RecordNotInClaim",
    );
    await expect(answer(receipt, claim, { index: 0, proof: list.proofOf(1) })).to.be.revertedWithCustomError(
      court,
      "RecordNotInClaim",
    );
    await expect(answer(receipt, claim, { index: claim.n, proof: list.proofOf(0) }))
      .to.be.revertedWithCustomError(court, "RecordIndexOutOfRange")
      .withArgs(claim.n, claim.n);
    await expect(answer(receipt, claim, { proof: list.proofOf(0).slice(1) }))
      .to.be.revertedWithCustomError(court, "ProofLength")
      .withArgs(1n, 2n);
  });

  it("takes no claim with another record for the same request: neither output nor trace may differ", async () => {
    const { court, answer, complain, sign, receiptOf, list, claim, submit, issuedAt } = await load(scene);
    await submit(claim);
    const [record] = list.records;
    await at(issuedAt + PROMISED);
    for (const promised of [
      receiptOf({ ...record!, outputRoot: bytes32(0xbad) }),
      receiptOf({ ...record!, traceRoot: bytes32(0) }),
    ]) {
      await complain(await sign(promised));
      await expect(answer(promised, claim)).to.be.revertedWithCustomError(court, "RecordNotInClaim");
    }
  });

  it("is refused where nobody complained", async () => {
    const { court, answer, sign, receipt, hash, claim, submit } = await load(scene);
    await submit(claim);
    await expect(answer(receipt, claim))
      .to.be.revertedWithCustomError(court, "WrongStage")
      .withArgs(hash, STAGE.NONE, STAGE.COMPLAINED);
    await court.present(await sign(receipt));
    await expect(answer(receipt, claim))
      .to.be.revertedWithCustomError(court, "WrongStage")
      .withArgs(hash, STAGE.PRESENTED, STAGE.COMPLAINED);
  });
});

describe("ReceiptCourt.timeOut", () => {
  it("breaks the receipt once the clock is over, by anyone, for the complainant", async () => {
    const made = await load(oneComplaint);
    const { court, claimBook, operatorRegistry, receipt, hash, deadline, actors } = made;
    await at(deadline);
    const sent = court.connect(actors.stranger).timeOut(receipt);
    await expect(sent)
      .to.emit(claimBook, "ReceiptFaulted")
      .withArgs(
        hash,
        actors.operator.address,
        RECEIPT_FAULT.NonInclusion,
        actors.requester.address,
        actors.challenger.address,
        1_000n,
      );
    await expect(sent).to.emit(court, "ComplaintUpheld").withArgs(hash, actors.challenger.address, PLENTY);
    expect(await court.balanceOf(actors.challenger.address)).to.equal(PLENTY);
    expect((await court.caseOf(hash)).stage).to.equal(STAGE.BROKEN);
    expect((await operatorRegistry.operatorOf(actors.operator.address)).status).to.equal(2n);
  });

  it("reverts with AnswererClockRunning in the last second of it", async () => {
    const { court, receipt, hash, deadline } = await load(oneComplaint);
    await at(deadline - 1n);
    await expect(court.timeOut(receipt))
      .to.be.revertedWithCustomError(court, "AnswererClockRunning")
      .withArgs(hash, deadline - 1n, deadline);
  });

  it("happens once, and never to a receipt that was answered or not complained about", async () => {
    const { court, receipt, hash, deadline, receiptOf, list, place } = await load(oneComplaint);
    await at(deadline);
    await court.timeOut(receipt);
    await expect(court.timeOut(receipt))
      .to.be.revertedWithCustomError(court, "WrongStage")
      .withArgs(hash, STAGE.BROKEN, STAGE.COMPLAINED);
    const other = receiptOf(list.records[1]!);
    await expect(court.timeOut(other))
      .to.be.revertedWithCustomError(court, "WrongStage")
      .withArgs(receiptHash(other, place), STAGE.NONE, STAGE.COMPLAINED);

    const answered = await load(groundlessComplaint);
    await answered.answer(answered.receipt, answered.claim);
    await time.increase(1_000);
    await expect(answered.court.timeOut(answered.receipt))
      .to.be.revertedWithCustomError(answered.court, "WrongStage")
      .withArgs(answered.hash, STAGE.ANSWERED, STAGE.COMPLAINED);
  });

  it("reaches stake that was on its way out, in the last second that a complaint can name", async () => {
    const { court, complain, sign, receipt, hash, issuedAt, operatorRegistry, actors } = await load(scene);
    const operator = operatorRegistry.connect(actors.operator);
    await operator.requestExit(STAKE);
    const complainedAt = issuedAt + exitDelay / 2n - 1n;
    await at(complainedAt);
    await complain(await sign(receipt));
    await at(complainedAt + clock);
    await court.timeOut(receipt);
    expect((await operatorRegistry.penaltyOf(hash)).amount).to.equal(1_000n);
    expect((await operatorRegistry.exitOf(actors.operator.address)).amount).to.equal(STAKE - 1_000n);
  });

  it("takes nothing that backs a claim", async () => {
    const { court, receipt, hash, deadline, submit, claim, operatorRegistry } = await load(oneComplaint);
    await submit({ ...claim, liability: asWei(STAKE - 1n) });
    await at(deadline);
    await court.timeOut(receipt);
    expect((await operatorRegistry.penaltyOf(hash)).amount).to.equal(1n);
  });

  it("convicts an operator that was jailed in between: it can promise nothing it has not claimed", async () => {
    const made = await load(oneComplaint);
    const { court, receipt, hash, deadline, submit, claim, actors, operatorRegistry } = made;
    const other = { ...claim, nonce: 1n };
    await submit(other);
    await convict(made, other, actors.stranger.address);
    await at(deadline);
    await court.timeOut(receipt);
    expect((await operatorRegistry.penaltyOf(hash)).amount).to.equal(1_000n);
  });

  it("asks no contract: an operator that disowns its signature by then falls all the same", async () => {
    const { court, promise, account, issuedAt, complain, operatorRegistry } = await load(contractScene);
    const { hash, ...given } = promise();
    await at(issuedAt + PROMISED);
    await complain(given);
    await account.behave(MANNER.Burns);
    await time.increase(clock);
    await court.timeOut(given.receipt, { gasLimit: 400_000n });
    expect((await operatorRegistry.penaltyOf(hash)).amount).to.equal(1_000n);
  });

  it("reverts for want of gas and convicts the second time", async () => {
    const { court, receipt, hash, deadline } = await load(oneComplaint);
    await at(deadline);
    await expect(court.timeOut(receipt, { gasLimit: 120_000n })).to.be.revert(ethers);
    expect((await court.caseOf(hash)).stage).to.equal(STAGE.COMPLAINED);
    await court.timeOut(receipt);
    expect((await court.caseOf(hash)).stage).to.equal(STAGE.BROKEN);
  });
});

describe("ReceiptCourt: while claims are paused", () => {
  /** Paused from `from` to `to`, seconds after the receipts. */
  async function paused(from: bigint, to: bigint | undefined) {
    const made = await courtScene(connection);
    const { claimBook, actors, issuedAt } = made;
    const guardian = claimBook.connect(actors.guardian);
    await at(issuedAt + from);
    await guardian.pause();
    if (to !== undefined) {
      await at(issuedAt + to);
      await guardian.resume();
    }
    return made;
  }
  const fromTenToThirty = () => paused(10n, 30n);
  const fromTenOn = () => paused(10n, undefined);
  const forMonths = () => paused(10n, 10n + 20n * exitDelay);

  it("no promise runs out: it ends later by as long as the pause", async () => {
    const { court, complain, sign, receipt, issuedAt } = await load(fromTenToThirty);
    await at(issuedAt + PROMISED + 20n - 1n);
    await expect(complain(await sign(receipt)))
      .to.be.revertedWithCustomError(court, "InclusionStillPossible")
      .withArgs(PROMISED - 1n, PROMISED);
    await at(issuedAt + PROMISED + 20n);
    await expect(complain(await sign(receipt))).to.emit(court, "Complained");
  });

  it("a claim is in time as long as that", async () => {
    for (const late of [0n, 1n]) {
      const { court, complain, sign, receipt, issuedAt, submit, claim, answer } = await load(fromTenToThirty);
      await at(issuedAt + PROMISED + 20n - 1n + late);
      await submit(claim);
      await at(issuedAt + PROMISED + 30n);
      await complain(await sign(receipt));
      const answered = answer(receipt, claim);
      if (late === 0n) await expect(answered).to.emit(court, "ComplaintAnswered");
      else await expect(answered).to.be.revertedWithCustomError(court, "ClaimTooLate");
    }
  });

  it("nobody complains, however long it lasts", async () => {
    const { court, complain, sign, receipt, issuedAt } = await load(fromTenOn);
    await court.present(await sign(receipt));
    await at(issuedAt + 50n * exitDelay);
    await expect(complain(unsigned(receipt)))
      .to.be.revertedWithCustomError(court, "InclusionStillPossible")
      .withArgs(10n, PROMISED);
  });

  it("a promise that ran out before is complained about, and answered", async () => {
    const { court, complain, sign, receiptOf, list, issuedAt, answer, claim } = await load(fromTenOn);
    const short = receiptOf(list.records[0]!, { inclusionDeadline: asSeconds(issuedAt + 10n) });
    await complain(await sign(short));
    await expect(answer(short, claim)).to.be.revertedWithCustomError(court, "ClaimUnknown");
  });

  it("no evidence runs out either, once it is presented: the complaint may follow the pause", async () => {
    const made = await courtScene(connection);
    const { court, complain, sign, receipt, issuedAt, claimBook, actors } = made;
    await court.present(await sign(receipt));
    const guardian = claimBook.connect(actors.guardian);
    await at(issuedAt + 10n);
    await guardian.pause();
    const resumed = issuedAt + 20n * exitDelay;
    await at(resumed);
    await guardian.resume();
    const end = resumed + exitDelay / 2n - 10n;
    await at(end - 1n);
    await expect(complain(unsigned(receipt))).to.emit(court, "Complained");
  });

  it("what nobody presented within half an exit delay proves nothing after it", async () => {
    const { court, complain, sign, receipt } = await load(forMonths);
    await expect(complain(await sign(receipt))).to.be.revertedWithCustomError(court, "PresentedTooLate");
  });

  it("pauses from before the receipt change nothing", async () => {
    const made = await load(fromTenToThirty);
    const { court, complain, sign, receipt } = made;
    const now = BigInt(await time.latest());
    const later: Receipt = {
      ...receipt,
      issuedAt: asSeconds(now),
      inclusionDeadline: asSeconds(now + PROMISED),
    };
    await at(now + PROMISED - 1n);
    await expect(complain(await sign(later))).to.be.revertedWithCustomError(court, "InclusionStillPossible");
    await at(now + PROMISED);
    await made.submit(made.claim);
    await expect(complain(await sign(later))).to.emit(court, "Complained");
    const end = now - 20n + PROMISED;
    await expect(made.answer(later, made.claim))
      .to.be.revertedWithCustomError(court, "ClaimTooLate")
      .withArgs(await made.claimBook.idOf(made.claim), end, end);
  });
});

describe("ReceiptCourt: replays", () => {
  it("a receipt is void in a second deployment, whose operator and model are the same", async () => {
    const here = await load(scene);
    const there = await courtScene(connection);
    const signed = await here.sign({
      ...here.receipt,
      issuedAt: there.issuedAt as Receipt["issuedAt"],
      inclusionDeadline: there.issuedAt as Receipt["inclusionDeadline"],
    });
    await expect(there.court.present(signed)).to.be.revertedWithCustomError(there.court, "SignatureInvalid");
    expect(asBytes32(await there.court.hashOf(here.receipt))).to.not.equal(here.hash);
  });
});
