import { expect } from "chai";
import { network } from "hardhat";

import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";
import { decayed, PLACES } from "../support/decay-model.js";
import { recordGas } from "../support/gas.js";
import {
  bytes32,
  convict,
  deployProtocol,
  makeClaim,
  publish,
  RECEIPT_FAULT,
  stake,
  TEST_PARAMETERS,
} from "../support/protocol.js";
import type { Claim } from "../../src/claim/claim.js";

const connection = await network.create();
const { networkHelpers } = connection;
const { time } = networkHelpers;

const HALF_LIFE = TEST_PARAMETERS.halfLife;

async function twoOperators() {
  const protocol = await deployProtocol(connection);
  const { actors, claimBook, standing } = protocol;
  const modelId = await publish(protocol);
  await stake(protocol, actors.operator, 100_000n);
  await stake(protocol, actors.otherOperator, 100_000n);
  let nonce = 0n;
  /** Submits; times are those of the blocks. */
  async function submit(terms: Partial<Claim> = {}, by = actors.operator): Promise<Claim> {
    const claim = makeClaim(by.address, modelId, { nonce: nonce++, ...terms });
    await claimBook.connect(by).submit(claim);
    return claim;
  }
  const stateOf = async (claim: Claim) => claimBook.stateOf(await claimBook.idOf(claim));
  const of = async (operator: { address: string }) => [...(await standing.standingOf(operator.address))];
  const ofModel = async () => [...(await standing.standingOfModel(modelId))];
  return { ...protocol, modelId, submit, stateOf, of, ofModel };
}

