import { expect } from "chai";
import { artifacts, network } from "hardhat";

import {
  CALL_NETWORK,
  type Chain,
  call,
  deployHarness,
  packChain,
  packRun,
} from "../support/arithmetic-harness.js";
import { drawChain, drawMixture, PROFILES } from "../support/chain-vectors.js";
import { anyFloat, Random } from "../support/float-vectors.js";
import { plainDot } from "../support/plain-arithmetic.js";

const TERMS = 20_000;
/** Terms per call; the simulated network slows down on long ones. */
const BATCH = 500;

const { provider } = await network.create({ override: CALL_NETWORK });
const send = (method: string, params: unknown[]): Promise<unknown> => provider.request({ method, params });
const harness = await deployHarness(send, await artifacts.readArtifact("RunHarness"));

async function expectChains(chains: readonly Chain[]): Promise<void> {
  const expected = chains.map((chain) => plainDot(chain.start, chain.a, chain.b));
  const packed = Buffer.concat(chains.map((chain, i) => packChain(chain, expected[i]!)));
  const [mismatches, first, result] = (await call(harness, "check", [packed])) as bigint[];
  const chain = chains[Number(first)]!;
  const words = (values: readonly number[]): string => values.map((bits) => bits.toString(16)).join(" ");
  expect(
    mismatches,
    mismatches === 0n
      ? ""
      : `from ${chain.start.toString(16)}: (${words(chain.a)}) . (${words(chain.b)}) gave ${result!.toString(16)}, ` +
          `expected ${expected[Number(first)]!.toString(16)}`,
  ).to.equal(0n);
}

describe("Accumulator", function () {
  this.timeout(120_000);

  Object.keys(PROFILES).forEach((profile, seed) => {
    it(`equals the plain sum of products, element by element: ${profile}`, async () => {
      const random = new Random(seed + 100);
      for (let terms = 0; terms < TERMS;) {
        const chains: Chain[] = [];
        for (let batch = 0; batch < BATCH;) {
          const n = random.below(4) === 0 ? random.below(120) : random.below(20);
          chains.push(drawChain(random, profile, n));
          batch += n;
        }
        await expectChains(chains);
        terms += BATCH;
      }
    });
  });

  it("equals it where every few elements are of another kind", async () => {
    const random = new Random(7);
    for (let batch = 0; batch < 100; batch++) {
      await expectChains(Array.from({ length: 10 }, () => drawMixture(random, 1 + random.below(100))));
    }
  });

  it("scales a run by any factor, and sums it by 1", async () => {
    const random = new Random(8);
    for (let i = 0; i < 60; i++) {
      const { start, a } = drawMixture(random, random.below(40));
      const factor = i % 3 === 0 ? 0x3f800000 : anyFloat(random);
      const [bits] = await call(harness, "scale", [start, factor, packRun(a)]);
      expect(Number(bits)).to.equal(plainDot(start, a, a.map(() => factor))); // prettier-ignore
    }
  });

  it("multiplies two constants n times", async () => {
    const random = new Random(9);
    for (let i = 0; i < 60; i++) {
      const [a, b, n] = [anyFloat(random), anyFloat(random), random.below(40)];
      const [bits] = await call(harness, "multiply", [0, a, b, n]);
      expect(Number(bits)).to.equal(plainDot(0, new Array<number>(n).fill(a), new Array<number>(n).fill(b)));
    }
  });

  it("reads zeros beyond the calldata: padding is computed, not skipped", async () => {
    const random = new Random(10);
    for (let i = 0; i < 60; i++) {
      const { start, a } = drawChain(random, i % 2 ? "rareSpecial" : "finite", random.below(40));
      const expected = plainDot(start, a, new Array<number>(a.length).fill(0));
      expect((await call(harness, "padded", [start, packRun(a)])).map(Number)).to.deep.equal([
        expected,
        expected,
      ]);
    }
  });

  it("starts from -0 as from +0", async () => {
    const [bits] = await call(harness, "dot", [0x80000000, Buffer.alloc(0)]);
    expect(bits).to.equal(0n);
  });
});
