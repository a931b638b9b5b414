import { expect } from "chai";
import { network } from "hardhat";

import { bytes32, deployProtocol, makeClaim, publish, stake } from "../support/protocol.js";

const connection = await network.create();
const { networkHelpers } = connection;
const { time } = networkHelpers;

async function oneRetiredModel() {
  const protocol = await deployProtocol(connection);
  const { actors, modelRegistry, claimBook } = protocol;
  const model = await publish(protocol);
  await stake(protocol, actors.operator, 100_000n);
  const registry = modelRegistry.connect(actors.publisher);
  const block = await (await registry.retire(model)).getBlock();
  const book = claimBook.connect(actors.operator);
  const guarded = claimBook.connect(actors.guardian);
  return { ...protocol, model, registry, book, guarded, retiredAt: block!.timestamp };
}

describe("ModelRegistry.retire", () => {
  it("is the publisher's alone, once, and emits when claims will be refused", async () => {
    const protocol = await deployProtocol(connection);
    const model = await publish(protocol);
    const { modelRegistry, actors } = protocol;
    await expect(modelRegistry.connect(actors.stranger).retire(model))
      .to.be.revertedWithCustomError(modelRegistry, "NotPublisher")
      .withArgs(model, actors.stranger.address, actors.publisher.address);
    await expect(modelRegistry.connect(actors.publisher).retire(bytes32(1)))
      .to.be.revertedWithCustomError(modelRegistry, "ModelUnknown")
      .withArgs(bytes32(1));
    const at = (await time.latest()) + 10;
    await time.setNextBlockTimestamp(at);
    await expect(modelRegistry.connect(actors.publisher).retire(model))
      .to.emit(modelRegistry, "ModelRetired")
      .withArgs(model, at, at + 290);
    await expect(modelRegistry.connect(actors.publisher).retire(model))
      .to.be.revertedWithCustomError(modelRegistry, "ModelAlreadyRetired")
      .withArgs(model, at);
  });

  it("still admits a claim in the last second of the exit delay", async () => {
    const { book, model, actors, retiredAt } = await networkHelpers.loadFixture(oneRetiredModel);
    await time.setNextBlockTimestamp(retiredAt + 289);
    await expect(book.submit(makeClaim(actors.operator.address, model))).to.emit(book, "ClaimSubmitted");
  });

  it("reverts with ModelIsRetired from the exit delay on", async () => {
    const { book, model, actors, registry, retiredAt } = await networkHelpers.loadFixture(oneRetiredModel);
    await time.setNextBlockTimestamp(retiredAt + 290);
    await expect(book.submit(makeClaim(actors.operator.address, model)))
      .to.be.revertedWithCustomError(registry, "ModelIsRetired")
      .withArgs(model, retiredAt + 290, retiredAt + 290);
  });

  it("does not run while claims are paused: a promise to claim in time can be kept", async () => {
    const { book, model, actors, registry, guarded, retiredAt } =
      await networkHelpers.loadFixture(oneRetiredModel);
    await time.setNextBlockTimestamp(retiredAt + 100);
    await guarded.pause();
    await time.setNextBlockTimestamp(retiredAt + 1_100);
    await guarded.resume();
    await time.setNextBlockTimestamp(retiredAt + 1_289);
    await expect(book.submit(makeClaim(actors.operator.address, model))).to.emit(book, "ClaimSubmitted");
    await time.setNextBlockTimestamp(retiredAt + 1_290);
    await expect(book.submit(makeClaim(actors.operator.address, model, { nonce: 1n })))
      .to.be.revertedWithCustomError(registry, "ModelIsRetired")
      .withArgs(model, retiredAt + 290, retiredAt + 290);
  });

  it("reverts with ModelUnknown for claims on a model that nobody published", async () => {
    const { book, actors, registry } = await networkHelpers.loadFixture(oneRetiredModel);
    await expect(book.submit(makeClaim(actors.operator.address, bytes32(77))))
      .to.be.revertedWithCustomError(registry, "ModelUnknown")
      .withArgs(bytes32(77));
  });
});
