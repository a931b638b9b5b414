import { expect } from "chai";
import { network } from "hardhat";

import { asWei } from "../../src/types/wei.js";
import {
  bytes32,
  convict,
  deployProtocol,
  makeClaim,
  NOWHERE,
  oneOpenClaim,
  publish,
  RECEIPT_FAULT,
  stake,
} from "../support/protocol.js";

const connection = await network.create();
const { networkHelpers, ethers } = connection;
const { time } = networkHelpers;
const DAY = 86_400;

/** A claim over 3 records with 1,003 wei: 300 to the beneficiary, 66 to each record, 505 burned. */
async function oneFaultedClaim() {
  const protocol = await oneOpenClaim(await deployProtocol(connection), { n: 3, liability: asWei(1_003n) });
  const { actors, operatorRegistry, claim } = protocol;
  await convict(protocol, claim, actors.challenger.address);
  const registry = operatorRegistry.connect(actors.stranger);
  return { ...protocol, registry, decidedAt: await time.latest() };
}

describe("OperatorRegistry.pullShare", () => {
  it("pays a record's share to its requester, by anyone", async () => {
    const { registry, claim, records, proofOf, token, actors, id } =
      await networkHelpers.loadFixture(oneFaultedClaim);
    const pull = registry.pullShare(claim, records[1]!, 1, proofOf(1));
    await expect(pull).to.changeTokenBalance(ethers, token, actors.requester, 66);
    await expect(pull).to.emit(registry, "RecordSharePulled").withArgs(id, actors.requester.address, 1, 66);
    expect([await registry.isSharePulled(id, 1), await registry.isSharePulled(id, 0)]).to.deep.equal([
      true,
      false,
    ]);
  });

  it("reverts with ShareAlreadyPulled the second time", async () => {
    const { registry, claim, records, proofOf, id } = await networkHelpers.loadFixture(oneFaultedClaim);
    await registry.pullShare(claim, records[0]!, 0, proofOf(0));
    await expect(registry.pullShare(claim, records[0]!, 0, proofOf(0)))
      .to.be.revertedWithCustomError(registry, "ShareAlreadyPulled")
      .withArgs(id, 0);
  });

  it("refuses another record, another index, another proof length and indices from n on", async () => {
    const { registry, claim, records, proofOf } = await networkHelpers.loadFixture(oneFaultedClaim);
    await expect(registry.pullShare(claim, records[0]!, 1, proofOf(1))).to.be.revertedWithCustomError(
      registry,
      "RecordNotInClaim",
    );
    await expect(registry.pullShare(claim, records[1]!, 0, proofOf(1))).to.be.revertedWithCustomError(
      registry,
      "RecordNotInClaim",
    );
    await expect(registry.pullShare(claim, records[1]!, 1, proofOf(1).slice(1)))
      .to.be.revertedWithCustomError(registry, "ProofLength")
      .withArgs(1, 2);
    await expect(registry.pullShare(claim, records[1]!, 1, [...proofOf(1), ethers.ZeroHash]))
      .to.be.revertedWithCustomError(registry, "ProofLength")
      .withArgs(3, 2);
    await expect(registry.pullShare(claim, records[1]!, 3, proofOf(1)))
      .to.be.revertedWithCustomError(registry, "RecordIndexOutOfRange")
      .withArgs(3, 3);
  });

  it("reverts with PenaltyUnknown for a claim that is open, FINAL, or nobody's", async () => {
    const protocol = await oneOpenClaim(await deployProtocol(connection));
    const { operatorRegistry, claimBook, claim, records, proofOf, id } = protocol;
    const attempt = () => operatorRegistry.pullShare(claim, records[0]!, 0, proofOf(0));
    await expect(attempt()).to.be.revertedWithCustomError(operatorRegistry, "PenaltyUnknown").withArgs(id);
    await time.increase(60);
    await claimBook.finalize(claim);
    await expect(attempt()).to.be.revertedWithCustomError(operatorRegistry, "PenaltyUnknown").withArgs(id);
    await expect(operatorRegistry.pullBeneficiaryShare(bytes32(99)))
      .to.be.revertedWithCustomError(operatorRegistry, "PenaltyUnknown")
      .withArgs(bytes32(99));
    await expect(operatorRegistry.burn({ ...claim, nonce: 9n })).to.be.revertedWithCustomError(
      operatorRegistry,
      "PenaltyUnknown",
    );
  });

  it("pays until the last second of 90 days and reverts with PullPeriodOver from then on", async () => {
    const { registry, claim, records, proofOf, decidedAt, id } =
      await networkHelpers.loadFixture(oneFaultedClaim);
    await time.setNextBlockTimestamp(decidedAt + 90 * DAY - 1);
    await expect(registry.pullShare(claim, records[0]!, 0, proofOf(0))).to.emit(
      registry,
      "RecordSharePulled",
    );
    await time.setNextBlockTimestamp(decidedAt + 90 * DAY);
    await expect(registry.pullShare(claim, records[1]!, 1, proofOf(1)))
      .to.be.revertedWithCustomError(registry, "PullPeriodOver")
      .withArgs(decidedAt + 90 * DAY, decidedAt + 90 * DAY);
    await expect(registry.pullBeneficiaryShare(id)).to.be.revertedWithCustomError(registry, "PullPeriodOver");
  });
});

