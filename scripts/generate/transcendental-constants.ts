/**
 * Writes the constants of the transcendental functions, computed from their series in BigInt arithmetic:
 *   src/run/transcendental-tables.ts         doubles of the fast evaluation
 * With `--check` nothing is written and a difference is an error.
 *
 *   node scripts/generate/transcendental-constants.ts [--check]
 */
import { readFileSync, writeFileSync } from "node:fs";

import { enclose, ln2At, piAt, squareRoot } from "../../src/run/transcendental-exact.js";

const SCALE = 400;
const S = BigInt(SCALE);
const ONE = 1n << S;

const ERF_CENTRES_PER_UNIT = 4;
const ERF_LIMIT = 4;
const FAST_TERMS = 14;

/** Taylor coefficients of erf around a centre `odd / 2^bits`, at SCALE. */
function erfTaylor(odd: bigint, bits: number, terms: number): bigint[] {
  const c = (odd << S) >> BigInt(bits);
  const { value } = enclose("erf", { significand: odd, exponent: -bits }, SCALE);
  // erf' = 2/sqrt(pi) e^(-c^2) and erf'(c + t) = erf'(c) e^(-2ct - t^2), so that its coefficients b obey
  // (n + 1) b[n+1] = -2 c b[n] - 2 b[n-1].
  const exponential = enclose("exp", { significand: -(odd * odd), exponent: -2 * bits }, SCALE).value;
  const coefficients = [value];
  let previous = 0n;
  let current = (2n * exponential * ONE) / squareRoot(piAt(SCALE) << S);
  for (let n = 0n; coefficients.length < terms; n++) {
    coefficients.push(current / (n + 1n));
    const next = (-2n * ((c * current) >> S) - 2n * previous) / (n + 1n);
    previous = current;
    current = next;
  }
  return coefficients;
}

/** value * 2^-SCALE as the nearest double. Number() of a bigint rounds to nearest even; the power of two is exact. */
function double(value: bigint): number {
  return Number(value) / Number(ONE);
}

function fastTables(): string {
  const ln2 = ln2At(SCALE);
  // 40 bits of ln 2: exact when multiplied with an integer below 2^13.
  const cut = S - 40n;
  const high = (ln2 >> cut) << cut;
  const taylor: number[] = [];
  for (let piece = 0n; piece < BigInt(ERF_LIMIT * ERF_CENTRES_PER_UNIT); piece++) {
    for (const a of erfTaylor(2n * piece + 1n, 3, FAST_TERMS)) taylor.push(double(a));
  }
  const rows = Array.from({ length: taylor.length / FAST_TERMS }, (_, row) =>
    taylor.slice(row * FAST_TERMS, (row + 1) * FAST_TERMS).join(",\n  "),
  );
  const twoOverPi = (2n << (2n * S)) / piAt(SCALE);
  return `// Written by scripts/generate/transcendental-constants.ts. Do not edit.

/** ln 2, its first 40 bits and the rest. */
export const LN2_HIGH = ${double(high)};
export const LN2_LOW = ${double(ln2 - high)};

/** floor(2/pi * 2^scale). */
export const TWO_OVER_PI = {
  scale: ${SCALE - 32},
  value: 0x${(twoOverPi >> 32n).toString(16)}n,
} as const;

/** erf around the centres (piece + 1/2) / ERF_CENTRES_PER_UNIT: ERF_TAYLOR_TERMS coefficients each, constant term first. */
export const ERF_CENTRES_PER_UNIT = ${ERF_CENTRES_PER_UNIT};
export const ERF_TAYLOR_TERMS = ${FAST_TERMS};
export const ERF_TAYLOR = new Float64Array([
  // prettier-ignore
  ${rows.join(",\n\n  ")},
]);
`;
}

const outputs = [{ path: "src/run/transcendental-tables.ts", text: fastTables() }];

const check = process.argv.includes("--check");
for (const { path, text } of outputs) {
  const url = new URL(`../../${path}`, import.meta.url);
  if (!check) writeFileSync(url, text);
  else if (readFileSync(url, "utf8") !== text) {
    console.error(`${path} differs from what scripts/generate/transcendental-constants.ts writes`);
    process.exitCode = 1;
  }
}
