import type { ArithmeticOp } from "../program/instruction.js";
import { cosF32, erfF32, expF32, logF32, sinF32, tanhF32 } from "./transcendental.js";

const round = Math.fround;

/** IEEE 754-2019 minimum: NaN wins, -0 < +0. */
export const minF32 = (a: number, b: number): number => Math.min(a, b);

/** IEEE 754-2019 maximum: NaN wins, -0 < +0. */
export const maxF32 = (a: number, b: number): number => Math.max(a, b);

/** Nearest integer, ties to even, the sign of zero kept. Exact: beyond 2^23 every binary32 is an integer. */
export function rintF32(x: number): number {
  const floor = Math.floor(x);
  const fraction = x - floor;
  const up = fraction > 0.5 || (fraction === 0.5 && floor % 2 !== 0);
  const nearest = up ? floor + 1 : floor;
  return nearest === 0 ? (x < 0 || Object.is(x, -0) ? -0 : 0) : nearest;
}

/** Truncates toward zero and saturates; NaN gives 0. */
export function toInt32(x: number): number {
  if (Number.isNaN(x)) return 0;
  return Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.trunc(x))) | 0;
}

/** Truncating quotient; x / 0 = 0, and MIN / -1 = MIN by wrapping. */
export const divI32 = (a: number, b: number): number => (b === 0 ? 0 : (a / b) | 0);

/** Remainder of the truncating quotient; x mod 0 = x. */
export const modI32 = (a: number, b: number): number => (b === 0 ? a : (a % b) | 0);

const truth = (condition: boolean): number => (condition ? 1 : 0);

/**
 * The arithmetic of `onus-1`, one line an instruction. f32 values are numbers that are binary32 values, i32 values are
 * integers in -2^31..2^31-1. Rounding a double's sum, difference, product, quotient or root of two binary32 values to
 * binary32 gives the correctly rounded result (Figueroa, "When is double rounding innocuous?", 1995: 53 ≥ 2·24 + 2).
 */
export const SCALAR: Record<ArithmeticOp, (a: number, b: number) => number> = {
  "f32.add": (a, b) => round(a + b),
  "f32.sub": (a, b) => round(a - b),
  "f32.mul": (a, b) => round(a * b),
  "f32.div": (a, b) => round(a / b),
  "f32.min": minF32,
  "f32.max": maxF32,
  "f32.eq": (a, b) => truth(a === b),
  "f32.lt": (a, b) => truth(a < b),
  "f32.le": (a, b) => truth(a <= b),
  "f32.sqrt": (a) => round(Math.sqrt(a)),
  "f32.neg": (a) => -a,
  "f32.abs": (a) => Math.abs(a),
  "f32.floor": (a) => Math.floor(a),
  "f32.ceil": (a) => Math.ceil(a),
  "f32.rint": rintF32,
  "f32.trunc": (a) => Math.trunc(a),
  "f32.exp": expF32,
  "f32.log": logF32,
  "f32.tanh": tanhF32,
  "f32.erf": erfF32,
  "f32.sin": sinF32,
  "f32.cos": cosF32,
  "i32.add": (a, b) => (a + b) | 0,
  "i32.sub": (a, b) => (a - b) | 0,
  "i32.mul": (a, b) => Math.imul(a, b),
  "i32.div": divI32,
  "i32.mod": modI32,
  "i32.min": (a, b) => Math.min(a, b),
  "i32.max": (a, b) => Math.max(a, b),
  "i32.and": (a, b) => a & b,
  "i32.or": (a, b) => a | b,
  "i32.xor": (a, b) => a ^ b,
  "i32.shl": (a, b) => a << b,
  "i32.shr": (a, b) => (a >>> b) | 0,
  "i32.sar": (a, b) => a >> b,
  "i32.eq": (a, b) => truth(a === b),
  "i32.lt": (a, b) => truth(a < b),
  "i32.le": (a, b) => truth(a <= b),
  "i32.neg": (a) => -a | 0,
  "i32.abs": (a) => Math.abs(a) | 0,
  "i32.not": (a) => ~a,
  i2f: (a) => round(a),
  f2i: toInt32,
};

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

/** The canonical NaN, the only one that is ever stored. */
export const NAN_BITS = 0x7fc00000;

/** The binary32 value of 32 raw bits. */
export function floatOfBits(bits: number): number {
  word[0] = bits;
  return float[0] as number;
}

/** The raw bits of a binary32 value, NaN canonical. */
export function bitsOfFloat(value: number): number {
  if (Number.isNaN(value)) return NAN_BITS;
  float[0] = value;
  return word[0] as number;
}
