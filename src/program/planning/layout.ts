import { product } from "../kernel.js";
import type { Affine, Axis } from "../ir/affine.js";
import { readsOf } from "../ir/expr.js";
import type { Read } from "../ir/expr.js";
import type { Value } from "../ir/value.js";
import type { Fused } from "./expand.js";

/** The axes of a value's shape in the order they are stored, outermost first. */
export type Layout = readonly number[];

export const rowMajor = (value: Value): Layout => value.shape.map((_, axis) => axis);

/**
 * How every made value is stored. The reader that does most work decides: what it reduces over, in its order, goes
 * innermost, so that the operands of one of its elements are a few contiguous runs. Sliding windows want channels last.
 * Outputs, and values read by another shape, stay row-major.
 */
export function chooseLayouts(nests: readonly Fused[], outputs: ReadonlySet<Value>): Map<Value, Layout> {
  const wishes = new Map<Value, { layout: Layout; weight: number }>();
  const pinned = new Set<Value>(outputs);
  const layouts = new Map<Value, Layout>();
  // Readers come after what they read: going backwards, a reader's own layout is known.
  for (const fused of [...nests].reverse()) {
    const { value } = fused;
    const wish = fused.groups === undefined || pinned.has(value) ? undefined : wishes.get(value);
    const layout = wish?.layout ?? rowMajor(value);
    layouts.set(value, layout);

    const positions =
      product(fused.axes.map(({ extent }) => extent)) * product(fused.reduce.map(({ extent }) => extent));
    const inBody = new Set(fused.reducer === "none" ? [] : readsOf(fused.body));
    for (const one of [...readsOf(fused.body), ...readsOf(fused.tail)]) {
      const { definition } = one.value;
      if (definition.kind === "reshape" && !nests.some((nest) => nest.value === one.value)) {
        pinned.add(baseOf(one.value));
        continue;
      }
      const isReduced = inBody.has(one) && one.coordinates.some((form) => movesAlong(form, fused.reduce));
      const wished = isReduced ? forReduction(one, fused) : alike(one, fused, layout);
      // Any reduction outweighs readers that only want to walk in step.
      const weight = isReduced ? positions : positions / 2 ** 60;
      const best = wishes.get(one.value);
      if (best === undefined || best.weight < weight) wishes.set(one.value, { layout: wished, weight });
    }
  }
  return layouts;
}

/** The value behind reshapes. */
export function baseOf(value: Value): Value {
  return value.definition.kind === "reshape" ? baseOf(value.definition.of) : value;
}

const movesAlong = (form: Affine, axes: readonly Axis[]): boolean =>
  form.terms.some(({ axis }) => axes.includes(axis));

function forReduction({ value, coordinates }: Read, { reduce }: Fused): Layout {
  const over = (form: Affine) => form.terms.filter(({ axis }) => reduce.includes(axis));
  const isMixed = (form: Affine) => over(form).length > 0 && over(form).length < form.terms.length;
  // Axis 1 of a grouped convolution mixes group and channel, but is not slid over.
  const slides = coordinates.some((form, axis) => axis > 1 && isMixed(form));
  const place = (form: Affine, axis: number): readonly [number, number] => {
    if (slides) return axis === 0 ? [0, 0] : axis === 1 ? [2, 0] : [1, axis];
    const inner = over(form).at(-1);
    return inner === undefined ? [0, axis] : [1, reduce.indexOf(inner.axis)];
  };
  const places = coordinates.map(place);
  return rowMajor(value).toSorted((a, b) => {
    const [one, other] = [places[a] as readonly [number, number], places[b] as readonly [number, number]];
    return one[0] - other[0] || one[1] - other[1] || a - b;
  });
}

/** The order in which the reader's own stored axes move the value's axes. */
function alike({ value, coordinates }: Read, { groups, axes }: Fused, layout: Layout): Layout {
  const stored = groups === undefined ? axes : layout.flatMap((dim) => groups[dim] as readonly Axis[]);
  const place = (axis: number) => {
    const moving = (coordinates[axis] as Affine).terms.map((term) => stored.indexOf(term.axis));
    return moving.length === 0 ? -1 : Math.min(...moving);
  };
  return rowMajor(value).toSorted((a, b) => place(a) - place(b) || a - b);
}
