/**
 * EXP, LOG, TANH, ERF, SIN and COS for four lanes: `../transcendental.ts` line by line on pairs of doubles, with the same
 * bound and the same test that everything within it rounds alike. Lanes that cannot tell ask the imported function.
 */
import { APPROXIMATION_ERROR } from "../transcendental.js";
import { TRANSCENDENTALS } from "../transcendental-exact.js";
import type { Transcendental } from "../transcendental-exact.js";
import {
  ERF_CENTRES_PER_UNIT,
  ERF_TAYLOR,
  ERF_TAYLOR_TERMS,
  LN2_HIGH,
  LN2_LOW,
} from "../transcendental-tables.js";
import {
  call,
  get,
  i32,
  lane,
  load,
  op,
  sequence,
  set,
  shuffleWords,
  splatDouble,
  splatWord,
  when,
} from "./code.js";
import type { Code, Local } from "./code.js";
import type { FunctionWriter, ModuleWriter } from "./module.js";

export type TranscendentalOp = `f32.${Transcendental}`;

/** Where an instance's memory holds the tables. */
export type TableAddresses = { readonly erf: number; readonly reduction: number };

export const ERF_TABLE = ERF_TAYLOR;

/** The import that decides what doubles cannot: (number of the function in TRANSCENDENTALS, x) → result. */
export const EXACT_IMPORT = "exact";

const nameOf = (op: string): Transcendental | undefined =>
  TRANSCENDENTALS.find((name) => op === `f32.${name}`);

export const isTranscendental = (op: string): op is TranscendentalOp => nameOf(op) !== undefined;

type Surroundings = {
  readonly writer: FunctionWriter;
  readonly module: ModuleWriter;
  readonly tables: TableAddresses;
};

const add = (a: Code, b: Code): Code => op("f64x2.add", a, b);
const sub = (a: Code, b: Code): Code => op("f64x2.sub", a, b);
const mul = (a: Code, b: Code): Code => op("f64x2.mul", a, b);
const d = splatDouble;

/** The body of the function from four lanes to four lanes. */
export function writeTranscendental(name: TranscendentalOp, { writer, module, tables }: Surroundings): Code {
  const kind = nameOf(name) as Transcendental;
  const pair = module.define({ takes: ["v128"], gives: "v128" }, (inner) => PAIRS[kind](inner, tables));
  const x = 0;
  const [y, low, high, undecided] = [0, 1, 2, 3].map(() => writer.local("v128")) as [
    Local,
    Local,
    Local,
    Local,
  ];
  const half = (lanes: readonly number[]) => {
    const doubles = op("f64x2.promote_low_f32x4", shuffleWords(lanes, get(x), get(x)));
    const rounded = (factor: number) => op("f32x4.demote_f64x2_zero", mul(get(y), d(factor)));
    return {
      compute: set(y, call(pair, doubles)),
      below: rounded(1 - APPROXIMATION_ERROR),
      above: rounded(1 + APPROXIMATION_ERROR),
    };
  };
  const first = half([0, 1, 0, 1]);
  const second = half([2, 3, 2, 3]);
  const isSettled = SETTLED[kind]?.isSettled(x);
  const differs = op("v128.and", op("f32x4.ne", get(low), get(high)), op("f32x4.eq", get(low), get(low)));
  const lanes = [0, 1, 2, 3].map((number) =>
    when(
      lane("i32x4.extract_lane", number, get(undecided)),
      set(
        low,
        lane(
          "f32x4.replace_lane",
          number,
          get(low),
          call(
            module.imported(EXACT_IMPORT),
            i32(TRANSCENDENTALS.indexOf(kind)),
            lane("f32x4.extract_lane", number, get(x)),
          ),
        ),
      ),
    ),
  );
  return sequence(
    first.compute,
    set(low, first.below),
    set(high, first.above),
    second.compute,
    set(low, shuffleWords([0, 1, 4, 5], get(low), second.below)),
    set(high, shuffleWords([0, 1, 4, 5], get(high), second.above)),
    set(undecided, isSettled === undefined ? differs : op("v128.andnot", differs, isSettled)),
    when(op("v128.any_true", get(undecided)), sequence(...lanes)),
    isSettled === undefined
      ? get(low)
      : op("v128.bitselect", SETTLED[kind]?.value(x) ?? [], get(low), isSettled),
  );
}

