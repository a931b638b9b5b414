import { shifted, times } from "../ir/affine.js";
import type { Affine } from "../ir/affine.js";
import { inRange, read, select } from "../ir/expr.js";
import type { Expr } from "../ir/expr.js";
import type { Value } from "../ir/value.js";
import { allocateTensor } from "../dtype.js";
import { product } from "../kernel.js";
import { chosenAlong } from "./indexing.js";
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
    ranges[axis] = { start, step, length: Math.max(0, Math.ceil((end - start) / step)) };
  });
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

/** As many parts as a kernel has loads. */
const JOINED = 8;

/** Values one after the other along an axis; many of them in groups of groups. */
export function joinedAlong(scope: Scope, given: readonly Value[], axis: number): Value {
  const filled = given.filter(({ shape }) => shape[axis] !== 0);
  const parts = filled.length === 0 ? given.slice(0, 1) : filled;
  const first = parts[0] as Value;
  if (parts.length === 1) return first;
  if (parts.length > JOINED) {
    let size = JOINED;
    while (size * JOINED < parts.length) size *= JOINED;
    const groups: Value[] = [];
    for (let start = 0; start < parts.length; start += size)
      // Padded reads of what is joined already need it as a tensor.
      groups.push(scope.values.state(joinedAlong(scope, parts.slice(start, start + size), axis)));
    return joinedAlong(scope, groups, axis);
  }
  const total = parts.reduce((sum, part) => sum + (part.shape[axis] as number), 0);
  const shape = first.shape.map((extent, other) => (other === axis ? total : extent));
  return scope.values.map(scope.name(), shape, first.dtype, (at) => {
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
  });
}

const concat: Lowering = (scope) => {
  const parts = Array.from({ length: scope.inputCount }, (_, index) => scope.input(index));
  const axis = scope.axis(scope.int("axis", 0), (parts[0] as Value).shape.length);
  return [joinedAlong(scope, parts, axis)];
};

/** Where position `at` of a padded axis reads: mirrored at the ends, stuck to them, or round again. */
const beyond: Readonly<Record<string, (at: number, extent: number) => number>> = {
  edge: (at, extent) => Math.max(0, Math.min(extent - 1, at)),
  wrap: (at, extent) => ((at % extent) + extent) % extent,
  reflect: (at, extent) => {
    const period = Math.max(1, 2 * (extent - 1));
    const within = ((at % period) + period) % period;
    return within < extent ? within : period - within;
  },
};

/** Elements to add in front of each axis, then behind each; opset 18 may name the axes. */
function padsOf(scope: Scope, rank: number): number[] {
  const given = (scope.opset < 11 ? scope.attribute("pads", "ints") : scope.integers(1)) ?? [];
  const axes = scope.opset < 18 ? undefined : scope.integers(3)?.map((axis) => scope.axis(axis, rank));
  if (axes === undefined) return [...given];
  const pads = Array.from({ length: 2 * rank }, () => 0);
  for (const [index, axis] of axes.entries()) {
    pads[axis] = given[index] as number;
    pads[axis + rank] = given[index + axes.length] as number;
  }
  return pads;
}

const pad: Lowering = (scope) => {
  const of = scope.input(0);
  const mode = scope.attribute("mode", "string") ?? "constant";
  const rank = of.shape.length;
  const pads = padsOf(scope, rank);
  const source = beyond[mode];
  if (source !== undefined) {
    let value = of;
    for (const [axis, extent] of of.shape.entries()) {
      const [before, after] = [pads[axis] ?? 0, pads[axis + rank] ?? 0];
      if (before === 0 && after === 0) continue;
      const positions = Array.from({ length: before + extent + after }, (_, at) =>
        source(at - before, extent),
      );
      value = chosenAlong(scope, value, { axis, positions });
    }
    return [value];
  }
  if (mode !== "constant") throw scope.refuseAttribute("mode", "constant, reflect, edge or wrap");
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

/** In inference the identity. */
const dropout: Lowering = (scope) => {
  const training = scope.optional(2);
  const isTraining = training !== undefined && scope.knownData(training, 2)[0] !== 0;
  const ratio = scope.optional(1);
  if (isTraining && (ratio === undefined || scope.knownData(ratio, 1)[0] !== 0))
    throw scope.refuse("is in training mode");
  const x = scope.input(0);
  const mask = allocateTensor("u8", countOf(x)).fill(1);
  return [x, scope.values.constant(scope.name(1), x.shape, "u8", mask)];
};

/** Repeats along every axis: a new axis in front of each, that moves nothing. */
const tile: Lowering = (scope) => {
  const of = scope.input(0);
  const repeats =
    scope.opset < 6
      ? of.shape.map((_, axis) =>
          axis === (scope.integers(2)?.[0] ?? 0) ? (scope.integers(1)?.[0] ?? 1) : 1,
        )
      : (scope.integers(1) ?? []);
  const repeated = of.shape.flatMap((extent, axis) => [repeats[axis] ?? 1, extent]);
  const value = moved(scope, of, repeated, (at) => of.shape.map((_, axis) => at[2 * axis + 1] as Affine));
  const shape = of.shape.map((extent, axis) => extent * (repeats[axis] ?? 1));
  return [scope.values.reshape(scope.name(), value, shape)];
};

/** Blocks of channels become blocks of pixels: [N, b, b, C, H, W] (DCR) or [N, C, b, b, H, W] (CRD) → [N, C, H b, W b]. */
const depthToSpace: Lowering = (scope) => {
  const of = scope.input(0);
  const block = scope.int("blocksize", 1);
  const [batch, channels, height, width] = of.shape as [number, number, number, number];
  const depth = channels / (block * block);
  const isCrd = scope.attribute("mode", "string") === "CRD";
  const split = isCrd
    ? [batch, depth, block, block, height, width]
    : [batch, block, block, depth, height, width];
  const parts = scope.values.reshape(of.name, of, split);
  const value = moved(scope, parts, [batch, depth, height, block, width, block], (at) => {
    const [n, c, y, down, x, right] = at as [Affine, Affine, Affine, Affine, Affine, Affine];
    return isCrd ? [n, c, down, right, y, x] : [n, down, right, c, y, x];
  });
  return [scope.values.reshape(scope.name(), value, [batch, depth, height * block, width * block])];
};

/** Blocks of pixels become channels: [N, C, H, b, W, b] → [N, b b C, H, W]. */
const spaceToDepth: Lowering = (scope) => {
  const of = scope.input(0);
  const block = scope.int("blocksize", 1);
  const [batch, channels, height, width] = of.shape as [number, number, number, number];
  const [rows, columns] = [height / block, width / block];
  const parts = scope.values.reshape(of.name, of, [batch, channels, rows, block, columns, block]);
  const value = moved(scope, parts, [batch, block, block, channels, rows, columns], (at) => {
    const [n, down, right, c, y, x] = at as [Affine, Affine, Affine, Affine, Affine, Affine];
    return [n, c, y, down, x, right];
  });
  return [scope.values.reshape(scope.name(), value, [batch, channels * block * block, rows, columns])];
};

export const movementLowerings: Record<string, Lowering> = {
  Concat: concat,
  DepthToSpace: depthToSpace,
  Dropout: dropout,
  Expand: expand,
  Flatten: flatten,
  Identity: (scope) => [scope.whatever(0)],
  Pad: pad,
  Reshape: reshape,
  Slice: slice,
  SpaceToDepth: spaceToDepth,
  Split: split,
  Squeeze: squeeze,
  Tile: tile,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
};
