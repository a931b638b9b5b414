import { expect } from "chai";
import { network } from "hardhat";

import { PLACES, decayed, growthOf } from "../support/decay-model.js";
import { Random } from "../support/random.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const harness = () => ethers.deployContract("StandingHarness");

const HISTORIES = 10_000;
/** Terms of one call: each writes a slot, and a call has the gas of a transaction. */
const TERMS = 500;
const LATEST = 2n ** 40n - 1n;

type Term = { readonly amount: bigint; readonly time: bigint };
type History = { readonly halfLife: bigint; readonly now: bigint; readonly terms: readonly Term[] };

const wide = (random: Random): bigint => (BigInt(random.word()) << 32n) | BigInt(random.word());
const upTo = (random: Random, most: bigint): bigint => wide(random) % (most + 1n);

/** Boundaries weighed: ends of eras and of half-lives, amounts of one wei and of all that fits, terms at one time. */
function makeHistory(random: Random): History {
  const halfLife = random.pick([
    ...[1n, 2n, 3n, 3_600n, 180n * 86_400n, 180n * 86_400n, LATEST],
    1n + upTo(random, 10n ** 9n),
  ]);
  const era = 48n * halfLife;
  const now = random.pick([
    1_800_000_000n,
    LATEST,
    LATEST - upTo(random, 10n ** 9n),
    (LATEST / era) * era || 1n,
    (LATEST / era) * era + halfLife - 1n,
  ]);
  const end = now > LATEST ? LATEST : now;
  const terms = Array.from({ length: random.between(1, 8) }, (): Term => {
    const age = random.pick([
      0n,
      1n,
      halfLife,
      halfLife - 1n,
      end % era,
      (end % era) + 1n,
      upTo(random, 2n * halfLife),
      upTo(random, 40n * halfLife),
      upTo(random, 100n * halfLife),
    ]);
    const amount = random.pick([
      1n,
      2n ** 132n,
      10n ** 16n * 60n,
      10n ** 18n * 172_800n,
      wide(random) * BigInt(random.word()),
    ]);
    return { amount, time: age > end ? 0n : end - age };
  });
  return { halfLife, now: end, terms };
}

/** Values of all histories, as many to a call as fit. */
async function play(histories: readonly History[]): Promise<bigint[]> {
  const contract = await networkHelpers.loadFixture(harness);
  const values: bigint[] = [];
  for (let next = 0; next < histories.length;) {
    const batch: History[] = [];
    for (let terms = 0; next < histories.length; next++) {
      terms += histories[next]!.terms.length;
      if (terms > TERMS) break;
      batch.push(histories[next]!);
    }
    const given = batch.map(({ halfLife, now, terms }) => ({
      ...{ halfLife, now_: now },
      amounts: terms.map(({ amount }) => amount),
      times: terms.map(({ time }) => time),
    }));
    values.push(...(await contract.play.staticCall(given)));
  }
  return values;
}

describe("standing: the decayed sum", () => {
  it(`is that of exact arithmetic within 10^-17 of it and 1, over ${HISTORIES} histories`, async () => {
    const random = new Random(6);
    const histories = Array.from({ length: HISTORIES }, () => makeHistory(random));
    let worst = 0n;
    for (const [i, value] of (await play(histories)).entries()) {
      const { halfLife, now, terms } = histories[i]!;
      let [exact, ancient] = [0n, 0n];
      for (const { amount, time } of terms) {
        const counts = decayed(amount, now - time, halfLife);
        exact += counts;
        if (now - time > 96n * halfLife) ancient += counts;
      }
      const found = value * PLACES;
      const error = found > exact ? found - exact : exact - found;
      const allowed = exact / 10n ** 17n + PLACES + ancient;
      if (error > allowed) {
        expect.fail(`history ${i}: ${value}, expected ${exact / PLACES}: ${JSON.stringify(terms, replacer)}`);
      }
      // Where rounding to a whole unit does not show.
      if (value > 10n ** 22n && ancient === 0n) worst = max(worst, (error * 10n ** 24n) / exact);
    }
    console.log(`      largest error of a sum over 10^22: ${Number(worst) / 1e24}`);
  });

  it("is the same to the last bit in every order", async () => {
    const random = new Random(7);
    const histories = Array.from({ length: 1_000 }, () => makeHistory(random));
    const turned = histories.map(({ terms, ...rest }) => ({ ...rest, terms: [...terms].reverse() }));
    const mixed = histories.map(({ terms, ...rest }) => ({
      ...rest,
      terms: [...terms].sort((a, b) => Number(b.amount - a.amount || b.time - a.time)),
    }));
    const values = await play(histories);
    expect(await play(turned)).to.deep.equal(values);
    expect(await play(mixed)).to.deep.equal(values);
  });

  it("takes 4,095 of the largest terms into one era where they grow the most, and 256 in any half-life", async () => {
    const contract = await networkHelpers.loadFixture(harness);
    const [amount, halfLife] = [2n ** 136n - 1n, 10n ** 9n];
    const full = (halfLives: bigint, count: number) => {
      const last = halfLives * halfLife - 1n;
      const times = Array<bigint>(count).fill(last);
      return { halfLife, now_: last, amounts: Array<bigint>(count).fill(amount), times };
    };
    const [largest] = await contract.play.staticCall([full(48n, 4_095)]);
    const later = await contract.play.staticCall(
      Array.from({ length: 16 }, (_, i) => full(BigInt(i + 49), 256)),
    );
    expect([largest, ...later]).to.deep.equal([amount * 4_095n, ...later.map(() => amount * 256n)]);
  });

  it("rounds a sum down: what it has not is not counted", async () => {
    const contract = await networkHelpers.loadFixture(harness);
    const odd = { halfLife: 10n, now_: 20n, amounts: [3n], times: [10n] };
    const fading = { ...odd, amounts: [1n], now_: 11n };
    expect(await contract.play.staticCall([odd, fading])).to.deep.equal([1n, 0n]);
  });

  it("has growths within 4 in the last of 18 places, at 10,000 points of a half-life", async () => {
    const contract = await networkHelpers.loadFixture(harness);
    const random = new Random(8);
    let worst = 0;
    for (const halfLife of [LATEST, 15_552_000n, 3_600n, 2n]) {
      const times = Array.from({ length: 2_500 }, () =>
        random.pick([
          0n,
          1n,
          halfLife - 1n,
          halfLife / 2n,
          ...Array.from({ length: 8 }, () => upTo(random, halfLife - 1n)),
        ]),
      );
      const growths = await contract.growths(times, halfLife);
      for (const [i, growth] of growths.entries()) {
        const off = growth * 10n ** 42n - growthOf(times[i]!, halfLife);
        worst = Math.max(worst, Math.abs(Number(off)) / 1e42);
      }
    }
    console.log(`      largest error of a growth: ${worst.toFixed(2)} in the last place`);
    expect(worst).to.be.below(4);
  });
});

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const replacer = (_: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);
