/** Sums of products that visit every state of the accumulator: both units, the ways between them, infinity, NaN. */
import { anyFinite, anyFloat, inFields, type Random, toBits } from "./float-vectors.js";
import type { Chain } from "./arithmetic-harness.js";

type Pair = readonly [number, number];
type Draw = (random: Random, i: number, before: Pair) => Pair;

const minus = ([a, b]: Pair): Pair => [(a ^ 0x80000000) >>> 0, b];
/** Two operands whose exponent fields add up to about `sum`. */
const withFields = (random: Random, least: number, greatest: number): Pair => {
  const sum = least + random.below(greatest - least + 1);
  const field = Math.max(0, Math.min(254, (sum >> 1) + random.below(9) - 4));
  const other = Math.max(0, Math.min(254, sum - field));
  return [inFields(random, field, field), inFields(random, other, other)];
};
const both = (draw: (random: Random) => number): Draw => (random) => [draw(random), draw(random)]; // prettier-ignore

/** Significands whose product is 2^47 - 2^22, the middle between the two greatest places below 2^47. */
const MIDDLES = [
  [31 << 19, 1_082_401 << 3],
  [601 << 14, 55_831 << 8],
  [1_801 << 13, 18_631 << 9],
] as const;

/** Positive products of at least 2^127, most of them just short of rounding to infinity. */
function nearlyInfinite(random: Random): Pair {
  let a = 0x800000 | random.below(0x800000);
  let b = Math.min(Math.max(Math.round((2 ** 47 - 2 ** 22) / a) - 1 - random.below(3), 0x800000), 0xffffff);
  if (random.below(12) === 0) {
    [a, b] = MIDDLES[random.below(3)]!;
    b -= random.below(2);
  }
  const field = 150 + random.below(80);
  const sum = random.below(12) === 0 ? 380 : 381;
  return [(field << 23) | (a & 0x7fffff), ((sum - field) << 23) | (b & 0x7fffff)];
}

const opposite = ([a, b]: Pair): Pair => [(a | 0x80000000) >>> 0, b];

