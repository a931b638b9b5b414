import type { Dtype } from "../../src/program/dtype.js";
import type { Instruction, Op } from "../../src/program/instruction.js";
import { product } from "../../src/program/kernel.js";
import type { Dim, Kernel, Load } from "../../src/program/kernel.js";
import { LEAF_BYTES } from "../../src/program/tensor-table.js";
import {
  PERIOD,
  angles,
  at,
  code,
  hash,
  huge,
  mixed,
  nearlyUnderflowing,
  subnormal,
  sum,
} from "./dear-kernels.js";
import type { DearKernel, Family } from "./dear-kernels.js";
import { thrashing } from "./every-shape.js";
import { dim, load } from "./kernel-shapes.js";
import type { Fill } from "./kernel-shapes.js";
import type { Random } from "./random.js";

const FILLS: readonly Fill[] = [
  subnormal,
  huge,
  mixed,
  nearlyUnderflowing,
  angles,
  thrashing.alone,
  (i) => subnormal(2 * i),
];
const OPS: readonly Op[] = [
  "f32.add",
  "f32.sub",
  "f32.mul",
  "f32.div",
  "f32.min",
  "f32.exp",
  "f32.log",
  "f32.cos",
];

/**
 * A random family: one, two or six reduction axes, rows of one k or many, up to eight loads that stand still, run,
 * stride, scatter or are indexed, of up to eight dims, over tensors of all sizes, and a body of up to 64 instructions.
 */
export function randomFamily(random: Random): Family {
  const row = random.pick([1, 1, 1, 2, 4, 32, 200]);
  const outer = random.pick([[], [], [2, 2, 2, 2]]);
  const isOneAxis = row === 1 && outer.length === 0 && random.chance(50);
  const isIndexed = random.chance(25);
  const axes = isOneAxis ? 1 : outer.length + 2;
  const count = random.between(isIndexed ? 2 : 1, 8);
  const drafts = Array.from({ length: count }, () => ({
    /** Along the innermost axis. */
    coefficient: random.pick([0, 1, 1, -1, 3]),
    /** Elements of the last dim: neighbours, a leaf, or many leaves. */
    width: random.pick([1, 8, 32, 64, 128, 4_096]),
    dims: random.between(1, 8),
    dtype: random.pick<Dtype>(["f32", "f32", "f32", "i32", "i8"]),
    /** A quarter of all lie partly outside, where the pad stands; of i8 one that is no byte. */
    isPadded: random.chance(25),
    fill: random.pick(FILLS),
  }));
  const op = random.pick(OPS);
  const others = random.pick<readonly Instruction[]>([
    [],
    [],
    [{ op: "in_range", arg: count - 1 }, { op: "i2f" }, { op: "f32.add" }],
    [{ op: "index", arg: axes }, { op: "i2f" }, { op: "f32.max" }],
    [{ op: "f2i" }, { op: "i2f" }],
  ]);
  const length = random.pick([0, 4, 20, 64]);
  const reducer = random.pick<Kernel["reducer"]>(["sum", "sum", "max", "min"]);
  const make = (k: number): DearKernel => {
    const reduce = isOneAxis ? [k] : [...outer, k, row];
    const one = (size: number, coefficient: number, axis: number, offset = 0): Dim =>
      dim(
        size,
        Array.from({ length: 1 + axes }, (_, i) => (i === axis ? coefficient : 0)),
        offset,
      );
    const loads = drafts.map(({ coefficient, width, dims, dtype, isPadded }, tensor): Load => {
      const span = isOneAxis ? 1 : row * Math.max(1, Math.abs(coefficient));
      const inner = 2 ** Math.ceil(Math.log2(Math.max(width, span)));
      const along = 2 ** Math.ceil(Math.log2(Math.max(k, 32)));
      if (isIndexed && tensor === 0) return load(0, "i32", [one(along, 1, isOneAxis ? 1 : outer.length + 1)]);
      const made = [
        one(along, 1, isOneAxis ? 1 : outer.length + 1),
        ...outer.map((extent, i) => one(extent, 1, i + 1)),
        one(inner, isOneAxis ? 0 : coefficient, axes, coefficient < 0 && !isOneAxis ? row - 1 : 0),
      ];
      while (made.length < dims) made.splice(1, 0, one(1, 1, 0));
      const last = made.at(-1) as Dim;
      if (isPadded) made.splice(-1, 1, { ...last, offset: last.offset - 1 });
      // A period is whole leaves, of bytes too.
      const size = product(made.map((one_) => one_.size));
      const of = dtype === "i8" && size < LEAF_BYTES ? "f32" : dtype;
      if (!isIndexed) return load(tensor, of, made, 1_000);
      return {
        ...load(tensor, of, [one(along, 0, 0), ...made.slice(1)], 1_000),
        indexed: { dim: 0, load: 0 },
      };
    });
    const first = isIndexed ? 1 : 0;
    const value = (i: number): Instruction[] => (loads[i]?.dtype === "f32" ? [at(i)] : code(at(i), "i2f"));
    const body = value(first);
    const isUnary = /exp|log|cos/.test(op);
    for (let i = first + 1; i < count; i++) body.push(...value(i), ...code("f32.add"));
    for (let i = first; body.length + 4 + others.length <= length; i = i + 1 < count ? i + 1 : first) {
      body.push(...value(i), ...(isUnary ? code(op, "f32.min") : code(op)), ...others);
    }
    return {
      kernel: sum({ reduce, reducer, loads, body }),
      operands: drafts.map(({ fill }, i) =>
        isIndexed && i === 0
          ? { fill: (k_: number) => hash(k_) % 2 ** Math.ceil(Math.log2(Math.max(k, 32))) }
          : { fill, period: Math.min(PERIOD, product((loads[i] as Load).dims.map(({ size }) => size))) },
      ),
    };
  };
  const what = drafts
    .map(({ dtype, coefficient, width, dims, isPadded }) =>
      [dtype, coefficient, width, dims].join("/").concat(isPadded ? " padded" : ""),
    )
    .join(", ");
  const name = `[${[...outer, "k", ...(isOneAxis ? [] : [row])].join(", ")}] ${isIndexed ? "indexed " : ""}${what}; ${op} ${others.map((one) => one.op).join(" ")} ${length}; ${reducer}`;
  return { name, make };
}
