import type { Affine } from "../ir/affine.js";
import { f32, i32, op, read, readIndexed, select } from "../ir/expr.js";
import type { Expr } from "../ir/expr.js";
import type { Value } from "../ir/value.js";
import { pointwise } from "./pointwise.js";
import { reduced } from "./reduction.js";
import type { Lowering, Scope } from "./scope.js";

/** Minus the weighted log-probability of each target, x [N, C, …] at targets [N, …], as the operator reduces it. */
function likelihoodLoss(scope: Scope, x: Value, targets: Value): Value {
  const given = scope.optional(2);
  const ignored = scope.attribute("ignore_index", "int");
  const reduction = scope.attribute("reduction", "string") ?? "mean";
  const weightAt = (at: readonly Affine[]): Expr => {
    const target = read(targets, at);
    const weight =
      given === undefined ? f32(1) : readIndexed(given, [at[0] as Affine], { axis: 0, at: target });
    return ignored === undefined ? weight : select(op("i32.eq", target, i32(ignored)), f32(0), weight);
  };
  const losses = scope.values.map(`${scope.name()} losses`, targets.shape, "f32", (at) => {
    const [batch, ...rest] = at as [Affine, ...Affine[]];
    const own = readIndexed(x, [batch, batch, ...rest], { axis: 1, at: read(targets, at) });
    return op("f32.mul", op("f32.neg", own), weightAt(at));
  });
  if (reduction === "none") return losses;
  const axes = targets.shape.map((_, axis) => axis);
  const total = reduced(scope, losses, axes, { reducer: "sum" });
  if (reduction === "sum") return scope.values.reshape(scope.name(), total, []);
  const weights = scope.values.map(`${scope.name()} weights`, targets.shape, "f32", weightAt);
  const weight = reduced(scope, weights, axes, { reducer: "sum" });
  const mean = pointwise(scope, [total, weight], (sum, all) => op("f32.div", sum, all));
  return scope.values.reshape(scope.name(), mean, []);
}

const likelihood: Lowering = (scope) => [likelihoodLoss(scope, scope.float(0), scope.input(1))];

const crossEntropy: Lowering = (scope) => {
  const x = scope.float(0);
  const most = reduced(scope, x, [1], { reducer: "max" });
  const shifted = pointwise(scope, [x, most], (element, max) => op("f32.sub", element, max));
  const powers = pointwise(scope, [shifted], (element) => op("f32.exp", element));
  const sum = reduced(scope, powers, [1], { reducer: "sum" });
  const logarithms = pointwise(scope, [shifted, sum], (element, total) =>
    op("f32.sub", element, op("f32.log", total)),
  );
  return [likelihoodLoss(scope, logarithms, scope.input(1)), logarithms];
};

export const lossLowerings: Record<string, Lowering> = {
  NegativeLogLikelihoodLoss: likelihood,
  SoftmaxCrossEntropyLoss: crossEntropy,
};
