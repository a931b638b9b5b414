import type { Dtype } from "../dtype.js";
import type { Reducer } from "../kernel.js";
import { along, isWithin, newAxis, rangeOf, substituted } from "../ir/affine.js";
import type { Affine, Axis } from "../ir/affine.js";
import { affineKey } from "../ir/affine.js";
import { Domain, positionsOf } from "../ir/domain.js";
import {
  accumulator,
  inRange,
  mapForms,
  mapLeaves,
  mapRead,
  mayLeave,
  position,
  readKey,
} from "../ir/expr.js";
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
  const { value } = stage;
  const origin = behindReshapes(value, made);
  // Over the axes of its own shape, if its elements are affine in them; else over those of the value behind it, which
  // has the same elements in the same order.
  const domain = new Domain();
  const axes = value.shape.map(newAxis);
  const coordinates = throughReshapes({ value, origin, made, domain }, positionsOf(axes));
  if (coordinates !== undefined)
    return fuse(stage, { made, domain, origin, axes, coordinates, isOwnShape: true });
  const otherAxes = origin.shape.map(newAxis);
  return fuse(stage, {
    made,
    domain: new Domain(),
    origin,
    axes: otherAxes,
    coordinates: positionsOf(otherAxes),
    isOwnShape: false,
  });
}

/** The first value behind a chain of reshapes that is no reshape itself or is made. */
function behindReshapes(value: Value, made: Made): Value {
  const definition = made.definitionOf(value);
  if (definition.kind !== "reshape") return value;
  return made.isMade(definition.of) ? definition.of : behindReshapes(definition.of, made);
}

type Chain = { readonly value: Value; readonly origin: Value; readonly made: Made; readonly domain: Domain };

/** Coordinates in `origin` of the element at `coordinates` of a reshape of it. */
function throughReshapes(
  { value, origin, made, domain }: Chain,
  coordinates: readonly Affine[],
): readonly Affine[] | undefined {
  if (value === origin) return coordinates;
  const definition = made.definitionOf(value);
  if (definition.kind !== "reshape") return undefined;
  const inner = domain.reshape(coordinates, value.shape, definition.of.shape);
  return inner && throughReshapes({ value: definition.of, origin, made, domain }, inner);
}

type Fusing = {
  readonly made: Made;
  readonly domain: Domain;
  /** The value whose elements the stage's value has, and where they lie in it. */
  readonly origin: Value;
  readonly coordinates: readonly Affine[];
  readonly axes: readonly Axis[];
  readonly isOwnShape: boolean;
};

function fuse(stage: Stage, { made, domain, origin, coordinates, axes, isOwnShape }: Fusing): Fused {
  const { value, reduction } = stage;
  const expansion = new Expansion(stage, made, domain);
  const result =
    origin === value ? expansion.own(coordinates) : expansion.element({ value: origin, coordinates, pad: 0 });
  const { absorbed } = expansion;
  if (absorbed === undefined && reduction !== undefined) throw new KeepApart(reduction);
  const over = absorbed?.nest.reduce.map(({ extent }) => newAxis(extent)) ?? [];
  const body = absorbed === undefined ? result : expansion.body(absorbed, over);
  const groups = axes.map((axis) => domain.partsOf(axis));
  return {
    value,
    dtype: value.dtype,
    groups: isOwnShape ? groups : undefined,
    axes: groups.flat(),
    reduce: over.flatMap((axis) => domain.partsOf(axis)),
    reducer: absorbed?.nest.reducer ?? "none",
    body: resolved(body, domain),
    tail: absorbed === undefined ? accumulator(result.type) : resolved(result, domain),
  };
}

/** All coordinates over the axes that are left in the end. */
function resolved(expr: Expr, domain: Domain): Expr {
  return mapLeaves(expr, (leaf) => mapForms(leaf, (form) => domain.resolve(form)));
}

type Absorbed = {
  readonly nest: Nest;
  readonly coordinates: readonly Affine[];
  readonly key: string;
  readonly tail: Expr;
};

