import type { Dtype } from "../dtype.js";
import type { Reducer } from "../kernel.js";
import { along, isWithin, newAxis, rangeOf, substituted } from "../ir/affine.js";
import type { Affine, Axis } from "../ir/affine.js";
import { affineKey } from "../ir/affine.js";
import { Domain, positionsOf } from "../ir/domain.js";
import { accumulator, inRange, mapLeaves, mayLeave, position, read } from "../ir/expr.js";
import type { Expr, Read } from "../ir/expr.js";
import type { Definition, Nest, Value } from "../ir/value.js";
import { isKnown } from "../lowering/scope.js";
import { isView } from "./view.js";

/** A tensor to make: the value, and the reduction computed on the way, whose own tensor is never made. */
export type Stage = { readonly value: Value; readonly reduction: Value | undefined };

/** What expansion needs to know of the plan. */
export type Made = {
  readonly definitionOf: (value: Value) => Definition;
  /** True for values that are tensors of the program. */
  readonly isMade: (value: Value) => boolean;
  /** Computes a value that depends on constants only. */
  readonly fold: (value: Value) => Value;
};

/** One kernel as a fused nest: every read is of an input, a constant or a made value. */
export type Fused = {
  readonly value: Value;
  readonly dtype: Dtype;
  /** The axes of each dimension of the value's shape, outermost first; undefined where they do not group so. */
  readonly groups: readonly (readonly Axis[])[] | undefined;
  /** All output axes, row-major over the value's shape. */
  readonly axes: readonly Axis[];
  readonly reduce: readonly Axis[];
  readonly reducer: Reducer;
  readonly body: Expr;
  readonly tail: Expr;
};

/** Thrown when a value cannot be computed inside its reader: it has to be made. */
export class MakeInstead extends Error {
  readonly value: Value;
  constructor(value: Value) {
    super(`make ${value.name}`);
    this.value = value;
  }
}

/** Thrown when a reduction cannot be finished inside the stage that was to absorb it. */
export class KeepApart extends Error {
  readonly reduction: Value;
  constructor(reduction: Value) {
    super(`keep ${reduction.name} apart`);
    this.reduction = reduction;
  }
}

/** Fuses everything between made values into the nest that makes `stage`. */
export function expand(stage: Stage, made: Made): Fused {
  return (
    expandOver(stage, made, stage.value.shape) ??
    expandOver(stage, made, originalShape(stage.value, made)) ??
    fail(stage)
  );
}

function fail({ value }: Stage): never {
  throw new MakeInstead(value);
}

/** The shape behind all reshapes: always expressible, but its axes may not group into the value's dimensions. */
function originalShape(value: Value, made: Made): readonly number[] {
  const definition = made.definitionOf(value);
  return definition.kind === "reshape" && !made.isMade(definition.of)
    ? originalShape(definition.of, made)
    : definition.kind === "reshape"
      ? definition.of.shape
      : value.shape;
}

