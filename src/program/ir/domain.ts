import { along, constantAt, isWithin, newAxis, plus, rangeOf, substituted, times } from "./affine.js";
import type { Affine, Axis } from "./affine.js";

/**
 * The axes of one nest while it is being put together. Reading through a reshape may need an axis in two parts
 * (position = inner · outer part + inner part); storage is row-major, so factoring an axis in place changes nothing.
 */
export class Domain {
  readonly #splits = new Map<Axis, Affine>();
  readonly #parts = new Map<Axis, readonly [Axis, Axis]>();

  /** The form over the axes that are left after all splits so far. */
  resolve(form: Affine): Affine {
    let resolved = form;
    for (;;) {
      const next = substituted(resolved, this.#splits);
      if (next === resolved) return resolved;
      resolved = next;
    }
  }

  /** The parts an axis was split into, outermost first; the axis itself if it was not. */
  partsOf(axis: Axis): Axis[] {
    const parts = this.#parts.get(axis);
    return parts === undefined ? [axis] : parts.flatMap((part) => this.partsOf(part));
  }

  #split(axis: Axis, inner: number): void {
    const parts = [newAxis(axis.extent / inner), newAxis(inner)] as const;
    this.#parts.set(axis, parts);
    this.#splits.set(axis, plus(times(along(parts[0]), inner), along(parts[1])));
  }

  /** Quotient and remainder by `divisor` as affine forms, splitting axes where that makes them so. */
  divide(form: Affine, divisor: number): { quotient: Affine; remainder: Affine } | undefined {
    for (;;) {
      const resolved = this.resolve(form);
      const multiples = resolved.terms.filter(({ coefficient }) => coefficient % divisor === 0);
      const rest = resolved.terms.filter(({ coefficient }) => coefficient % divisor !== 0);
      const below = Math.floor(resolved.offset / divisor);
      const remainder = { offset: resolved.offset - below * divisor, terms: rest };
      if (isWithin(remainder, divisor)) {
        const terms = multiples.map(({ axis, coefficient }) => ({
          axis,
          coefficient: coefficient / divisor,
        }));
        return { quotient: { offset: below, terms }, remainder };
      }
      const splittable = rest.find(({ axis, coefficient }) => {
        const inner = divisor / coefficient;
        return Number.isInteger(inner) && inner > 1 && axis.extent > inner && axis.extent % inner === 0;
      });
      if (splittable === undefined) return undefined;
      this.#split(splittable.axis, divisor / splittable.coefficient);
    }
  }

  /**
   * Coordinates in `to` of the element that has `coordinates` in `from`, both factorings of one row-major tensor.
   * Undefined where they are not affine, and where a coordinate that may lie outside takes part in a regrouping.
   */
  reshape(
    coordinates: readonly Affine[],
    from: readonly number[],
    to: readonly number[],
  ): Affine[] | undefined {
    const result: Affine[] = [];
    let next = 0;
    let taken = 0;
    while (next < from.length || taken < to.length) {
      const source = [next];
      const target = [taken];
      let have = from[next++] ?? 1;
      let want = to[taken++] ?? 1;
      while (have !== want) {
        if (have < want) have *= from[(source.push(next), next++)] ?? 1;
        else want *= to[(target.push(taken), taken++)] ?? 1;
      }
      const given = source.filter((index) => index < from.length);
      const wanted = target.filter((index) => index < to.length);
      const extents = given.map((index) => from[index] as number);
      const group = given.map((index) => coordinates[index] as Affine);
      if (given.length === 1 && wanted.length === 1) {
        result.push(group[0] as Affine);
        continue;
      }
      if (group.some((coordinate, index) => !isWithin(coordinate, extents[index] as number))) {
        const only = onlyWide(extents, group);
        const sizes = wanted.map((index) => to[index] as number);
        // The one dimension that has more than one position, or any: what leaves must be seen to leave.
        const wide = Math.max(
          0,
          sizes.findIndex((size) => size !== 1),
        );
        if (only === undefined || sizes.length === 0 || sizes.filter((size) => size !== 1).length > 1)
          return undefined;
        result.push(...sizes.map((_, index) => (index === wide ? only : constantAt(0))));
        continue;
      }
      let flat = group.reduce<Affine>(
        (sum, coordinate, index) => plus(times(sum, extents[index] as number), coordinate),
        constantAt(0),
      );
      const regrouped: Affine[] = [];
      for (const index of wanted.slice(1).reverse()) {
        const parts = this.divide(flat, to[index] as number);
        if (parts === undefined) return undefined;
        regrouped.unshift(parts.remainder);
        flat = parts.quotient;
      }
      if (wanted.length > 0) result.push(flat, ...regrouped);
    }
    return result;
  }
}

/** The one coordinate that moves, when all others are 0 in a dimension of one element. */
function onlyWide(extents: readonly number[], group: readonly Affine[]): Affine | undefined {
  const wide = group.filter((coordinate, index) => {
    const { low, high } = rangeOf(coordinate);
    return extents[index] !== 1 || low !== 0 || high !== 0;
  });
  return wide.length === 1 ? wide[0] : undefined;
}

/** The axes of a row-major tensor as coordinates. */
export const positionsOf = (axes: readonly Axis[]): Affine[] => axes.map(along);

/** Row-major position in a tensor of these extents. */
export function flatPosition(coordinates: readonly Affine[], extents: readonly number[]): Affine {
  return coordinates.reduce<Affine>(
    (sum, coordinate, index) => plus(times(sum, extents[index] as number), coordinate),
    constantAt(0),
  );
}
