/**
 * Operands that weigh boundaries. Uniform bits almost never meet a tie, a cancellation, a subnormal or a carry into the
 * next exponent, so nearly every vector here is made to sit next to one.
 */

/** xorshift128: small, seeded, good enough to vary test vectors. */
export class Random {
  readonly #s = new Uint32Array(4);

  constructor(seed: number) {
    for (let i = 0; i < 4; i++) {
      seed = (Math.imul(seed ^ (seed >>> 16), 0x45d9f3b) + 0x9e3779b9) >>> 0;
      this.#s[i] = seed | 1;
    }
    for (let i = 0; i < 20; i++) this.bits();
  }

  /** @returns 32 uniform bits. */
  bits(): number {
    const s = this.#s;
    let t = s[3]!;
    t ^= t << 11;
    t ^= t >>> 8;
    s[3] = s[2]!;
    s[2] = s[1]!;
    s[1] = s[0]!;
    t ^= s[0]! ^ (s[0]! >>> 19);
    s[0] = t;
    return s[0];
  }

  /** @returns an integer in 0..n-1. */
  below(n: number): number {
    return this.bits() % n;
  }
}

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** @returns the number whose binary32 bits these are. */
export function toNumber(bits: number): number {
  word[0] = bits;
  return float[0]!;
}

/** @returns the bits of the nearest binary32, every NaN as 0x7fc00000. */
export function toBits(value: number): number {
  if (value !== value) return 0x7fc00000;
  float[0] = value;
  return word[0]!;
}

const NOTABLE = [
  0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, 3.5, -1.5, -2.5, 2, 3, 10, Infinity, -Infinity, NaN,
  2 ** -149, -(2 ** -149), 2 ** -126, 2 ** -126 - 2 ** -149, 2 ** -125, 2 ** 127, 2 ** 127 * (2 - 2 ** -23),
  2 ** 22, 2 ** 23, 2 ** 23 - 0.5, 2 ** 24, 2 ** 24 - 1, 2 ** 31, 2 ** 31 - 128, -(2 ** 31), 2 ** 63, 2 ** 64,
  1 + 2 ** -23, 1 - 2 ** -24, 2 - 2 ** -23, 127, 128, 255, 256, -128, -129,
].map(toBits).concat(0x7f800001, 0xff800001, 0xffc00000, 0x7fffffff); // prettier-ignore

/** A 23-bit fraction: empty, full, one bit set or cleared, near either end, few bits, random. */
export function anyFraction(random: Random): number {
  switch (random.below(10)) {
    case 0:
      return 0;
    case 1:
      return 0x7fffff;
    case 2:
      return 1 << random.below(23);
    case 3:
      return 0x7fffff ^ (1 << random.below(23));
    case 4:
      return random.below(8);
    case 5:
      return 0x7fffff - random.below(8);
    case 6:
      return random.bits() & random.bits() & random.bits() & 0x7fffff;
    default:
      return random.bits() & 0x7fffff;
  }
}

/** @returns bits of a finite value with an exponent field in least..greatest. */
export function inFields(random: Random, least: number, greatest: number): number {
  const field = least + random.below(greatest - least + 1);
  return ((random.bits() & 0x80000000) | (field << 23) | anyFraction(random)) >>> 0;
}

/** @returns bits of any binary32 at all, boundaries weighed. */
export function anyFloat(random: Random): number {
  switch (random.below(16)) {
    case 0:
    case 1:
      return NOTABLE[random.below(NOTABLE.length)]!;
    case 2:
      return inFields(random, 0, 2);
    case 3:
      return inFields(random, 252, 255);
    case 4:
      return inFields(random, 0, 30);
    case 5:
      return inFields(random, 225, 254);
    case 6:
    case 7:
      return inFields(random, 124, 130);
    case 8:
      return inFields(random, 140, 160);
    case 9:
      return inFields(random, 60, 70);
    case 10:
      return random.bits() >>> 0;
    default:
      return inFields(random, 0, 254);
  }
}

export const anyFinite = (random: Random): number => {
  for (;;) {
    const bits = anyFloat(random);
    if ((bits & 0x7f800000) !== 0x7f800000) return bits;
  }
};

const nudge = (random: Random, bits: number): number => (bits + random.below(7) - 3) >>> 0;

/** @returns b for a given a: unrelated, or chosen so that a sum, product or quotient lands on a boundary. */
export function partner(random: Random, a: number): number {
  const sign = random.bits() & 0x80000000;
  switch (random.below(12)) {
    case 0: // the same magnitude, or a few last places away: cancellation, comparison
      return (nudge(random, a) ^ sign) >>> 0;
    case 1: // up to 28 exponents away: ties and sticky bits of a sum
    case 2:
    case 3:
      return ((a ^ sign) + ((random.below(57) - 28) << 23) + random.below(5) - 2) >>> 0;
    case 4: // product near overflow
      return (
        (sign | (((381 - ((a >>> 23) & 255) + random.below(3) - 1) & 255) << 23) | anyFraction(random)) >>> 0
      );
    case 5: // product near the least normal, or the least subnormal
      return (
        (sign | (((128 - ((a >>> 23) & 255) - random.below(28)) & 255) << 23) | anyFraction(random)) >>> 0
      );
    case 6: // quotient near overflow or near a subnormal
      return (sign | (((((a >>> 23) & 255) + (random.below(2) ? 127 : 129) + random.below(3) - 1) & 255) << 23) | anyFraction(random)) >>> 0; // prettier-ignore
    case 7: // quotient near a middle: a is about (q + half a place) * b, so b is about a / that
      return nudge(random, toBits(toNumber(a) / (1 + (2 * random.below(1 << 23) + 1) * 2 ** -24)));
    case 8: // half a place of a, the exact tie of a sum, or next to it
      return nudge(random, (sign | (Math.max(((a >>> 23) & 255) - 24, 0) << 23)) >>> 0);
    default:
      return anyFloat(random);
  }
}

/** @returns operands of one-argument operations: also near squares, integers, halves, and the ends of i32. */
export function anyArgument(random: Random): number {
  switch (random.below(6)) {
    case 0: {
      const root = toNumber(inFields(random, 70, 180) & 0x7fffffff);
      return nudge(random, toBits(root * root)) & 0x7fffffff;
    }
    case 1:
      return nudge(random, toBits(((random.bits() >> random.below(32)) + random.below(3) / 2) * 1));
    case 2:
      return inFields(random, 125, 159);
    default:
      return anyFloat(random);
  }
}

const INTEGERS = [
  0, 1, 2, -1, -2, 127, 128, -128, -129, 255, 256, 31, 32, 33, 0x7fffffff, -0x80000000, -0x7fffffff,
  0x1000000, 0x1000001,
];

/** @returns bits of any i32, boundaries weighed. */
export function anyInteger(random: Random): number {
  switch (random.below(5)) {
    case 0:
      return INTEGERS[random.below(INTEGERS.length)]! >>> 0;
    case 1:
      return (random.bits() >> random.below(32)) >>> 0;
    case 2:
      return ((1 << random.below(32)) + random.below(5) - 2) >>> 0;
    default:
      return random.bits() >>> 0;
  }
}