/** Fields add up to e; the product is about 2^(e - 254). Fine holds e < 340, coarse all that is finite, 381 and up overflow. */
export const PROFILES: Readonly<Record<string, Draw>> = {
  middling: both((random) => inFields(random, 100, 153)),
  near: both((random) => inFields(random, 125, 128)),
  sparse: (random) => [random.below(2) ? 0 : inFields(random, 118, 129), inFields(random, 118, 129)],
  windowEnds: both((random) => {
    const end = random.below(2) ? 76 : 176;
    return random.below(20) === 0 ? inFields(random, end - 1, end + 1) : inFields(random, end, end);
  }),
  anything: both(anyFloat),
  finite: both(anyFinite),
  subnormalOperands: (random) => [inFields(random, 0, 1), inFields(random, 0, 254)],
  subnormalProducts: (random) => withFields(random, 80, 135),
  smallSums: (random) => withFields(random, 100, 180),
  fineTop: (random) => withFields(random, 330, 345),
  sumTop: (random) => withFields(random, 336, 342),
  coarseTop: (random) => withFields(random, 374, 380),
  overflow: (random) => withFields(random, 376, 383),
  coarseThenTiny: (random, i) => (i % 5 === 0 ? withFields(random, 340, 375) : withFields(random, 2, 200)),
  cancelEach: (random, i, before) => (i % 2 ? minus(before) : withFields(random, 335, 380)),
  cancelNear: (random, i, before) =>
    i % 2 ? [minus(before)[0], (before[1] ^ random.below(4)) >>> 0] : withFields(random, 300, 380),
  coarseEdge: (random, i) => (i === 0 ? [toBits(2 ** 100), toBits(2 ** 27)] : [toBits((i % 2 ? 1 : -1) * 2 ** 63), toBits(2 ** 63 * (1 + 2 ** -random.below(24)))]),
  exactCancel: (random, i, before) => (i % 2 ? minus(before) : withFields(random, 2, 381)),
  /** Enters coarse and leaves it with every element: the dearest there is. */
  thrash: (random, i, before) => (i % 2 ? minus(before) : [(inFields(random, 190, 190) & ~0x400000) >>> 0, (191 << 23) | random.below(0x200000)]),
  unitEdges: (random, _, before) => (random.below(3) === 0 ? minus(before) : withFields(random, 308, 316)),
  powers: (random) => [
    toBits((random.below(2) ? 1 : -1) * 2 ** (random.below(60) - 10)),
    toBits(2 ** (random.below(60) - 10) * (random.below(4) ? 1 : 1 + 2 ** -23)),
  ],
  widePowers: (random) => [
    toBits((random.below(2) ? 1 : -1) * 2 ** (random.below(253) - 126)),
    toBits(2 ** (random.below(253) - 126)),
  ],
  zeros: (random) => [random.below(2) * 0x80000000, random.below(2) ? inFields(random, 0, 254) : 0x80000000],
  rareSpecial: (random, i) =>
    random.below(40) === 0
      ? [[0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001][random.below(4)]!, random.below(8) ? inFields(random, 0, 254) : random.below(2) * 0x80000000]
      : withFields(random, i % 3 ? 240 : 100, i % 3 ? 260 : 383), // prettier-ignore
  infinite: (random, i) => (i === 0 ? [0x7f800000, 0x3f800000] : [inFields(random, 0, 200) & 0x7fffffff, inFields(random, 0, 180) & 0x7fffffff]),
  infiniteEdge: (random, i) => (i === 0 ? [0x7f800000, 0x3f800000] : opposite(nearlyInfinite(random))),
  overflowEdge: (random) => nearlyInfinite(random),
  /** Positive, so that only the checks between blocks keep the sum inside a word; now and then a block is not the fast one. */
  climb: (random) =>
    random.below(30) === 0
      ? [inFields(random, 0, 1), inFields(random, 100, 130)]
      : [inFields(random, 175, 176) & 0x7fffffff, inFields(random, 175, 176) & 0x7fffffff],
  /** Around the greatest binary32, by half a place and less. */
  lastPlace: (random, i) =>
    i === 0
      ? [toBits(2 ** 64), toBits(2 ** 64 - 2 ** 40)]
      : [toBits((random.below(3) ? -1 : 1) * 2 ** (50 + random.below(4))), (toBits(2 ** 51) + random.below(3) - 1) >>> 0],
}; // prettier-ignore

/** @returns a chain of n terms of one profile, some of them repeated with the sign turned. */
export function drawChain(random: Random, profile: string, n: number): Chain {
  const draw = PROFILES[profile]!;
  const a: number[] = [];
  const b: number[] = [];
  let before: Pair = [0, 0];
  const turns = random.below(2) === 1;
  for (let i = 0; i < n; i++) {
    before = turns && i > 0 && random.below(6) === 0 ? minus(before) : draw(random, i, before);
    a.push(before[0]);
    b.push(before[1]);
  }
  let start = random.below(3) === 0 ? anyFloat(random) : 0;
  if (start === 0x80000000) start = 0;
  if ((start & 0x7fffffff) > 0x7f800000) start = 0x7fc00000;
  return { start, a, b };
}

/** @returns a chain whose terms change profile every few elements. */
export function drawMixture(random: Random, n: number): Chain {
  const names = Object.keys(PROFILES).filter((name) => name !== "anything" && name !== "rareSpecial");
  const a: number[] = [];
  const b: number[] = [];
  while (a.length < n) {
    const name = names[random.below(names.length)]!;
    if (name.startsWith("infinite") && random.below(8) !== 0) continue;
    if (name === "overflow" && random.below(4) !== 0) continue;
    const part = drawChain(random, name, 1 + random.below(12));
    a.push(...part.a);
    b.push(...part.b);
  }
  return { start: 0, a: a.slice(0, n), b: b.slice(0, n) };
}
