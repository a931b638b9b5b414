import { expect } from "chai";
import { network } from "hardhat";

import { deployProtocol, TEST_PARAMETERS } from "../support/protocol.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const deployment = () => deployProtocol(connection);

/** An Onus whose parts do not stand yet; the places in `empty` are not part of it. */
async function bareOnus({ empty = [] as number[] } = {}) {
  const { token, initcodes, actors } = await deployProtocol(connection);
  const given = { token: await token.getAddress(), guardian: ethers.ZeroAddress, ...TEST_PARAMETERS };
  const hashes = initcodes.map((code, i) => (empty.includes(i) ? ethers.ZeroHash : ethers.keccak256(code)));
  return { onus: await ethers.deployContract("Onus", [given, hashes as never]), initcodes, actors };
}

describe("Onus.deploy", () => {
  it("puts every part where it was predicted, by anyone", async () => {
    const { onus, initcodes, actors } = await bareOnus();
    for (const [i, code] of initcodes.entries()) {
      const [predicted] = await onus.partAt(i);
      expect(await ethers.provider.getCode(predicted)).to.equal("0x");
      await expect(onus.connect(actors.stranger).deploy(i, code))
        .to.emit(onus, "PartDeployed")
        .withArgs(i, predicted);
      expect(await ethers.provider.getCode(predicted)).to.not.equal("0x");
    }
    expect(await onus.nextPart()).to.equal(await onus.partCount());
  });

  it("tells every part of every other", async () => {
    const { onus, claimBook, modelRegistry, operatorRegistry, standing, lineage, parameters, actors } =
      await networkHelpers.loadFixture(deployment);
    expect([
      await claimBook.modelRegistry(),
      await claimBook.operatorRegistry(),
      await claimBook.referee(),
      await claimBook.workbench(),
      await claimBook.inquiry(),
      await claimBook.receiptCourt(),
      await claimBook.guardian(),
      await operatorRegistry.claimBook(),
      await modelRegistry.claimBook(),
      await modelRegistry.inquiry(),
      await modelRegistry.token(),
      await operatorRegistry.token(),
      await standing.claimBook(),
      await standing.halfLife(),
      await lineage.claimBook(),
      await lineage.modelRegistry(),
    ]).to.deep.equal([
      await modelRegistry.getAddress(),
      await operatorRegistry.getAddress(),
      await onus.referee(),
      await onus.workbench(),
      await onus.inquiry(),
      await onus.receiptCourt(),
      actors.guardian.address,
      await claimBook.getAddress(),
      await claimBook.getAddress(),
      await onus.inquiry(),
      parameters.token,
      parameters.token,
      await claimBook.getAddress(),
      parameters.halfLife,
      await claimBook.getAddress(),
      await modelRegistry.getAddress(),
    ]);
  });

  it("leaves places without code empty, with the zero address, and skips them", async () => {
    const { onus, initcodes } = await bareOnus({ empty: [0, 6, 7, 8, 9, 10] });
    expect(await onus.nextPart()).to.equal(1);
    for (const i of [1, 2, 3, 4, 5]) await onus.deploy(i, initcodes[i]!);
    expect(await onus.nextPart()).to.equal(11);
    expect(await onus.transcendental()).to.equal(ethers.ZeroAddress);
    expect(await onus.workbench()).to.equal(ethers.ZeroAddress);
    const book = await ethers.getContractAt("ClaimBook", await onus.claimBook());
    expect(await book.workbench()).to.equal(ethers.ZeroAddress);
    expect(await book.operatorRegistry()).to.equal(await onus.operatorRegistry());
  });

  it("lets whoever comes second go on: a part that stands is left alone", async () => {
    const { onus, initcodes } = await bareOnus();
    await onus.deploy(0, initcodes[0]!);
    await expect(onus.deploy(0, initcodes[0]!)).to.not.emit(onus, "PartDeployed");
    expect(await onus.deploy.staticCall(0, "0x")).to.equal(await onus.transcendental());
    expect(await onus.nextPart()).to.equal(1);
  });

  it("reverts with PartOutOfOrder for a part before its turn, and after the last", async () => {
    const { onus, initcodes } = await bareOnus();
    await expect(onus.deploy(1, initcodes[1]!))
      .to.be.revertedWithCustomError(onus, "PartOutOfOrder")
      .withArgs(1, 0);
    for (const [i, code] of initcodes.entries()) await onus.deploy(i, code);
    await expect(onus.deploy(11, "0x"))
      .to.be.revertedWithCustomError(onus, "PartOutOfOrder")
      .withArgs(11, 11);
  });

  it("reverts with WrongInitcode for any other code", async () => {
    const { onus, initcodes } = await bareOnus();
    const wrong = ethers.concat([initcodes[0]!, "0x00"]);
    await expect(onus.deploy(0, wrong))
      .to.be.revertedWithCustomError(onus, "WrongInitcode")
      .withArgs(0, ethers.keccak256(wrong), ethers.keccak256(initcodes[0]!));
  });

  it("reverts with PartNotCreated when the gas is too little, and succeeds later", async () => {
    const { onus, initcodes } = await bareOnus();
    for (const i of [0, 1, 2]) await onus.deploy(i, initcodes[i]!);
    await expect(onus.deploy(3, initcodes[3]!, { gasLimit: 1_000_000 })).to.be.revertedWithCustomError(
      onus,
      "PartNotCreated",
    );
    await onus.deploy(3, initcodes[3]!);
    expect(await onus.nextPart()).to.equal(4);
  });
});
