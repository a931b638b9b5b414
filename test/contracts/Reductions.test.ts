import { expect } from "chai";
import { network } from "hardhat";

const { ethers, networkHelpers } = await network.create();

const fixture = () => ethers.deployContract("Reductions");

const one = "0x0000803f";
const minusTwo = "0x000000c0";

describe("Reductions", () => {
  it("adds products and values in order, from the accumulator on", async () => {
    const reductions = await networkHelpers.loadFixture(fixture);
    expect(
      await reductions.floatDot(0x3f800000, ethers.concat([one, minusTwo]), ethers.concat([one, minusTwo])),
    ).to.equal(0x40c00000n);
    expect(await reductions.floatSum(0x3f800000, ethers.concat([one, minusTwo]))).to.equal(0n);
    expect(await reductions.integerDot(5, "0xff02", "0x0203", true, false)).to.equal(9n);
    expect(await reductions.integerDot(5, "0xff02", "0x0203", false, false)).to.equal(521n);
  });

  it("finds the largest and the smallest, the one given included", async () => {
    const reductions = await networkHelpers.loadFixture(fixture);
    const run = ethers.concat([one, minusTwo]);
    expect(await reductions.floatMax(0xff800000, run)).to.equal(0x3f800000n);
    expect(await reductions.floatMax(0x40000000, run)).to.equal(0x40000000n);
    expect(await reductions.floatMin(0x7f800000, run)).to.equal(0xc0000000n);
    expect(await reductions.floatMin(0xc0400000, run)).to.equal(0xc0400000n);
  });

  it("reverts with WrongRun for runs that differ in length, or end inside an element", async () => {
    const reductions = await networkHelpers.loadFixture(fixture);
    const refuses = (call: Promise<unknown>, actual: number, expected: number) =>
      expect(call).to.be.revertedWithCustomError(reductions, "WrongRun").withArgs(actual, expected);
    await refuses(reductions.floatDot(0, one, "0x"), 0, 4);
    await refuses(reductions.floatDot(0, "0x000000", "0x000000"), 3, 0);
    await refuses(reductions.floatSum(0, "0x0000000000"), 5, 4);
    await refuses(reductions.floatMax(0, "0x00"), 1, 0);
    await refuses(reductions.floatMin(0, "0x00"), 1, 0);
    await refuses(reductions.integerDot(0, "0x01", "0x0102", true, true), 2, 1);
  });
});
