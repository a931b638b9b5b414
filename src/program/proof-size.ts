import { elementBytes } from "./dtype.js";
import { operandBytes, opOperand } from "./instruction.js";
import { product } from "./kernel.js";
import type { Kernel } from "./kernel.js";
import { LEAF_BYTES, TABLE_ENTRY_BYTES, depthOf, leafCount } from "./tensor-table.js";
import type { TensorEntry } from "./tensor-table.js";

/** List sizes of the model and the claim that a proof leads to. */
export type ProofContext = { readonly kernels: number; readonly weights: number; readonly records: number };

/** What a proof of one element carries (docs/spec/faults.md, "Element"). */
export type ProofSize = {
  readonly evidenceBytes: number;
  /** Of operands, the claimed element and the tensor table. */
  readonly leaves: number;
  /** Stretches of neighbouring leaves of operands. */
  readonly ranges: number;
  /** Siblings and list items that are hashed on the way to a root. */
  readonly nodes: number;
};

const NODE_BYTES = 32;
/** Kind, record, model, kernel, element, descriptor length, mask. */
const HEAD_BYTES = 1 + 185 + 196 + 4 + 4 + 2 + 1;

/** The size of the proof of one element: exact for operands, an upper bound where it depends on tensor numbers. */
export function proofSize(
  kernel: Kernel,
  table: readonly TensorEntry[],
  { context, element }: { context: ProofContext; element: number },
): ProofSize {
  const opened = operandLeaves(kernel, element);
  const own = { count: product(kernel.shape), dtype: kernel.dtype };
  // Entries of all tensors that loads name are opened, items of those alone that are read.
  const entries = 1 + new Set(kernel.loads.map(({ tensor }) => tensor)).size;
  const items = 1 + opened.size;
  const tableCount = Math.ceil(((context.kernels + context.weights) * TABLE_ENTRY_BYTES) / LEAF_BYTES);
  let leaves = 1 + Math.min(entries, tableCount);
  let nodes = depthOf(leafCount(own)) + depthOf(context.records) + depthOf(context.kernels);
  nodes += mostSiblings(entries, tableCount);
  // Whether an operand is a weight or a kernel's output is not known here: the dearer list is taken.
  nodes += items + mostSiblings(items, Math.max(context.kernels, context.weights));
  let ranges = 0;
  for (const [tensor, positions] of opened) {
    const sorted = [...positions].sort((a, b) => a - b);
    const count = leafCount(table[tensor] ?? { count: 1, dtype: "u8" });
    leaves += sorted.length;
    ranges += sorted.filter((leaf, at) => leaf !== (sorted[at - 1] ?? -2) + 1).length;
    nodes += siblingsOf(sorted, depthOf(count));
  }
  const evidenceBytes =
    HEAD_BYTES +
    descriptorBytes(kernel) +
    leaves * LEAF_BYTES +
    nodes * NODE_BYTES +
    2 * opened.size +
    8 * ranges;
  return { evidenceBytes, leaves, ranges, nodes };
}

/** The leaves that an element reads, by tensor. An indexed load may read anywhere: it counts as one leaf a time. */
function operandLeaves(
  { shape, reduce, loads, body, tail }: Kernel,
  element: number,
): Map<number, Set<number>> {
  const opened = new Map<number, Set<number>>();
  const axes = [...unravel(element, shape), ...reduce.map(() => 0)];
  const inBody = new Set(body.filter(({ op }) => op === "load").map(({ arg }) => arg));
  const inTail = new Set(tail.filter(({ op }) => op === "load").map(({ arg }) => arg));
  const steps = product(reduce);
  for (const [number, { tensor, dtype, dims, indexed }] of loads.entries()) {
    const isIndex = loads.some((other) => other.indexed?.load === number);
    if (!inBody.has(number) && !inTail.has(number) && !isIndex) continue;
    const leaves = opened.get(tensor) ?? new Set<number>();
    opened.set(tensor, leaves);
    const isFixed = !dims.some(({ coefficients }) =>
      coefficients.slice(shape.length).some((one) => one !== 0),
    );
    for (let k = 0; k < (isFixed && indexed === undefined ? 1 : steps); k++) {
      unravelInto(axes, k, { extents: reduce, first: shape.length });
      let flat = 0;
      for (const [dim, { size, offset, coefficients }] of dims.entries()) {
        // Another row every time stands for an index that is not known.
        let coordinate = dim === indexed?.dim ? (k * 31) % size : offset;
        if (dim !== indexed?.dim)
          for (const [axis, one] of coefficients.entries()) coordinate += one * (axes[axis] ?? 0);
        flat = coordinate >= 0 && coordinate < size && flat >= 0 ? flat * size + coordinate : -1;
      }
      if (flat >= 0) leaves.add(Math.floor((flat * elementBytes(dtype)) / LEAF_BYTES));
    }
    if (leaves.size === 0) opened.delete(tensor);
  }
  return opened;
}

/** Siblings that lead from these ascending positions to the root, proven together. */
function siblingsOf(positions: readonly number[], depth: number): number {
  let siblings = 0;
  let level: readonly number[] = positions;
  for (let above = 0; above < depth; above++) {
    const here = new Set(level);
    siblings += level.filter((position) => !here.has(position ^ 1)).length;
    level = [...new Set(level.map((position) => position >> 1))];
  }
  return siblings;
}

/** The most siblings that `chosen` of `count` positions can need. */
function mostSiblings(chosen: number, count: number): number {
  let siblings = 0;
  for (let level = 1; level <= depthOf(count); level++)
    siblings += Math.min(chosen, Math.ceil(count / 2 ** level));
  return siblings;
}

/** Length of the kernel's descriptor (docs/spec/program.md). */
export function descriptorBytes({ shape, reduce, loads, body, tail }: Kernel): number {
  const code = [...body, ...tail].reduce((sum, { op }) => sum + 1 + operandBytes(opOperand(op)), 0);
  const dims = loads.flatMap((load) => load.dims);
  const coefficients = dims.reduce((sum, dim) => sum + dim.coefficients.filter((one) => one !== 0).length, 0);
  return (
    7 + 4 * (shape.length + reduce.length) + 12 * loads.length + 10 * dims.length + 4 * coefficients + code
  );
}

function unravel(flat: number, extents: readonly number[]): number[] {
  const axes = extents.map(() => 0);
  unravelInto(axes, flat, { extents, first: 0 });
  return axes;
}

function unravelInto(
  axes: number[],
  flat: number,
  { extents, first }: { extents: readonly number[]; first: number },
): void {
  let rest = flat;
  for (let axis = extents.length - 1; axis >= 0; axis--) {
    const extent = extents[axis] as number;
    axes[first + axis] = rest % extent;
    rest = Math.floor(rest / extent);
  }
}