function expandOver(stage: Stage, made: Made, shape: readonly number[]): Fused | undefined {
  const { value } = stage;
  const axes = shape.map(newAxis);
  const domain = new Domain();
  const expansion = new Expansion(stage, made, domain);
  const isOwnShape = shape === value.shape;
  let start = value;
  let coordinates: Affine[] | undefined = positionsOf(axes);
  // With the axes of another shape, begin at the value behind the reshapes; flat positions are the same.
  if (!isOwnShape) {
    for (
      let definition = made.definitionOf(start);
      definition.kind === "reshape";
      definition = made.definitionOf(start)
    ) {
      start = definition.of;
      if (made.isMade(start)) break;
    }
  } else {
    for (
      let definition = made.definitionOf(start);
      definition.kind === "reshape";
      definition = made.definitionOf(start)
    ) {
      coordinates = domain.reshape(coordinates, start.shape, definition.of.shape);
      if (coordinates === undefined) return undefined;
      start = definition.of;
      if (made.isMade(start)) break;
    }
  }

  const definition = made.definitionOf(start);
  let result: Expr;
  let reduce: readonly Axis[] = [];
  let body: Expr | undefined;
  let reducer: Reducer = "none";
  const isReadAsIs = start !== value && (made.isMade(start) || definition.kind !== "nest");
  if (isReadAsIs || definition.kind !== "nest") {
    result = read(start, coordinates);
  } else if (definition.nest.reducer !== "none" && start !== stage.reduction && start !== value) {
    throw new MakeInstead(start);
  } else if (definition.nest.reducer !== "none") {
    result = expansion.finish(start, coordinates);
  } else {
    result = expansion.inside(definition.nest, coordinates);
  }
  const absorbed = expansion.absorbed;
  if (absorbed !== undefined) {
    ({ reduce, reducer } = absorbed.nest);
    const over = reduce.map((axis) => newAxis(axis.extent));
    const where = new Map<Axis, Affine>(
      absorbed.nest.axes.map((axis, index) => [axis, absorbed.coordinates[index] as Affine]),
    );
    reduce.forEach((axis, index) => where.set(axis, along(over[index] as Axis)));
    reduce = over;
    body = expansion.expression(absorbed.nest.body, where);
  } else if (stage.reduction !== undefined) {
    throw new KeepApart(stage.reduction);
  }
  const settle = (expr: Expr) => resolved(expr, domain);
  const groups = axes.map((axis) => domain.partsOf(axis));
  return {
    value,
    dtype: value.dtype,
    groups: isOwnShape ? groups : undefined,
    axes: groups.flat(),
    reduce: reduce.flatMap((axis) => domain.partsOf(axis)),
    reducer,
    body: settle(body ?? result),
    tail: body === undefined ? accumulator(result.type) : settle(result),
  };
}

/** All coordinates over the axes that are left in the end. */
function resolved(expr: Expr, domain: Domain): Expr {
  const settle = (one: Read): Read => ({
    ...one,
    coordinates: one.coordinates.map((form) => domain.resolve(form)),
  });
  return mapLeaves(expr, (leaf) => {
    if (leaf.kind === "read" || leaf.kind === "inRange") return { ...leaf, read: settle(leaf.read) };
    return leaf.kind === "position" ? position(domain.resolve(leaf.of)) : leaf;
  });
}

class Expansion {
  readonly #stage: Stage;
  readonly #made: Made;
  readonly #domain: Domain;
  readonly #seen = new Map<string, Expr>();
  /** Set once the absorbed reduction has been met. */
  absorbed:
    | {
        readonly nest: Nest;
        readonly coordinates: readonly Affine[];
        readonly key: string;
        readonly tail: Expr;
      }
    | undefined;

  constructor(stage: Stage, made: Made, domain: Domain) {
    this.#stage = stage;
    this.#made = made;
    this.#domain = domain;
  }

