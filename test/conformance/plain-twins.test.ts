import { expect } from "chai";
import { artifacts, network } from "hardhat";

import { CALL_NETWORK, call, deployHarness, packRun, packVectors } from "../support/arithmetic-harness.js";
import { drawMixture } from "../support/chain-vectors.js";
import { Random } from "../support/float-vectors.js";
import { OPERATIONS } from "../support/plain-arithmetic.js";

const { provider } = await network.create({ override: CALL_NETWORK });
const send = (method: string, params: unknown[]): Promise<unknown> => provider.request({ method, params });
const harness = await deployHarness(send, await artifacts.readArtifact("TwinHarness"));

describe("the assembly and its plain twins", function () {
  this.timeout(120_000);

  it("agree on every scalar operation", async () => {
    const random = new Random(1);
    const anySum = OPERATIONS.find((operation) => operation.name === "Float32.add")!;
    for (let i = 0; i < 30; i++) {
      expect(await call(harness, "scalars", [packVectors(anySum, random, 100)])).to.deep.equal([]);
    }
  });

  it("agree on f32 runs", async () => {
    const random = new Random(2);
    for (let i = 0; i < 60; i++) {
      const { a, b } = drawMixture(random, 1 + random.below(60));
      expect(await call(harness, "runs", [0, packRun([...a, ...b])])).to.deep.equal([]);
    }
  });

  it("agree on byte runs", async () => {
    const random = new Random(3);
    for (let i = 0; i < 20; i++) {
      const run = Buffer.from(Array.from({ length: 2 * random.below(100) }, () => random.bits() & 255));
      expect(await call(harness, "integerRuns", [run])).to.deep.equal([]);
    }
  });
});