/** Computes elements in place, as far down as nothing made or given is reached. */
class Expansion {
  readonly #stage: Stage;
  readonly #made: Made;
  readonly #domain: Domain;
  readonly #seen = new Map<string, Expr>();
  /** Set once the absorbed reduction has been met. */
  absorbed: Absorbed | undefined;

  constructor(stage: Stage, made: Made, domain: Domain) {
    this.#stage = stage;
    this.#made = made;
    this.#domain = domain;
  }

  /** The element of the stage's own value: whatever it is, it is computed here and not read. */
  own(coordinates: readonly Affine[]): Expr {
    const { value, reduction } = this.#stage;
    const definition = this.#made.definitionOf(value);
    if (definition.kind !== "nest") throw new TypeError(`${value.name} is made of nothing`);
    if (value === reduction) return this.finish(value, coordinates);
    if (definition.nest.reducer !== "none") throw new KeepApart(value);
    return this.inside(definition.nest, coordinates);
  }

  /** The body of the absorbed reduction, over fresh axes. */
  body({ nest, coordinates }: Absorbed, over: readonly Axis[]): Expr {
    const where = new Map<Axis, Affine>();
    nest.axes.forEach((axis, index) => where.set(axis, coordinates[index] as Affine));
    nest.reduce.forEach((axis, index) => where.set(axis, along(over[index] as Axis)));
    return this.expression(nest.body, where);
  }

  /** The element of `value` at `coordinates`, `pad` outside. */
  element(one: Read): Expr {
    const settled = mapRead(one, (form) => this.#domain.resolve(form));
    const key = readKey(settled);
    const known = this.#seen.get(key);
    if (known !== undefined) return known;
    const expr = settled.index === undefined ? this.#element(settled) : this.#indexed(settled);
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
    // What a constant asks of positions is answered at import.
    if (isKnown(value) && asksForPositions(nest.body))
      return this.element({ ...one, value: this.#made.fold(value) });
    if (!mayLeave(one)) return this.inside(nest, coordinates);
    const passed = padThrough(nest, one);
    if (passed !== undefined) return this.element(passed);
    if (isKnown(value)) return this.element({ ...one, value: this.#made.fold(value) });
    throw new MakeInstead(value);
  }

  /** A read that looks a coordinate up: of a tensor, at what another tensor holds. */
  #indexed(one: Read): Expr {
    const { value } = one;
    const definition = this.#made.definitionOf(value);
    const isLeaf = this.#made.isMade(value) || definition.kind === "input" || definition.kind === "constant";
    const type = value.dtype === "f32" ? "f32" : "i32";
    if (value === this.#stage.reduction) throw new KeepApart(value);
    if (isLeaf) return { kind: "read", type, read: one };
    if (isKnown(value)) return { kind: "read", type, read: { ...one, value: this.#made.fold(value) } };
    // Under a row-major layout the same elements can be read by this shape.
    const isRowMajor =
      definition.kind === "reshape" &&
      (this.#made.isMade(definition.of) || this.#made.definitionOf(definition.of).kind === "input");
    if (isRowMajor) return { kind: "read", type, read: one };
    throw new MakeInstead(value);
  }

  /** An index has to be the element of a tensor, or known at import. */
  #index(at: Expr, where: ReadonlyMap<Axis, Affine>): Expr {
    if (at.kind !== "read") throw new TypeError("an index is read from a value");
    const { value } = at.read;
    const folded: Expr = isKnown(value) ? { ...at, read: { ...at.read, value: this.#made.fold(value) } } : at;
    const expr = this.expression(folded, where);
    if (expr.kind !== "read" || expr.read.index !== undefined) throw new MakeInstead(value);
    return expr;
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
      const { index } = leaf.read;
      const moved: Read =
        index === undefined
          ? { ...leaf.read, coordinates }
          : { ...leaf.read, coordinates, index: { ...index, at: this.#index(index.at, where) } };
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

/** True when an expression depends on where it stands by more than what it reads there. */
const asksForPositions = (expr: Expr): boolean =>
  expr.kind === "position" ||
  expr.kind === "inRange" ||
  (expr.kind === "operation" && expr.args.some(asksForPositions));

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
