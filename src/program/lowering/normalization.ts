import { constantAt } from "../ir/affine.js";
import type { Affine } from "../ir/affine.js";
import { f32, op, read } from "../ir/expr.js";
import type { Expr } from "../ir/expr.js";
import type { Value } from "../ir/value.js";
import { product } from "../kernel.js";
import { pointwise } from "./pointwise.js";
import { reduced } from "./reduction.js";
import type { Lowering, Scope } from "./scope.js";

const perChannel = (value: Value, at: readonly Affine[]): Expr => read(value, [at[1] ?? constantAt(0)]);

/** y = x · s + t with s = scale / sqrt(variance + epsilon) and t = bias - mean · s; constants fold. */
const batchNormalization: Lowering = (scope) => {
  const x = scope.float(0);
  const [scale, bias, mean, variance] = [scope.float(1), scope.float(2), scope.float(3), scope.float(4)];
  if (scope.int("training_mode", 0) !== 0) throw scope.refuseAttribute("training_mode", "0");
  const epsilon = f32(scope.attribute("epsilon", "float") ?? 1e-5);
  const s = pointwise(scope, [scale, variance], (numerator, v) =>
    op("f32.div", numerator, op("f32.sqrt", op("f32.add", v, epsilon))),
  );
  const t = pointwise(scope, [bias, mean, s], (b, m, slope) => op("f32.sub", b, op("f32.mul", m, slope)));
  const y = scope.values.map(scope.name(), x.shape, "f32", (at) =>
    op("f32.add", op("f32.mul", read(x, at), perChannel(s, at)), perChannel(t, at)),
  );
  return [y];
};

/** (x - mean) / sqrt(variance + epsilon) over `axes`. */
function standardized(scope: Scope, x: Value, axes: readonly number[], epsilon: number): Value {
  const count = f32(product(axes.map((axis) => x.shape[axis] as number)));
  const average = (sum: Expr) => op("f32.div", sum, count);
  const mean = reduced(scope, x, axes, { reducer: "sum", tail: average });
  const centred = pointwise(scope, [x, mean], (element, middle) => op("f32.sub", element, middle));
  const deviation = reduced(scope, centred, axes, {
    reducer: "sum",
    body: (element) => op("f32.mul", element, element),
    tail: (sum) => op("f32.sqrt", op("f32.add", average(sum), f32(epsilon))),
  });
  return pointwise(scope, [centred, deviation], (element, spread) => op("f32.div", element, spread));
}

const layerNormalization: Lowering = (scope) => {
  const x = scope.float(0);
  const first = scope.axis(scope.int("axis", -1), x.shape.length);
  const axes = x.shape.map((_, axis) => axis).slice(first);
  const normal = standardized(scope, x, axes, scope.attribute("epsilon", "float") ?? 1e-5);
  const scaled = pointwise(scope, [normal, scope.float(1)], (a, b) => op("f32.mul", a, b));
  const bias = scope.optional(2);
  return [bias === undefined ? scaled : pointwise(scope, [scaled, bias], (a, b) => op("f32.add", a, b))];
};

const instanceNormalization: Lowering = (scope) => {
  const x = scope.float(0);
  const axes = x.shape.map((_, axis) => axis).slice(2);
  const normal = standardized(scope, x, axes, scope.attribute("epsilon", "float") ?? 1e-5);
  const [scale, bias] = [scope.float(1), scope.float(2)];
  const y = scope.values.map(scope.name(), x.shape, "f32", (at) =>
    op("f32.add", op("f32.mul", read(normal, at), perChannel(scale, at)), perChannel(bias, at)),
  );
  return [y];
};

export const normalizationLowerings: Record<string, Lowering> = {
  BatchNormalization: batchNormalization,
  InstanceNormalization: instanceNormalization,
  LayerNormalization: layerNormalization,
};
