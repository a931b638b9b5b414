import { expect } from "chai";
import { network } from "hardhat";

import { deployProtocol, TEST_PARAMETERS, type TestParameters } from "../support/protocol.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const deployment = () => deployProtocol(connection);

type Refusal = [name: string, changed: Partial<TestParameters>, error: string, values: unknown[]];

/** One second, or one wei, beyond what TEST_PARAMETERS fulfil exactly. */
const refusals: Refusal[] = [
  ["a window shorter than censorship and work", { minWindow: 9n }, "WindowTooShort", [9, 10]],
  ["a window over 30 days", { minWindow: 2_592_001n }, "WindowTooLong", [2_592_001, 2_592_000]],
  ["a clock shorter than censorship and work", { clock: 9n }, "ClockTooShort", [9, 10]],
  ["a proof time shorter than censorship and work", { proofTime: 9n }, "ProofTimeTooShort", [9, 10]],
  ["an extension over half a clock", { clockExtension: 16n }, "ClockExtensionTooLong", [16, 15]],
  ["an exit delay under the hard end", { exitDelay: 289n }, "ExitDelayTooShort", [289, 290]],
  ["a key notice over half the exit delay", { keyNotice: 146n }, "KeyNoticeTooLong", [146, 145]],
  ["claims without liability", { minLiability: 0n }, "LiabilityZero", []],
  ["sessions without a bond", { baseBond: 0n }, "BaseBondZero", []],
  ["standings without a half-life", { halfLife: 0n }, "HalfLifeZero", []],
];

describe("Onus.constructor", () => {
  for (const [name, changed, error, values] of refusals) {
    it(`refuses ${name} with ${error}`, async () => {
      const { onus, token, actors } = await networkHelpers.loadFixture(deployment);
      const given = {
        token: await token.getAddress(),
        guardian: actors.guardian.address,
        ...TEST_PARAMETERS,
        ...changed,
      };
      const factory = await ethers.getContractFactory("Onus");
      const hashes = Array.from({ length: 11 }, () => ethers.ZeroHash);
      await expect(factory.deploy(given, hashes as never))
        .to.be.revertedWithCustomError(onus, error)
        .withArgs(...values);
    });
  }

  it("refuses a token without code and one that is no token", async () => {
    const { onus, claimBook, actors } = await networkHelpers.loadFixture(deployment);
    const factory = await ethers.getContractFactory("Onus");
    const hashes = Array.from({ length: 11 }, () => ethers.ZeroHash);
    for (const token of [actors.stranger.address, await claimBook.getAddress()]) {
      const given = { token, guardian: ethers.ZeroAddress, ...TEST_PARAMETERS };
      await expect(factory.deploy(given, hashes as never))
        .to.be.revertedWithCustomError(onus, "NotAToken")
        .withArgs(token);
    }
  });

  it("computes the hard end from window, clocks, extensions and proof time", async () => {
    const { onus } = await networkHelpers.loadFixture(deployment);
    expect(await onus.hardEnd()).to.equal(60 + 2 * 30 + 32 * 5 + 10);
  });

  it("reverts on a chain without CLZ, where it succeeds on one that has it", async () => {
    const outcomes: string[] = [];
    for (const hardfork of ["prague", "osaka"]) {
      const chain = await network.create({ override: { hardfork } });
      const token = await (await chain.ethers.deployContract("OddToken")).getAddress();
      const given = { token, guardian: ethers.ZeroAddress, ...TEST_PARAMETERS };
      const hashes = Array.from({ length: 11 }, () => ethers.ZeroHash);
      const factory = await chain.ethers.getContractFactory("Onus");
      const deployed = factory.deploy(given, hashes as never).then((onus) => onus.waitForDeployment());
      outcomes.push(
        await deployed.then(
          () => "deployed",
          () => "reverted",
        ),
      );
    }
    expect(outcomes).to.deep.equal(["reverted", "deployed"]);
  });
});
