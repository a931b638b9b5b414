import { expect } from "chai";
import { artifacts, network } from "hardhat";

import { CALL_NETWORK, call, deployHarness, packRun } from "../support/arithmetic-harness.js";
import { drawChain, PROFILES } from "../support/chain-vectors.js";
import { Random } from "../support/float-vectors.js";
import { runLoopCost } from "../support/longest-path.js";

/** Gas per element; ceilings of the published figures. */
const TYPICAL = 240;
const WORST_FINITE = 680;
const BLOCKS = 64;
/** Gas of open, close, and a run's fixed part, with slack for the three blocks in which a sum turns infinite. */
const AROUND = 1_100 + 3 * 8 * WORST_FINITE;

const { provider } = await network.create({ override: CALL_NETWORK });
const send = (method: string, params: unknown[]): Promise<unknown> => provider.request({ method, params });
const artifact = await artifacts.readArtifact("RunHarness");
const harness = await deployHarness(send, artifact);

async function gasOf(profile: string, seed: number): Promise<number> {
  const { a, b } = drawChain(new Random(seed), profile, 8 * BLOCKS);
  const [, gas] = await call(harness, "dot", [0, packRun([...a, ...b])]);
  return Number(gas);
}

describe("the cost of the accumulator", function () {
  this.timeout(60_000);

  it("is bounded by the longest way through its loop, counted in the bytecode", () => {
    const bound = runLoopCost(artifact.deployedBytecode);
    expect(bound.general / 8).to.be.at.most(WORST_FINITE);
    expect(bound.inner).to.be.at.most(bound.general);
    expect(bound.fast).to.be.at.most(bound.general);
  });

  it("stays under that bound whatever the values", async () => {
    const bound = runLoopCost(artifact.deployedBytecode);
    for (const profile of Object.keys(PROFILES)) {
      for (let seed = 0; seed < 3; seed++) {
        expect(await gasOf(profile, seed), profile).to.be.at.most(BLOCKS * bound.general + AROUND);
      }
    }
  });

  it("comes near it where every element changes the unit twice", async () => {
    const bound = runLoopCost(artifact.deployedBytecode);
    expect(await gasOf("thrash", 1)).to.be.at.least(0.93 * BLOCKS * bound.general);
  });

  it("is the typical one where exponents are middling, zeros included", async () => {
    for (const profile of ["middling", "near", "sparse"]) {
      expect(await gasOf(profile, 1), profile).to.be.at.most(8 * BLOCKS * TYPICAL);
    }
  });
});
