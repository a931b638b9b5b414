import { constantAt, plus, shifted, times } from "../ir/affine.js";
import type { Affine } from "../ir/affine.js";
import { f32, i32, op, position, read, readIndexed, select } from "../ir/expr.js";
import type { Value } from "../ir/value.js";
import { product } from "../kernel.js";
import { chosenAlong, positionTable } from "./indexing.js";
import { numberLike, typed } from "./pointwise.js";
import { countOf } from "./scope.js";
import type { Lowering } from "./scope.js";

/** `values[1]` where the position along a new axis is the index, `values[0]` elsewhere. */
const oneHot: Lowering = (scope) => {
  const [indices, values] = [scope.input(0), scope.input(2)];
  const depth = Number(scope.knownData(scope.input(1), 1)[0]);
  const rank = indices.shape.length + 1;
  const axis = scope.axis(scope.int("axis", -1), rank);
  const shape = [...indices.shape.slice(0, axis), depth, ...indices.shape.slice(axis)];
  return [
    scope.values.map(scope.name(), shape, values.dtype, (at) => {
      const given = read(
        indices,
        at.filter((_, other) => other !== axis),
      );
      const index = given.type === "f32" ? op("f2i", given) : given;
      const whole = select(op("i32.lt", index, i32(0)), op("i32.add", index, i32(depth)), index);
      const isHot = op("i32.eq", whole, position(at[axis] as Affine));
      return select(isHot, read(values, [constantAt(1)]), read(values, [constantAt(0)]));
    }),
  ];
};

const compress: Lowering = (scope) => {
  const given = scope.input(0);
  const condition = scope.knownData(scope.input(1), 1);
  const asked = scope.attribute("axis", "int");
  const of = asked === undefined ? scope.values.reshape(given.name, given, [countOf(given)]) : given;
  const axis = asked === undefined ? 0 : scope.axis(asked, given.shape.length);
  const positions = Array.from(condition, (one, at) => (one === 0 ? -1 : at)).filter((at) => at >= 0);
  return [chosenAlong(scope, of, { axis, positions })];
};

/** Turns the first so many positions of the time axis around, for each position of the batch axis. */
const reverseSequence: Lowering = (scope) => {
  const of = scope.input(0);
  const [batchAxis, timeAxis] = [scope.int("batch_axis", 1), scope.int("time_axis", 0)];
  const lengths = scope.integers(1) ?? [];
  const extent = of.shape[timeAxis] as number;
  const positions = lengths.flatMap((length) =>
    Array.from({ length: extent }, (_, at) => (at < length ? length - 1 - at : at)),
  );
  const table = positionTable(scope, positions, [lengths.length, extent]);
  return [
    scope.values.map(scope.name(), of.shape, of.dtype, (at) =>
      readIndexed(of, at, {
        axis: timeAxis,
        at: read(table, [at[batchAxis] as Affine, at[timeAxis] as Affine]),
      }),
    ),
  ];
};

/**
 * The k largest (or smallest) along an axis, best first; of equals, the one that comes first. An element's rank is the
 * number of elements that go before it, and the r-th best is the one whose rank is r.
 */
const topK: Lowering = (scope) => {
  const x = scope.input(0);
  const axis = scope.axis(scope.int("axis", -1), x.shape.length);
  const count = scope.opset < 10 ? scope.int("k", 1) : Number(scope.knownData(scope.input(1), 1)[0]);
  const extent = x.shape[axis] as number;
  const isLargest = scope.int("largest", 1) === 1;
  const put = (at: readonly Affine[], one: Affine) => at.map((own, other) => (other === axis ? one : own));
  const ranks = scope.values.reduction(`${scope.name()} ranks`, {
    shape: x.shape,
    reduce: [extent],
    reducer: "sum",
    dtype: "i32",
    body: (at, [other]) => {
      const [own, rival] = [read(x, at), read(x, put(at, other as Affine))];
      const isBefore = typed("lt")(isLargest ? own : rival, isLargest ? rival : own);
      const isEarlier = op("i32.lt", position(other as Affine), position(at[axis] as Affine));
      return op("i32.or", isBefore, op("i32.and", typed("eq")(own, rival), isEarlier));
    },
  });
  const shape = x.shape.map((whole, other) => (other === axis ? count : whole));
  const indices = scope.values.reduction(scope.name(1), {
    shape,
    reduce: [extent],
    reducer: "argmax",
    dtype: "i32",
    body: (at, [other]) => op("i32.eq", read(ranks, put(at, other as Affine)), position(at[axis] as Affine)),
  });
  const values = scope.values.map(scope.name(), shape, x.dtype, (at) =>
    readIndexed(x, at, { axis, at: read(indices, at) }),
  );
  return [values, indices];
};