const magnitude = (x: Local): Code => op("f32x4.abs", get(x));
const bits = (value: number): Code => splatWord(new Int32Array(Float32Array.of(value).buffer)[0] as number);
const SIGN = splatWord(0x80000000 | 0);
const TINY = bits(0.000244140625); // 2^-12
const signed = (x: Local, value: Code): Code => op("v128.or", value, op("v128.and", get(x), SIGN));

/** Lanes whose result needs no approximation, and that result. */
type Settled = { isSettled(x: Local): Code; value(x: Local): Code };

const SETTLED: Partial<Record<Transcendental, Settled>> = {
  log: {
    isSettled: (x) =>
      op("v128.not", op("v128.and", op("f32x4.gt", get(x), bits(0)), op("f32x4.lt", get(x), bits(Infinity)))),
    value: (x) =>
      op(
        "v128.bitselect",
        bits(-Infinity),
        op("v128.bitselect", bits(Infinity), bits(NaN), op("f32x4.eq", get(x), bits(Infinity))),
        op("f32x4.eq", get(x), bits(0)),
      ),
  },
  tanh: {
    isSettled: (x) =>
      op("v128.or", op("f32x4.lt", magnitude(x), TINY), op("f32x4.gt", magnitude(x), bits(9.5))),
    value: (x) => op("v128.bitselect", get(x), signed(x, bits(1)), op("f32x4.lt", magnitude(x), TINY)),
  },
  erf: {
    isSettled: (x) => op("f32x4.ge", magnitude(x), bits(4)),
    value: (x) => signed(x, bits(1)),
  },
  sin: {
    isSettled: (x) => op("f32x4.lt", magnitude(x), TINY),
    value: (x) => get(x),
  },
};

const ONE_OVER_LN2 = 1.4426950408889634;
const HALF_PI = 1.5707963267948966;
const QUARTER_PI = 0.7853981633974483;
const TWO_OVER_SQRT_PI = 1.1283791670955126;

/** c0 + z (c1 + z (c2 + …)); the local is z. */
const polynomial = (z: Local, coefficients: readonly number[]): Code =>
  coefficients
    .slice(0, -1)
    .reduceRight<Code>((sum, c) => add(d(c), mul(get(z), sum)), d(coefficients.at(-1) ?? 0));

/** c0 - z (c1 - z (c2 - …)). */
const alternating = (z: Local, coefficients: readonly number[]): Code =>
  coefficients
    .slice(0, -1)
    .reduceRight<Code>((sum, c) => sub(d(c), mul(get(z), sum)), d(coefficients.at(-1) ?? 0));

const inverses = (...denominators: readonly number[]) => denominators.map((n) => 1 / n);

/** e^r - 1 for |r| <= 0.3467, r in a local. */
function expm1Reduced(writer: FunctionWriter, r: Local): Code {
  const z = writer.local("v128");
  const odd = polynomial(z, inverses(6, 120, 5040, 362880, 39916800, 6227020800));
  const even = polynomial(z, inverses(2, 24, 720, 40320, 3628800, 479001600, 87178291200));
  return sequence(
    set(z, mul(get(r), get(r))),
    add(get(r), add(mul(mul(get(r), get(z)), odd), mul(get(z), even))),
  );
}

/** 2^k for k in lanes that are integers of a double's normal range. */
const powerOfTwo = (k: Code): Code =>
  op(
    "i64x2.shl",
    op("i64x2.extend_low_i32x4_s", op("i32x4.add", op("i32x4.trunc_sat_f64x2_s_zero", k), splatWord(1023))),
    i32(52),
  );

type Pair = (writer: FunctionWriter, tables: TableAddresses) => Code;

