import { constantAt, plus, shifted } from "../ir/affine.js";
import type { Affine } from "../ir/affine.js";
import { f32, op, read, select } from "../ir/expr.js";
import type { Expr } from "../ir/expr.js";
import type { Value } from "../ir/value.js";
import { product } from "../kernel.js";
import { pointwise } from "./pointwise.js";
import { reduced } from "./reduction.js";
import type { Lowering, Scope } from "./scope.js";

const perChannel = (value: Value, at: readonly Affine[]): Expr => read(value, [at[1] ?? constantAt(0)]);

/** Training statistics: mean and variance over all axes but the channel's, and the running ones they feed. */
const trained: Lowering = (scope) => {
  const x = scope.float(0);
  const axes = x.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
  const { mean, variance, normal } = standardized(
    scope,
    x,
    axes,
    scope.attribute("epsilon", "float") ?? 1e-5,
  );
  const [scale, bias] = [scope.float(1), scope.float(2)];
  const y = scope.values.map(scope.name(), x.shape, "f32", (at) =>
    op("f32.add", op("f32.mul", read(normal, at), perChannel(scale, at)), perChannel(bias, at)),
  );
  const momentum = scope.attribute("momentum", "float") ?? 0.9;
  const running = (old: Value, fresh: Value, output: number): Value =>
    scope.values.map(scope.name(output), old.shape, "f32", (at) => {
      const own = x.shape.map((_, axis) => (axis === 1 ? (at[0] as Affine) : constantAt(0)));
      const kept = op("f32.mul", read(old, at), f32(momentum));
      return op("f32.add", kept, op("f32.mul", read(fresh, own), f32(1 - momentum)));
    });
  return [y, running(scope.float(3), mean, 1), running(scope.float(4), variance, 2)];
};

