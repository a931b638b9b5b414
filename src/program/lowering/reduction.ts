import { shifted, times } from "../ir/affine.js";
import type { Affine } from "../ir/affine.js";
import { f32, i32, op, position, read, select } from "../ir/expr.js";
import type { Expr } from "../ir/expr.js";
import type { Value } from "../ir/value.js";
import type { Dtype } from "../dtype.js";
import type { Reducer } from "../kernel.js";
import { product } from "../kernel.js";
import { numberLike, pointwise, typed, wrapped } from "./pointwise.js";
import { broadcast } from "./scope.js";
import type { Lowering, Scope } from "./scope.js";

/** Reduces axes of a value, keeping each as an extent of 1. */
export function reduced(
  scope: Scope,
  of: Value,
  axes: readonly number[],
  {
    reducer,
    body = (x) => x,
    tail,
    dtype = of.dtype,
  }: {
    reducer: Exclude<Reducer, "none">;
    body?: (element: Expr) => Expr;
    tail?: (accumulated: Expr) => Expr;
    dtype?: Dtype;
  },
): Value {
  return scope.values.reduction(scope.name(), {
    shape: of.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent)),
    reduce: axes.map((axis) => of.shape[axis] as number),
    reducer,
    dtype,
    body: (at, over) =>
      body(
        read(
          of,
          at.map((one, axis) => (axes.includes(axis) ? (over[axes.indexOf(axis)] as Affine) : one)),
        ),
      ),
    ...(tail === undefined ? {} : { tail }),
  });
}

const dropAxes = (scope: Scope, value: Value, axes: readonly number[]): Value =>
  scope.values.reshape(
    scope.name(),
    value,
    value.shape.filter((_, axis) => !axes.includes(axis)),
  );

type Fold = {
  readonly reducer: "sum" | "max" | "min";
  readonly body?: (element: Expr) => Expr;
  readonly tail?: (count: number) => (accumulated: Expr) => Expr;
};

/** A Reduce… operator: axes from the attribute or, from `inputSince` on, from input 1. */
const reduce =
  ({ reducer, body, tail }: Fold, inputSince: number): Lowering =>
  (scope) => {
    const x = scope.input(0);
    const axes = axesOf(scope, x.shape.length, inputSince);
    if (axes === undefined) return [x];
    const count = product(axes.map((axis) => x.shape[axis] as number));
    const value = reduced(scope, x, axes, {
      reducer,
      ...(body === undefined ? {} : { body }),
      ...(tail === undefined ? {} : { tail: tail(count) }),
    });
    return [scope.int("keepdims", 1) === 1 ? value : dropAxes(scope, value, axes)];
  };

const arg =
  (reducer: "argmax" | "argmin"): Lowering =>
  (scope) => {
    const x = scope.input(0);
    const axis = scope.axis(scope.int("axis", 0), x.shape.length);
    const last = (x.shape[axis] as number) - 1;
    // The last best is the first one from the end.
    const fromEnd = scope.int("select_last_index", 0) === 1;
    const given = fromEnd
      ? scope.values.map(scope.name(), x.shape, x.dtype, (at) =>
          read(
            x,
            at.map((one, other) => (other === axis ? shifted(times(one, -1), last) : one)),
          ),
        )
      : x;
    const value = reduced(scope, given, [axis], {
      reducer,
      dtype: "i32",
      ...(fromEnd ? { tail: (found: Expr) => op("i32.sub", i32(last), found) } : {}),
    });
    return [scope.int("keepdims", 1) === 1 ? value : dropAxes(scope, value, [axis])];
  };

/** Softmax as three kernels: the maximum, the sum of exp(x - max), and their quotient. */
const softmax =
  (isLog: boolean): Lowering =>
  (scope) => {
    const given = scope.float(0);
    const rank = given.shape.length;
    const axis = scope.axis(scope.int("axis", scope.opset < 13 ? 1 : -1), rank);
    // Until opset 12 everything from the axis on is one row.
    const whole = scope.opset < 13;
    const shape = [product(given.shape.slice(0, axis)), product(given.shape.slice(axis))];
    const x = whole ? scope.values.reshape(scope.name(), given, shape) : given;
    const along = whole ? [1] : [axis];
    const max = reduced(scope, x, along, { reducer: "max" });
    const shifted = pointwise(scope, [x, max], (element, most) => op("f32.sub", element, most));
    const powers = pointwise(scope, [shifted], (element) => op("f32.exp", element));
    const sum = reduced(scope, powers, along, { reducer: "sum" });
    const result = isLog
      ? pointwise(scope, [shifted, sum], (element, total) => op("f32.sub", element, op("f32.log", total)))
      : pointwise(scope, [powers, sum], (element, total) => op("f32.div", element, total));
    return [scope.values.reshape(scope.name(), result, given.shape)];
  };

