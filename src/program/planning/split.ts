import { along, newAxis, plus, substituted, times } from "../ir/affine.js";
import type { Affine, Axis } from "../ir/affine.js";
import { positionsOf } from "../ir/domain.js";
import { accumulator, mapForms, mapLeaves, read } from "../ir/expr.js";
import type { Expr } from "../ir/expr.js";
import type { Definition, Nest, Value } from "../ir/value.js";
import type { Values } from "../lowering/scope.js";

/**
 * Splits a long reduction: a new value holds the results of blocks, and the returned definition reduces those. Sums
 * associate differently then; the blocks are part of the program's definition. Undefined where nothing can be split
 * evenly, and for argmax and argmin, whose result is a position.
 */
export function splitReduction(value: Value, nest: Nest, values: Values): Definition | undefined {
  const { reducer } = nest;
  if (reducer === "none" || reducer === "argmax" || reducer === "argmin") return undefined;
  const wide = nest.reduce.filter(({ extent }) => extent > 1);
  const [first] = wide;
  if (first === undefined) return undefined;
  const inner = wide.length > 1 ? undefined : blockOf(first.extent);
  if (wide.length === 1 && inner === undefined) return undefined;

  // Either the outermost axis counts the blocks, or the only axis is cut into blocks.
  const block = newAxis(inner === undefined ? first.extent : first.extent / inner);
  const rest = inner === undefined ? wide.slice(1) : [newAxis(inner)];
  const within: Affine =
    inner === undefined ? along(block) : plus(times(along(block), inner), along(rest[0] as Axis));
  const outer = nest.axes.map(({ extent }) => newAxis(extent));
  const where = new Map<Axis, Affine>(nest.axes.map((axis, index) => [axis, along(outer[index] as Axis)]));
  where.set(first, within);
  const body = moved(nest.body, where);
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

/** How many blocks a split would make: by the outermost axis, or of the only one. */
export function blockCount({ reduce }: Nest): number {
  const wide = reduce.filter(({ extent }) => extent > 1);
  const extent = wide[0]?.extent ?? 1;
  return wide.length > 1 ? extent : extent / (blockOf(extent) ?? extent);
}

/** The divisor of an extent that is nearest to its square root from above; undefined for primes. */
function blockOf(extent: number): number | undefined {
  for (let block = Math.ceil(Math.sqrt(extent)); block < extent; block++)
    if (extent % block === 0) return block;
  return undefined;
}

const moved = (expr: Expr, where: ReadonlyMap<Axis, Affine>): Expr =>
  mapLeaves(expr, (leaf) => mapForms(leaf, (form) => substituted(form, where)));
