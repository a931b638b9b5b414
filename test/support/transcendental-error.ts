import {
  approximateCos,
  approximateErf,
  approximateExp,
  approximateLog,
  approximateSin,
  approximateTanh,
} from "../../src/run/transcendental.js";
import { dyadicOf, enclose, type Transcendental } from "../../src/run/transcendental-exact.js";

/** The double approximations behind the fast functions. */
export const APPROXIMATE: Record<Transcendental, (x: number) => number> = {
  exp: approximateExp,
  log: approximateLog,
  tanh: approximateTanh,
  erf: approximateErf,
  sin: approximateSin,
  cos: approximateCos,
};

const doubles = new Float64Array(1);
const doubleBits = new BigUint64Array(doubles.buffer);

/**
 * |y - f(x)| / |f(x)| for the approximation y at x, measured by the definition; `undefined` where the approximation is a
 * settled result (0, 1, x, an infinity, NaN) and has no error to speak of.
 */
export function approximationError(name: Transcendental, x: number): number | undefined {
  const y = APPROXIMATE[name](x);
  if (y === 0 || y === 1 || y === -1 || y === x || y - y !== 0) return undefined;
  const { value, scale } = enclose(name, dyadicOf(x), 256);
  doubles[0] = y;
  const field = Number((doubleBits[0]! >> 52n) & 0x7ffn);
  const significand = (doubleBits[0]! & 0xfffffffffffffn) | 0x10000000000000n;
  const approximation = significand << BigInt(scale + field - 1075);
  return relativeDifference(approximation, value < 0n ? -value : value);
}

/** |a - b| / |b|, to a double's precision even where it is tiny. */
export function relativeDifference(a: bigint, b: bigint): number {
  const difference = a > b ? a - b : b - a;
  return ratio(difference, b < 0n ? -b : b);
}

/** a / b for 0 <= a < b. */
export function ratio(a: bigint, b: bigint): number {
  return Number((a << 300n) / b) / 2 ** 300;
}
