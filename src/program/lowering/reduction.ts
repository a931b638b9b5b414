import type { Affine } from "../ir/affine.js";
import { f32, op, read } from "../ir/expr.js";
import type { Expr } from "../ir/expr.js";
import type { Value } from "../ir/value.js";
import type { Dtype } from "../dtype.js";
import type { Reducer } from "../kernel.js";
import { product } from "../kernel.js";
import { pointwise } from "./pointwise.js";
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
    const rank = x.shape.length;
    const given = scope.opset >= inputSince ? scope.integers(1) : scope.attribute("axes", "ints");
    if ((given ?? []).length === 0 && scope.int("noop_with_empty_axes", 0) === 1) return [x];
    const axes = (given === undefined || given.length === 0 ? x.shape.map((_, axis) => axis) : given)
      .map((axis) => scope.axis(axis, rank))
      .sort((a, b) => a - b);
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
    if (scope.int("select_last_index", 0) === 1) throw scope.refuseAttribute("select_last_index", "0");
    const axis = scope.axis(scope.int("axis", 0), x.shape.length);
    const value = reduced(scope, x, [axis], { reducer, dtype: "i32" });
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

const mean: Fold = { reducer: "sum", tail: (count) => (sum) => op("f32.div", sum, f32(count)) };
const square = (x: Expr): Expr => op("f32.mul", x, x);

export const reductionLowerings: Record<string, Lowering> = {
  ArgMax: arg("argmax"),
  ArgMin: arg("argmin"),
  LogSoftmax: softmax(true),
  ReduceL1: reduce({ reducer: "sum", body: (x) => op("f32.abs", x) }, 18),
  ReduceL2: reduce({ reducer: "sum", body: square, tail: () => (sum) => op("f32.sqrt", sum) }, 18),
  ReduceMax: reduce({ reducer: "max" }, 18),
  ReduceMean: reduce(mean, 18),
  ReduceMin: reduce({ reducer: "min" }, 18),
  ReduceSum: reduce({ reducer: "sum" }, 13),
  ReduceSumSquare: reduce({ reducer: "sum", body: square }, 18),
  Softmax: softmax(false),
};
