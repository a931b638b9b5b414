import { constantAt, shifted, times } from "../ir/affine.js";
import type { Affine } from "../ir/affine.js";
import { i32, inRange, op, read, readIndexed, select } from "../ir/expr.js";
import type { Expr } from "../ir/expr.js";
import type { Value } from "../ir/value.js";
import type { TensorData } from "../dtype.js";
import { product } from "../kernel.js";
import { pointwise, typed } from "./pointwise.js";
import { countOf } from "./scope.js";
import type { Lowering, Scope } from "./scope.js";

/** Positions as a constant: bytes where they fit, for a row of them is opened with every element that they place. */
export function positionTable(scope: Scope, positions: ArrayLike<number>, shape: readonly number[]): Value {
  const all = Array.from(positions);
  const name = `${scope.name()} positions`;
  return all.every((one) => one >= 0 && one < 256)
    ? scope.values.constant(name, shape, "u8", Uint8Array.from(all))
    : scope.values.constant(name, shape, "i32", Int32Array.from(all));
}

/** A value at chosen positions of one axis: a view where those are evenly spaced, looked up elsewhere. */
export function chosenAlong(
  scope: Scope,
  of: Value,
  { axis, positions, output = 0 }: { axis: number; positions: readonly number[]; output?: number },
): Value {
  const shape = of.shape.map((whole, other) => (other === axis ? positions.length : whole));
  const [start = 0, next = start] = positions;
  const step = next - start;
  const isEven = positions.every((one, at) => one === start + at * step);
  const table = isEven ? undefined : positionTable(scope, positions, [positions.length]);
  return scope.values.map(scope.name(output), shape, of.dtype, (at) =>
    table === undefined
      ? read(
          of,
          at.map((one, other) => (other === axis ? shifted(times(one, step), start) : one)),
        )
      : readIndexed(of, at, { axis, at: read(table, [at[axis] as Affine]) }),
  );
}

/** Positions counted from the end where they are negative, as a value of the same shape. */
function counted(scope: Scope, indices: Value, extent: number): Value {
  const data = scope.values.known(indices);
  if (data !== undefined) return positionTable(scope, withoutNegatives(data, extent), indices.shape);
  if (indices.dtype === "u8") return indices;
  return pointwise(scope, [indices], (at) =>
    select(op("i32.lt", at, i32(0)), op("i32.add", at, i32(extent)), at),
  );
}

const withoutNegatives = (data: TensorData, extent: number): number[] =>
  Array.from(data, (one) => (one < 0 ? one + extent : one));

const gather: Lowering = (scope) => {
  const [of, indices] = [scope.input(0), scope.input(1)];
  const axis = scope.axis(scope.int("axis", 0), of.shape.length);
  const extent = of.shape[axis] as number;
  const shape = [...of.shape.slice(0, axis), ...indices.shape, ...of.shape.slice(axis + 1)];
  const data = scope.values.known(indices);
  if (data !== undefined) {
    const positions = withoutNegatives(data, extent);
    if (positions.some((one) => one < 0 || one >= extent)) {
      throw scope.refuse(`picks a position that axis ${axis} of ${extent} does not have`);
    }
    return [scope.values.reshape(scope.name(), chosenAlong(scope, of, { axis, positions }), shape)];
  }
  const table = counted(scope, indices, extent);
  return [
    scope.values.map(scope.name(), shape, of.dtype, (at) => {
      const inner = at.slice(axis, axis + indices.shape.length);
      const own = [...at.slice(0, axis), constantAt(0), ...at.slice(axis + indices.shape.length)];
      return readIndexed(of, own, { axis, at: read(table, inner) });
    }),
  ];
};

const gatherElements: Lowering = (scope) => {
  const [of, indices] = [scope.input(0), scope.input(1)];
  const axis = scope.axis(scope.int("axis", 0), of.shape.length);
  const table = counted(scope, indices, of.shape[axis] as number);
  return [
    scope.values.map(scope.name(), indices.shape, of.dtype, (at) =>
      readIndexed(of, at, { axis, at: read(table, at) }),
    ),
  ];
};

/** One position in the joint extent of leading axes for each tuple of positions in them. */
function joined(scope: Scope, tuples: Value, extents: readonly number[]): Value {
  const shape = tuples.shape.slice(0, -1);
  const strides = extents.map((_, axis) => product(extents.slice(axis + 1)));
  return scope.values.map(`${scope.name()} positions`, shape, "i32", (at) =>
    extents
      .map((extent, axis) => {
        const one = read(tuples, [...at, constantAt(axis)]);
        const whole = select(op("i32.lt", one, i32(0)), op("i32.add", one, i32(extent)), one);
        return op("i32.mul", whole, i32(strides[axis] as number));
      })
      .reduce((sum, one) => op("i32.add", sum, one)),
  );
}

