import { expect } from "chai";
import { network } from "hardhat";

import { deployProtocol, oneOpenClaim } from "../support/protocol.js";

const connection = await network.create();
const { networkHelpers, ethers } = connection;
const { time } = networkHelpers;

async function oneGuardedBook() {
  const protocol = await oneOpenClaim(await deployProtocol(connection));
  return { ...protocol, guarded: protocol.claimBook.connect(protocol.actors.guardian) };
}

describe("ClaimBook.pause", () => {
  it("and resume are the guardian's alone, in turn", async () => {
    const { claimBook, guarded, actors } = await networkHelpers.loadFixture(oneGuardedBook);
    for (const act of ["pause", "resume"] as const) {
      await expect(claimBook.connect(actors.deployer)[act]())
        .to.be.revertedWithCustomError(claimBook, "NotGuardian")
        .withArgs(actors.deployer.address, actors.guardian.address);
    }
    await expect(guarded.resume()).to.be.revertedWithCustomError(claimBook, "ClaimsAreNotPaused");
    const at = (await time.latest()) + 3;
    await time.setNextBlockTimestamp(at);
    await expect(guarded.pause()).to.emit(claimBook, "ClaimsPaused").withArgs(at);
    expect(await claimBook.isPaused()).to.equal(true);
    await expect(guarded.pause()).to.be.revertedWithCustomError(claimBook, "ClaimsArePaused");
    await time.setNextBlockTimestamp(at + 40);
    await expect(guarded.resume())
      .to.emit(claimBook, "ClaimsResumed")
      .withArgs(at + 40, 40);
  });

  it("may be nobody's", async () => {
    const protocol = await deployProtocol(connection, { parameters: { guardian: ethers.ZeroAddress } });
    await expect(protocol.claimBook.pause())
      .to.be.revertedWithCustomError(protocol.claimBook, "NotGuardian")
      .withArgs(protocol.actors.deployer.address, ethers.ZeroAddress);
  });

  it("stops no open claim: windows end and claims become FINAL as ever", async () => {
    const { claimBook, guarded, claim, submittedAt } = await networkHelpers.loadFixture(oneGuardedBook);
    await guarded.pause();
    await time.setNextBlockTimestamp(submittedAt + 60n);
    await expect(claimBook.finalize(claim)).to.emit(claimBook, "ClaimFinalized");
  });
});

describe("ClaimBook.activeSeconds", () => {
  it("stands still during pauses, now and in hindsight", async () => {
    const { guarded } = await networkHelpers.loadFixture(oneGuardedBook);
    const start = (await time.latest()) + 100;
    /** Seconds after start: [100, 150) and [300, 400) are paused, and so is everything from 1,000 on. */
    for (const [at, act] of [
      [100, "pause"],
      [150, "resume"],
      [300, "pause"],
      [400, "resume"],
      [1_000, "pause"],
    ] as const) {
      await time.setNextBlockTimestamp(start + at);
      await guarded[act]();
    }
    await time.increaseTo(start + 2_000);
    const expected: [after: number, active: number][] = [
      [0, 0],
      [100, 100],
      [101, 100],
      [150, 100],
      [151, 101],
      [300, 250],
      [350, 250],
      [400, 250],
      [1_000, 850],
      [2_000, 850],
    ];
    for (const [after, active] of expected) {
      expect(await guarded.activeSeconds(start + after), `after ${after}`).to.equal(start + active);
    }
  });

  it("counts like a plain sum over any sequence of pauses", async () => {
    const { guarded } = await networkHelpers.loadFixture(oneGuardedBook);
    const start = (await time.latest()) + 10;
    const edges: number[] = [];
    let at = start;
    for (let i = 0; i < 30; i++) {
      at += 1 + ((i * 7919) % 13);
      edges.push(at);
      await time.setNextBlockTimestamp(at);
      await guarded[i % 2 === 0 ? "pause" : "resume"]();
    }
    const isPaused = (second: number) => edges.filter((edge) => edge <= second).length % 2 === 1;
    let active = start;
    for (let second = start; second < at; second++) {
      expect(await guarded.activeSeconds(second)).to.equal(active);
      if (!isPaused(second)) active++;
    }
  });
});
