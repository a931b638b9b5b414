/** Something that needs memory from one step of a program to another, both included. */
export type Lifetime = { readonly bytes: number; readonly first: number; readonly last: number };

/** Vectors and cache lines begin at multiples of it. */
const ALIGNMENT = 64;

/** `bytes` up to where the next thing may begin. */
export const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/**
 * Places everything so that what lives at the same time does not overlap: in the order of first steps, each into the
 * lowest gap that holds it.
 */
export function layOutMemory(lifetimes: readonly Lifetime[]): {
  readonly offsets: readonly number[];
  readonly bytes: number;
} {
  const order = lifetimes.map((_, number) => number).sort((a, b) => firstOf(a) - firstOf(b) || a - b);
  const offsets = new Array<number>(lifetimes.length).fill(0);
  let live: { from: number; to: number; last: number }[] = [];
  let bytes = 0;
  for (const number of order) {
    const { bytes: size, first, last } = lifetimes[number] as Lifetime;
    live = live.filter((one) => one.last >= first);
    let from = 0;
    let at = 0;
    for (; at < live.length; at++) {
      const one = live[at] as { from: number; to: number };
      if (one.from - from >= size) break;
      from = one.to;
    }
    const to = from + aligned(size);
    live.splice(at, 0, { from, to, last });
    offsets[number] = from;
    bytes = Math.max(bytes, to);
  }
  return { offsets, bytes };

  function firstOf(number: number): number {
    return (lifetimes[number] as Lifetime).first;
  }
}
