/**
 * EXP, LOG, TANH, ERF, SIN and COS on binary32, correctly rounded: the definition of `docs/spec/transcendental.md`
 * written down as plain BigInt fixed-point arithmetic. Slow (tens of microseconds) and readable; the fast evaluation in
 * `transcendental.ts` falls back to it and the contracts are compared with it.
 */
export const TRANSCENDENTALS = ["exp", "log", "tanh", "erf", "sin", "cos"] as const;
export type Transcendental = (typeof TRANSCENDENTALS)[number];

/** The true value lies strictly between `(value - error) * 2^-scale` and `(value + error) * 2^-scale`. */
export interface Enclosure {
  readonly value: bigint;
  readonly error: bigint;
  readonly scale: number;
}

/**
 * A finite number `significand * 2^exponent`, exactly.
 */
export interface Dyadic {
  readonly significand: bigint;
  readonly exponent: number;
}

/**
 * Bits carried below `scale` while computing. Every function below cuts off fewer than 2^12 times, each time less than
 * one unit of the working scale, and amplifies what was cut off by less than 2^40 (exp and log by far less; erf's
 * alternating series has terms below 2^24). 2^(12 + 40) units of the working scale are less than one unit of `scale`.
 */
const GUARD_BITS = 64;

/** First scale tried. No binary32 input needs more, but nothing relies on that: an undecided rounding doubles it. */
const FIRST_SCALE = 256;

/**
 * The binary32 nearest to the true value, ties to even (a tie never happens: see "Why the loop ends" in
 * `docs/spec/transcendental.md`).
 * @param x a binary32 value; NaN and infinities are edges of the definition
 */
export function exactTranscendental(name: Transcendental, x: number): number {
  const edge = edgeOf(name, x);
  if (edge !== undefined) return edge;
  const argument = dyadicOf(x);
  for (let scale = FIRST_SCALE; ; scale *= 2) {
    const { value, error } = enclose(name, argument, scale);
    const low = nearestF32(value - error, scale);
    const high = nearestF32(value + error, scale);
    if (low === high) return low;
  }
}

/**
 * The results that need no series: NaN, infinities, the exact values, and arguments so large that the rounded result
 * no longer changes. `undefined` for everything else.
 */
export function edgeOf(name: Transcendental, x: number): number | undefined {
  if (Number.isNaN(x)) return NaN;
  switch (name) {
    case "exp":
      if (x === 0) return 1;
      if (x > 89) return Infinity; // e^89 > 2^128
      if (x < -104) return 0; // e^-104 < 2^-150, half of the smallest subnormal
      return undefined;
    case "log":
      if (x === 0) return -Infinity;
      if (x < 0) return NaN;
      if (x === 1) return 0;
      if (x === Infinity) return Infinity;
      return undefined;
    case "tanh":
      if (x === 0) return x;
      if (x >= 10 || x <= -10) return x > 0 ? 1 : -1; // 1 - tanh 10 < 2^-27
      return undefined;
    case "erf":
      if (x === 0) return x;
      if (x >= 4 || x <= -4) return x > 0 ? 1 : -1; // 1 - erf 4 < 2^-25
      return undefined;
    case "sin":
      if (x === 0) return x;
      return x - x === 0 ? undefined : NaN;
    case "cos":
      if (x === 0) return 1;
      return x - x === 0 ? undefined : NaN;
  }
}

/**
 * Encloses the value at an argument that is no edge.
 * @param scale bits after the binary point of the answer; the answer's `error` is a few units of it, for exp times 2^k
 */
export function enclose(name: Transcendental, x: Dyadic, scale: number): Enclosure {
  const w = scale + GUARD_BITS;
  if (name === "log") return narrow(fixedLog(x, w), scale);
  const negative = x.significand < 0n;
  const magnitude = { significand: negative ? -x.significand : x.significand, exponent: x.exponent };
  if (name === "exp") return fixedExp(x, scale);
  if (name === "cos") return narrow(fixedSine(magnitude, w, 1n), scale);
  const odd =
    name === "sin"
      ? fixedSine(magnitude, w, 0n)
      : name === "tanh"
        ? fixedTanh(magnitude, w)
        : fixedErf(magnitude, w);
  return narrow(negative ? -odd : odd, scale);
}

