/** What each scalar operation means, in the plainest terms JavaScript has; operands and results are 32-bit patterns. */
import { toBits, toNumber } from "./float-vectors.js";

export interface Operation {
  readonly name: string;
  /** Number in `ArithmeticHarness`; 64 and above take one argument. */
  readonly number: number;
  readonly operands: "float" | "integer";
  /** Whether a NaN may come out: compared in canonical form. */
  readonly floating: boolean;
  readonly expected: (a: number, b: number) => number;
}

type Binary = (x: number, y: number) => number;
type Unary = (x: number) => number;

/** A double holds the exact sum's, product's, quotient's and root's every bit that matters to the nearest binary32. */
const float2 = (name: string, number: number, f: Binary): Operation =>
  ({ name, number, operands: "float", floating: true, expected: (a, b) => toBits(f(toNumber(a), toNumber(b))) }); // prettier-ignore
const float1 = (name: string, number: number, f: Unary): Operation =>
  ({ name, number, operands: "float", floating: true, expected: (a) => toBits(f(toNumber(a))) }); // prettier-ignore
const compare = (name: string, number: number, f: (x: number, y: number) => boolean): Operation =>
  ({ name, number, operands: "float", floating: false, expected: (a, b) => (f(toNumber(a), toNumber(b)) ? 1 : 0) }); // prettier-ignore
const integer2 = (name: string, number: number, f: Binary): Operation =>
  ({ name, number, operands: "integer", floating: false, expected: (a, b) => f(a | 0, b | 0) >>> 0 }); // prettier-ignore
const integer1 = (name: string, number: number, f: Unary): Operation =>
  ({ name, number, operands: "integer", floating: false, expected: (a) => f(a | 0) >>> 0 }); // prettier-ignore

function nearestEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest === 0 || x !== x) return x;
  const rounded = rest < 0.5 || (rest === 0.5 && below % 2 === 0) ? below : below + 1;
  return rounded === 0 && x < 0 ? -0 : rounded;
}

function truncated(x: number): number {
  if (x !== x) return 0;
  if (x <= -0x80000000) return -0x80000000;
  return x >= 0x7fffffff ? 0x7fffffff : Math.trunc(x);
}

const clamp = (x: number, least: number, greatest: number): number => Math.max(least, Math.min(greatest, x));

export const OPERATIONS: readonly Operation[] = [
  float2("Float32.add", 0, (x, y) => x + y),
  float2("Float32.sub", 1, (x, y) => x - y),
  float2("Float32.mul", 2, (x, y) => x * y),
  float2("Float32.div", 3, (x, y) => x / y),
  float2("Float32.min", 4, (x, y) => Math.min(x, y)),
  float2("Float32.max", 5, (x, y) => Math.max(x, y)),
  compare("Float32.eq", 6, (x, y) => x === y),
  compare("Float32.lt", 7, (x, y) => x < y),
  compare("Float32.le", 8, (x, y) => x <= y),
  float1("Float32.sqrt", 64, (x) => Math.sqrt(x)),
  float1("Float32.neg", 65, (x) => -x),
  float1("Float32.abs", 66, (x) => Math.abs(x)),
  float1("Float32.floor", 67, (x) => Math.floor(x)),
  float1("Float32.ceil", 68, (x) => Math.ceil(x)),
  float1("Float32.rint", 69, nearestEven),
  float1("Float32.trunc", 70, (x) => Math.trunc(x)),
  {
    name: "Float32.fromInt32",
    number: 71,
    operands: "integer",
    floating: true,
    expected: (a) => toBits(a | 0),
  },
  {
    name: "Float32.toInt32",
    number: 72,
    operands: "float",
    floating: false,
    expected: (a) => truncated(toNumber(a)) >>> 0,
  },
  float1("Float32.canonical", 73, (x) => x),
  integer2("Int32.add", 16, (x, y) => x + y),
  integer2("Int32.sub", 17, (x, y) => x - y),
  integer2("Int32.mul", 18, (x, y) => Math.imul(x, y)),
  integer2("Int32.div", 19, (x, y) => (y === 0 ? 0 : Math.trunc(x / y))),
  integer2("Int32.mod", 20, (x, y) => (y === 0 ? x : x % y)),
  integer2("Int32.min", 21, (x, y) => Math.min(x, y)),
  integer2("Int32.max", 22, (x, y) => Math.max(x, y)),
  integer2("Int32.and", 23, (x, y) => x & y),
  integer2("Int32.or", 24, (x, y) => x | y),
  integer2("Int32.xor", 25, (x, y) => x ^ y),
  integer2("Int32.shl", 26, (x, y) => x << (y & 31)),
  integer2("Int32.shr", 27, (x, y) => x >>> (y & 31)),
  integer2("Int32.sar", 28, (x, y) => x >> (y & 31)),
  integer2("Int32.eq", 29, (x, y) => Number(x === y)),
  integer2("Int32.lt", 30, (x, y) => Number(x < y)),
  integer2("Int32.le", 31, (x, y) => Number(x <= y)),
  integer1("Int32.neg", 80, (x) => -x),
  integer1("Int32.abs", 81, (x) => Math.abs(x)),
  integer1("Int32.not", 82, (x) => ~x),
  integer1("Int32.toU8", 83, (x) => clamp(x, 0, 255)),
  integer1("Int32.toI8", 84, (x) => clamp(x, -128, 127) & 255),
];

/** acc = round(acc + round(a_i * b_i)), from `start`; all in bits. */
export function plainDot(start: number, a: ArrayLike<number>, b: ArrayLike<number>): number {
  let acc = toNumber(start);
  for (let i = 0; i < a.length; i++) {
    acc = Math.fround(acc + Math.fround(toNumber(a[i]!) * toNumber(b[i]!)));
  }
  return toBits(acc);
}
