import { expect } from "chai";
import { network } from "hardhat";

import {
  convict,
  deployProtocol,
  FAULT,
  oneOpenClaim,
  PHASE,
  RECEIPT_FAULT,
  bytes32,
} from "../support/protocol.js";
import { recordGas } from "../support/gas.js";

const connection = await network.create();
const { networkHelpers, ethers } = connection;
const { time } = networkHelpers;

async function oneClaim() {
  return oneOpenClaim(await deployProtocol(connection));
}

describe("ClaimBook.fault", () => {
  it("turns the whole liability into a penalty, jails, and moves no token", async () => {
    const protocol = await networkHelpers.loadFixture(oneClaim);
    const { claimBook, operatorRegistry, claim, id, actors, token } = protocol;
    const held = await token.balanceOf(await operatorRegistry.getAddress());
    const tx = convict(protocol, claim, actors.challenger.address);
    await expect(tx)
      .to.emit(claimBook, "ClaimFaulted")
      .withArgs(id, actors.operator.address, FAULT.Element, actors.challenger.address, 1_000);
    await expect(tx)
      .to.emit(operatorRegistry, "PenaltyBooked")
      .withArgs(id, actors.operator.address, actors.challenger.address, 1_000);
    await expect(tx).to.emit(operatorRegistry, "OperatorJailed").withArgs(actors.operator.address);
    await expect(tx).to.not.emit(token, "Transfer");
    const { stake, bound, status } = await operatorRegistry.operatorOf(actors.operator.address);
    expect([stake, bound, status]).to.deep.equal([9_000n, 0n, 2n]);
    const { phase, decidedAt } = await claimBook.stateOf(id);
    expect([phase, decidedAt]).to.deep.equal([BigInt(PHASE.FAULTED), BigInt(await time.latest())]);
    expect(await token.balanceOf(await operatorRegistry.getAddress())).to.equal(held);
    expect(await operatorRegistry.totalHeld()).to.equal(held);
  });

  it("is valid after the window until finalize executes", async () => {
    const protocol = await networkHelpers.loadFixture(oneClaim);
    const { claimBook, claim, submittedAt, actors } = protocol;
    await time.setNextBlockTimestamp(submittedAt + 10_000n);
    await expect(convict(protocol, claim, actors.challenger.address)).to.emit(claimBook, "ClaimFaulted");
  });

  it("is terminal: a FAULTED claim is neither faulted again nor finalized", async () => {
    const protocol = await networkHelpers.loadFixture(oneClaim);
    const { claimBook, claim, id, actors } = protocol;
    await convict(protocol, claim, actors.challenger.address);
    await expect(convict(protocol, claim, actors.stranger.address))
      .to.be.revertedWithCustomError(claimBook, "WrongPhase")
      .withArgs(id, PHASE.FAULTED, PHASE.OPEN);
    await time.increase(60);
    await expect(claimBook.finalize(claim))
      .to.be.revertedWithCustomError(claimBook, "WrongPhase")
      .withArgs(id, PHASE.FAULTED, PHASE.OPEN);
  });

  it("is heard from Referee, Workbench and Inquiry, and from nobody else", async () => {
    const protocol = await networkHelpers.loadFixture(oneClaim);
    const { claimBook, claim, referee, workbench, inquiry, receiptCourt, actors } = protocol;
    const book = await claimBook.getAddress();
    const words = claimBook.interface.encodeFunctionData("fault", [
      claim,
      FAULT.Silence,
      actors.challenger.address,
    ]);
    for (const source of [referee, workbench, inquiry]) {
      const snapshot = await networkHelpers.takeSnapshot();
      await expect(source.relay(book, words)).to.emit(claimBook, "ClaimFaulted");
      await snapshot.restore();
    }
    await expect(receiptCourt.relay(book, words))
      .to.be.revertedWithCustomError(claimBook, "NotFaultSource")
      .withArgs(await receiptCourt.getAddress());
    for (const account of [actors.guardian, actors.operator, actors.deployer]) {
      await expect(claimBook.connect(account).fault(claim, FAULT.Element, actors.challenger.address))
        .to.be.revertedWithCustomError(claimBook, "NotFaultSource")
        .withArgs(account.address);
    }
  });

  it("reverts with FaultMissing and BeneficiaryMissing for accusations without content or name", async () => {
    const { claimBook, claim, referee, actors } = await networkHelpers.loadFixture(oneClaim);
    const encode = (kind: number, beneficiary: string) =>
      claimBook.interface.encodeFunctionData("fault", [claim, kind, beneficiary]);
    const book = await claimBook.getAddress();
    await expect(
      referee.relay(book, encode(FAULT.None, actors.challenger.address)),
    ).to.be.revertedWithCustomError(claimBook, "FaultMissing");
    await expect(
      referee.relay(book, encode(FAULT.Padding, ethers.ZeroAddress)),
    ).to.be.revertedWithCustomError(claimBook, "BeneficiaryMissing");
  });

  it("of one claim leaves the operator's other claims open to their own proof", async () => {
    const protocol = await networkHelpers.loadFixture(oneClaim);
    const { claimBook, operatorRegistry, claim, actors } = protocol;
    const other = { ...claim, nonce: 1n };
    await claimBook.connect(actors.operator).submit(other);
    await convict(protocol, claim, actors.challenger.address);
    expect(await operatorRegistry.lockedOf(actors.operator.address)).to.equal(1_000);
    await convict(protocol, other, actors.stranger.address);
    const penalty = await operatorRegistry.penaltyOf(await claimBook.idOf(other));
    expect([...penalty]).to.deep.equal([actors.stranger.address, 1_000n]);
  });

  it("is not stopped by a pause", async () => {
    const protocol = await networkHelpers.loadFixture(oneClaim);
    const { claimBook, claim, actors } = protocol;
    await claimBook.connect(actors.guardian).pause();
    await expect(convict(protocol, claim, actors.challenger.address)).to.emit(claimBook, "ClaimFaulted");
  });

  it("costs at most 60,000 gas below its caller", async () => {
    const protocol = await networkHelpers.loadFixture(oneClaim);
    const { claimBook, claim, referee, actors } = protocol;
    const book = await claimBook.getAddress();
    const words = claimBook.interface.encodeFunctionData("fault", [
      claim,
      FAULT.Element,
      actors.challenger.address,
    ]);
    const empty = await (await referee.relay(actors.stranger.address, words)).wait();
    const whole = await (await referee.relay(book, words)).wait();
    const below = whole!.gasUsed - empty!.gasUsed;
    expect(below).to.be.lessThan(60_001n);
    recordGas("fault, below its source", below);
  });
});

