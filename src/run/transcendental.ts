/**
 * EXP, LOG, TANH, ERF, SIN and COS on binary32, correctly rounded, in double arithmetic: an approximation whose relative
 * error is below 2^-45 (argued in `docs/spec/transcendental.md`), rounded only when everything within that error rounds
 * alike; about one call in a million cannot tell and asks the definition in `transcendental-exact.ts`.
 *
 * Only + - * /, comparisons, Math.floor and Math.fround decide bits, so the file ports to WebAssembly line by line.
 */
import { exactTranscendental, type Transcendental } from "./transcendental-exact.js";
import {
  ERF_CENTRES_PER_UNIT,
  ERF_TAYLOR,
  ERF_TAYLOR_TERMS,
  LN2_HIGH,
  LN2_LOW,
  TWO_OVER_PI,
} from "./transcendental-tables.js";

/** Relative error that every approximation below stays under, with at least six bits to spare. */
export const APPROXIMATION_ERROR = 2.8421709430404007e-14; // 2^-45
const BELOW = 1 - APPROXIMATION_ERROR;
const ABOVE = 1 + APPROXIMATION_ERROR;

/** @param x a binary32 value @returns e^x as binary32 */
export function expF32(x: number): number {
  const y = approximateExp(x);
  const low = Math.fround(y * BELOW);
  return low === Math.fround(y * ABOVE) ? low : undecided("exp", x, y);
}

/** @param x a binary32 value @returns the natural logarithm as binary32 */
export function logF32(x: number): number {
  const y = approximateLog(x);
  const low = Math.fround(y * BELOW);
  return low === Math.fround(y * ABOVE) ? low : undecided("log", x, y);
}

/** @param x a binary32 value @returns the hyperbolic tangent as binary32 */
export function tanhF32(x: number): number {
  const y = approximateTanh(x);
  const low = Math.fround(y * BELOW);
  return low === Math.fround(y * ABOVE) ? low : undecided("tanh", x, y);
}

/** @param x a binary32 value @returns the error function as binary32 */
export function erfF32(x: number): number {
  const y = approximateErf(x);
  const low = Math.fround(y * BELOW);
  return low === Math.fround(y * ABOVE) ? low : undecided("erf", x, y);
}

/** @param x a binary32 value, radians @returns the sine as binary32 */
export function sinF32(x: number): number {
  const y = approximateSin(x);
  const low = Math.fround(y * BELOW);
  return low === Math.fround(y * ABOVE) ? low : undecided("sin", x, y);
}

/** @param x a binary32 value, radians @returns the cosine as binary32 */
export function cosF32(x: number): number {
  const y = approximateCos(x);
  const low = Math.fround(y * BELOW);
  return low === Math.fround(y * ABOVE) ? low : undecided("cos", x, y);
}

/** NaN ends here too, because it equals nothing. */
function undecided(name: Transcendental, x: number, y: number): number {
  return y !== y ? NaN : exactTranscendental(name, x);
}

/** 2^n for n in [-SMALLEST, 150], by index n + SMALLEST. */
const SMALLEST = 160;
const POWERS_OF_TWO = powersOfTwo();

function powersOfTwo(): Float64Array {
  const powers = new Float64Array(SMALLEST + 151);
  powers[SMALLEST] = 1;
  for (let n = 1; n <= 150; n++) powers[SMALLEST + n] = powers[SMALLEST + n - 1]! * 2;
  for (let n = 1; n <= SMALLEST; n++) powers[SMALLEST - n] = powers[SMALLEST - n + 1]! / 2;
  return powers;
}

const ONE_OVER_LN2 = 1.4426950408889634;

/** e^x with relative error below 2^-45. Arguments beyond the range get the infinity or zero they round to. */
export function approximateExp(x: number): number {
  if (!(x < 89)) return x >= 89 ? Infinity : NaN; // e^89 > 2^128
  if (x < -104) return 0; // e^-104 < 2^-150
  const k = Math.floor(x * ONE_OVER_LN2 + 0.5);
  const scale = POWERS_OF_TWO[k + SMALLEST]!;
  return scale + scale * expm1Reduced(x - k * LN2_HIGH - k * LN2_LOW);
}

