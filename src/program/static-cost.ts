import { elementBytes } from "./dtype.js";
import type { Instruction, Op } from "./instruction.js";
import { product } from "./kernel.js";
import type { Kernel, Load } from "./kernel.js";
import { LEAF_BYTES, depthOf, leafCount } from "./tensor-table.js";
import type { TensorEntry } from "./tensor-table.js";

/**
 * The integer table of the static cost, frozen with `onus-1`: units are gas of the first referee at the worst values,
 * plus a quarter. It decides only whether a kernel is void. contracts/libraries/KernelCheck.sol has the same numbers.
 */
export const COST = {
  /** Whatever does not grow with K: the longest descriptor and its checks, table entries, roots, the claimed leaf. */
  kernel: 1_000_000,
  /** A 128-byte leaf at 40 gas a byte, a range of its own, hashed and found again. */
  leaf: 12_500,
  /** A sibling of 32 bytes at 40 gas a byte, and its hash. */
  node: 2_000,
  /** A load per row of the innermost reduction axis: where it begins and how far it is clipped; and per dim of it. */
  row: 3_000,
  rowDim: 1_000,
  /** Per k: stepping, and combining a value into the accumulator. */
  step: 900,
} as const;

/** Units of one execution; every other instruction costs OTHER. */
const INSTRUCTIONS: Readonly<Partial<Record<Op, number>>> = {
  "f32.exp": 2_000,
  "f32.log": 2_000,
  "f32.tanh": 2_000,
  "f32.erf": 2_000,
  "f32.sin": 2_000,
  "f32.cos": 2_000,
  "f32.mul": 800,
  "f32.div": 1_000,
  "f32.add": 1_000,
  "f32.sub": 1_000,
  load: 850,
  "f32.min": 700,
  "f32.max": 700,
  "f32.eq": 700,
  "f32.lt": 700,
  "f32.le": 700,
  "f32.sqrt": 700,
  "f32.floor": 700,
  "f32.ceil": 700,
  "f32.rint": 700,
  "f32.trunc": 700,
  i2f: 700,
  f2i: 700,
  in_range: 600,
};
const OTHER = 400;

/** Units of one instruction, per execution. */
export const instructionCost = (op: Op): number => INSTRUCTIONS[op] ?? OTHER;

/**
 * The static cost of proving one element, in units: openings and execution at the worst values. Decides `void`
 * above LIMITS.cost; exact integers below 2^53 for every decodable kernel.
 */
export function staticCost(kernel: Kernel, table: readonly TensorEntry[]): number {
  const k = product(kernel.reduce);
  const rows = k / (kernel.reduce.at(-1) ?? 1);
  const { step, row } = reductionCost(kernel);
  const openings = kernel.loads.reduce((sum, load) => sum + openingCost(kernel, load, table), 0);
  return COST.kernel + k * step + rows * row + runCost(kernel.tail) + openings;
}

/** What a reduction costs without its openings, in units: per k, and per row of the innermost axis besides. */
export function reductionCost(kernel: Kernel): { readonly step: number; readonly row: number } {
  const ofRows = (scattered: boolean) =>
    kernel.loads
      // An index that moves along the innermost axis makes every k a row of its own.
      .filter(({ indexed }) => scattered === movesInner(kernel, kernel.loads[indexed?.load ?? -1]))
      .reduce((sum, { dims }) => sum + COST.row + COST.rowDim * dims.length, 0);
  return { step: COST.step + runCost(kernel.body) + ofRows(true), row: ofRows(false) };
}

const runCost = (code: readonly Instruction[]): number =>
  code.reduce((sum, { op }) => sum + instructionCost(op), 0);

/** True when a coordinate of the load's own depends on the innermost reduction axis. */
function movesInner({ shape, reduce }: Kernel, load: Load | undefined): boolean {
  const innermost = shape.length + reduce.length - 1;
  return reduce.length > 0 && (load?.dims.some(({ coefficients }) => coefficients[innermost] !== 0) ?? false);
}

function openingCost(kernel: Kernel, load: Load, table: readonly TensorEntry[]): number {
  const entry = table[load.tensor] ?? { count: 1, dtype: "u8" };
  const depth = depthOf(leafCount(entry));
  const k = product(kernel.reduce);
  const inner = kernel.reduce.at(-1) ?? 1;
  const one = COST.leaf + depth * COST.node;
  switch (accessOf(kernel, load)) {
    case "constant":
      return one;
    case "scattered":
      return k * one;
    case "fixed-in-row":
      return (k / inner) * one;
    case "runs": {
      // A run of b bytes touches at most floor((b + 126) / 128) + 1 leaves, and two siblings a level.
      const leaves = Math.floor((inner * elementBytes(load.dtype) + LEAF_BYTES - 2) / LEAF_BYTES) + 1;
      return (k / inner) * (leaves * COST.leaf + 2 * depth * COST.node);
    }
  }
}

/** How a load moves along the reduction. */
export type Access = "constant" | "fixed-in-row" | "runs" | "scattered";

/**
 * A load is in runs iff along the innermost reduction axis its last dimension has coefficient ±1 and no other dimension
 * moves, fixed in a row iff nothing moves, and an index load, if there is one, is constant along that axis.
 */
export function accessOf(kernel: Kernel, load: Load): Access {
  const first = kernel.shape.length;
  const moves = (one: Load, axis: number) => one.dims.some(({ coefficients }) => coefficients[axis] !== 0);
  const index = load.indexed === undefined ? undefined : kernel.loads[load.indexed.load];
  const both = index === undefined ? [load] : [load, index];
  const axes = kernel.reduce.map((_, axis) => first + axis);
  const innermost = axes.at(-1);
  if (innermost === undefined || axes.every((axis) => both.every((one) => !moves(one, axis))))
    return "constant";
  if (index !== undefined && moves(index, innermost)) return "scattered";
  if (!moves(load, innermost)) return "fixed-in-row";
  const others = load.dims.slice(0, -1).some(({ coefficients }) => coefficients[innermost] !== 0);
  return !others && Math.abs(load.dims.at(-1)?.coefficients[innermost] ?? 0) === 1 ? "runs" : "scattered";
}
