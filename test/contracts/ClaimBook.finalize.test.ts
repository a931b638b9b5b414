import { expect } from "chai";
import { network } from "hardhat";

import { convict, deployProtocol, oneOpenClaim, PHASE } from "../support/protocol.js";

const connection = await network.create();
const { networkHelpers } = connection;
const { time } = networkHelpers;

async function oneClaim() {
  return oneOpenClaim(await deployProtocol(connection));
}

describe("ClaimBook.finalize", () => {
  it("reverts with WindowStillOpen in the last second of the window", async () => {
    const { claimBook, claim, submittedAt } = await networkHelpers.loadFixture(oneClaim);
    await time.setNextBlockTimestamp(submittedAt + 59n);
    await expect(claimBook.finalize(claim))
      .to.be.revertedWithCustomError(claimBook, "WindowStillOpen")
      .withArgs(submittedAt + 59n, submittedAt + 60n);
  });

  it("makes the claim FINAL and its liability free from the window's end on, by anyone", async () => {
    const { claimBook, claim, submittedAt, id, actors, operatorRegistry } =
      await networkHelpers.loadFixture(oneClaim);
    await time.setNextBlockTimestamp(submittedAt + 60n);
    const done = claimBook.connect(actors.stranger).finalize(claim);
    await expect(done).to.emit(claimBook, "ClaimFinalized").withArgs(id, actors.operator.address, 1_000);
    const { phase, decidedAt } = await claimBook.stateOf(id);
    expect([phase, decidedAt]).to.deep.equal([BigInt(PHASE.FINAL), submittedAt + 60n]);
    expect(await operatorRegistry.freeOf(actors.operator.address)).to.equal(10_000);
  });

  it("is terminal: a FINAL claim is neither finalized again nor faulted", async () => {
    const protocol = await networkHelpers.loadFixture(oneClaim);
    const { claimBook, claim, id, actors } = protocol;
    await time.increase(60);
    await claimBook.finalize(claim);
    await expect(claimBook.finalize(claim))
      .to.be.revertedWithCustomError(claimBook, "WrongPhase")
      .withArgs(id, PHASE.FINAL, PHASE.OPEN);
    await expect(convict(protocol, claim, actors.challenger.address))
      .to.be.revertedWithCustomError(claimBook, "WrongPhase")
      .withArgs(id, PHASE.FINAL, PHASE.OPEN);
  });

  it("reverts with WrongPhase for a claim nobody submitted, one field off included", async () => {
    const { claimBook, claim } = await networkHelpers.loadFixture(oneClaim);
    await time.increase(60);
    const other = { ...claim, nonce: 1n };
    await expect(claimBook.finalize(other))
      .to.be.revertedWithCustomError(claimBook, "WrongPhase")
      .withArgs(await claimBook.idOf(other), PHASE.NONE, PHASE.OPEN);
  });
});