const gatherND: Lowering = (scope) => {
  const [of, indices] = [scope.input(0), scope.input(1)];
  const batch = scope.int("batch_dims", 0);
  const depth = indices.shape.at(-1) as number;
  const picked = of.shape.slice(batch, batch + depth);
  const rest = of.shape.slice(batch + depth);
  const outer = of.shape.slice(0, batch);
  const flat = scope.values.reshape(of.name, of, [...outer, product(picked), ...rest]);
  const table = joined(scope, indices, picked);
  const places = indices.shape.length - 1;
  return [
    scope.values.map(scope.name(), [...indices.shape.slice(0, -1), ...rest], of.dtype, (at) => {
      const own = [...at.slice(0, batch), constantAt(0), ...at.slice(places)];
      return readIndexed(flat, own, { axis: batch, at: read(table, at.slice(0, places)) });
    }),
  ];
};

type Reduction = "none" | "add" | "mul" | "max" | "min";

const combine: Readonly<Record<Exclude<Reduction, "none">, (a: Expr, b: Expr) => Expr>> = {
  add: typed("add"),
  mul: typed("mul"),
  max: typed("max"),
  min: typed("min"),
};

/**
 * Rows of `of` replaced by, or combined with, rows of `updates`. Where they go is known at import, so it is turned around:
 * a row looks up the update it receives, in as many rounds as a row receives updates.
 */
function scattered(
  scope: Scope,
  { of, updates, targets }: { of: Value; updates: Value; targets: readonly number[] },
): Value {
  const reduction = (scope.attribute("reduction", "string") ?? "none") as Reduction;
  const [rows] = of.shape as [number];
  const rounds: Int32Array[] = [];
  const received = new Int32Array(rows);
  for (const [update, target] of targets.entries()) {
    if (target < 0 || target >= rows) throw scope.refuse("writes to a position that there is none of");
    const round = reduction === "none" ? 0 : (received[target] as number);
    received[target] = round + 1;
    (rounds[round] ??= new Int32Array(rows).fill(-1))[target] = update;
  }
  return rounds.reduce((sofar, round) => {
    const table = scope.values.constant(`${scope.name()} positions`, [rows], "i32", round);
    return scope.values.map(scope.name(), of.shape, of.dtype, (at) => {
      const update = readIndexed(updates, at, { axis: 0, at: read(table, [at[0] as Affine]) });
      const old = read(sofar, at);
      const fresh = reduction === "none" ? update : combine[reduction](old, update);
      return update.kind === "read" ? select(inRange(update.read), fresh, old) : old;
    });
  }, of);
}

const scatterND: Lowering = (scope) => {
  const [of, indices, updates] = [scope.input(0), scope.input(1), scope.input(2)];
  const depth = indices.shape.at(-1) as number;
  const outer = of.shape.slice(0, depth);
  const width = product(of.shape.slice(depth));
  const tuples = scope.knownData(indices, 1);
  const targets = Array.from({ length: countOf(indices) / depth }, (_, tuple) =>
    outer.reduce((sum, extent, axis) => {
      const one = Number(tuples[tuple * depth + axis]);
      return sum * extent + (one < 0 ? one + extent : one);
    }, 0),
  );
  const rows = scope.values.reshape(of.name, of, [product(outer), width]);
  const given = scope.values.reshape(updates.name, updates, [targets.length, width]);
  const value = scattered(scope, { of: rows, updates: given, targets });
  return [scope.values.reshape(scope.name(), value, of.shape)];
};

const scatterElements: Lowering = (scope) => {
  const [of, indices, updates] = [scope.input(0), scope.input(1), scope.input(2)];
  const axis = scope.axis(scope.int("axis", 0), of.shape.length);
  const extent = of.shape[axis] as number;
  const strides = of.shape.map((_, other) => product(of.shape.slice(other + 1)));
  const targets = Array.from(scope.knownData(indices, 1), (one, flat) => {
    let [rest, target] = [flat, 0];
    for (let other = indices.shape.length - 1; other >= 0; other--) {
      const whole = indices.shape[other] as number;
      const at = other === axis ? (one < 0 ? one + extent : one) : rest % whole;
      rest = Math.floor(rest / whole);
      target += at * (strides[other] as number);
    }
    return target;
  });
  const flat = scope.values.reshape(of.name, of, [countOf(of)]);
  const given = scope.values.reshape(updates.name, updates, [targets.length]);
  const value = scattered(scope, { of: flat, updates: given, targets });
  return [scope.values.reshape(scope.name(), value, of.shape)];
};

export const indexingLowerings: Record<string, Lowering> = {
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherND,
  Scatter: scatterElements,
  ScatterElements: scatterElements,
  ScatterND: scatterND,
};
