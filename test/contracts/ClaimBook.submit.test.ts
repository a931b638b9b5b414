import { expect } from "chai";
import { network } from "hardhat";

import { claimId } from "../../src/claim/claim.js";
import { asAddress } from "../../src/types/address.js";
import { asBytes32 } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";
import { consentOf, convict, deployProtocol, makeClaim, PHASE, publish, stake } from "../support/protocol.js";
import { recordGas } from "../support/gas.js";

const connection = await network.create();
const { networkHelpers, ethers } = connection;
const { time } = networkHelpers;

/** Calldata without zero bytes where values allow it. */
const DEAREST = {
  recordsRoot: asBytes32(`0x${"a7".repeat(32)}`),
  nonce: 2n ** 64n - 1n,
  liability: asWei(9_999n),
  window: asSeconds(2_591_999n),
};

async function oneReadyOperator() {
  const protocol = await deployProtocol(connection);
  const { actors, claimBook, operatorRegistry } = protocol;
  const model = await publish(protocol);
  await stake(protocol, actors.operator, 10_000n);
  const consent = await consentOf(protocol, actors.signer, actors.operator.address);
  await operatorRegistry.connect(actors.operator).addSigner(actors.signer.address, consent);
  const claim = makeClaim(actors.operator.address, model);
  return { ...protocol, model, claim, book: claimBook.connect(actors.operator) };
}