describe("OperatorRegistry.pullBeneficiaryShare", () => {
  it("pays floor(30 %) to whom the fault proof named, once", async () => {
    const { registry, token, actors, id } = await networkHelpers.loadFixture(oneFaultedClaim);
    await expect(registry.pullBeneficiaryShare(id)).to.changeTokenBalance(
      ethers,
      token,
      actors.challenger,
      300,
    );
    await expect(registry.pullBeneficiaryShare(id))
      .to.be.revertedWithCustomError(registry, "BeneficiaryAlreadyPaid")
      .withArgs(id);
  });
});

describe("OperatorRegistry.burn", () => {
  it("burns half and the remainder at once, and unpulled shares only after 90 days", async () => {
    const { registry, claim, token, decidedAt, id, records, proofOf } =
      await networkHelpers.loadFixture(oneFaultedClaim);
    await expect(registry.burn(claim)).to.changeTokenBalance(ethers, token, NOWHERE, 505);
    await expect(registry.burn(claim)).to.be.revertedWithCustomError(registry, "NothingToBurn").withArgs(id);
    await registry.pullShare(claim, records[2]!, 2, proofOf(2));
    await time.setNextBlockTimestamp(decidedAt + 90 * DAY - 1);
    await expect(registry.burn(claim)).to.be.revertedWithCustomError(registry, "NothingToBurn").withArgs(id);
    await time.setNextBlockTimestamp(decidedAt + 90 * DAY);
    await expect(registry.burn(claim)).to.changeTokenBalance(ethers, token, NOWHERE, 300 + 2 * 66);
    await expect(registry.burn(claim)).to.be.revertedWithCustomError(registry, "NothingToBurn").withArgs(id);
    expect(await registry.totalHeld()).to.equal(10_000 - 1_003);
  });

  it("takes everything in one go when nobody ever came", async () => {
    const { registry, claim, token, decidedAt } = await networkHelpers.loadFixture(oneFaultedClaim);
    await time.setNextBlockTimestamp(decidedAt + 90 * DAY);
    await expect(registry.burn(claim)).to.changeTokenBalance(ethers, token, NOWHERE, 1_003);
  });

  it("adds up to the wei: all shares and the burn are the penalty", async () => {
    const { registry, claim, token, id, records, proofOf, actors } =
      await networkHelpers.loadFixture(oneFaultedClaim);
    for (const [i, record] of records.entries()) await registry.pullShare(claim, record, i, proofOf(i));
    await registry.pullBeneficiaryShare(id);
    await registry.burn(claim);
    const paid = [
      await token.balanceOf(actors.requester.address),
      await token.balanceOf(actors.challenger.address),
      await token.balanceOf(NOWHERE),
    ];
    expect(paid).to.deep.equal([198n, 300n, 505n]);
    expect(await token.balanceOf(await registry.getAddress())).to.equal(10_000 - 1_003);
  });
});

