import { along, newAxis, plus, substituted, times } from "../ir/affine.js";
import type { Affine, Axis } from "../ir/affine.js";
import { flatPosition, positionsOf } from "../ir/domain.js";
import { accumulator, f32, i32, mapForms, mapLeaves, op, position, read, select } from "../ir/expr.js";
import type { Expr } from "../ir/expr.js";
import type { Reducer } from "../kernel.js";
import type { Definition, Nest, Value } from "../ir/value.js";
import type { Values } from "../lowering/scope.js";

/**
 * Splits a long reduction: a new value holds the results of blocks, and the returned definition reduces those. Sums
 * associate differently then; the blocks are part of the program's definition. Undefined where nothing is left to split.
 */
export function splitReduction(value: Value, nest: Nest, values: Values): Definition | undefined {
  const { reducer } = nest;
  if (reducer === "none") return undefined;
  if (reducer === "argmax" || reducer === "argmin") return positionOfBest(value, nest, values);
  const wide = nest.reduce.filter(({ extent }) => extent > 1);
  const [first] = wide;
  if (first === undefined) return undefined;
  const inner = wide.length > 1 ? undefined : blockOf(first.extent);
  if (inner !== undefined && inner >= first.extent) return undefined;

  // Either the outermost axis counts the blocks, or the only axis is cut into blocks.
  const block = newAxis(inner === undefined ? first.extent : Math.ceil(first.extent / inner));
  const rest = inner === undefined ? wide.slice(1) : [newAxis(inner)];
  const within: Affine =
    inner === undefined ? along(block) : plus(times(along(block), inner), along(rest[0] as Axis));
  const outer = nest.axes.map(({ extent }) => newAxis(extent));
  const where = new Map<Axis, Affine>(nest.axes.map((axis, index) => [axis, along(outer[index] as Axis)]));
  where.set(first, within);
  const element = moved(nest.body, where);
  const isUneven = inner !== undefined && first.extent % inner !== 0;
  const body = isUneven
    ? select(op("i32.lt", position(within), i32(first.extent)), element, neutral(reducer, element))
    : element;
  const partial = values.make(`${value.name} in blocks`, [...value.shape, block.extent], value.dtype, {
    kind: "nest",
    nest: { axes: [...outer, block], reduce: rest, reducer, body, tail: accumulator(body.type) },
  });
  const over = newAxis(block.extent);
  const whole: Nest = {
    axes: nest.axes,
    reduce: [over],
    reducer,
    body: read(partial, [...positionsOf(nest.axes), along(over)]),
    tail: nest.tail,
  };
  return { kind: "nest", nest: whole };
}

/** What leaves a reduction as it is. */
function neutral(reducer: Exclude<Reducer, "none" | "argmax" | "argmin">, { type }: Expr): Expr {
  if (reducer === "sum") return type === "f32" ? f32(0) : i32(0);
  const sign = reducer === "max" ? -1 : 1;
  return type === "f32" ? f32(sign * Infinity) : i32(sign === -1 ? -(2 ** 31) : 2 ** 31 - 1);
}

/**
 * The position of the best as two reductions that can be split: the best itself, and the least position that has it. NaN
 * beats everything, and is found as what does not equal itself; -0 and 0 are equal, as for the reducer.
 */
function positionOfBest(value: Value, nest: Nest, values: Values): Definition {
  const outer = nest.axes.map(({ extent }) => newAxis(extent));
  const inner = nest.reduce.map(({ extent }) => newAxis(extent));
  const where = new Map<Axis, Affine>([
    ...nest.axes.map((axis, index) => [axis, along(outer[index] as Axis)] as const),
    ...nest.reduce.map((axis, index) => [axis, along(inner[index] as Axis)] as const),
  ]);
  const { type } = nest.body;
  const best = values.make(`${value.name} best`, value.shape, type === "f32" ? "f32" : "i32", {
    kind: "nest",
    nest: {
      axes: outer,
      reduce: inner,
      reducer: nest.reducer === "argmax" ? "max" : "min",
      body: moved(nest.body, where),
      tail: accumulator(type),
    },
  });
  const { body } = nest;
  const isEqual = op(`${type}.eq`, body, read(best, positionsOf(nest.axes)));
  const isBest =
    type === "i32" ? isEqual : op("i32.or", isEqual, op("i32.xor", op("f32.eq", body, body), i32(1)));
  const extents = nest.reduce.map(({ extent }) => extent);
  const own = position(flatPosition(positionsOf(nest.reduce), extents));
  const found: Nest = { ...nest, reducer: "min", body: select(isBest, own, i32(2 ** 31 - 1)) };
  return { kind: "nest", nest: found };
}

/** How many blocks a split would make: by the outermost axis, or of the only one. */
export function blockCount({ reduce, reducer }: Nest): number {
  // The best alone, for the time being.
  if (reducer === "argmax" || reducer === "argmin") return 1;
  const wide = reduce.filter(({ extent }) => extent > 1);
  const extent = wide[0]?.extent ?? 1;
  return wide.length > 1 ? extent : Math.ceil(extent / blockOf(extent));
}

/** The divisor of an extent that is nearest to its square root from above, if that is near; else the root itself. */
function blockOf(extent: number): number {
  const root = Math.ceil(Math.sqrt(extent));
  for (let block = root; block < 32 * root && block < extent; block++) if (extent % block === 0) return block;
  return root;
}

const moved = (expr: Expr, where: ReadonlyMap<Axis, Affine>): Expr =>
  mapLeaves(expr, (leaf) => mapForms(leaf, (form) => substituted(form, where)));
