import { expect } from "chai";
import { network } from "hardhat";

import type { Claim } from "../../src/claim/claim.js";
import { convict, deployProtocol, oneOpenClaim, PHASE } from "../support/protocol.js";

const connection = await network.create();
const { networkHelpers } = connection;
const { time } = networkHelpers;

async function oneClaim() {
  const protocol = await oneOpenClaim(await deployProtocol(connection));
  const { inquiry, claimBook } = protocol;
  const book = await claimBook.getAddress();
  const encode = claimBook.interface.encodeFunctionData.bind(claimBook.interface);
  const contest = (claim: Claim) => inquiry.relay(book, encode("contest", [claim]));
  const release = (claim: Claim, proofEnd: bigint) =>
    inquiry.relay(book, encode("release", [claim, proofEnd]));
  return { ...protocol, contest, release };
}

describe("ClaimBook.contest", () => {
  it("holds the claim until every session is released, and no longer", async () => {
    const { claimBook, claim, id, submittedAt, contest, release } =
      await networkHelpers.loadFixture(oneClaim);
    await expect(contest(claim)).to.emit(claimBook, "ClaimContested").withArgs(id, 1);
    await expect(contest(claim)).to.emit(claimBook, "ClaimContested").withArgs(id, 2);
    await time.setNextBlockTimestamp(submittedAt + 60n);
    await expect(claimBook.finalize(claim))
      .to.be.revertedWithCustomError(claimBook, "WrongPhase")
      .withArgs(id, PHASE.CONTESTED, PHASE.OPEN);
    const end = submittedAt + 100n;
    await expect(release(claim, end)).to.emit(claimBook, "ClaimReleased").withArgs(id, 1, end);
    expect((await claimBook.stateOf(id)).phase).to.equal(PHASE.CONTESTED);
    await expect(release(claim, end - 50n))
      .to.emit(claimBook, "ClaimReleased")
      .withArgs(id, 0, end);
    await time.setNextBlockTimestamp(end - 1n);
    await expect(claimBook.finalize(claim))
      .to.be.revertedWithCustomError(claimBook, "WindowStillOpen")
      .withArgs(end - 1n, end);
    await time.setNextBlockTimestamp(end);
    await expect(claimBook.finalize(claim)).to.emit(claimBook, "ClaimFinalized");
  });

  it("never brings the end of the window forward", async () => {
    const { claimBook, claim, id, submittedAt, contest, release } =
      await networkHelpers.loadFixture(oneClaim);
    await contest(claim);
    await release(claim, submittedAt + 1n);
    expect((await claimBook.stateOf(id)).finalizableAt).to.equal(submittedAt + 60n);
  });

  it("is possible in the last second of the original window, not at its end, whatever was postponed", async () => {
    const { claimBook, claim, submittedAt, contest, release } = await networkHelpers.loadFixture(oneClaim);
    await contest(claim);
    await release(claim, submittedAt + 500n);
    await time.setNextBlockTimestamp(submittedAt + 59n);
    await expect(contest(claim)).to.emit(claimBook, "ClaimContested");
    await time.setNextBlockTimestamp(submittedAt + 60n);
    await expect(contest(claim))
      .to.be.revertedWithCustomError(claimBook, "WindowOver")
      .withArgs(submittedAt + 60n, submittedAt + 60n);
  });

  it("and release are Inquiry's alone", async () => {
    const { claimBook, claim, inquiry, actors } = await networkHelpers.loadFixture(oneClaim);
    const book = claimBook.connect(actors.stranger);
    for (const attempt of [book.contest(claim), book.release(claim, 0n)]) {
      await expect(attempt)
        .to.be.revertedWithCustomError(claimBook, "NotInquiry")
        .withArgs(actors.stranger.address, await inquiry.getAddress());
    }
  });

  it("reverts with WrongPhase for claims that are decided, and release for claims without session", async () => {
    const protocol = await networkHelpers.loadFixture(oneClaim);
    const { claimBook, claim, id, contest, release, actors } = protocol;
    await expect(release(claim, 0n))
      .to.be.revertedWithCustomError(claimBook, "WrongPhase")
      .withArgs(id, PHASE.OPEN, PHASE.CONTESTED);
    await contest(claim);
    await convict(protocol, claim, actors.challenger.address);
    await expect(contest(claim))
      .to.be.revertedWithCustomError(claimBook, "WrongPhase")
      .withArgs(id, PHASE.FAULTED, PHASE.OPEN);
    await expect(release(claim, 0n))
      .to.be.revertedWithCustomError(claimBook, "WrongPhase")
      .withArgs(id, PHASE.FAULTED, PHASE.CONTESTED);
  });
});