/** Σ of the elements before, including or excluding the own one, from either end. */
const cumSum: Lowering = (scope) => {
  const x = scope.input(0);
  const axis = scope.axis(Number(scope.knownData(scope.input(1), 1)[0]), x.shape.length);
  const extent = x.shape[axis] as number;
  const skip = scope.int("exclusive", 0);
  const fromEnd = scope.int("reverse", 0) === 1;
  return [
    scope.values.reduction(scope.name(), {
      shape: x.shape,
      reduce: [extent],
      reducer: "sum",
      dtype: x.dtype,
      // Aligned so that the last step is the own element, or the one beside it; what lies outside adds nothing.
      body: (at, [over]) => {
        const back = shifted(over as Affine, 1 - extent - skip);
        const along = at[axis] as Affine;
        const source = plus(along, fromEnd ? times(back, -1) : back);
        return read(
          x,
          at.map((one, other) => (other === axis ? source : one)),
        );
      },
    }),
  ];
};

/** Keeps what lies on one side of a diagonal of the last two axes. */
const trilu: Lowering = (scope) => {
  const x = scope.input(0);
  const given = scope.optional(1);
  const k = given === undefined ? 0 : Number(scope.knownData(given, 1)[0]);
  const isUpper = scope.int("upper", 1) === 1;
  return [
    scope.values.map(scope.name(), x.shape, x.dtype, (at) => {
      const [row, column] = at.slice(-2) as [Affine, Affine];
      const above = position(plus(column, times(row, -1)));
      const isKept = isUpper ? op("i32.le", i32(k), above) : op("i32.le", above, i32(k));
      const element = read(x, at);
      return select(isKept, element, numberLike(element, 0));
    }),
  ];
};

/** Ones on a diagonal. */
const eyeLike: Lowering = (scope) => {
  const { shape, dtype: own } = scope.input(0);
  const k = scope.int("k", 0);
  const dtypes: Readonly<Record<number, Value["dtype"]>> = {
    1: "f32",
    2: "u8",
    3: "i8",
    6: "i32",
    7: "i32",
    9: "u8",
    10: "f32",
  };
  const asked = scope.attribute("dtype", "int");
  const dtype = asked === undefined ? own : (dtypes[asked] ?? (asked === 11 ? "f32" : undefined));
  if (dtype === undefined) throw scope.refuseAttribute("dtype", "float32, int32, int64, uint8, int8 or bool");
  return [
    scope.values.map(scope.name(), shape, dtype, ([row, column]) => {
      const isOn = op("i32.eq", position(plus(column as Affine, times(row as Affine, -1))), i32(k));
      return dtype === "f32" ? select(isOn, f32(1), f32(0)) : isOn;
    }),
  ];
};

/** Where elements are not zero: of a constant alone, for elsewhere the run decides how many there are. */
const nonZero: Lowering = (scope) => {
  const x = scope.input(0);
  const data = scope.knownData(x, 0);
  const found = Array.from(data, (one, flat) => (one === 0 ? -1 : flat)).filter((flat) => flat >= 0);
  const positions = x.shape.flatMap((extent, axis) => {
    const stride = product(x.shape.slice(axis + 1));
    return found.map((flat) => Math.floor(flat / stride) % extent);
  });
  const shape = [x.shape.length, found.length];
  return [scope.values.constant(scope.name(), shape, "i32", Int32Array.from(positions))];
};

/** Operators whose elements depend on where they stand. */
export const positionLowerings: Record<string, Lowering> = {
  Compress: compress,
  CumSum: cumSum,
  EyeLike: eyeLike,
  NonZero: nonZero,
  OneHot: oneHot,
  ReverseSequence: reverseSequence,
  TopK: topK,
  Trilu: trilu,
};
