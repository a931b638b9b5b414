/**
 * Writes the constants of the transcendental functions, computed from their series in BigInt arithmetic:
 *   src/run/transcendental-tables.ts                        doubles of the fast evaluation
 *   contracts/libraries/TranscendentalPolynomials.sol       fixed-point polynomials and constants of the contracts
 */
import { writeFileSync } from "node:fs";

import { enclose, ln2At, piAt, squareRoot } from "../../src/run/transcendental-exact.js";
import { formatted } from "./formatted.js";
import type { Generator } from "./generators.js";

const SCALE = 512;
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
  scale: ${SCALE - 64},
  value:
    0x${(twoOverPi >> 64n).toString(16)}n,
} as const;

/** erf around the centres (piece + 1/2) / ERF_CENTRES_PER_UNIT: ERF_TAYLOR_TERMS coefficients each, constant term first. */
export const ERF_CENTRES_PER_UNIT = ${ERF_CENTRES_PER_UNIT};
export const ERF_TAYLOR_TERMS = ${FAST_TERMS};
// prettier-ignore
export const ERF_TAYLOR = new Float64Array([
  ${rows.join(",\n\n  ")},
]);
`;
}

/** Bits after the binary point in the contracts: a little over what the error argument asks for. */
const LOG_SCALE = 100;
const SINE_SCALE = 120;
const ERF_SCALE = 100;
/** Coefficients of each contract polynomial; the omitted rest is bounded in docs/spec/transcendental.md. */
const LOG_TERMS = 12;
const SINE_TERMS = 9;
const COSINE_TERMS = 10;
const ERF_SMALL_TERMS = 10;
const ERF_PIECE_TERMS = 16;
/** The pieces of erf: t is an integer in units of 2^-25, the scale runs from 64 to 64 + 5 * 25. */
const ERF_UNIT = 25;
const ERF_STRIDE = 5;
const ERF_FIRST_SCALE = 64;
/** Where the contract's pieces of erf begin: below 1/4 it uses the series at zero. */
const FIRST_PIECE = 1;

/** Nearest integer to value * 2^(scale - SCALE). */
function atScale(value: bigint, scale: number): bigint {
  const cut = BigInt(SCALE - scale);
  return (value + (1n << (cut - 1n))) >> cut;
}

/** Solidity takes 40 digits for an address, and 39 or 41 for a mistaken one. */
function hex(value: bigint): string {
  const digits = value.toString(16);
  return `0x${digits.length >= 39 && digits.length <= 41 ? digits.padStart(42, "0") : digits}`;
}

function factorial(n: number): bigint {
  return n <= 1 ? 1n : BigInt(n) * factorial(n - 1);
}

/** Horner's scheme, one statement per coefficient: the literals are magnitudes, so that none needs 32 bytes. */
function horner(coefficients: readonly bigint[], argument: string, scale: number, indent: string): string {
  const scaled = coefficients.map((c) => atScale(c, scale));
  const last = scaled.at(-1)!;
  const lines = [`value = ${last < 0n ? "-" : ""}${hex(last < 0n ? -last : last)};`];
  for (const c of scaled.slice(0, -1).reverse()) {
    lines.push(`value = ((value * ${argument}) >> ${scale}) ${c < 0n ? "-" : "+"} ${hex(c < 0n ? -c : c)};`);
  }
  return lines.map((line) => indent + line).join("\n");
}

function polynomial(p: {
  readonly name: string;
  readonly scale: number;
  readonly notice: readonly string[];
  readonly coefficients: readonly bigint[];
}): string {
  return `${p.notice.map((line) => `    /// ${line}`).join("\n")}
    function ${p.name}(int256 z) internal pure returns (int256 value) {
        // Both factors stay below 2^${p.scale + 2}; their product fits an int256.
        unchecked {
${horner(p.coefficients, "z", p.scale, "            ")}
        }
    }