describe("ClaimBook.penalize", () => {
  it("is ReceiptCourt's alone, and needs a fault and a beneficiary", async () => {
    const { claimBook, receiptCourt, actors } = await networkHelpers.loadFixture(oneClaim);
    const { operator, requester, challenger, stranger } = actors;
    const book = await claimBook.getAddress();
    await expect(
      claimBook
        .connect(stranger)
        .penalize(
          operator.address,
          bytes32(1),
          1n,
          RECEIPT_FAULT.Equivocation,
          requester.address,
          challenger.address,
        ),
    )
      .to.be.revertedWithCustomError(claimBook, "NotReceiptCourt")
      .withArgs(stranger.address, await receiptCourt.getAddress());
    const encode = (kind: number, beneficiary: string) =>
      claimBook.interface.encodeFunctionData("penalize", [
        operator.address,
        bytes32(1),
        1n,
        kind,
        requester.address,
        beneficiary,
      ]);
    await expect(
      receiptCourt.relay(book, encode(RECEIPT_FAULT.None, challenger.address)),
    ).to.be.revertedWithCustomError(claimBook, "FaultMissing");
    await expect(
      receiptCourt.relay(book, encode(RECEIPT_FAULT.NonInclusion, ethers.ZeroAddress)),
    ).to.be.revertedWithCustomError(claimBook, "BeneficiaryMissing");
  });
});