describe("ClaimBook.submit", () => {
  it("opens the claim, locks its liability and emits every field", async () => {
    const { book, claim, actors, operatorRegistry } = await networkHelpers.loadFixture(oneReadyOperator);
    const id = claimId(claim, {
      chainId: (await ethers.provider.getNetwork()).chainId,
      contract: asAddress(await book.getAddress()),
    });
    const at = (await time.latest()) + 7;
    await time.setNextBlockTimestamp(at);
    await expect(book.submit(claim))
      .to.emit(book, "ClaimSubmitted")
      .withArgs(id, claim.operator, claim.modelId, claim.operator, 0, claim.recordsRoot, 1, 1_000, 60);
    const { phase, openSessions, submittedAt, finalizableAt, decidedAt } = await book.stateOf(id);
    expect([phase, openSessions, submittedAt, finalizableAt, decidedAt]).to.deep.equal([
      BigInt(PHASE.OPEN),
      0n,
      BigInt(at),
      BigInt(at + 60),
      0n,
    ]);
    expect(await operatorRegistry.lockedOf(actors.operator.address)).to.equal(1_000);
    expect(await operatorRegistry.freeOf(actors.operator.address)).to.equal(9_000);
  });

  it("is open to active signers of the operator, and to nobody else", async () => {
    const { book, claim, actors, operatorRegistry } = await networkHelpers.loadFixture(oneReadyOperator);
    await expect(book.connect(actors.signer).submit(claim)).to.emit(book, "ClaimSubmitted");
    await operatorRegistry.connect(actors.operator).revokeSigner(actors.signer.address);
    for (const submitter of [actors.signer, actors.stranger]) {
      await expect(book.connect(submitter).submit({ ...claim, nonce: 1n }))
        .to.be.revertedWithCustomError(operatorRegistry, "SignerNotActive")
        .withArgs(submitter.address, actors.operator.address);
    }
    await expect(
      book.connect(actors.stranger).submit({ ...claim, operator: asAddress(actors.stranger.address) }),
    )
      .to.be.revertedWithCustomError(operatorRegistry, "OperatorUnknown")
      .withArgs(actors.stranger.address);
  });

  it("reverts with WrongPhase for an id that was used, whatever became of it", async () => {
    const protocol = await networkHelpers.loadFixture(oneReadyOperator);
    const { book, claim, actors } = protocol;
    const id = await book.idOf(claim);
    await book.submit(claim);
    await expect(book.submit(claim))
      .to.be.revertedWithCustomError(book, "WrongPhase")
      .withArgs(id, PHASE.OPEN, PHASE.NONE);
    await time.increase(60);
    await book.finalize(claim);
    await expect(book.submit(claim))
      .to.be.revertedWithCustomError(book, "WrongPhase")
      .withArgs(id, PHASE.FINAL, PHASE.NONE);
    const other = { ...claim, nonce: 1n };
    await book.submit(other);
    await convict(protocol, other, actors.challenger.address);
    await expect(book.submit(other)).to.be.revertedWithCustomError(book, "WrongPhase");
  });

  it("takes 1 to 2^20 records", async () => {
    const { book, claim } = await networkHelpers.loadFixture(oneReadyOperator);
    await expect(book.submit({ ...claim, n: 2 ** 20 })).to.emit(book, "ClaimSubmitted");
    for (const n of [0, 2 ** 20 + 1]) {
      await expect(book.submit({ ...claim, n }))
        .to.be.revertedWithCustomError(book, "RecordCountOutOfRange")
        .withArgs(n, 1, 2 ** 20);
    }
  });

  it("takes liabilities from the least one up to the free stake", async () => {
    const { book, claim, operatorRegistry } = await networkHelpers.loadFixture(oneReadyOperator);
    await expect(book.submit({ ...claim, liability: asWei(999n) }))
      .to.be.revertedWithCustomError(book, "LiabilityTooSmall")
      .withArgs(999, 1_000);
    await expect(book.submit({ ...claim, liability: asWei(10_001n) }))
      .to.be.revertedWithCustomError(operatorRegistry, "FreeStakeTooSmall")
      .withArgs(10_000, 10_001);
    await expect(book.submit({ ...claim, liability: asWei(10_000n) })).to.emit(book, "ClaimSubmitted");
  });

  it("takes windows from the deployment's up to 30 days", async () => {
    const { book, claim } = await networkHelpers.loadFixture(oneReadyOperator);
    for (const window of [59n, 2_592_001n]) {
      await expect(book.submit({ ...claim, window: asSeconds(window) }))
        .to.be.revertedWithCustomError(book, "WindowOutOfRange")
        .withArgs(window, 60, 2_592_000);
    }
    await expect(book.submit({ ...claim, window: asSeconds(2_592_000n) })).to.emit(book, "ClaimSubmitted");
  });

  it("reverts with OperatorIsJailed after a fault", async () => {
    const protocol = await networkHelpers.loadFixture(oneReadyOperator);
    const { book, claim, actors, operatorRegistry } = protocol;
    await book.submit(claim);
    await convict(protocol, claim, actors.challenger.address);
    await expect(book.submit({ ...claim, nonce: 1n }))
      .to.be.revertedWithCustomError(operatorRegistry, "OperatorIsJailed")
      .withArgs(actors.operator.address);
  });

  it("reverts with ClaimsArePaused while the guardian pauses, and only then", async () => {
    const { book, claim, actors } = await networkHelpers.loadFixture(oneReadyOperator);
    await book.connect(actors.guardian).pause();
    await expect(book.submit(claim)).to.be.revertedWithCustomError(book, "ClaimsArePaused");
    await book.connect(actors.guardian).resume();
    await expect(book.submit(claim)).to.emit(book, "ClaimSubmitted");
  });

  for (const n of [1, 1_000]) {
    it(`costs at most 75,000 gas for ${n} record${n === 1 ? "" : "s"}, by owner and by signer`, async () => {
      const { book, claim, actors } = await networkHelpers.loadFixture(oneReadyOperator);
      const heavy = { ...claim, ...DEAREST, n };
      const byOwner = await (await book.submit(heavy)).wait();
      expect(byOwner!.gasUsed).to.be.lessThan(75_001n);
      await networkHelpers.loadFixture(oneReadyOperator);
      const bySigner = await (await book.connect(actors.signer).submit(heavy)).wait();
      expect(bySigner!.gasUsed).to.be.lessThan(75_001n);
      recordGas(`submit by signer, ${n} record${n === 1 ? "" : "s"}`, bySigner!.gasUsed);
    });
  }
});
