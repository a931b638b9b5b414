import { plus, shifted, times } from "../ir/affine.js";
import type { Affine } from "../ir/affine.js";
import { op, read } from "../ir/expr.js";
import type { Expr } from "../ir/expr.js";
import type { Dtype } from "../dtype.js";
import { typed } from "./pointwise.js";
import type { Value } from "../ir/value.js";
import type { Lowering, Scope } from "./scope.js";
import { windowOf } from "./window.js";

type Convolved = {
  readonly dtype: Dtype;
  /** What a read outside of x gives. */
  readonly outside?: number;
  /** Told the filter and the position. */
  readonly tail?: (sum: Expr, filter: Affine, at: readonly Affine[]) => Expr;
};

/** A sum over window and channels, any rank and groups, of f32 or of integers. */
export function convolved(
  scope: Scope,
  [x, weights]: readonly [Value, Value],
  { dtype, outside = 0, tail }: Convolved,
): Value {
  const [batch, channels, ...spatial] = x.shape as [number, number, ...number[]];
  const [filters, depth, ...kernel] = weights.shape as [number, number, ...number[]];
  const groups = scope.int("group", 1);
  if (depth * groups !== channels || filters % groups !== 0) {
    throw scope.mismatch(
      `${channels} channels in ${groups} groups`,
      `${depth} channels a group and ${filters} filters`,
    );
  }
  const window = windowOf(scope, spatial, kernel);
  const filtersPerGroup = filters / groups;
  // The filter axis in two, so that the channel is affine in the group.
  const shape = [batch, groups, filtersPerGroup, ...window.output];
  const filterOf = (group: Affine, filter: Affine) => plus(times(group, filtersPerGroup), filter);
  const grouped = scope.values.reduction(scope.name(), {
    shape,
    reduce: [...kernel, depth],
    reducer: "sum",
    dtype,
    body: ([n, group, filter, ...at], over) => {
      const inside = over.slice(0, -1);
      const channel = over.at(-1) as Affine;
      const first = times(group as Affine, depth);
      const source = [n as Affine, plus(first, channel), ...window.source(at, inside)];
      const row = filterOf(group as Affine, filter as Affine);
      return typed("mul")(read(x, source, outside), read(weights, [row, channel, ...inside]));
    },
    ...(tail === undefined
      ? {}
      : {
          tail: (sum, [, group, filter, ...at]) => tail(sum, filterOf(group as Affine, filter as Affine), at),
        }),
  });
  return scope.values.reshape(scope.name(), grouped, [batch, filters, ...window.output]);
}

const conv: Lowering = (scope) => {
  const bias = scope.optional(2);
  const tail = bias && ((sum: Expr, filter: Affine) => op("f32.add", sum, read(bias, [filter])));
  return [convolved(scope, [scope.float(0), scope.float(1)], { dtype: "f32", ...(tail && { tail }) })];
};

/** Zeros between the positions of the window axes of W [C, F, …], so that a dilated window is a plain one. */
function dilated(scope: Scope, weights: Value, dilations: readonly number[]): Value {
  let value = weights;
  for (const [index, dilation] of dilations.entries()) {
    if (dilation === 1) continue;
    const axis = index + 2;
    const apart = [...value.shape.slice(0, axis + 1), dilation, ...value.shape.slice(axis + 1)];
    const of = value;
    const spread = scope.values.map(weights.name, apart, of.dtype, (at) =>
      read(of, [
        ...at.slice(0, axis),
        plus(at[axis] as Affine, times(at[axis + 1] as Affine, of.shape[axis] as number)),
        ...at.slice(axis + 2),
      ]),
    );
    const whole = apart.filter((_, other) => other !== axis + 1);
    whole[axis] = (of.shape[axis] as number) * dilation;
    value = scope.values.reshape(weights.name, spread, whole);
  }
  return value;
}

/**
 * ConvTranspose, any rank and groups, turned around: an output position o = s·q + r (stride s, phase r) adds up x[q + j]
 * with the window position r + pad - s·j, which lies outside the window for some j and then weighs 0.
 */
