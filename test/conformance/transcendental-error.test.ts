import { expect } from "chai";
import { network } from "hardhat";

import { enclose, piAt, TRANSCENDENTALS } from "../../src/run/transcendental-exact.js";
import { approximationError, relativeDifference } from "../support/transcendental-error.js";
import { f32OfBits, transcendentalVectors } from "../support/transcendental-vectors.js";

const { ethers, networkHelpers } = await network.create();

/**
 * A wrong digit in a high coefficient moves values by less than the vectors of transcendental.test.ts would notice: few
 * values lie near a rounding boundary. These tests look at the error itself.
 */
const SCALE = 300;
const S = BigInt(SCALE);

/** An argument j / 2^bits in the fixed point of the contract, and the true value there at SCALE. */
interface Sample {
  readonly argument: bigint;
  readonly value: bigint;
}

interface Approximation {
  readonly name: string;
  readonly which: number;
  readonly piece: number;
  /** Q of the contract's answer. */
  readonly answer: number;
  /** Relative error granted by docs/spec/transcendental.md. */
  readonly bound: number;
  readonly samples: readonly Sample[];
}

const COUNT = 64;
const indices = Array.from({ length: COUNT }, (_, i) => i + 1);

/** Square of j / 2^bits at `scale`. */
const square = (j: bigint, bits: number, scale: number) => (j * j) << BigInt(scale - 2 * bits);

/** Sum of weight(n) z^n at SCALE, z = (j / 2^bits)^2, until the terms vanish. */
function series(j: bigint, bits: number, weight: (n: number) => bigint): bigint {
  const z = square(j, bits, SCALE);
  let sum = 0n;
  let power = 1n << S;
  for (let n = 0; n < 120; n++) {
    sum += (weight(n) * power) >> S;
    power = (power * z) >> S;
  }
  return sum;
}

function factorial(n: number): bigint {
  return n <= 1 ? 1n : BigInt(n) * factorial(n - 1);
}

function halfPiTo(n: number): bigint {
  let power = 1n << S;
  for (let i = 0; i < n; i++) power = (power * piAt(SCALE)) >> (S + 1n);
  return power;
}

const alternate = (n: number, value: bigint) => (n & 1 ? -value : value);

const APPROXIMATIONS: readonly Approximation[] = [
  {
    name: "e^r, |r| <= ln 2 / 2",
    which: 0,
    piece: 0,
    answer: 100,
    bound: 2 ** -61.4,
    samples: indices.flatMap((i) => {
      const j = BigInt(Math.floor((0.34657 * i * 2 ** 30) / COUNT));
      return [j, -j].map((signed) => ({
        argument: signed << 66n,
        value: enclose("exp", { significand: signed, exponent: -30 }, SCALE).value,
      }));
    }),
  },
  {
    name: "2 atanh(s) / s, |s| <= 0.1716",
    which: 1,
    piece: 0,
    answer: 100,
    bound: 2 ** -65,
    samples: indices.map((i) => {
      const j = BigInt(Math.floor((0.17157 * i * 2 ** 30) / COUNT));
      return {
        argument: square(j, 30, 100),
        value: series(j, 30, (n) => (2n << S) / BigInt(2 * n + 1)),
      };
    }),
  },
  {
    name: "sin(f pi/2) / f, |f| <= 1/2",
    which: 2,
    piece: 0,
    answer: 120,
    bound: 2 ** -62.8,
    samples: indices.map((i) => ({
      argument: square(BigInt(i), 7, 120),
      value: series(BigInt(i), 7, (n) => alternate(n, halfPiTo(2 * n + 1) / factorial(2 * n + 1))),
    })),
  },
  {
    name: "cos(f pi/2), |f| <= 1/2",
    which: 3,
    piece: 0,
    answer: 120,
    bound: 2 ** -67.5,
    samples: indices.map((i) => ({
      argument: square(BigInt(i), 7, 120),
      value: series(BigInt(i), 7, (n) => alternate(n, halfPiTo(2 * n) / factorial(2 * n))),
    })),
  },
  {
    name: "erf(x) / x, |x| <= 1/4",
    which: 4,
    piece: 0,
    answer: 100,
    bound: 2 ** -66,
    samples: indices.map((i) => {
      const { value } = enclose("erf", { significand: BigInt(i), exponent: -8 }, SCALE);
      return { argument: square(BigInt(i), 8, 100), value: (value << 8n) / BigInt(i) };
    }),
  },
  ...Array.from({ length: 15 }, (_, i) => i + 1).map((piece) => ({
    name: `erf in [${piece / 4}, ${(piece + 1) / 4})`,
    which: 5,
    piece,
    answer: 189,
    bound: 2 ** -62.4,
    samples: indices.map((i) => {
      // From one end of the piece to the other, in units of 2^-25.
      const t = BigInt(Math.floor(((2 * i - COUNT) / COUNT) * (2 ** 22 - 1)));
      const x = (BigInt(2 * piece + 1) << 22n) + t;
      return { argument: t, value: enclose("erf", { significand: x, exponent: -25 }, SCALE).value };
    }),
  })),
];

async function harness() {
  const transcendental = await ethers.deployContract("Transcendental");
  return ethers.deployContract("TranscendentalHarness", [transcendental]);
}

describe("error of the transcendental approximations", () => {
  for (const { name, which, piece, answer, bound, samples } of APPROXIMATIONS) {
    it(`is within the contract's bound for ${name}`, async () => {
      const contract = await networkHelpers.loadFixture(harness);
      const values = await contract.approximate(
        which,
        piece,
        samples.map(({ argument }) => argument),
      );
      const errors = samples.map(({ value }, i) =>
        relativeDifference(values[i]! << BigInt(SCALE - answer), value),
      );
      expect(Math.max(...errors)).to.be.lessThan(bound);
    });
  }

  for (const name of TRANSCENDENTALS) {
    it(`is within 2^-49 for ${name} in doubles, a sixteenth of what the rounding test allows`, () => {
      const errors = Array.from(transcendentalVectors(name, 12_000, 5), (bits) => {
        const x = f32OfBits(bits);
        return x - x === 0 ? (approximationError(name, x) ?? 0) : 0;
      });
      expect(Math.max(...errors)).to.be.lessThan(2 ** -49);
    });
  }
});
