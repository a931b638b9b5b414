import { expect } from "chai";
import { network } from "hardhat";

import { consentOf, convict, deployProtocol, oneOpenClaim, stake } from "../support/protocol.js";

const connection = await network.create();
const { networkHelpers, ethers } = connection;
const { time } = networkHelpers;

async function oneOperator() {
  const protocol = await deployProtocol(connection);
  await stake(protocol, protocol.actors.operator, 10_000n);
  return { ...protocol, registry: protocol.operatorRegistry.connect(protocol.actors.operator) };
}

async function oneSigner() {
  const protocol = await oneOperator();
  const { registry, actors } = protocol;
  await registry.addSigner(
    actors.signer.address,
    await consentOf(protocol, actors.signer, actors.operator.address),
  );
  return { ...protocol, addedAt: await time.latest() };
}

describe("OperatorRegistry.register", () => {
  it("makes the caller an operator, once", async () => {
    const { registry, actors } = await networkHelpers.loadFixture(oneOperator);
    await expect(registry.register("again"))
      .to.be.revertedWithCustomError(registry, "OperatorAlreadyRegistered")
      .withArgs(actors.operator.address);
    await expect(registry.connect(actors.otherOperator).register("https://other.example"))
      .to.emit(registry, "OperatorRegistered")
      .withArgs(actors.otherOperator.address, "https://other.example");
    await expect(registry.setEndpoint("https://moved.example"))
      .to.emit(registry, "EndpointChanged")
      .withArgs(actors.operator.address, "https://moved.example");
    await expect(registry.connect(actors.stranger).setEndpoint("x"))
      .to.be.revertedWithCustomError(registry, "OperatorUnknown")
      .withArgs(actors.stranger.address);
  });

  it("gives nobody a second life after jail", async () => {
    const protocol = await networkHelpers.loadFixture(oneJailedOperator);
    const registry = protocol.operatorRegistry.connect(protocol.actors.operator);
    await expect(registry.register("again")).to.be.revertedWithCustomError(
      registry,
      "OperatorAlreadyRegistered",
    );
  });
});

async function oneJailedOperator() {
  const protocol = await oneOpenClaim(await deployProtocol(connection));
  await convict(protocol, protocol.claim, protocol.actors.challenger.address);
  return protocol;
}

describe("OperatorRegistry: signers", () => {
  it("are added with the signer's consent", async () => {
    const protocol = await networkHelpers.loadFixture(oneOperator);
    const { registry, actors } = protocol;
    const consent = await consentOf(protocol, actors.signer, actors.operator.address);
    await expect(registry.addSigner(actors.signer.address, consent))
      .to.emit(registry, "SignerAdded")
      .withArgs(actors.operator.address, actors.signer.address, (await time.latest()) + 1);
    expect(await registry.isActiveSigner(actors.operator.address, actors.signer.address)).to.equal(true);
    expect(await registry.isActiveSigner(actors.otherOperator.address, actors.signer.address)).to.equal(
      false,
    );
  });

  it("revert with SignerConsentMissing for a consent to somebody else, by somebody else, or garbage", async () => {
    const protocol = await networkHelpers.loadFixture(oneOperator);
    const { registry, actors } = protocol;
    const { signer, operator, otherOperator, stranger } = actors;
    const byStranger = await consentOf(protocol, stranger, operator.address);
    await expect(registry.addSigner(signer.address, byStranger))
      .to.be.revertedWithCustomError(registry, "SignerConsentMissing")
      .withArgs(stranger.address, signer.address);
    for (const consent of [await consentOf(protocol, signer, otherOperator.address), "0x", "0x1234"]) {
      await expect(registry.addSigner(signer.address, consent)).to.be.revertedWithCustomError(
        registry,
        "SignerConsentMissing",
      );
    }
    await expect(registry.addSigner(ethers.ZeroAddress, "0x")).to.be.revertedWithCustomError(
      registry,
      "SignerZero",
    );
  });

  it("belong to one operator for ever, also after revocation", async () => {
    const protocol = await networkHelpers.loadFixture(oneSigner);
    const { registry, actors } = protocol;
    const { signer, operator, otherOperator } = actors;
    await stake(protocol, otherOperator, 1n);
    await registry.revokeSigner(signer.address);
    for (const owner of [operator, otherOperator]) {
      const consent = await consentOf(protocol, signer, owner.address);
      await expect(registry.connect(owner).addSigner(signer.address, consent))
        .to.be.revertedWithCustomError(registry, "SignerTaken")
        .withArgs(signer.address, operator.address);
    }
  });

  it("are revoked by their operator alone, once, at once", async () => {
    const { registry, actors } = await networkHelpers.loadFixture(oneSigner);
    const { signer, operator, stranger } = actors;
    await expect(registry.connect(stranger).revokeSigner(signer.address))
      .to.be.revertedWithCustomError(registry, "NotSignerOf")
      .withArgs(signer.address, operator.address, stranger.address);
    await registry.revokeSigner(signer.address);
    const revokedAt = await time.latest();
    expect(await registry.isActiveSigner(operator.address, signer.address)).to.equal(false);
    await expect(registry.revokeSigner(signer.address))
      .to.be.revertedWithCustomError(registry, "SignerAlreadyRevoked")
      .withArgs(signer.address, revokedAt);
  });

  it("sign in force from their addition until the notice after revocation, never backwards", async () => {
    const { registry, actors, addedAt } = await networkHelpers.loadFixture(oneSigner);
    const { signer, operator, otherOperator } = actors;
    const inForce = (at: number) => registry.signedInForce(operator.address, signer.address, at);
    expect([await inForce(addedAt - 1), await inForce(addedAt), await inForce(2 ** 39)]).to.deep.equal([
      false,
      true,
      true,
    ]);
    await time.setNextBlockTimestamp(addedAt + 100);
    await registry.revokeSigner(signer.address);
    expect([
      await inForce(addedAt),
      await inForce(addedAt + 119),
      await inForce(addedAt + 120),
    ]).to.deep.equal([true, true, false]);
    expect(await registry.signedInForce(otherOperator.address, signer.address, addedAt)).to.equal(false);
  });

  it("include the owner's own address, from its registration on", async () => {
    const { registry, actors } = await networkHelpers.loadFixture(oneOperator);
    const own = actors.operator.address;
    const { registeredAt } = await registry.operatorOf(own);
    expect(await registry.signedInForce(own, own, registeredAt)).to.equal(true);
    expect(await registry.signedInForce(own, own, registeredAt - 1n)).to.equal(false);
    const nobody = actors.stranger.address;
    expect(await registry.signedInForce(nobody, nobody, registeredAt)).to.equal(false);
  });
});
