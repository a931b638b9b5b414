import { elementBytes } from "../program/dtype.js";
import type { TensorData } from "../program/dtype.js";
import type { Instruction } from "../program/instruction.js";
import { product } from "../program/kernel.js";
import type { Kernel, Load } from "../program/kernel.js";
import { LEAF_BYTES } from "../program/tensor-table.js";
import { unravel } from "../run/interpreter.js";

/** Told of every leaf that is read, again each time. */
export type Touch = (tensor: number, leaf: number) => void;

/** What one element of a kernel reads: for one k of the reduction, and for the tail. */
export type ElementReads = {
  readonly step: (k: number, touch: Touch) => void;
  readonly tail: (touch: Touch) => void;
};

/**
 * The reads of element `element`. `valueOf` gives the data of integer tensors through which other loads are indexed.
 *
 * A load that no instruction uses is not read. Which of the used ones a `select` throws away does not matter: both arms
 * are evaluated.
 */
export function elementReads(args: {
  kernel: Kernel;
  element: number;
  valueOf: (tensor: number) => TensorData;
}): ElementReads {
  const { kernel, element, valueOf } = args;
  const position = unravel(element, kernel.shape);
  const axes = [...position, ...kernel.reduce.map(() => 0)];
  const terms = kernel.loads.map((load) => load.dims.map(({ coefficients }) => termsOf(coefficients)));

  /** The flat position a load reads, or undefined where it yields its pad; touches what finding it out reads. */
  const resolve = (number: number, touch: Touch): number | undefined => {
    const load = kernel.loads[number] as Load;
    const index = load.indexed === undefined ? 0 : indexValue(load.indexed.load, touch);
    let flat = 0;
    for (let dim = 0; dim < load.dims.length; dim++) {
      const { size, offset } = load.dims[dim] as Load["dims"][number];
      let coordinate = offset;
      for (const [axis, coefficient] of terms[number]?.[dim] ?? [])
        coordinate += coefficient * (axes[axis] ?? 0);
      if (dim === load.indexed?.dim) coordinate = index;
      if (coordinate < 0 || coordinate >= size) return undefined;
      flat = flat * size + coordinate;
    }
    return flat;
  };
  const indexValue = (number: number, touch: Touch): number => {
    const { tensor, pad } = kernel.loads[number] as Load;
    const flat = read(number, touch);
    return flat === undefined ? pad | 0 : (valueOf(tensor)[flat] as number);
  };
  const read = (number: number, touch: Touch): number | undefined => {
    const flat = resolve(number, touch);
    const { tensor, dtype } = kernel.loads[number] as Load;
    if (flat !== undefined) touch(tensor, Math.floor((flat * elementBytes(dtype)) / LEAF_BYTES));
    return flat;
  };
  const visit = ({ loads, inRange }: Asked, touch: Touch): void => {
    for (const number of loads) read(number, touch);
    for (const number of inRange) resolve(number, touch);
  };
  const body = askedIn(kernel.body);
  const tail = askedIn(kernel.tail);
  return {
    step: (k, touch) => {
      unravel(k, kernel.reduce).forEach((coordinate, axis) => (axes[position.length + axis] = coordinate));
      visit(body, touch);
    },
    tail: (touch) => visit(tail, touch),
  };
}

/** The leaves that element `element` of a kernel reads, per tensor id, ascending: of all k, and of the tail. */
export function operandLeaves(args: {
  kernel: Kernel;
  element: number;
  valueOf: (tensor: number) => TensorData;
}): Map<number, number[]> {
  const reads = elementReads(args);
  const { leaves, touch } = leafSet();
  const reduction = product(args.kernel.reduce);
  for (let k = 0; k < reduction; k++) reads.step(k, touch);
  reads.tail(touch);
  return leaves();
}

/** Collects leaves per tensor id, ascending. */
export function leafSet(): { readonly touch: Touch; readonly leaves: () => Map<number, number[]> } {
  const known = new Map<number, Set<number>>();
  return {
    touch: (tensor, leaf) => {
      const ofTensor = known.get(tensor);
      if (ofTensor === undefined) known.set(tensor, new Set([leaf]));
      else ofTensor.add(leaf);
    },
    leaves: () =>
      new Map([...known].sort(([a], [b]) => a - b).map(([id, set]) => [id, [...set].sort((a, b) => a - b)])),
  };
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

/** The loads whose values an expression asks for, and those of which it asks whether they are in range. */
type Asked = { readonly loads: readonly number[]; readonly inRange: readonly number[] };

function askedIn(code: readonly Instruction[]): Asked {
  const argsOf = (wanted: Instruction["op"]) => [
    ...new Set(code.filter(({ op }) => op === wanted).map(({ arg = 0 }) => arg)),
  ];
  const loads = argsOf("load");
  return { loads, inRange: argsOf("in_range").filter((number) => !loads.includes(number)) };
}

/** The axes that a dim moves along, with their coefficients. */
function termsOf(coefficients: readonly number[]): (readonly [axis: number, coefficient: number])[] {
  return coefficients.flatMap((coefficient, axis) =>
    coefficient === 0 ? [] : [[axis, coefficient] as const],
  );
}