`;
}

/** A binary decision over the pieces [from, to): at most four comparisons reach each of them. */
function pieceChoice(from: number, to: number, indent: string): string {
  if (to - from === 1) return `${indent}return _erf${from}(t);`;
  const middle = (from + to + 1) >> 1;
  return `${indent}if (piece < ${middle}) {
${pieceChoice(from, middle, `${indent}    `)}
${indent}}
${pieceChoice(middle, to, indent)}`;
}

/**
 * Horner's scheme in an integer t, units of 2^-ERF_UNIT: each product raises the scale by ERF_UNIT, and only after
 * ERF_STRIDE of them the sum is cut back to ERF_FIRST_SCALE. Nested to the right, so that nothing waits on the stack.
 */
function piece(index: number): string {
  const taylor = erfTaylor(BigInt(2 * index + 1), 3, ERF_PIECE_TERMS);
  const literal = (n: number, scale: number): string => {
    const scaled = atScale(taylor[n]!, scale);
    return scaled < 0n ? `-${hex(-scaled)}` : hex(scaled);
  };
  const statements: string[] = [];
  let inner = literal(ERF_PIECE_TERMS - 1, ERF_FIRST_SCALE);
  for (let high = ERF_PIECE_TERMS - 2; high >= 0; high -= ERF_STRIDE) {
    // Innermost first: coefficients high, high - 1, … of one stride.
    const coefficients = Array.from({ length: ERF_STRIDE }, (_, i) =>
      literal(high - i, ERF_FIRST_SCALE + ERF_UNIT * (i + 1)),
    ).reverse();
    statements.push(`value = ${inner};`);
    statements.push("// prettier-ignore", "value =");
    coefficients.forEach((c, i) =>
      statements.push(`    ${c} + t * ${i < ERF_STRIDE - 1 ? "(" : ""}`.trimEnd()),
    );
    statements.push(`    value${")".repeat(ERF_STRIDE - 1)};`);
    inner = `value >> ${ERF_UNIT * ERF_STRIDE}`;
  }
  return `    function _erf${index}(int256 t) private pure returns (int256 value) {
        unchecked {
${statements.map((line) => `            ${line}`).join("\n")}
        }
    }
`;
}

function solidity(): string {
  const pi = piAt(SCALE);
  const twoOverPi = (2n << (2n * S)) / pi;
  const range = (terms: number) => Array.from({ length: terms }, (_, n) => n);
  const halfPiPower = (n: number): bigint => (n === 0 ? ONE : (halfPiPower(n - 1) * pi) >> (S + 1n));
  const alternate = (value: bigint, n: number) => (n & 1 ? -value : value);
  const twoOverSqrtPi = (2n * ONE * ONE) / squareRoot(pi << S);
  // 2/pi with 254 + 35 bits after the point, in words of 256 bits: see TranscendentalMath._sine.
  const reduction = twoOverPi >> (S - 475n);
  const functions = [
    polynomial({
      name: "log",
      scale: LOG_SCALE,
      notice: [
        `@notice 2 atanh(s) / s for z = s^2 <= 0.0295: the Taylor series to z^${LOG_TERMS - 1}.`,
        `@param z Q${LOG_SCALE} @return value Q${LOG_SCALE}`,
      ],
      coefficients: range(LOG_TERMS).map((n) => (2n * ONE) / BigInt(2 * n + 1)),
    }),
    polynomial({
      name: "sine",
      scale: SINE_SCALE,
      notice: [
        `@notice sin(f pi/2) / f for z = f^2 <= 1/4: the Taylor series to z^${SINE_TERMS - 1}.`,
        `@param z Q${SINE_SCALE} @return value Q${SINE_SCALE}`,
      ],
      coefficients: range(SINE_TERMS).map((n) => alternate(halfPiPower(2 * n + 1) / factorial(2 * n + 1), n)),
    }),
    polynomial({
      name: "cosine",
      scale: SINE_SCALE,
      notice: [
        `@notice cos(f pi/2) for z = f^2 <= 1/4: the Taylor series to z^${COSINE_TERMS - 1}.`,
        `@param z Q${SINE_SCALE} @return value Q${SINE_SCALE}`,
      ],
      coefficients: range(COSINE_TERMS).map((n) => alternate(halfPiPower(2 * n) / factorial(2 * n), n)),
    }),
    polynomial({
      name: "erfNearZero",
      scale: ERF_SCALE,
      notice: [
        `@notice erf(x) / x for z = x^2 <= 1/16: the Taylor series to z^${ERF_SMALL_TERMS - 1}.`,
        `@param z Q${ERF_SCALE} @return value Q${ERF_SCALE}`,
      ],
      coefficients: range(ERF_SMALL_TERMS).map((n) =>
        alternate(twoOverSqrtPi / (factorial(n) * BigInt(2 * n + 1)), n),
      ),
    }),
  ];
  return `// SPDX-License-Identifier: MIT
