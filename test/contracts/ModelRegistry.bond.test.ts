import { expect } from "chai";
import { network } from "hardhat";

import { bytes32, deployProtocol, fund, NOWHERE, publish } from "../support/protocol.js";

const connection = await network.create();
const { networkHelpers, ethers } = connection;
const { time } = networkHelpers;

async function oneBondedModel() {
  const protocol = await deployProtocol(connection);
  const { actors, modelRegistry, inquiry } = protocol;
  const model = await publish(protocol);
  await fund(protocol, actors.publisher, 1_001n);
  const registry = modelRegistry.connect(actors.publisher);
  await registry.depositBond(model, 1_001n);
  const slash = async (asker: string) =>
    inquiry.relay(
      await modelRegistry.getAddress(),
      modelRegistry.interface.encodeFunctionData("slashBond", [model, asker]),
    );
  return { ...protocol, model, registry, slash };
}

describe("ModelRegistry: a publisher's bond", () => {
  it("is taken in the stake token, from anyone, for published models that are not retired", async () => {
    const protocol = await networkHelpers.loadFixture(oneBondedModel);
    const { registry, model, actors, token } = protocol;
    await fund(protocol, actors.stranger, 10n);
    await expect(registry.connect(actors.stranger).depositBond(model, 10n))
      .to.emit(registry, "BondDeposited")
      .withArgs(model, actors.stranger.address, 10);
    expect(await registry.bondOf(model)).to.equal(1_011);
    expect(await registry.totalHeld()).to.equal(await token.balanceOf(await registry.getAddress()));
    await expect(registry.depositBond(model, 0n)).to.be.revertedWithCustomError(registry, "NothingToMove");
    await expect(registry.depositBond(bytes32(1), 1n))
      .to.be.revertedWithCustomError(registry, "ModelUnknown")
      .withArgs(bytes32(1));
    await registry.retire(model);
    const { retiredAt } = await registry.modelOf(model);
    await expect(registry.depositBond(model, 1n))
      .to.be.revertedWithCustomError(registry, "ModelAlreadyRetired")
      .withArgs(model, retiredAt);
  });

  it("stays until the exit delay after retirement is over, then leaves whole", async () => {
    const { registry, model, actors, token } = await networkHelpers.loadFixture(oneBondedModel);
    await expect(registry.withdrawBond(model))
      .to.be.revertedWithCustomError(registry, "ModelNotRetired")
      .withArgs(model);
    await registry.retire(model);
    const retiredAt = await time.latest();
    await time.setNextBlockTimestamp(retiredAt + 289);
    await expect(registry.withdrawBond(model))
      .to.be.revertedWithCustomError(registry, "BondNotReady")
      .withArgs(retiredAt + 289, retiredAt + 290);
    await expect(registry.connect(actors.stranger).withdrawBond(model))
      .to.be.revertedWithCustomError(registry, "NotPublisher")
      .withArgs(model, actors.stranger.address, actors.publisher.address);
    await time.increaseTo(retiredAt + 290);
    await expect(registry.withdrawBond(model)).to.changeTokenBalance(ethers, token, actors.publisher, 1_001);
    expect(await registry.totalHeld()).to.equal(0);
    await expect(registry.withdrawBond(model)).to.be.revertedWithCustomError(registry, "NothingToMove");
  });

  it("is not held by a pause: the delay runs on", async () => {
    const { registry, model, actors, claimBook } = await networkHelpers.loadFixture(oneBondedModel);
    await registry.retire(model);
    const retiredAt = await time.latest();
    await claimBook.connect(actors.guardian).pause();
    await time.setNextBlockTimestamp(retiredAt + 290);
    await expect(registry.withdrawBond(model)).to.emit(registry, "BondWithdrawn");
  });

  it("is slashed by Inquiry alone: the smaller half to the asker, the larger burned, both pulled", async () => {
    const { registry, model, actors, token, slash, inquiry } =
      await networkHelpers.loadFixture(oneBondedModel);
    const asker = actors.challenger.address;
    await expect(registry.slashBond(model, asker))
      .to.be.revertedWithCustomError(registry, "NotInquiry")
      .withArgs(actors.publisher.address, await inquiry.getAddress());
    await expect(slash(asker)).to.emit(registry, "BondSlashed").withArgs(model, asker, 500, 501);
    expect(await registry.bondOf(model)).to.equal(0);
    expect([await registry.bondShareOf(asker), await registry.burnableBonds()]).to.deep.equal([500n, 501n]);
    await expect(registry.pullBondShare(asker)).to.changeTokenBalance(ethers, token, asker, 500);
    await expect(registry.burnBonds()).to.changeTokenBalance(ethers, token, NOWHERE, 501);
    await expect(registry.pullBondShare(asker)).to.be.revertedWithCustomError(registry, "NothingToMove");
    await expect(registry.burnBonds()).to.be.revertedWithCustomError(registry, "NothingToMove");
    expect(await registry.totalHeld()).to.equal(0);
    expect(await token.balanceOf(await registry.getAddress())).to.equal(0);
  });
});
