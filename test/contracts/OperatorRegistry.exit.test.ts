import { expect } from "chai";
import { network } from "hardhat";

import {
  convict,
  deployProtocol,
  fund,
  makeClaim,
  oneOpenClaim,
  publish,
  stake,
} from "../support/protocol.js";

const connection = await network.create();
const { networkHelpers, ethers } = connection;
const { time } = networkHelpers;

async function oneOperator() {
  const protocol = await deployProtocol(connection);
  await stake(protocol, protocol.actors.operator, 10_000n);
  return { ...protocol, registry: protocol.operatorRegistry.connect(protocol.actors.operator) };
}

async function oneBusyOperator() {
  const protocol = await oneOpenClaim(await deployProtocol(connection));
  return { ...protocol, registry: protocol.operatorRegistry.connect(protocol.actors.operator) };
}

describe("OperatorRegistry.deposit", () => {
  it("adds free stake, from anyone", async () => {
    const protocol = await networkHelpers.loadFixture(oneOperator);
    const { registry, actors, token } = protocol;
    await fund(protocol, actors.stranger, 5n);
    await expect(registry.connect(actors.stranger).deposit(actors.operator.address, 5n))
      .to.emit(registry, "Deposited")
      .withArgs(actors.operator.address, actors.stranger.address, 5);
    expect(await registry.freeOf(actors.operator.address)).to.equal(10_005);
    expect(await registry.totalHeld()).to.equal(await token.balanceOf(await registry.getAddress()));
  });

  it("reverts with AmountZero, OperatorUnknown and OperatorIsJailed", async () => {
    const protocol = await networkHelpers.loadFixture(oneBusyOperator);
    const { registry, actors, claim } = protocol;
    await expect(registry.deposit(actors.operator.address, 0n)).to.be.revertedWithCustomError(
      registry,
      "AmountZero",
    );
    await expect(registry.deposit(actors.stranger.address, 1n))
      .to.be.revertedWithCustomError(registry, "OperatorUnknown")
      .withArgs(actors.stranger.address);
    await convict(protocol, claim, actors.challenger.address);
    await expect(registry.deposit(actors.operator.address, 1n))
      .to.be.revertedWithCustomError(registry, "OperatorIsJailed")
      .withArgs(actors.operator.address);
  });
});

describe("OperatorRegistry: exit", () => {
  it("leaves from the exit delay on, not a second earlier", async () => {
    const { registry, actors, token } = await networkHelpers.loadFixture(oneOperator);
    const at = (await time.latest()) + 5;
    await time.setNextBlockTimestamp(at);
    await expect(registry.requestExit(4_000n))
      .to.emit(registry, "ExitRequested")
      .withArgs(actors.operator.address, 4_000, 4_000, at + 290);
    expect(await registry.freeOf(actors.operator.address)).to.equal(6_000);
    await time.setNextBlockTimestamp(at + 289);
    await expect(registry.withdraw())
      .to.be.revertedWithCustomError(registry, "ExitNotReady")
      .withArgs(at + 289, at + 290);
    await time.setNextBlockTimestamp(at + 290);
    await expect(registry.withdraw()).to.changeTokenBalance(ethers, token, actors.operator, 4_000);
    const { stake: left, bound } = await registry.operatorOf(actors.operator.address);
    expect([left, bound]).to.deep.equal([6_000n, 0n]);
    await expect(registry.withdraw()).to.be.revertedWithCustomError(registry, "NothingExiting");
  });

  it("restarts the delay of everything when more is asked for", async () => {
    const { registry, actors } = await networkHelpers.loadFixture(oneOperator);
    const at = (await time.latest()) + 5;
    await time.setNextBlockTimestamp(at);
    await registry.requestExit(1n);
    await time.setNextBlockTimestamp(at + 100);
    await registry.requestExit(2n);
    const { amount, readyAt } = await registry.exitOf(actors.operator.address);
    expect([amount, readyAt]).to.deep.equal([3n, BigInt(at + 390)]);
  });

  it("is cancelled at will, and the stake is free again", async () => {
    const { registry, actors } = await networkHelpers.loadFixture(oneOperator);
    await registry.requestExit(10_000n);
    await expect(registry.cancelExit())
      .to.emit(registry, "ExitCancelled")
      .withArgs(actors.operator.address, 10_000);
    expect(await registry.freeOf(actors.operator.address)).to.equal(10_000);
    await expect(registry.cancelExit()).to.be.revertedWithCustomError(registry, "NothingExiting");
  });

  it("reverts with FreeStakeTooSmall for stake that is locked or exiting already", async () => {
    const { registry } = await networkHelpers.loadFixture(oneBusyOperator);
    await registry.requestExit(2_000n);
    await expect(registry.requestExit(7_001n))
      .to.be.revertedWithCustomError(registry, "FreeStakeTooSmall")
      .withArgs(7_000, 7_001);
    await registry.requestExit(7_000n);
    await expect(registry.requestExit(0n)).to.be.revertedWithCustomError(registry, "AmountZero");
  });

  it("takes stake from new claims at once", async () => {
    const { registry, claimBook, actors, claim } = await networkHelpers.loadFixture(oneBusyOperator);
    await registry.requestExit(8_001n);
    await expect(claimBook.connect(actors.operator).submit({ ...claim, nonce: 1n }))
      .to.be.revertedWithCustomError(registry, "FreeStakeTooSmall")
      .withArgs(999, 1_000);
  });

  it("leaves a jailed operator's free stake in place until its last claim is decided", async () => {
    const protocol = await networkHelpers.loadFixture(oneBusyOperator);
    const { registry, claimBook, actors, claim, token } = protocol;
    const other = { ...claim, nonce: 1n };
    await claimBook.connect(actors.operator).submit(other);
    await convict(protocol, claim, actors.challenger.address);
    await registry.requestExit(8_000n);
    await time.increase(290);
    await expect(registry.withdraw())
      .to.be.revertedWithCustomError(registry, "ClaimsUndecided")
      .withArgs(actors.operator.address, 1_000);
    await claimBook.finalize(other);
    await expect(registry.withdraw()).to.changeTokenBalance(ethers, token, actors.operator, 8_000);
  });

  it("does not wait for open claims of an operator that is not jailed: those keep their own stake", async () => {
    const { registry, claimBook, actors, claim, token } = await networkHelpers.loadFixture(oneBusyOperator);
    await registry.requestExit(9_000n);
    await time.increase(280);
    await claimBook.finalize(claim);
    await registry.cancelExit();
    await claimBook.connect(actors.operator).submit({ ...claim, nonce: 1n });
    await registry.requestExit(9_000n);
    await time.increase(290);
    await expect(registry.withdraw()).to.changeTokenBalance(ethers, token, actors.operator, 9_000);
    expect(await registry.lockedOf(actors.operator.address)).to.equal(1_000);
  });
});