/** e^r - 1 for |r| <= 0.3467: Taylor to r^14, even and odd powers apart so that the two chains run side by side. */
function expm1Reduced(r: number): number {
  const z = r * r;
  const odd =
    1 / 6 + z * (1 / 120 + z * (1 / 5040 + z * (1 / 362880 + z * (1 / 39916800 + z * (1 / 6227020800)))));
  const even =
    1 / 2 +
    z *
      (1 / 24 +
        z * (1 / 720 + z * (1 / 40320 + z * (1 / 3628800 + z * (1 / 479001600 + z * (1 / 87178291200))))));
  return r + (r * z * odd + z * even);
}

const singles = new Float32Array(1);
const singleWords = new Uint32Array(singles.buffer);
const SMALLEST_NORMAL = 1.1754943508222875e-38; // 2^-126

/** ln x with relative error below 2^-45; ln 1 is exactly 0. */
export function approximateLog(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return Infinity;
  // x = m * 2^e with m in [1, 2), read from the fields of a normal number.
  const subnormal = x < SMALLEST_NORMAL;
  singles[0] = subnormal ? x * 16777216 : x; // 2^24
  const word = singleWords[0]!;
  let e = (word >>> 23) - (subnormal ? 151 : 127);
  singleWords[0] = (word & 0x7fffff) | 0x3f800000;
  let m = singles[0];
  if (m > 1.4142135623730951) {
    m /= 2;
    e += 1;
  }
  // ln m = 2 atanh(s); m - 1 and m + 1 are exact, |s| < 0.1716.
  const s = (m - 1) / (m + 1);
  const z = s * s;
  const tail =
    2 / 3 +
    z *
      (2 / 5 +
        z *
          (2 / 7 +
            z *
              (2 / 9 +
                z * (2 / 11 + z * (2 / 13 + z * (2 / 15 + z * (2 / 17 + z * (2 / 19 + z * (2 / 21)))))))));
  const lnM = 2 * s + s * z * tail;
  return e === 0 ? lnM : e * LN2_HIGH + (e * LN2_LOW + lnM);
}

/** Below it x^3/3 (for sin x^3/6) is less than |x| 2^-25, half of the least distance between neighbours: the result is x. */
const TINY = 0.000244140625; // 2^-12

/** tanh x with relative error below 2^-45 (or already rounded, where |x| is tiny or the result is 1). */
export function approximateTanh(x: number): number {
  const magnitude = x < 0 ? -x : x;
  if (magnitude < TINY) return x;
  if (magnitude > 9.5) return x < 0 ? -1 : 1; // 1 - tanh 9.5 < 2^-26
  const t = 2 * magnitude;
  const k = Math.floor(t * ONE_OVER_LN2 + 0.5);
  const scale = POWERS_OF_TWO[k + SMALLEST]!;
  const e = scale - 1 + scale * expm1Reduced(t - k * LN2_HIGH - k * LN2_LOW);
  const y = e / (e + 2);
  return x < 0 ? -y : y;
}

/** erf x with relative error below 2^-45 (or already rounded, where the result is 1). */
export function approximateErf(x: number): number {
  const magnitude = x < 0 ? -x : x;
  if (magnitude < 0.25) return x * erfOverX(x * x);
  if (!(magnitude < 4)) return x !== x ? NaN : x < 0 ? -1 : 1; // 1 - erf 4 < 2^-25
  const piece = Math.floor(magnitude * ERF_CENTRES_PER_UNIT);
  const t = magnitude - (piece + 0.5) / ERF_CENTRES_PER_UNIT;
  // Even and odd powers apart: two chains half as long.
  const square = t * t;
  const first = piece * ERF_TAYLOR_TERMS;
  let even = ERF_TAYLOR[first + ERF_TAYLOR_TERMS - 2]!;
  let odd = ERF_TAYLOR[first + ERF_TAYLOR_TERMS - 1]!;
  for (let at = first + ERF_TAYLOR_TERMS - 4; at >= first; at -= 2) {
    even = even * square + ERF_TAYLOR[at]!;
    odd = odd * square + ERF_TAYLOR[at + 1]!;
  }
  const y = even + t * odd;
  return x < 0 ? -y : y;
}

const TWO_OVER_SQRT_PI = 1.1283791670955126;

