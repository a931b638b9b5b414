import { shifted, times } from "../ir/affine.js";
import type { Affine } from "../ir/affine.js";
import { inRange, read, select } from "../ir/expr.js";
import type { Expr } from "../ir/expr.js";
import type { Value } from "../ir/value.js";
import { product } from "../kernel.js";
import { broadcast, broadcastShape, countOf } from "./scope.js";
import type { Lowering, Scope } from "./scope.js";

/** A value whose element at a position is an element of another value: movement, which makes no tensor of its own. */
function moved(
  scope: Scope,
  of: Value,
  shape: readonly number[],
  source: (at: readonly Affine[]) => readonly Affine[],
  output = 0,
) {
  return scope.values.map(scope.name(output), shape, of.dtype, (at) => read(of, source(at)));
}

const reshape: Lowering = (scope) => {
  const of = scope.input(0);
  const wanted = scope.integers(1) ?? scope.attribute("shape", "ints") ?? [];
  const copied = wanted.map((extent, axis) =>
    extent === 0 && scope.int("allowzero", 0) === 0 ? (of.shape[axis] ?? 0) : extent,
  );
  const rest = product(copied.filter((extent) => extent !== -1));
  const shape = copied.map((extent) => (extent === -1 ? countOf(of) / rest : extent));
  if (product(shape) !== countOf(of) || !shape.every(Number.isInteger)) {
    throw scope.mismatch(
      `shape [${of.shape.join(", ")}]`,
      `${product(shape)} elements for [${shape.join(", ")}]`,
    );
  }
  return [scope.values.reshape(scope.name(), of, shape)];
};

const flatten: Lowering = (scope) => {
  const of = scope.input(0);
  const axis = scope.int("axis", 1);
  const at = axis < 0 ? axis + of.shape.length : axis;
  return [
    scope.values.reshape(scope.name(), of, [product(of.shape.slice(0, at)), product(of.shape.slice(at))]),
  ];
};

/** Axes are an attribute until opset 12 and an input from 13. */
const axesOf = (scope: Scope, rank: number): number[] | undefined =>
  (scope.opset < 13 ? scope.attribute("axes", "ints") : scope.integers(1))?.map((axis) =>
    scope.axis(axis, rank),
  );

const squeeze: Lowering = (scope) => {
  const of = scope.input(0);
  const axes = axesOf(scope, of.shape.length);
  const shape = of.shape.filter((extent, axis) => (axes === undefined ? extent !== 1 : !axes.includes(axis)));
  if (product(shape) !== countOf(of))
    throw scope.mismatch(`[${of.shape.join(", ")}]`, "extents of 1 to squeeze");
  return [scope.values.reshape(scope.name(), of, shape)];
};

const unsqueeze: Lowering = (scope) => {
  const of = scope.input(0);
  const given = (scope.opset < 13 ? scope.attribute("axes", "ints") : scope.integers(1)) ?? [];
  const rank = of.shape.length + given.length;
  const axes = given.map((axis) => scope.axis(axis, rank));
  const extents = [...of.shape];
  const shape = Array.from({ length: rank }, (_, axis) =>
    axes.includes(axis) ? 1 : (extents.shift() as number),
  );
  return [scope.values.reshape(scope.name(), of, shape)];
};

const transpose: Lowering = (scope) => {
  const of = scope.input(0);
  const order = scope.attribute("perm", "ints") ?? of.shape.map((_, axis) => of.shape.length - 1 - axis);
  const shape = order.map((axis) => of.shape[axis] as number);
  return [moved(scope, of, shape, (at) => of.shape.map((_, axis) => at[order.indexOf(axis)] as Affine))];
};

const slice: Lowering = (scope) => {
  const of = scope.input(0);
  const isOld = scope.opset < 10;
  const starts = (isOld ? scope.attribute("starts", "ints") : scope.integers(1)) ?? [];
  const ends = (isOld ? scope.attribute("ends", "ints") : scope.integers(2)) ?? [];
  const named =
    (isOld ? scope.attribute("axes", "ints") : scope.integers(3)) ?? starts.map((_, axis) => axis);
  const steps = (isOld ? undefined : scope.integers(4)) ?? starts.map(() => 1);
  const ranges = of.shape.map((extent) => ({ start: 0, step: 1, length: extent }));
  named.forEach((name, index) => {
    const axis = scope.axis(name, of.shape.length);
    const extent = of.shape[axis] as number;
    const step = steps[index] as number;
    const within = (position: number, low: number, high: number) =>
      Math.max(low, Math.min(high, position < 0 ? position + extent : position));
    const start = within(starts[index] as number, 0, step < 0 ? extent - 1 : extent);
    const end = within(ends[index] as number, step < 0 ? -1 : 0, extent);
    ranges[axis] = { start, step, length: Math.ceil((end - start) / step) };
  });
  if (ranges.some(({ length }) => length <= 0)) throw scope.refuse("leaves nothing of its input");
  const shape = ranges.map(({ length }) => length);
  return [
    moved(scope, of, shape, (at) =>
      ranges.map(({ start, step }, axis) => shifted(times(at[axis] as Affine, step), start)),
    ),
  ];
};