/** The approximation of two doubles, parameter 0. */
const PAIRS: Record<Transcendental, Pair> = {
  exp(writer) {
    const [x, k, r, scale] = [0, 1, 2, 3].map(() => writer.local("v128")) as [Local, Local, Local, Local];
    return sequence(
      // Beyond these ends the result is ∞ or 0 however it is rounded; NaN passes both.
      set(x, op("f64x2.pmin", op("f64x2.pmax", get(0), d(-104)), d(89))),
      set(k, op("f64x2.floor", add(mul(get(x), d(ONE_OVER_LN2)), d(0.5)))),
      set(scale, powerOfTwo(get(k))),
      set(r, sub(sub(get(x), mul(get(k), d(LN2_HIGH))), mul(get(k), d(LN2_LOW)))),
      set(r, expm1Reduced(writer, r)),
      add(get(scale), mul(get(scale), get(r))),
    );
  },

  log(writer) {
    const [m, e, s, z, lnM] = [0, 1, 2, 3, 4].map(() => writer.local("v128")) as [
      Local,
      Local,
      Local,
      Local,
      Local,
    ];
    const isLarge = writer.local("v128");
    const tail = [3, 5, 7, 9, 11, 13, 15, 17, 19, 21].map((n) => 2 / n);
    const fraction = [
      0xfd,
      0x0c,
      ...new Uint8Array(BigInt64Array.of(0xfffffffffffffn, 0xfffffffffffffn).buffer),
    ];
    return sequence(
      // Every binary32, subnormal or not, is a normal double m * 2^e.
      set(m, op("v128.or", op("v128.and", get(0), fraction), d(1))),
      set(isLarge, op("f64x2.lt", d(1.4142135623730951), get(m))),
      set(m, op("v128.bitselect", mul(get(m), d(0.5)), get(m), get(isLarge))),
      set(
        e,
        op(
          "f64x2.convert_low_i32x4_s",
          op(
            "i32x4.sub",
            shuffleWords([0, 2, 0, 2], op("i64x2.shr_u", get(0), i32(52)), get(0)),
            splatWord(1023),
          ),
        ),
      ),
      set(e, add(get(e), op("v128.and", get(isLarge), d(1)))),
      set(s, op("f64x2.div", sub(get(m), d(1)), add(get(m), d(1)))),
      set(z, mul(get(s), get(s))),
      set(lnM, add(mul(d(2), get(s)), mul(mul(get(s), get(z)), polynomial(z, tail)))),
      // With e = 0 this is lnM itself.
      add(mul(get(e), d(LN2_HIGH)), add(mul(get(e), d(LN2_LOW)), get(lnM))),
    );
  },

  tanh(writer) {
    const [t, k, scale, r] = [0, 1, 2, 3].map(() => writer.local("v128")) as [Local, Local, Local, Local];
    return sequence(
      set(t, mul(d(2), op("f64x2.pmin", op("f64x2.abs", get(0)), d(9.5)))),
      set(k, op("f64x2.floor", add(mul(get(t), d(ONE_OVER_LN2)), d(0.5)))),
      set(scale, powerOfTwo(get(k))),
      set(r, sub(sub(get(t), mul(get(k), d(LN2_HIGH))), mul(get(k), d(LN2_LOW)))),
      set(r, expm1Reduced(writer, r)),
      set(r, add(sub(get(scale), d(1)), mul(get(scale), get(r)))),
      op("v128.or", op("f64x2.div", get(r), add(get(r), d(2))), op("v128.and", get(0), d(-0))),
    );
  },

  erf(writer, tables) {
    const [m, piece, t, square, z] = [0, 1, 2, 3, 4].map(() => writer.local("v128")) as [
      Local,
      Local,
      Local,
      Local,
      Local,
    ];
    const [even, odd, left, right] = [0, 1, 2, 3].map(() => writer.local("v128")) as [
      Local,
      Local,
      Local,
      Local,
    ];
    const rows = [writer.local("i32"), writer.local("i32")] as const;
    const last = 4 * ERF_CENTRES_PER_UNIT - 1;
    const terms: Code[] = [];
    for (let at = ERF_TAYLOR_TERMS - 2; at >= 0; at -= 2) {
      const both = sequence(
        set(left, load("v128.load", get(rows[0]), tables.erf + 8 * at)),
        set(right, load("v128.load", get(rows[1]), tables.erf + 8 * at)),
      );
      const evens = shuffleWords([0, 1, 4, 5], get(left), get(right));
      const odds = shuffleWords([2, 3, 6, 7], get(left), get(right));
      const isFirst = at === ERF_TAYLOR_TERMS - 2;
      terms.push(
        both,
        set(even, isFirst ? evens : add(mul(get(even), get(square)), evens)),
        set(odd, isFirst ? odds : add(mul(get(odd), get(square)), odds)),
      );
    }
    const overX = inverses(3, 10, 42, 216, 1320, 9360, 75600, 685440, 6894720);
    const near = mul(
      get(0),
      sub(d(TWO_OVER_SQRT_PI), mul(mul(d(TWO_OVER_SQRT_PI), get(z)), alternating(z, overX))),
    );
    const far = op("v128.or", add(get(even), mul(get(t), get(odd))), op("v128.and", get(0), d(-0)));
    return sequence(
      set(m, op("f64x2.abs", get(0))),
      // pmin(constant, m) is the constant for NaN too; lanes from 4 on are settled elsewhere.
      set(piece, op("f64x2.pmin", d(last), op("f64x2.floor", mul(get(m), d(ERF_CENTRES_PER_UNIT))))),
      set(t, sub(get(m), op("f64x2.div", add(get(piece), d(0.5)), d(ERF_CENTRES_PER_UNIT)))),
      set(
        piece,
        op("i32x4.mul", op("i32x4.trunc_sat_f64x2_s_zero", get(piece)), splatWord(8 * ERF_TAYLOR_TERMS)),
      ),
      set(rows[0], lane("i32x4.extract_lane", 0, get(piece))),
      set(rows[1], lane("i32x4.extract_lane", 1, get(piece))),
      set(square, mul(get(t), get(t))),
      set(z, mul(get(0), get(0))),
      ...terms,
      op("v128.bitselect", near, far, op("f64x2.lt", get(m), d(0.25))),
    );
  },

  sin: (writer, tables) => op("v128.xor", sineOfQuarters(writer, tables, 0), op("v128.and", get(0), d(-0))),
  cos: (writer, tables) => sineOfQuarters(writer, tables, 1),
};