/** y = x · s + t with s = scale / sqrt(variance + epsilon) and t = bias - mean · s; constants fold. */
const batchNormalization: Lowering = (scope) => {
  if (scope.int("training_mode", 0) !== 0) return trained(scope);
  const x = scope.float(0);
  const [scale, bias, mean, variance] = [scope.float(1), scope.float(2), scope.float(3), scope.float(4)];
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

type Standardized = {
  /** (x - mean) / deviation. */
  readonly normal: Value;
  readonly mean: Value;
  readonly variance: Value;
  /** √(variance + epsilon). */
  readonly deviation: Value;
};

/** Statistics over `axes`, which stay as extents of 1, and the value without them. */
function standardized(scope: Scope, x: Value, axes: readonly number[], epsilon: number): Standardized {
  const count = f32(product(axes.map((axis) => x.shape[axis] as number)));
  const average = (sum: Expr) => op("f32.div", sum, count);
  const mean = reduced(scope, x, axes, { reducer: "sum", tail: average });
  const centred = pointwise(scope, [x, mean], (element, middle) => op("f32.sub", element, middle));
  const variance = reduced(scope, centred, axes, {
    reducer: "sum",
    body: (element) => op("f32.mul", element, element),
    tail: average,
  });
  const deviation = pointwise(scope, [variance], (spread) =>
    op("f32.sqrt", op("f32.add", spread, f32(epsilon))),
  );
  const normal = pointwise(scope, [centred, deviation], (element, spread) => op("f32.div", element, spread));
  return { normal, mean, variance, deviation };
}

const layerNormalization: Lowering = (scope) => {
  const x = scope.float(0);
  const first = scope.axis(scope.int("axis", -1), x.shape.length);
  const axes = x.shape.map((_, axis) => axis).slice(first);
  const epsilon = scope.attribute("epsilon", "float") ?? 1e-5;
  const { normal, mean, deviation } = standardized(scope, x, axes, epsilon);
  const scaled = pointwise(scope, [normal, scope.float(1)], (a, b) => op("f32.mul", a, b));
  const bias = scope.optional(2);
  const y = bias === undefined ? scaled : pointwise(scope, [scaled, bias], (a, b) => op("f32.add", a, b));
  const inverse = pointwise(scope, [deviation], (spread) => op("f32.div", f32(1), spread));
  return [y, mean, inverse];
};

/** x / √(mean of x² + epsilon) over the last axes. */
const rmsNormalization: Lowering = (scope) => {
  const x = scope.float(0);
  const first = scope.axis(scope.int("axis", -1), x.shape.length);
  const axes = x.shape.map((_, axis) => axis).slice(first);
  const count = f32(product(x.shape.slice(first)));
  const epsilon = f32(scope.attribute("epsilon", "float") ?? 1e-5);
  const root = reduced(scope, x, axes, {
    reducer: "sum",
    body: (element) => op("f32.mul", element, element),
    tail: (sum) => op("f32.sqrt", op("f32.add", op("f32.div", sum, count), epsilon)),
  });
  return [
    pointwise(scope, [x, root, scope.float(1)], (element, size, scale) =>
      op("f32.mul", op("f32.div", element, size), scale),
    ),
  ];
};

const instanceNormalization: Lowering = (scope) => {
  const x = scope.float(0);
  const axes = x.shape.map((_, axis) => axis).slice(2);
  const { normal } = standardized(scope, x, axes, scope.attribute("epsilon", "float") ?? 1e-5);
  const [scale, bias] = [scope.float(1), scope.float(2)];
  const y = scope.values.map(scope.name(), x.shape, "f32", (at) =>
    op("f32.add", op("f32.mul", read(normal, at), perChannel(scale, at)), perChannel(bias, at)),
  );
  return [y];
};

/** Channels in groups, each normalised on its own; scale and bias are a group's until opset 20, a channel's from 21. */
const groupNormalization: Lowering = (scope) => {
  const x = scope.float(0);
  const groups = scope.int("num_groups", 1);
  const [batch, channels, ...spatial] = x.shape as [number, number, ...number[]];
  const parts = [batch, groups, channels / groups, ...spatial];
  const grouped = scope.values.reshape(x.name, x, parts);
  const axes = parts.map((_, axis) => axis).slice(2);
  const { normal } = standardized(scope, grouped, axes, scope.attribute("epsilon", "float") ?? 1e-5);
  const perPart = (value: Value): Value => {
    const shape = value.shape[0] === channels ? [groups, channels / groups] : [groups, 1];
    return scope.values.reshape(value.name, value, [1, ...shape, ...spatial.map(() => 1)]);
  };
  const y = pointwise(
    scope,
    [normal, perPart(scope.float(1)), perPart(scope.float(2))],
    (element, scale, bias) => op("f32.add", op("f32.mul", element, scale), bias),
  );
  return [scope.values.reshape(scope.name(), y, x.shape)];
};

const meanVarianceNormalization: Lowering = (scope) => {
  const x = scope.float(0);
  const axes = scope.attribute("axes", "ints") ?? [0, 2, 3];
  // The function that ONNX defines it by keeps a little away from 0.
  return [standardized(scope, x, axes, 1e-9).normal];
};

/** x over its norm along an axis: the sum of sizes, or the root of the sum of squares. */
const lpNormalization: Lowering = (scope) => {
  const x = scope.float(0);
  const axis = scope.axis(scope.int("axis", -1), x.shape.length);
  const isFirst = scope.int("p", 2) === 1;
  const norm = reduced(scope, x, [axis], {
    reducer: "sum",
    body: (element) => (isFirst ? op("f32.abs", element) : op("f32.mul", element, element)),
    ...(isFirst ? {} : { tail: (sum: Expr) => op("f32.sqrt", sum) }),
  });
  // Where all are 0 they stay 0.
  return [
    pointwise(scope, [x, norm], (element, size) =>
      select(op("f32.eq", size, f32(0)), f32(0), op("f32.div", element, size)),
    ),
  ];
};

/** x / (bias + alpha / size · Σ x² over neighbouring channels) ^ beta. */
const localResponse: Lowering = (scope) => {
  const x = scope.float(0);
  const size = scope.int("size", 1);
  const setting = (name: string, fallback: number) => scope.attribute(name, "float") ?? fallback;
  const [alpha, beta, bias] = [setting("alpha", 1e-4), setting("beta", 0.75), setting("bias", 1)];
  const before = Math.floor((size - 1) / 2);
  const sum = scope.values.reduction(`${scope.name()} squares`, {
    shape: x.shape,
    reduce: [size],
    reducer: "sum",
    dtype: "f32",
    body: (at, [over]) => {
      const channel = shifted(plus(at[1] as Affine, over as Affine), -before);
      const element = read(
        x,
        at.map((one, axis) => (axis === 1 ? channel : one)),
      );
      return op("f32.mul", element, element);
    },
    tail: (squares) => {
      const base = op("f32.add", f32(bias), op("f32.mul", f32(alpha / size), squares));
      return op("f32.exp", op("f32.mul", f32(beta), op("f32.log", base)));
    },
  });
  return [pointwise(scope, [x, sum], (element, divisor) => op("f32.div", element, divisor))];
};

export const normalizationLowerings: Record<string, Lowering> = {
  BatchNormalization: batchNormalization,
  GroupNormalization: groupNormalization,
  InstanceNormalization: instanceNormalization,
  LayerNormalization: layerNormalization,
  LpNormalization: lpNormalization,
  LRN: localResponse,
  MeanVarianceNormalization: meanVarianceNormalization,
  RMSNormalization: rmsNormalization,
};
