/** Boundary-weighted arguments for the transcendental functions, deterministic for a seed. Bit patterns throughout. */
import { cosF32, erfF32, expF32, logF32, sinF32, tanhF32 } from "../../src/run/transcendental.js";
import type { Transcendental } from "../../src/run/transcendental-exact.js";

export const FAST: Record<Transcendental, (x: number) => number> = {
  exp: expF32,
  log: logF32,
  tanh: tanhF32,
  erf: erfF32,
  sin: sinF32,
  cos: cosF32,
};

const singles = new Float32Array(1);
const words = new Uint32Array(singles.buffer);

export function f32OfBits(bits: number): number {
  words[0] = bits;
  return singles[0]!;
}

/** Every NaN is the stored one. */
export function bitsOfF32(x: number): number {
  singles[0] = x;
  return x !== x ? 0x7fc00000 : words[0]!;
}

/** Zeros, subnormals, ends of the range, infinities and NaNs of either sign, quiet and signalling. */
export const EDGES: readonly number[] = [
  0x00000000, 0x00000001, 0x007fffff, 0x00800000, 0x3f7fffff, 0x3f800000, 0x3f800001, 0x7f7fffff, 0x7f800000,
  0x7f800001, 0x7fc00000, 0x7fffffff,
].flatMap((bits) => [bits, (bits | 0x80000000) >>> 0]);

const WAVE_TURNS = [
  2 ** -13,
  2 ** -12,
  ...Array.from({ length: 64 }, (_, n) => (n * Math.PI) / 4),
  2 ** 20,
  2 ** 24,
  2 ** 127,
];

/**
 * Magnitudes at which some implementation changes its way: cut-offs of range and series, pieces of erf, switches of the
 * reduction, overflow and underflow.
 */
const TURNS: Record<Transcendental, readonly number[]> = {
  exp: [2 ** -25, 2 ** -24, 0.34657359, 88.722839, 89, 87.33655, 103.27893, 103.97208, 104, 128],
  log: [2 ** -126, 2 ** -127, 0.70710678, 1, 1.41421356, 2, 2.8284271],
  tanh: [2 ** -13, 2 ** -12, 0.1732868, 9.0109, 9.5, 10],
  erf: [2 ** -126, 2 ** -127, ...Array.from({ length: 20 }, (_, n) => n / 4), 3.8325, 3.92],
  sin: WAVE_TURNS,
  cos: WAVE_TURNS,
};

/** Exponent fields in which the function does something. */
const FIELDS: Record<Transcendental, readonly [first: number, last: number]> = {
  exp: [100, 134],
  log: [1, 254],
  tanh: [112, 131],
  erf: [90, 130],
  sin: [112, 150],
  cos: [112, 150],
};

/** `count` arguments: edges, then turns with their neighbours, then one half anywhere, one half where it matters. */
export function transcendentalVectors(name: Transcendental, count: number, seed = 1): Uint32Array {
  const next = randomWords(seed);
  const near = TURNS[name].flatMap((turn) =>
    Array.from({ length: 9 }, (_, i) => Math.max(0, bitsOfF32(turn) + i - 4)).flatMap((bits) => [
      bits,
      (bits | 0x80000000) >>> 0,
    ]),
  );
  const [first, last] = FIELDS[name];
  const vectors = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    if (i < EDGES.length) vectors[i] = EDGES[i]!;
    else if (i < EDGES.length + near.length) vectors[i] = near[i - EDGES.length]!;
    else if (i & 1) vectors[i] = next();
    else {
      const field = first + (next() % (last - first + 1));
      vectors[i] = (next() & (i & 2 ? 0x807fffff : 0x807f0000)) | (field << 23);
      // Significands close to a power of two carry into the next exponent.
      if ((i & 31) === 0) vectors[i]! |= 0x7ffff0;
    }
  }
  return vectors;
}

/** xorshift32, mixed: plain and the same everywhere. */
function randomWords(seed: number): () => number {
  let state = (Math.imul(seed, 0x9e3779b9) | 1) >>> 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.imul(state, 0x2545f491) >>> 0;
  };
}

/** Packs bit patterns as the harness takes them: big-endian 32-bit words. */
export function packed(vectors: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(vectors.length * 4);
  const view = new DataView(bytes.buffer);
  vectors.forEach((bits, i) => view.setUint32(4 * i, bits));
  return bytes;
}

export function unpacked(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.byteLength / 4 }, (_, i) => view.getUint32(4 * i));
}
