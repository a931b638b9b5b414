import { elementBytes } from "../program/dtype.js";
import type { TensorData } from "../program/dtype.js";
import { product } from "../program/kernel.js";
import type { Kernel, Load } from "../program/kernel.js";
import { LEAF_BYTES } from "../program/tensor-table.js";
import { unravel } from "../run/interpreter.js";

/**
 * The leaves that element `element` of a kernel reads, per tensor id, ascending. `valueOf` gives the data of integer
 * tensors through which other loads are indexed.
 *
 * A load that no instruction uses is not read. Which of the used ones a `select` throws away does not matter: both arms
 * are evaluated.
 */
export function operandLeaves(args: {
  kernel: Kernel;
  element: number;
  valueOf: (tensor: number) => TensorData;
}): Map<number, number[]> {
  const { kernel, element, valueOf } = args;
  const position = unravel(element, kernel.shape);
  const leaves = new Map<number, Set<number>>();
  const touch = ({ tensor, dtype }: Load, flat: number): void => {
    const known = leaves.get(tensor) ?? new Set<number>();
    leaves.set(tensor, known.add(Math.floor((flat * elementBytes(dtype)) / LEAF_BYTES)));
  };
  /** The flat position a load reads, or undefined where it yields its pad; touches what finding it out reads. */
  const resolve = (load: Load, axes: readonly number[]): number | undefined => {
    const index =
      load.indexed === undefined ? undefined : indexValue(kernel.loads[load.indexed.load] as Load, axes);
    let flat = 0;
    for (const [number, { size, offset, coefficients }] of load.dims.entries()) {
      const affine = coefficients.reduce(
        (sum, coefficient, axis) => sum + coefficient * (axes[axis] ?? 0),
        offset,
      );
      const coordinate = number === load.indexed?.dim ? (index as number) : affine;
      if (coordinate < 0 || coordinate >= size) return undefined;
      flat = flat * size + coordinate;
    }
    return flat;
  };
  const indexValue = (load: Load, axes: readonly number[]): number => {
    const flat = resolve(load, axes);
    if (flat === undefined) return load.pad | 0;
    touch(load, flat);
    return valueOf(load.tensor)[flat] as number;
  };
  const visit = (code: Kernel["body"], axes: readonly number[]): void => {
    for (const { op, arg = 0 } of code) {
      if (op !== "load" && op !== "in_range") continue;
      const load = kernel.loads[arg] as Load;
      const flat = resolve(load, axes);
      if (op === "load" && flat !== undefined) touch(load, flat);
    }
  };
  const reduction = product(kernel.reduce);
  for (let k = 0; k < reduction; k++) visit(kernel.body, [...position, ...unravel(k, kernel.reduce)]);
  visit(kernel.tail, position);
  return new Map(
    [...leaves].sort(([a], [b]) => a - b).map(([id, set]) => [id, [...set].sort((a, b) => a - b)]),
  );
}

/** Consecutive positions as ranges that neither touch nor overlap. */
export function rangesOf(positions: readonly number[]): { first: number; count: number }[] {
  const ranges: { first: number; count: number }[] = [];
  for (const position of positions) {
    const last = ranges.at(-1);
    if (last !== undefined && last.first + last.count === position) last.count++;
    else ranges.push({ first: position, count: 1 });
  }
  return ranges;
}