/** Drops the guard bits: one unit for what the working precision cut off, one for dropping them. */
function narrow(value: bigint, scale: number): Enclosure {
  return { value: value >> BigInt(GUARD_BITS), error: 2n, scale };
}

/** e^x = 2^k * e^r with r = x - k ln 2 in [0, ln 2). */
function fixedExp(x: Dyadic, scale: number): Enclosure {
  const w = scale + GUARD_BITS;
  const { k, remainder } = dividedByLn2(x, w);
  const { value, error } = narrow(expSeries(remainder, w), scale);
  if (k >= 0) return { value: value << BigInt(k), error: error << BigInt(k), scale };
  return { value: value >> BigInt(-k), error: error + 1n, scale };
}

/** k = floor(x / ln 2) and x - k ln 2 at scale w. |k| stays under 2^8, so ln 2 needs no more digits than the guard has. */
function dividedByLn2(x: Dyadic, w: number): { k: number; remainder: bigint } {
  const fixed = toFixed(x, w);
  const ln2 = ln2At(w);
  const k = floorDivide(fixed, ln2);
  return { k: Number(k), remainder: fixed - k * ln2 };
}

/** Sum of r^n / n!, r in [0, 1] at scale w. */
function expSeries(r: bigint, w: number): bigint {
  const W = BigInt(w);
  let term = 1n << W;
  let sum = 0n;
  for (let n = 1n; term !== 0n; n++) {
    sum += term;
    term = ((term * r) >> W) / n;
  }
  return sum;
}

/** x = m * 2^e with m in [1, 2): ln x = e ln 2 + 2 atanh((m - 1) / (m + 1)). */
function fixedLog(x: Dyadic, w: number): bigint {
  const length = x.significand.toString(2).length;
  const one = 1n << BigInt(length - 1);
  const e = BigInt(x.exponent + length - 1);
  const s = ((x.significand - one) << BigInt(w)) / (x.significand + one);
  return e * ln2At(w) + 2n * atanhSeries(s, w);
}

/** Sum of s^(2n+1) / (2n+1), 0 <= s <= 1/3 at scale w. */
function atanhSeries(s: bigint, w: number): bigint {
  const W = BigInt(w);
  const square = (s * s) >> W;
  let power = s;
  let sum = 0n;
  for (let n = 1n; power !== 0n; n += 2n) {
    sum += power / n;
    power = (power * square) >> W;
  }
  return sum;
}

/** tanh x = (e^2x - 1) / (e^2x + 1), 0 < x < 10. The subtraction costs relative, not absolute precision. */
function fixedTanh(x: Dyadic, w: number): bigint {
  const { k, remainder } = dividedByLn2({ ...x, exponent: x.exponent + 1 }, w);
  const one = 1n << BigInt(w);
  const e2x = expSeries(remainder, w) << BigInt(k);
  return ((e2x - one) << BigInt(w)) / (e2x + one);
}

/** erf x = 2 / sqrt(pi) * sum of (-1)^n x^(2n+1) / (n! (2n+1)), 0 < x < 4. */
function fixedErf(x: Dyadic, w: number): bigint {
  const W = BigInt(w);
  const fixed = toFixed(x, w);
  const square = (fixed * fixed) >> W;
  let term = fixed;
  let sum = 0n;
  for (let n = 0n; term !== 0n; n++) {
    const part = term / (2n * n + 1n);
    sum += n & 1n ? -part : part;
    term = ((term * square) >> W) / (n + 1n);
  }
  const sqrtPi = squareRoot(piAt(w) << W);
  return (2n * sum * (1n << W)) / sqrtPi;
}

/** sin(x + quarterTurns * pi / 2), x > 0: turned into the first octants by quarters, then the series of sin or cos. */
function fixedSine(x: Dyadic, w: number, quarterTurns: bigint): bigint {
  // The quotient has up to 128 bits; pi carries as many more, so their product is still exact to the working scale.
  const wide = w + 160;
  const halfPi = piAt(wide) >> 1n;
  const fixed = toFixed(x, wide);
  const turns = fixed / halfPi;
  const r = (fixed - turns * halfPi) >> 160n;
  const quadrant = (turns + quarterTurns) & 3n;
  const value = sineSeries(r, w, quadrant & 1n);
  return quadrant & 2n ? -value : value;
}