describe("Standing.note", () => {
  it("adds liability times the seconds locked of a FINAL claim, for anyone", async () => {
    const { standing, claimBook, actors, modelId, submit, stateOf, of, ofModel } =
      await networkHelpers.loadFixture(twoOperators);
    const claim = await submit();
    const { submittedAt } = await stateOf(claim);
    await time.setNextBlockTimestamp(submittedAt + 75n);
    await claimBook.finalize(claim);
    await time.setNextBlockTimestamp(submittedAt + 75n + HALF_LIFE);
    const noted = standing.connect(actors.stranger).note(claim);
    await expect(noted)
      .to.emit(standing, "ClaimNoted")
      .withArgs(
        await claimBook.idOf(claim),
        actors.operator.address,
        modelId,
        true,
        75_000,
        submittedAt + 75n,
      );
    recordGas("note a claim, the first of its operator", (await (await noted).wait())!.gasUsed);
    // Noted a half-life late: half of it is left.
    expect(await of(actors.operator)).to.deep.equal([37_500n, 0n]);
    expect(await ofModel()).to.deep.equal([37_500n, 0n]);
    expect(await of(actors.otherOperator)).to.deep.equal([0n, 0n]);
  });

  it("halves with every half-life, and in between", async () => {
    const { standing, claimBook, actors, submit, stateOf, of } =
      await networkHelpers.loadFixture(twoOperators);
    const claim = await submit({ liability: asWei(99_999n) });
    await time.increase(60);
    await claimBook.finalize(claim);
    await standing.note(claim);
    const { submittedAt, decidedAt } = await stateOf(claim);
    const weight = 99_999n * (decidedAt - submittedAt);
    for (const age of [10n, 500n, 999n, 1_000n, 1_001n, 20_123n, 95_999n, 96_000n, 200_000n]) {
      await time.increaseTo(decidedAt + age);
      const [finalized] = await of(actors.operator);
      const exact = decayed(weight, age, HALF_LIFE) / PLACES;
      expect(finalized! >= exact - 1n && finalized! <= exact + 1n, `${age} s: ${finalized}`).to.equal(true);
    }
  });

  it("counts a FAULTED claim at least its window, however quickly it was caught", async () => {
    const protocol = await networkHelpers.loadFixture(twoOperators);
    const { standing, claimBook, actors, submit, stateOf, of, ofModel } = protocol;
    const claim = await submit({ window: asSeconds(600n) });
    await convict(protocol, claim, actors.challenger.address);
    const { decidedAt } = await stateOf(claim);
    await time.setNextBlockTimestamp(decidedAt + HALF_LIFE);
    await expect(standing.note(claim))
      .to.emit(standing, "ClaimNoted")
      .withArgs(
        await claimBook.idOf(claim),
        actors.operator.address,
        claim.modelId,
        false,
        600_000,
        decidedAt,
      );
    expect(await of(actors.operator)).to.deep.equal([0n, 300_000n]);
    expect(await ofModel()).to.deep.equal([0n, 300_000n]);
  });

  it("counts a claim that fell after its window for as long as it was locked", async () => {
    const protocol = await networkHelpers.loadFixture(twoOperators);
    const { standing, actors, submit, stateOf } = protocol;
    const claim = await submit();
    const { submittedAt } = await stateOf(claim);
    await time.setNextBlockTimestamp(submittedAt + 90n);
    await convict(protocol, claim, actors.challenger.address);
    const receipt = await (await standing.note(claim)).wait();
    const [event] = receipt!.logs.map((log) => standing.interface.parseLog(log));
    expect(event!.args["weight"]).to.equal(90_000n);
  });

  it("keeps operators apart, and adds them up for their model", async () => {
    const { standing, claimBook, actors, submit, of, ofModel } =
      await networkHelpers.loadFixture(twoOperators);
    const claims = [await submit(), await submit({}, actors.otherOperator)];
    await time.increase(60);
    for (const claim of claims) await claimBook.finalize(claim);
    for (const claim of claims) await standing.note(claim);
    const [[mine], [others], [both]] = [
      await of(actors.operator),
      await of(actors.otherOperator),
      await ofModel(),
    ];
    expect(both! - mine! - others!).to.be.within(-1n, 1n);
    expect(mine! > 0n && others! > 0n).to.equal(true);
  });

  it("comes to the same in every order and however late", async () => {
    const { standing, claimBook, actors, submit, ofModel, of } =
      await networkHelpers.loadFixture(twoOperators);
    const claims: Claim[] = [];
    for (let i = 0; i < 5; i++) {
      claims.push(await submit({ liability: asWei(1_000n + 777n * BigInt(i)) }));
      await time.increase(61 + 333 * i);
      await claimBook.finalize(claims.at(-1)!);
    }
    // Two eras later for the last of them.
    const read = (await time.latest()) + 70_000;
    const snapshot = await networkHelpers.takeSnapshot();
    const seen: bigint[][] = [];
    for (const order of [
      [0, 1, 2, 3, 4],
      [4, 3, 2, 1, 0],
      [2, 4, 0, 3, 1],
    ]) {
      for (const i of order) {
        if (order[0] === 2) await time.increase(9_000);
        await standing.note(claims[i]!);
      }
      await time.increaseTo(read);
      seen.push([...(await of(actors.operator)), ...(await ofModel())]);
      await snapshot.restore();
    }
    expect(seen[1]).to.deep.equal(seen[0]);
    expect(seen[2]).to.deep.equal(seen[0]);
  });

  it("costs less from the second claim of an era on", async () => {
    const { standing, claimBook, submit } = await networkHelpers.loadFixture(twoOperators);
    const claims = [await submit(), await submit()];
    await time.increase(60);
    for (const claim of claims) await claimBook.finalize(claim);
    const first = (await (await standing.note(claims[0]!)).wait())!.gasUsed;
    const second = (await (await standing.note(claims[1]!)).wait())!.gasUsed;
    recordGas("note a claim", second);
    expect(second).to.be.below(first);
  });

  it("reverts with ClaimUndecided for claims that are unknown, OPEN or CONTESTED", async () => {
    const { standing, claimBook, inquiry, actors, modelId, submit } =
      await networkHelpers.loadFixture(twoOperators);
    const claim = await submit();
    const undecided = async (which: Claim) =>
      expect(standing.note(which))
        .to.be.revertedWithCustomError(standing, "ClaimUndecided")
        .withArgs(await claimBook.idOf(which));
    await undecided(makeClaim(actors.operator.address, modelId, { nonce: 77n }));
    await undecided(claim);
    await inquiry.relay(
      await claimBook.getAddress(),
      claimBook.interface.encodeFunctionData("contest", [claim]),
    );
    await undecided(claim);
  });

  it("reverts with ClaimAlreadyNoted the second time, and for no claim that differs in a field", async () => {
    const { standing, claimBook, submit, of, actors } = await networkHelpers.loadFixture(twoOperators);
    const claim = await submit();
    await time.increase(60);
    await claimBook.finalize(claim);
    const id = await claimBook.idOf(claim);
    expect(await standing.isNoted(id)).to.equal(false);
    await standing.note(claim);
    expect(await standing.isNoted(id)).to.equal(true);
    await expect(standing.note(claim))
      .to.be.revertedWithCustomError(standing, "ClaimAlreadyNoted")
      .withArgs(id);
    const inflated = { ...claim, liability: asWei(10n ** 20n) };
    await expect(standing.note(inflated)).to.be.revertedWithCustomError(standing, "ClaimUndecided");
    expect((await of(actors.operator))[0]! <= 62_000n).to.equal(true);
  });

  it("counts no broken receipt: nothing was reserved for it", async () => {
    const { claimBook, receiptCourt, actors, of } = await networkHelpers.loadFixture(twoOperators);
    const penalize = claimBook.interface.encodeFunctionData("penalize", [
      ...([actors.operator.address, bytes32(1), 1_000n, RECEIPT_FAULT.Equivocation] as const),
      ...([actors.requester.address, actors.challenger.address] as const),
    ]);
    await receiptCourt.relay(await claimBook.getAddress(), penalize);
    expect(await of(actors.operator)).to.deep.equal([0n, 0n]);
  });
});