// Written by scripts/generate/transcendental-constants.ts. Do not edit.
pragma solidity ^0.8.34;

/// @dev ln 2 and its inverse, Q96.
int256 constant LN2_Q96 = ${hex(atScale(ln2At(SCALE), 96))};
int256 constant ONE_OVER_LN2_Q96 = ${hex(atScale((ONE * ONE) / ln2At(SCALE), 96))};
/// @dev ln 2, Q${LOG_SCALE}.
int256 constant LN2_Q${LOG_SCALE} = ${hex(atScale(ln2At(SCALE), LOG_SCALE))};
/// @dev The first 256 bits of 2/pi * 2^-35 in Q254 (${"`"}high${"`"}), and the 256 bits that follow.
uint256 constant TWO_OVER_PI_HIGH = ${hex(reduction >> 256n)};
uint256 constant TWO_OVER_PI_LOW = ${hex(reduction & ((1n << 256n) - 1n))};

/// @title Polynomials of the transcendental functions, in signed fixed point: Qn is a number times 2^n.
/// @dev Who calls them, and why their error is small enough: TranscendentalMath.
library TranscendentalPolynomials {
${functions.join("\n")}
    /// @notice erf(c + t) around the centre c = (piece + 1/2) / ${ERF_CENTRES_PER_UNIT}, |t| <= 1/8: Taylor to t^${ERF_PIECE_TERMS - 1}.
    /// @dev A multiple of 2^-${ERF_UNIT}, as every binary32 from 1/4 on, multiplies as an integer: it raises the scale instead of asking
    /// for a shift, and only every ${ERF_STRIDE} steps the scale is brought back. Products stay below 2^${ERF_FIRST_SCALE + ERF_UNIT * ERF_STRIDE + 1}.
    /// @param piece in [${FIRST_PIECE}, ${ERF_LIMIT * ERF_CENTRES_PER_UNIT}) @param t Q${ERF_UNIT} @return Q${ERF_FIRST_SCALE + ERF_UNIT * ERF_STRIDE}
    function erf(uint256 piece, int256 t) internal pure returns (int256) {
${pieceChoice(FIRST_PIECE, ERF_LIMIT * ERF_CENTRES_PER_UNIT, "        ")}
    }

${range(ERF_LIMIT * ERF_CENTRES_PER_UNIT)
  .slice(FIRST_PIECE)
  .map((index) => piece(index))
  .join("\n")}}
`;
}

const OUTPUTS = [
  { path: "src/run/transcendental-tables.ts", text: fastTables },
  { path: "contracts/libraries/TranscendentalPolynomials.sol", text: solidity },
] as const;

export const generator: Generator = {
  name: "transcendental-constants",
  outputs: OUTPUTS.map(({ path }) => path),
  run: async () => {
    for (const { path, text } of OUTPUTS) writeFileSync(path, await formatted(text(), path));
  },
};