/** Sum of (-1)^n r^(2n+odd) / (2n+odd)!: sin for `cosine` 0, cos for 1; r in [0, pi/2] at scale w. */
function sineSeries(r: bigint, w: number, cosine: bigint): bigint {
  const W = BigInt(w);
  const square = (r * r) >> W;
  let term = cosine ? 1n << W : r;
  let sum = 0n;
  for (let n = cosine ? 1n : 2n; term !== 0n; n += 2n) {
    sum += term;
    term = -((term * square) >> W) / (n * (n + 1n));
  }
  return sum;
}

const ln2Cache = new Map<number, bigint>();
/** ln 2 = 2 atanh(1/3), at scale w. */
export function ln2At(w: number): bigint {
  return remembered(ln2Cache, w, () => {
    const wide = w + GUARD_BITS;
    return (2n * atanhSeries((1n << BigInt(wide)) / 3n, wide)) >> BigInt(GUARD_BITS);
  });
}

const piCache = new Map<number, bigint>();
/** pi = 16 atan(1/5) - 4 atan(1/239) (Machin), at scale w. */
export function piAt(w: number): bigint {
  return remembered(piCache, w, () => {
    const wide = w + GUARD_BITS;
    return (16n * inverseAtan(5n, wide) - 4n * inverseAtan(239n, wide)) >> BigInt(GUARD_BITS);
  });
}

function inverseAtan(d: bigint, w: number): bigint {
  let power = (1n << BigInt(w)) / d;
  let sum = 0n;
  for (let n = 1n; power !== 0n; n += 2n) {
    sum += n & 2n ? -(power / n) : power / n;
    power /= d * d;
  }
  return sum;
}

function remembered(cache: Map<number, bigint>, w: number, compute: () => bigint): bigint {
  const known = cache.get(w);
  if (known !== undefined) return known;
  const value = compute();
  cache.set(w, value);
  return value;
}

/** floor(sqrt(n)) by Newton's iteration from above. */
export function squareRoot(n: bigint): bigint {
  let root = 1n << BigInt((n.toString(2).length >> 1) + 1);
  for (;;) {
    const next = (root + n / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a < 0n && quotient * b !== a ? quotient - 1n : quotient;
}

/** x at scale w; exact, because w is larger than the number of fraction bits of any binary32. */
function toFixed(x: Dyadic, w: number): bigint {
  return x.significand << BigInt(x.exponent + w);
}

const floats = new Float32Array(1);
const words = new Uint32Array(floats.buffer);

/** A finite binary32 as an exact dyadic number. */
export function dyadicOf(x: number): Dyadic {
  floats[0] = x;
  const word = words[0]!;
  const field = (word >>> 23) & 0xff;
  const fraction = word & 0x7fffff;
  const magnitude = BigInt(field === 0 ? fraction : fraction | 0x800000);
  return { significand: word >>> 31 ? -magnitude : magnitude, exponent: Math.max(field, 1) - 150 };
}

/** The binary32 nearest to value * 2^-scale, ties to even, overflow to infinity. */
export function nearestF32(value: bigint, scale: number): number {
  const magnitude = value < 0n ? -value : value;
  const length = magnitude === 0n ? 0 : magnitude.toString(2).length;
  // The unit in the last place is 2^(cut - scale): 24 bits are kept, and never less than 2^-149 is resolved.
  const cut = Math.max(length - 24, scale - 149);
  let kept = cut >= 0 ? magnitude >> BigInt(cut) : magnitude << BigInt(-cut);
  if (cut > 0) {
    const rest = magnitude - (kept << BigInt(cut));
    const half = 1n << BigInt(cut - 1);
    if (rest > half || (rest === half && kept & 1n)) kept += 1n;
  }
  // The hidden bit of `kept`, when there is one, adds the 1 that the exponent field lacks; a carry adds another.
  const word = ((cut - scale + 149) << 23) + Number(kept);
  words[0] = (word >= 0x7f800000 ? 0x7f800000 : word) + (value < 0n ? 0x80000000 : 0);
  return floats[0]!;
}