const mean: Fold = { reducer: "sum", tail: (count) => (sum) => typed("div")(sum, numberLike(sum, count)) };
const square = (x: Expr): Expr => typed("mul")(x, x);
const abs = (x: Expr): Expr => op(`${x.type}.abs`, x);

/** Axes of a Reduce… operator, all of them where none are named; undefined where that means to do nothing. */
function axesOf(scope: Scope, rank: number, inputSince: number): number[] | undefined {
  const given = scope.opset >= inputSince ? scope.integers(1) : scope.attribute("axes", "ints");
  if ((given ?? []).length === 0 && scope.int("noop_with_empty_axes", 0) === 1) return undefined;
  const all = Array.from({ length: rank }, (_, axis) => axis);
  const axes = given === undefined || given.length === 0 ? all : given.map((axis) => scope.axis(axis, rank));
  return axes.sort((a, b) => a - b);
}

/** A product has no reducer: the upper half times the lower half of an axis, until one position is left. */
const reduceProduct: Lowering = (scope) => {
  let value = scope.input(0);
  const axes = axesOf(scope, value.shape.length, 18);
  if (axes === undefined) return [value];
  for (const axis of axes) {
    while ((value.shape[axis] as number) > 1) value = halved(scope, value, axis);
  }
  return [scope.int("keepdims", 1) === 1 ? value : dropAxes(scope, value, axes)];
};

function halved(scope: Scope, of: Value, axis: number): Value {
  const extent = of.shape[axis] as number;
  const half = Math.ceil(extent / 2);
  const shape = of.shape.map((whole, other) => (other === axis ? half : whole));
  return scope.values.map(scope.name(), shape, of.dtype, (at) => {
    const low = read(of, at);
    const high = at.map((one, other) => (other === axis ? shifted(one, half) : one));
    // Of an odd extent the last position of the half is alone: the load pads it with 1.
    return wrapped(typed("mul")(low, read(of, high, 1)), of.dtype);
  });
}

/** log Σ exp x, of which the largest x is taken out first. */
const reduceLogSumExp: Lowering = (scope) => {
  const x = scope.float(0);
  const axes = axesOf(scope, x.shape.length, 18);
  if (axes === undefined) return [x];
  const most = reduced(scope, x, axes, {
    reducer: "max",
    // An infinite one would make differences of infinities.
    tail: (max) => select(op("f32.eq", op("f32.abs", max), f32(Infinity)), f32(0), max),
  });
  const powers = pointwise(scope, [x, most], (element, max) => op("f32.exp", op("f32.sub", element, max)));
  const sum = reduced(scope, powers, axes, { reducer: "sum" });
  const value = pointwise(scope, [sum, most], (total, max) => op("f32.add", op("f32.log", total), max));
  return [scope.int("keepdims", 1) === 1 ? value : dropAxes(scope, value, axes)];
};

/** 1 where the first largest element of each row is, else 0. */
const hardmax: Lowering = (scope) => {
  const given = scope.float(0);
  const axis = scope.axis(scope.int("axis", scope.opset < 13 ? 1 : -1), given.shape.length);
  const rows = [product(given.shape.slice(0, axis)), product(given.shape.slice(axis))];
  const x = scope.opset < 13 ? scope.values.reshape(scope.name(), given, rows) : given;
  const over = scope.opset < 13 ? 1 : axis;
  const best = reduced(scope, x, [over], { reducer: "argmax", dtype: "i32" });
  const value = scope.values.map(scope.name(), x.shape, "f32", (at) => {
    const isBest = op("i32.eq", position(at[over] as Affine), broadcast(best, at));
    return select(isBest, f32(1), f32(0));
  });
  return [scope.values.reshape(scope.name(), value, given.shape)];
};

export const reductionLowerings: Record<string, Lowering> = {
  ArgMax: arg("argmax"),
  ArgMin: arg("argmin"),
  Hardmax: hardmax,
  LogSoftmax: softmax(true),
  ReduceL1: reduce({ reducer: "sum", body: abs }, 18),
  ReduceL2: reduce({ reducer: "sum", body: square, tail: () => (sum) => op("f32.sqrt", sum) }, 18),
  ReduceLogSum: reduce({ reducer: "sum", tail: () => (sum) => op("f32.log", sum) }, 18),
  ReduceLogSumExp: reduceLogSumExp,
  ReduceMax: reduce({ reducer: "max" }, 18),
  ReduceMean: reduce(mean, 18),
  ReduceMin: reduce({ reducer: "min" }, 18),
  ReduceProd: reduceProduct,
  ReduceSum: reduce({ reducer: "sum" }, 13),
  ReduceSumSquare: reduce({ reducer: "sum", body: square }, 18),
  Softmax: softmax(false),
};