const split: Lowering = (scope) => {
  const of = scope.input(0);
  const axis = scope.axis(scope.int("axis", 0), of.shape.length);
  const extent = of.shape[axis] as number;
  const parts = scope.node.outputs.length;
  const given = scope.opset < 13 ? scope.attribute("split", "ints") : scope.integers(1);
  const each = Math.ceil(extent / parts);
  const sizes = given ?? Array.from({ length: parts }, (_, part) => Math.min(each, extent - part * each));
  let start = 0;
  return sizes.map((size, part) => {
    const from = start;
    start += size;
    const shape = of.shape.map((whole, other) => (other === axis ? size : whole));
    return moved(
      scope,
      of,
      shape,
      (at) => at.map((one, other) => (other === axis ? shifted(one, from) : one)),
      part,
    );
  });
};

const expand: Lowering = (scope) => {
  const of = scope.input(0);
  const shape = broadcastShape(scope, [of.shape, scope.integers(1) ?? []]);
  return [scope.values.map(scope.name(), shape, of.dtype, (at) => broadcast(of, at))];
};

const concat: Lowering = (scope) => {
  const parts = Array.from({ length: scope.inputCount }, (_, index) => scope.input(index));
  const first = parts[0] as Value;
  const axis = scope.axis(scope.int("axis", 0), first.shape.length);
  const total = parts.reduce((sum, part) => sum + (part.shape[axis] as number), 0);
  const shape = first.shape.map((extent, other) => (other === axis ? total : extent));
  return [
    scope.values.map(scope.name(), shape, first.dtype, (at) => {
      let start = 0;
      const reads = parts.map((part) => {
        const from = start;
        start += part.shape[axis] as number;
        return read(
          part,
          at.map((one, other) => (other === axis ? shifted(one, -from) : one)),
        );
      });
      return reads.reduceRight((rest, part) =>
        part.kind === "read" ? select(inRange(part.read), part, rest) : rest,
      );
    }),
  ];
};

const pad: Lowering = (scope) => {
  const of = scope.input(0);
  const mode = scope.attribute("mode", "string") ?? "constant";
  if (mode !== "constant") throw scope.refuseAttribute("mode", "constant");
  const rank = of.shape.length;
  const pads = (scope.opset < 11 ? scope.attribute("pads", "ints") : scope.integers(1)) ?? [];
  const filler = scope.opset < 11 ? undefined : scope.optional(2);
  const value =
    filler === undefined ? (scope.attribute("value", "float") ?? 0) : Number(scope.knownData(filler, 2)[0]);
  const shape = of.shape.map((extent, axis) => extent + (pads[axis] ?? 0) + (pads[axis + rank] ?? 0));
  return [
    scope.values.map(scope.name(), shape, of.dtype, (at): Expr =>
      read(
        of,
        at.map((one, axis) => shifted(one, -(pads[axis] ?? 0))),
        value,
      ),
    ),
  ];
};

/** A gather with constant indices along one axis, where those are an arithmetic progression: a slice. */
const gather: Lowering = (scope) => {
  const [of, indices] = [scope.input(0), scope.input(1)];
  const axis = scope.axis(scope.int("axis", 0), of.shape.length);
  const extent = of.shape[axis] as number;
  const chosen = Array.from(scope.knownData(indices, 1), (index) => (index < 0 ? index + extent : index));
  const [start = 0, next = start] = chosen;
  const step = next - start;
  if (chosen.some((index, at) => index !== start + at * step || index < 0 || index >= extent)) {
    throw scope.refuse("has indices that are not evenly spaced");
  }
  const flat = of.shape.map((whole, other) => (other === axis ? chosen.length : whole));
  const picked = moved(scope, of, flat, (at) =>
    at.map((one, other) => (other === axis ? shifted(times(one, step), start) : one)),
  );
  const shape = [...of.shape.slice(0, axis), ...indices.shape, ...of.shape.slice(axis + 1)];
  return [scope.values.reshape(scope.name(), picked, shape)];
};

export const movementLowerings: Record<string, Lowering> = {
  Concat: concat,
  Dropout: (scope) => [scope.input(0)],
  Expand: expand,
  Flatten: flatten,
  Gather: gather,
  Identity: (scope) => [scope.input(0)],
  Pad: pad,
  Reshape: reshape,
  Slice: slice,
  Split: split,
  Squeeze: squeeze,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
};
