import { expect } from "chai";
import { network } from "hardhat";

import { TRANSCENDENTALS, type Transcendental } from "../../src/run/transcendental-exact.js";
import { packed } from "../support/transcendental-vectors.js";

const { ethers } = await network.create();

/**
 * Gas that `TranscendentalCall.ask` costs its caller at most, the contract warm: the figures of
 * docs/spec/transcendental.md.
 */
const WORST_GAS: Record<Transcendental, number> = {
  exp: 1_140,
  log: 1_240,
  tanh: 1_070,
  erf: 1_290,
  sin: 1_230,
  cos: 1_240,
};
const CONTRACT_SIZE_BYTES = 24_576;
const BATCH = 2_048;

/**
 * Arguments that take every path. The instructions have constant gas, so the gas of a call depends only on its branches;
 * these ask for: exponent field, sign, the significand against sqrt 2 and against powers of two (log, exp's
 * overflow), its upper four bits (pieces of erf), the quadrant and sign of the reduced angle (sin, cos; every exponent
 * field brings sixteen arbitrary ones), and the sign of the logarithm.
 */
function everyPath(): Uint32Array {
  const vectors: number[] = [0x3f800000, 0x3f800001, 0x3f7fffff];
  for (let field = 0; field < 256; field++) {
    for (let part = 0; part < 16; part++) {
      const rest = Math.imul(field * 16 + part, 0x9e3779b9) >>> 13;
      const significand = (part << 19) | rest;
      vectors.push((field << 23) | significand);
    }
    vectors.push(field << 23, (field << 23) | 0x3504f3, (field << 23) | 0x3504f4, (field << 23) | 0x7fffff);
  }
  // Where exp leaves the normal numbers, the subnormal ones and the finite ones.
  for (const bits of [0x42aeac4f, 0x42aeac50, 0x42b17217, 0x42b17218, 0x42cff1b4, 0x42cff1b5])
    vectors.push(bits);
  return Uint32Array.from(vectors.flatMap((bits) => [bits, (bits | 0x80000000) >>> 0]));
}

describe("gas of the transcendental functions", () => {
  it("stays under the published worst case on every path", async () => {
    const transcendental = await ethers.deployContract("Transcendental");
    const harness = await ethers.deployContract("TranscendentalHarness", [transcendental]);
    const vectors = everyPath();
    const over: string[] = [];
    for (const [op, name] of TRANSCENDENTALS.entries()) {
      let worst = 0n;
      for (let at = 0; at < vectors.length; at += BATCH) {
        const batch = packed(vectors.slice(at, at + BATCH));
        const { asked } = await harness.measure(op, batch, { gasLimit: 16_000_000n });
        if (asked > worst) worst = asked;
      }
      if (worst > WORST_GAS[name]) over.push(`${name}: ${worst} gas, more than ${WORST_GAS[name]}`);
    }
    expect(over).to.deep.equal([]);
  }).timeout(60_000);

  it("leaves the deployed contract under the size limit", async () => {
    const transcendental = await ethers.deployContract("Transcendental");
    const code = await ethers.provider.getCode(transcendental);
    expect((code.length - 2) / 2).to.be.lessThan(CONTRACT_SIZE_BYTES);
  });
});