/** erf(x) / x for z = x^2 < 1/16: the Taylor series to z^9. */
function erfOverX(z: number): number {
  const series =
    1 / 3 -
    z *
      (1 / 10 -
        z *
          (1 / 42 -
            z *
              (1 / 216 -
                z * (1 / 1320 - z * (1 / 9360 - z * (1 / 75600 - z * (1 / 685440 - z * (1 / 6894720))))))));
  return TWO_OVER_SQRT_PI - TWO_OVER_SQRT_PI * z * series;
}

/** sin x with relative error below 2^-45 (or already rounded, where |x| is tiny). */
export function approximateSin(x: number): number {
  const magnitude = x < 0 ? -x : x;
  if (magnitude < TINY) return x;
  const y = sineOfQuarters(magnitude, 0);
  return x < 0 ? -y : y;
}

/** cos x with relative error below 2^-45. */
export function approximateCos(x: number): number {
  return sineOfQuarters(x < 0 ? -x : x, 1);
}

const QUARTER_PI = 0.7853981633974483;
const HALF_PI = 1.5707963267948966;
/** Binary exponent of the smallest binary32 that is reduced: 2^-1 <= pi/4. */
const FIRST_EXPONENT = -1;
/** Four doubles for each binary exponent from FIRST_EXPONENT to 127. */
export const REDUCTION: Float64Array = reductionTable();

/**
 * For every binary exponent E of an argument the four addends of 2/pi that matter: bits worth 2^(25 - E) and more make
 * multiples of four quarter turns and are left out; then 29, 29, 29 and 53 bits. An argument has 24 bits, so its product
 * with each of the first three is exact in a double.
 */
function reductionTable(): Float64Array {
  const table = new Float64Array(4 * 129);
  for (let row = 0; row < 129; row++) {
    const top = 25 - (row + FIRST_EXPONENT);
    let weight = top;
    for (const [part, bits] of [29, 29, 29, 53].entries()) {
      const shift = TWO_OVER_PI.scale + weight - bits;
      const digits = (TWO_OVER_PI.value >> BigInt(shift)) & ((1n << BigInt(bits)) - 1n);
      table[4 * row + part] = timesPowerOfTwo(Number(digits), weight - bits);
      weight -= bits;
    }
  }
  return table;
}

function timesPowerOfTwo(x: number, n: number): number {
  for (; n < -SMALLEST; n += SMALLEST) x *= POWERS_OF_TWO[0]!;
  return x * POWERS_OF_TWO[n + SMALLEST]!;
}

/** sin(x + quarters * pi / 2) for x >= 0 (NaN for infinity and NaN). */
function sineOfQuarters(x: number, quarters: number): number {
  let quadrant = quarters;
  let r = x;
  if (!(x < QUARTER_PI)) {
    if (!(x < Infinity)) return NaN;
    singles[0] = x;
    const row = 4 * ((singleWords[0]! >>> 23) - 127 - FIRST_EXPONENT);
    const p = x * REDUCTION[row]!;
    const p1 = x * REDUCTION[row + 1]!;
    const turns = p - 4 * Math.floor(p / 4);
    const k = Math.floor(turns + p1 + 0.5);
    // turns - k is a multiple of 2^-27 and p1 < 1/8 one of 2^-56: where they cancel the sum is exact.
    r = (turns - k + p1 + x * REDUCTION[row + 2]! + x * REDUCTION[row + 3]!) * HALF_PI;
    quadrant += k;
  }
  const y = quadrant & 1 ? cosReduced(r) : sinReduced(r);
  return quadrant & 2 ? -y : y;
}

/** sin r, |r| <= pi/4 + 2^-40: Taylor to r^15. */
function sinReduced(r: number): number {
  const z = r * r;
  const series =
    1 / 6 -
    z *
      (1 / 120 -
        z *
          (1 / 5040 -
            z * (1 / 362880 - z * (1 / 39916800 - z * (1 / 6227020800 - z * (1 / 1307674368000))))));
  return r - r * z * series;
}

/** cos r, |r| <= pi/4 + 2^-40: Taylor to r^16. */
function cosReduced(r: number): number {
  const z = r * r;
  const series =
    1 / 24 -
    z *
      (1 / 720 -
        z *
          (1 / 40320 -
            z * (1 / 3628800 - z * (1 / 479001600 - z * (1 / 87178291200 - z * (1 / 20922789888000))))));
  return 1 - (z / 2 - z * z * series);
}
