import { expect } from "chai";
import { artifacts, network } from "hardhat";

import { CALL_NETWORK, call, deployHarness, packRun } from "../support/arithmetic-harness.js";
import { anyFinite, anyFloat, Random, toBits, toNumber } from "../support/float-vectors.js";

const { provider } = await network.create({ override: CALL_NETWORK });
const send = (method: string, params: unknown[]): Promise<unknown> => provider.request({ method, params });
const harness = await deployHarness(send, await artifacts.readArtifact("RunHarness"));

describe("Extremum", function () {
  this.timeout(60_000);

  for (const [kind, draw] of [
    ["finite values", anyFinite],
    ["any values", anyFloat],
    ["zeros of both signs", (random: Random): number => (random.below(2) ? 0x80000000 : 0)],
    ["infinities", (random: Random): number => (random.below(2) ? 0xff800000 : 0x7f800000)],
    ["negative values", (random: Random): number => (anyFinite(random) | 0x80000000) >>> 0],
    ["a rare NaN", (random: Random): number => (random.below(60) ? anyFinite(random) : 0xff800001)],
  ] as const) {
    it(`finds the largest and the smallest of ${kind}`, async () => {
      const random = new Random(kind.length);
      for (let i = 0; i < 200; i++) {
        const n = random.below(i % 4 === 0 ? 70 : 12);
        const values = Array.from({ length: n }, () => draw(random));
        const [greatest, least] = i % 3 === 0 ? [draw(random), draw(random)] : [0xff800000, 0x7f800000];
        const behind = Array.from({ length: 9 }, () => anyFloat(random));
        const data = packRun([...values, ...behind]);
        const [max, min] = await call(harness, "extremes", [greatest, least, n, data]);
        const numbers = values.map(toNumber);
        expect([Number(max), Number(min)], data.toString("hex")).to.deep.equal([
          toBits(Math.max(toNumber(greatest), ...numbers)),
          toBits(Math.min(toNumber(least), ...numbers)),
        ]);
      }
    });
  }
});
