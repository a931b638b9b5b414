/** What the opening of a growing set of leaves of one tensor takes (docs/spec/faults.md, "operands"). */
export type OpeningMeter = {
  /** Adds a leaf; false if it was there already. */
  readonly add: (leaf: number) => boolean;
  readonly leaves: () => number;
  readonly siblings: () => number;
  readonly ranges: () => number;
};

/** Every leaf costs at most `depth` steps, however many there are: what is known above it is not looked at again. */
export function openingMeter(depth: number): OpeningMeter {
  const known = Array.from({ length: depth + 1 }, () => new Set<number>());
  const [leaves] = known as [Set<number>];
  let siblings = 0;
  let ranges = 0;
  return {
    add: (leaf) => {
      if (leaves.has(leaf)) return false;
      ranges += 1 - Number(leaves.has(leaf - 1)) - Number(leaves.has(leaf + 1));
      for (let level = 0, node = leaf; level <= depth; level++, node = Math.floor(node / 2)) {
        const here = known[level] as Set<number>;
        if (here.has(node)) break;
        here.add(node);
        // Two known siblings need none of the stream; the root has none.
        if (level < depth) siblings += here.has(node % 2 === 0 ? node + 1 : node - 1) ? -1 : 1;
      }
      return true;
    },
    leaves: () => leaves.size,
    siblings: () => siblings,
    ranges: () => ranges,
  };
}