  /** The element of `value` at `coordinates`, `pad` outside. */
  element({ value, coordinates, pad }: Read): Expr {
    const at = coordinates.map((form) => this.#domain.resolve(form));
    const key = `${value.id}[${at.map(affineKey).join(",")}]${pad}`;
    const known = this.#seen.get(key);
    if (known !== undefined) return known;
    const expr = this.#element({ value, coordinates: at, pad });
    this.#seen.set(key, expr);
    return expr;
  }

  #element(one: Read): Expr {
    const { value, coordinates } = one;
    const leaf: Expr = { kind: "read", type: value.dtype === "f32" ? "f32" : "i32", read: one };
    const definition = this.#made.definitionOf(value);
    if (value === this.#stage.reduction) return this.finish(value, coordinates);
    if (this.#made.isMade(value) || definition.kind === "input" || definition.kind === "constant")
      return leaf;

    if (definition.kind === "reshape") {
      const inner = this.#domain.reshape(coordinates, value.shape, definition.of.shape);
      if (inner !== undefined)
        return this.element({ value: definition.of, coordinates: inner, pad: one.pad });
      if (isKnown(value)) return this.element({ ...one, value: this.#made.fold(value) });
      // Under a row-major layout the same elements can be read by this shape.
      const isRowMajor =
        this.#made.isMade(definition.of) || this.#made.definitionOf(definition.of).kind === "input";
      if (isRowMajor) return leaf;
      throw new MakeInstead(value);
    }
    const { nest } = definition;
    if (nest.reducer !== "none") {
      if (isKnown(value)) return this.element({ ...one, value: this.#made.fold(value) });
      throw new MakeInstead(value);
    }
    if (!mayLeave(one)) return this.inside(nest, coordinates);
    const passed = padThrough(nest, one);
    if (passed !== undefined) return this.element(passed);
    if (isKnown(value)) return this.element({ ...one, value: this.#made.fold(value) });
    throw new MakeInstead(value);
  }

  /** A nest without a reduction, computed at `coordinates`. */
  inside(nest: Nest, coordinates: readonly Affine[]): Expr {
    return this.expression(
      nest.body,
      new Map(nest.axes.map((axis, index) => [axis, coordinates[index] as Affine])),
    );
  }

  /** What follows the absorbed reduction, at `coordinates`; all of the stage must meet it at the same ones. */
  finish(value: Value, coordinates: readonly Affine[]): Expr {
    const definition = this.#made.definitionOf(value);
    if (definition.kind !== "nest") throw new KeepApart(value);
    const { nest } = definition;
    const key = coordinates.map((form) => affineKey(this.#domain.resolve(form))).join();
    if (this.absorbed !== undefined) {
      if (this.absorbed.key !== key) throw new KeepApart(value);
      return this.absorbed.tail;
    }
    if (coordinates.some((form, axis) => !isWithin(form, value.shape[axis] as number)))
      throw new KeepApart(value);
    const tail = this.inside({ ...nest, body: nest.tail }, coordinates);
    this.absorbed = { nest, coordinates, key, tail };
    return tail;
  }

  expression(expr: Expr, where: ReadonlyMap<Axis, Affine>): Expr {
    return mapLeaves(expr, (leaf) => {
      if (leaf.kind === "position") return position(substituted(leaf.of, where));
      if (leaf.kind !== "read" && leaf.kind !== "inRange") return leaf;
      const coordinates = leaf.read.coordinates.map((form) => substituted(form, where));
      const moved: Read = { ...leaf.read, coordinates };
      return leaf.kind === "read" ? this.element(moved) : this.#range(moved);
    });
  }

  /** Whether a read lies inside its value, asked of a load that lies inside exactly then. */
  #range(one: Read): Expr {
    if (!mayLeave(one)) return inRange(one);
    const element = this.element(one);
    if (element.kind === "read") return inRange(element.read);
    throw new MakeInstead(one.value);
  }
}

/**
 * A padded read of a view as a padded read of what it views: right when leaving the view along an axis means leaving
 * the source along the dimension that follows it, and both would give the same filler.
 */
function padThrough(nest: Nest, { value, coordinates, pad }: Read): Read | undefined {
  const { body } = nest;
  if (!isView(nest) || body.kind !== "read") return undefined;
  const inner = body.read;
  if (mayLeave(inner) && inner.pad !== pad) return undefined;
  for (const [axis, form] of coordinates.entries()) {
    const extent = value.shape[axis] as number;
    const { low, high } = rangeOf(form);
    if (low >= 0 && high < extent) continue;
    const own = nest.axes[axis] as Axis;
    const follows = inner.coordinates.some((coordinate, dim) => {
      const [term, ...more] = coordinate.terms;
      if (term === undefined || more.length > 0 || term.axis !== own || term.coefficient !== 1) return false;
      const size = inner.value.shape[dim] as number;
      return coordinate.offset <= 0 && coordinate.offset + extent >= size;
    });
    if (!follows) return undefined;
  }
  const where = new Map(nest.axes.map((axis, index) => [axis, coordinates[index] as Affine]));
  return { value: inner.value, pad, coordinates: inner.coordinates.map((form) => substituted(form, where)) };
}