describe("OperatorRegistry: a broken receipt", () => {
  const HASH = bytes32(0xbeef);

  async function oneOperator() {
    const protocol = await deployProtocol(connection);
    const { actors, claimBook, receiptCourt } = protocol;
    await stake(protocol, actors.operator, 10_000n);
    const penalize = async (amount: bigint, hash = HASH) =>
      receiptCourt.relay(
        await claimBook.getAddress(),
        claimBook.interface.encodeFunctionData("penalize", [
          actors.operator.address,
          hash,
          amount,
          RECEIPT_FAULT.Equivocation,
          actors.requester.address,
          actors.challenger.address,
        ]),
      );
    return { ...protocol, penalize, registry: protocol.operatorRegistry };
  }

  it("costs what it promised: free stake first, then what is exiting", async () => {
    const { registry, actors, penalize, claimBook } = await networkHelpers.loadFixture(oneOperator);
    await registry.connect(actors.operator).requestExit(9_000n);
    await expect(penalize(1_500n))
      .to.emit(claimBook, "ReceiptFaulted")
      .withArgs(
        HASH,
        actors.operator.address,
        RECEIPT_FAULT.Equivocation,
        actors.requester.address,
        actors.challenger.address,
        1_500,
      );
    const { stake: left, bound, status } = await registry.operatorOf(actors.operator.address);
    expect([left, bound, status]).to.deep.equal([8_500n, 8_500n, 2n]);
    expect((await registry.exitOf(actors.operator.address)).amount).to.equal(8_500);
  });

  it("never touches stake behind a claim", async () => {
    const protocol = await networkHelpers.loadFixture(oneOperator);
    const { registry, actors, penalize, claimBook } = protocol;
    const claim = makeClaim(actors.operator.address, await publish(protocol), { liability: asWei(9_990n) });
    await claimBook.connect(actors.operator).submit(claim);
    await penalize(1_500n);
    expect((await registry.penaltyOf(HASH)).amount).to.equal(10);
    expect(await registry.lockedOf(actors.operator.address)).to.equal(9_990);
    await time.increase(60);
    await claimBook.finalize(claim);
    expect(await registry.freeOf(actors.operator.address)).to.equal(9_990);
  });

  it("pays requester and beneficiary and burns the rest", async () => {
    const { registry, token, actors, penalize } = await networkHelpers.loadFixture(oneOperator);
    await penalize(1_001n);
    await expect(registry.pullReceiptShare(HASH)).to.changeTokenBalance(ethers, token, actors.requester, 200);
    await expect(registry.pullReceiptShare(HASH))
      .to.be.revertedWithCustomError(registry, "ShareAlreadyPulled")
      .withArgs(HASH, 0);
    await expect(registry.pullBeneficiaryShare(HASH)).to.changeTokenBalance(
      ethers,
      token,
      actors.challenger,
      300,
    );
    await expect(registry.burnReceipt(HASH)).to.changeTokenBalance(ethers, token, NOWHERE, 501);
    expect(await registry.totalHeld()).to.equal(8_999);
    await expect(penalize(1n)).to.be.revertedWithCustomError(registry, "PenaltyAlreadyBooked").withArgs(HASH);
  });

  it("reverts by name for unknown receipts and empty penalties", async () => {
    const { registry, penalize } = await networkHelpers.loadFixture(oneOperator);
    for (const attempt of [registry.pullReceiptShare(HASH), registry.burnReceipt(HASH)]) {
      await expect(attempt).to.be.revertedWithCustomError(registry, "PenaltyUnknown").withArgs(HASH);
    }
    await penalize(0n);
    await expect(registry.pullReceiptShare(HASH)).to.be.revertedWithCustomError(registry, "NothingToPull");
    await expect(registry.pullBeneficiaryShare(HASH)).to.be.revertedWithCustomError(
      registry,
      "NothingToPull",
    );
    await expect(registry.burnReceipt(HASH)).to.be.revertedWithCustomError(registry, "NothingToBurn");
  });

  it("that is exiting entirely leaves nothing to withdraw", async () => {
    const { registry, actors, penalize } = await networkHelpers.loadFixture(oneOperator);
    await registry.connect(actors.operator).requestExit(10_000n);
    await penalize(20_000n);
    await time.increase(290);
    await expect(registry.connect(actors.operator).withdraw()).to.be.revertedWithCustomError(
      registry,
      "NothingExiting",
    );
    const { stake: left, bound } = await registry.operatorOf(actors.operator.address);
    expect([left, bound]).to.deep.equal([0n, 0n]);
  });
});
