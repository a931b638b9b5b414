/** One loop of a nest. Identity is the object; `id` orders axes deterministically within one import. */
export type Axis = { readonly id: number; readonly extent: number };

export type Term = { readonly axis: Axis; readonly coefficient: number };

/** `offset + Σ coefficient · axis`, exact integers; terms ascend by axis id and have no zero coefficient. */
export type Affine = { readonly offset: number; readonly terms: readonly Term[] };

let created = 0;

export const newAxis = (extent: number): Axis => ({ id: created++, extent });

export const constantAt = (offset: number): Affine => ({ offset, terms: [] });

/** The position along an axis; an axis of one position is the constant 0, so that it never hinders anything. */
export const along = (axis: Axis): Affine =>
  axis.extent === 1 ? constantAt(0) : { offset: 0, terms: [{ axis, coefficient: 1 }] };

export function plus(a: Affine, b: Affine): Affine {
  const sums = new Map<Axis, number>(a.terms.map(({ axis, coefficient }) => [axis, coefficient]));
  for (const { axis, coefficient } of b.terms) sums.set(axis, (sums.get(axis) ?? 0) + coefficient);
  return { offset: a.offset + b.offset, terms: sorted(sums) };
}

export const shifted = (a: Affine, by: number): Affine => ({ offset: a.offset + by, terms: a.terms });

export function times(a: Affine, factor: number): Affine {
  if (factor === 0) return constantAt(0);
  const terms = a.terms.map(({ axis, coefficient }) => ({ axis, coefficient: coefficient * factor }));
  return { offset: a.offset * factor, terms };
}

/** Replaces axes by affine forms of other axes; axes without a replacement stay. */
export function substituted(a: Affine, replacement: ReadonlyMap<Axis, Affine>): Affine {
  if (!a.terms.some(({ axis }) => replacement.has(axis))) return a;
  return a.terms.reduce<Affine>(
    (sum, { axis, coefficient }) => plus(sum, times(replacement.get(axis) ?? along(axis), coefficient)),
    constantAt(a.offset),
  );
}

/** Smallest and largest value over the whole domain. */
export function rangeOf(a: Affine): { readonly low: number; readonly high: number } {
  let low = a.offset;
  let high = a.offset;
  for (const { axis, coefficient } of a.terms) {
    const reach = coefficient * (axis.extent - 1);
    if (reach < 0) low += reach;
    else high += reach;
  }
  return { low, high };
}

export function isWithin(a: Affine, size: number): boolean {
  const { low, high } = rangeOf(a);
  return low >= 0 && high < size;
}

export const coefficientOf = (a: Affine, axis: Axis): number =>
  a.terms.find((term) => term.axis === axis)?.coefficient ?? 0;

/** Equal keys mean equal forms. */
export const affineKey = (a: Affine): string =>
  `${a.offset}${a.terms.map(({ axis, coefficient }) => `+${coefficient}a${axis.id}`).join("")}`;

function sorted(sums: ReadonlyMap<Axis, number>): Term[] {
  return [...sums]
    .filter(([, coefficient]) => coefficient !== 0)
    .map(([axis, coefficient]) => ({ axis, coefficient }))
    .sort((a, b) => a.axis.id - b.axis.id);
}