const convTranspose: Lowering = (scope) => {
  const [x, given, bias] = [scope.float(0), scope.float(1), scope.optional(2)];
  const [batch, channels, ...spatial] = x.shape as [number, number, ...number[]];
  const strides = scope.attribute("strides", "ints") ?? spatial.map(() => 1);
  const dilations = scope.attribute("dilations", "ints") ?? spatial.map(() => 1);
  const weights = dilated(scope, given, dilations);
  const [depth, filtersPerGroup, ...window] = weights.shape as [number, number, ...number[]];
  const groups = scope.int("group", 1);
  if (depth !== channels || channels % groups !== 0)
    throw scope.mismatch(`${channels} channels in ${groups} groups`, `${depth} channels of weights`);
  const own = channels / groups;
  const { output, padBefore } = transposedExtents(scope, spatial, {
    strides,
    reach: window.map((extent, axis) => extent - ((dilations[axis] as number) - 1)),
  });
  // Along each axis: how many whole strides, and from which to which j the window reaches.
  const wholes = output.map((extent, axis) => Math.ceil(extent / (strides[axis] as number)));
  const lowest = window.map((extent, axis) =>
    Math.ceil(((padBefore[axis] as number) - extent + 1) / (strides[axis] as number)),
  );
  const steps = window.map((_, axis) => {
    const [stride, pad] = [strides[axis] as number, padBefore[axis] as number];
    return Math.floor((stride - 1 + pad) / stride) - (lowest[axis] as number) + 1;
  });
  const phases = output.flatMap((_, axis) => [wholes[axis] as number, strides[axis] as number]);
  const value = scope.values.reduction(scope.name(), {
    shape: [batch, groups, filtersPerGroup, ...phases],
    reduce: [...steps, own],
    reducer: "sum",
    dtype: "f32",
    body: ([n, group, filter, ...at], over) => {
      const channel = plus(times(group as Affine, own), over.at(-1) as Affine);
      const j = spatial.map((_, axis) => shifted(over[axis] as Affine, lowest[axis] as number));
      const source = spatial.map((_, axis) => plus(at[2 * axis] as Affine, j[axis] as Affine));
      const inside = spatial.map((_, axis) => {
        const phase = shifted(at[2 * axis + 1] as Affine, padBefore[axis] as number);
        return plus(phase, times(j[axis] as Affine, -(strides[axis] as number)));
      });
      return op(
        "f32.mul",
        read(x, [n as Affine, channel, ...source]),
        read(weights, [channel, filter as Affine, ...inside]),
      );
    },
    ...(bias === undefined
      ? {}
      : {
          tail: (sum, [, group, filter]) =>
            op("f32.add", sum, read(bias, [plus(times(group as Affine, filtersPerGroup), filter as Affine)])),
        }),
  });
  const filters = groups * filtersPerGroup;
  const whole = scope.values.reshape(scope.name(), value, [
    batch,
    filters,
    ...wholes.map((extent, axis) => extent * (strides[axis] as number)),
  ]);
  if (whole.shape.slice(2).every((extent, axis) => extent === output[axis])) return [whole];
  return [scope.values.map(scope.name(), [batch, filters, ...output], "f32", (at) => read(whole, at))];
};

/** Extents of the output and the padding in front, from pads, output_padding, output_shape and auto_pad. */
function transposedExtents(
  scope: Scope,
  spatial: readonly number[],
  { strides, reach }: { strides: readonly number[]; reach: readonly number[] },
): { output: readonly number[]; padBefore: readonly number[] } {
  const rank = spatial.length;
  const extra = scope.attribute("output_padding", "ints") ?? spatial.map(() => 0);
  const pads = scope.attribute("pads", "ints") ?? [...spatial, ...spatial].map(() => 0);
  const auto = scope.attribute("auto_pad", "string") ?? "NOTSET";
  const asked = scope.attribute("output_shape", "ints")?.slice(-rank);
  const full = spatial.map(
    (extent, axis) =>
      (extent - 1) * (strides[axis] as number) + (extra[axis] as number) + (reach[axis] as number),
  );
  const isSame = auto === "SAME_UPPER" || auto === "SAME_LOWER";
  const wanted =
    asked ?? (isSame ? spatial.map((extent, axis) => extent * (strides[axis] as number)) : undefined);
  if (wanted === undefined) {
    const given = auto === "VALID" ? pads.map(() => 0) : pads;
    const output = full.map(
      (extent, axis) => extent - (given[axis] as number) - (given[axis + rank] as number),
    );
    return { output, padBefore: given.slice(0, rank) };
  }
  // What is too much is cut off on both sides, the odd one at the end for SAME_UPPER and in front otherwise.
  const padBefore = full.map((extent, axis) => {
    const cut = extent - (wanted[axis] as number);
    return auto === "SAME_UPPER" ? Math.floor(cut / 2) : Math.ceil(cut / 2);
  });
  return { output: wanted, padBefore };
}

export const convolutionLowerings: Record<string, Lowering> = { Conv: conv, ConvTranspose: convTranspose };