describe("OperatorRegistry: odd tokens", () => {
  async function oneOddOperator() {
    const protocol = await deployProtocol(connection, { tokenName: "OddToken" });
    await stake(protocol, protocol.actors.operator, 10_000n);
    const odd = await ethers.getContractAt("OddToken", await protocol.token.getAddress());
    await fund(protocol, protocol.actors.operator, 10_000n);
    return { ...protocol, odd, registry: protocol.operatorRegistry.connect(protocol.actors.operator) };
  }

  it("that take a fee are refused with TokenUnsound", async () => {
    const { registry, odd, actors } = await networkHelpers.loadFixture(oneOddOperator);
    await odd.setFee(100n);
    await expect(registry.deposit(actors.operator.address, 1_000n))
      .to.be.revertedWithCustomError(registry, "TokenUnsound")
      .withArgs(10_990, 11_000);
  });

  it("that shrink balances are refused from then on with TokenUnsound", async () => {
    const { registry, odd, actors } = await networkHelpers.loadFixture(oneOddOperator);
    await odd.rebase(await registry.getAddress(), 1n);
    await expect(registry.deposit(actors.operator.address, 1_000n))
      .to.be.revertedWithCustomError(registry, "TokenUnsound")
      .withArgs(9_999, 10_000);
  });

  it("that call the receiver pay an exit once, however often it comes back", async () => {
    const protocol = await networkHelpers.loadFixture(oneOddOperator);
    const { odd, operatorRegistry, actors } = protocol;
    const contract = await ethers.deployContract("Stranger");
    const registryAddress = await operatorRegistry.getAddress();
    const encode = operatorRegistry.interface.encodeFunctionData.bind(operatorRegistry.interface);
    await contract.relay(registryAddress, encode("register", [""]));
    await operatorRegistry.connect(actors.operator).deposit(await contract.getAddress(), 1_000n);
    await contract.relay(registryAddress, encode("requestExit", [600n]));
    await time.increase(290);
    await odd.setTold(await contract.getAddress());
    await contract.comeBack(registryAddress, encode("withdraw"));
    await contract.relay(registryAddress, encode("withdraw"));
    expect(await odd.balanceOf(await contract.getAddress())).to.equal(600);
    expect(await contract.successes()).to.equal(0);
    expect(await operatorRegistry.freeOf(await contract.getAddress())).to.equal(400);
  });

  it("cannot stand in the way of a verdict", async () => {
    const protocol = await networkHelpers.loadFixture(oneOddOperator);
    const { odd, claimBook, actors } = protocol;
    const model = await publish(protocol);
    const claim = makeClaim(actors.operator.address, model);
    await claimBook.connect(actors.operator).submit(claim);
    await odd.rebase(await protocol.operatorRegistry.getAddress(), 10_000n);
    await expect(convict(protocol, claim, actors.challenger.address)).to.emit(claimBook, "ClaimFaulted");
  });
});