/** sin(|x| + quarters * pi / 2). */
function sineOfQuarters(writer: FunctionWriter, tables: TableAddresses, quarters: number): Code {
  const [x, row, first, second, turns] = [0, 1, 2, 3, 4].map(() => writer.local("v128")) as [
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const [k, r, z, quadrant, isSmall] = [0, 1, 2, 3, 4].map(() => writer.local("v128")) as [
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const rows = [writer.local("i32"), writer.local("i32")] as const;
  const part = (number: number) => {
    const at = tables.reduction + 8 * number;
    const [a, b] = [load("v128.load", get(rows[0]), at), load("v128.load", get(rows[1]), at)];
    return [
      set(first, shuffleWords([0, 1, 4, 5], a, b)),
      set(second, shuffleWords([2, 3, 6, 7], a, b)),
    ] as const;
  };
  const sine = sub(
    get(r),
    mul(
      mul(get(r), get(z)),
      alternating(z, inverses(6, 120, 5040, 362880, 39916800, 6227020800, 1307674368000)),
    ),
  );
  const cosine = sub(
    d(1),
    sub(
      mul(get(z), d(0.5)),
      mul(
        mul(get(z), get(z)),
        alternating(z, inverses(24, 720, 40320, 3628800, 479001600, 87178291200, 20922789888000)),
      ),
    ),
  );
  return sequence(
    set(x, op("f64x2.abs", get(0))),
    set(isSmall, op("f64x2.lt", get(x), d(QUARTER_PI))),
    // Row of the binary exponent, from -1 to 127; what is smaller is not reduced, what is larger is no number.
    set(row, op("i32x4.sub", op("i64x2.shr_u", get(x), i32(52)), splatWord(1022))),
    set(row, op("i32x4.min_s", op("i32x4.max_s", get(row), splatWord(0)), splatWord(128))),
    set(rows[0], op("i32.shl", lane("i32x4.extract_lane", 0, get(row)), i32(5))),
    set(rows[1], op("i32.shl", lane("i32x4.extract_lane", 2, get(row)), i32(5))),
    ...part(0),
    set(first, mul(get(x), get(first))),
    set(second, mul(get(x), get(second))),
    set(turns, sub(get(first), mul(d(4), op("f64x2.floor", mul(get(first), d(0.25)))))),
    set(k, op("f64x2.floor", add(add(get(turns), get(second)), d(0.5)))),
    set(r, add(sub(get(turns), get(k)), get(second))),
    ...part(2),
    set(r, add(get(r), mul(get(x), get(first)))),
    set(r, mul(add(get(r), mul(get(x), get(second))), d(HALF_PI))),
    set(r, op("v128.bitselect", get(x), get(r), get(isSmall))),
    set(
      quadrant,
      op(
        "i64x2.extend_low_i32x4_s",
        op("i32x4.trunc_sat_f64x2_s_zero", op("v128.andnot", get(k), get(isSmall))),
      ),
    ),
    set(
      quadrant,
      op("i64x2.add", get(quadrant), [
        0xfd,
        0x0c,
        ...new Uint8Array(BigInt64Array.of(BigInt(quarters), BigInt(quarters)).buffer),
      ]),
    ),
    set(z, mul(get(r), get(r))),
    set(
      r,
      op("v128.bitselect", cosine, sine, op("i64x2.shr_s", op("i64x2.shl", get(quadrant), i32(63)), i32(63))),
    ),
    op("v128.xor", get(r), op("v128.and", op("i64x2.shl", get(quadrant), i32(62)), d(-0))),
  );
}
