import { elementBytes } from "../../src/program/dtype.js";
import type { Dtype } from "../../src/program/dtype.js";
import type { Instruction, Op } from "../../src/program/instruction.js";
import { LIMITS } from "../../src/program/kernel.js";
import type { Dim, Kernel, Load } from "../../src/program/kernel.js";
import { LEAF_BYTES } from "../../src/program/tensor-table.js";
import { thrashing } from "./every-shape.js";
import { dim, load } from "./kernel-shapes.js";
import type { Fill } from "./kernel-shapes.js";

/** A kernel about as dear as one may be, and the values of its operands, which repeat. */
export type DearKernel = {
  readonly kernel: Kernel;
  /** By tensor: f32 as raw bits. `period` is in elements, a power of two; the whole tensor when absent. */
  readonly operands: readonly { readonly fill: Fill; readonly period?: number }[];
};

/** Kernels that differ in K alone. */
export type Family = { readonly name: string; readonly make: (k: number) => DearKernel };

export const PERIOD = 4_096;
export const LARGEST = LIMITS.elements;

export const hash = (i: number): number => Math.imul(i ^ 0x9e3779b9, 0x85ebca6b) >>> 0;

/** f32 values at which one or another instruction or sum is dearest. */
export const subnormal: Fill = (i) => (((i & 1) << 31) >>> 0) + 1 + (hash(i) & 0x3fffff);
export const huge: Fill = (i) => (((i & 1) << 31) >>> 0) + 0x7f000000 + (hash(i) & 0x7fffff);
export const mixed: Fill = (i) =>
  [0x7fc00000, 0x7f800000, 0xff800000, 1, 0x80000000, 0x3f800000, 0x7f7fffff][hash(i) % 7]!;
export const nearlyUnderflowing: Fill = (i) => (0xc2aeac50 + (hash(i) & 0xffff)) >>> 0;
export const angles: Fill = (i) => (((i & 1) << 31) >>> 0) + 0x4b000000 + (hash(i) & 0x33fffff);
const byte: Fill = (i) => hash(i) & 0xff;

export const at = (arg: number): Instruction => ({ op: "load", arg });
export const code = (...ops: (Op | Instruction)[]): Instruction[] =>
  ops.map((one) => (typeof one === "string" ? { op: one } : one));

type Draft = Partial<Kernel> & Pick<Kernel, "reduce" | "loads" | "body">;
export const sum = (draft: Draft): Kernel => ({
  shape: [1],
  reducer: "sum",
  dtype: "f32",
  tail: [{ op: "acc" }],
  ...draft,
});

/** One axis, from which load `tensor` reads neighbours. */
const run = (tensor: number, k: number, dtype: Dtype = "f32"): Load =>
  load(tensor, dtype, [dim(wholeLeaves(k, dtype), [0, 1])]);
/** The next power of two, at least a leaf. */
const wholeLeaves = (k: number, dtype: Dtype): number =>
  2 ** Math.max(Math.log2(LEAF_BYTES / elementBytes(dtype)), Math.ceil(Math.log2(k)));

/** 64 instructions: a load, then `op` and as little else as may be. */
function often(op: Op): Instruction[] {
  const isUnary = op === "f32.sqrt" || /exp|log|tanh|erf|sin|cos/.test(op);
  if (!isUnary) return [at(0), ...Array.from({ length: 31 }, () => code(at(0), op)).flat()];
  const one = code(at(0), op);
  return [...one, ...Array.from({ length: 20 }, () => code(...one, "f32.min")).flat()];
}

const overRun = (
  name: string,
  fill: Fill,
  body: (k: number) => Instruction[],
  more: Partial<Kernel> = {},
): Family => ({
  name,
  make: (k) => ({
    kernel: sum({ reduce: [k], loads: [run(0, k)], body: body(k), ...more }),
    operands: [{ fill, period: Math.min(PERIOD, wholeLeaves(k, "f32")) }],
  }),
});

/** Eight loads that open a leaf and a path of the greatest depth for every k. */
const scattered = (name: string, dtype: Dtype, fill: Fill, body: Instruction[]): Family => ({
  name,
  make: (k) => ({
    kernel: sum({
      reduce: [k],
      dtype: dtype === "f32" ? "f32" : "i32",
      loads: Array.from({ length: 8 }, (_, tensor) => {
        const stride = Math.min(LIMITS.coefficient, Math.floor((LARGEST - 1) / k));
        return load(tensor, dtype, [
          dim(LARGEST, [0, tensor % 2 === 0 ? stride : -stride], tensor % 2 === 0 ? 0 : LARGEST - 1),
        ]);
      }),
      body,
    }),
    operands: Array.from({ length: 8 }, () => ({ fill, period: PERIOD })),
  }),
});

const all = (op: Op): Instruction[] =>
  Array.from({ length: 8 }, (_, i) => (i === 0 ? [at(0)] : code(at(i), op))).flat();

/** The shapes of which one or another is dearest; what they cost is brought near the cap by K. */
export const FAMILIES: readonly Family[] = [
  scattered("eight scattered loads of f32", "f32", subnormal, all("f32.add")),
  scattered("eight scattered loads of i8", "i8", byte, all("i32.add")),
  {
    name: "seven loads indexed by the eighth",
    make: (k) => {
      const indexed = { dim: 0, load: 0 };
      const rows = LARGEST / 32;
      const loads = Array.from({ length: 7 }, (_, i) => ({
        ...load(i + 1, "f32", [dim(rows, [0, 0]), dim(32, [0, 0], i)]),
        indexed,
      }));
      return {
        kernel: sum({
          reduce: [k],
          loads: [load(0, "i32", [dim(k, [0, 1])]), ...loads],
          body: [at(1), ...loads.slice(1).flatMap((_, i) => code(at(i + 2), "f32.add"))],
        }),
        operands: [
          { fill: (i) => hash(i) % rows },
          ...loads.map(() => ({ fill: subnormal, period: PERIOD })),
        ],
      };
    },
  },
  {
    name: "eight loads of eight dims over six axes, every k a row",
    make: (k) => {
      const outer = [2, 2, 2, 2];
      const last = Math.ceil(k / 16);
      const dims = (): Dim[] => {
        const one = (size: number, axis: number, offset = 0) =>
          dim(
            size,
            Array.from({ length: 7 }, (_, i) => (i === axis ? 1 : 0)),
            offset,
          );
        const size = 2 ** Math.ceil(Math.log2(Math.max(last, 2)));
        return [
          one(size, 5),
          ...outer.map((extent, i) => one(extent, i + 1)),
          one(1, 6),
          one(1, 0),
          one(1, 6),
        ];
      };
      const loads = Array.from({ length: 8 }, (_, tensor) => load(tensor, "f32", dims()));
      return {
        kernel: sum({ reduce: [...outer, last, 1], loads, body: all("f32.add") }),
        operands: loads.map(() => ({ fill: subnormal, period: 32 })),
      };
    },
  },
  {
    name: "a sum of products of two runs, the dearest finite values",
    make: (k) => ({
      kernel: sum({ reduce: [k], loads: [run(0, k), run(1, k)], body: code(at(0), at(1), "f32.mul") }),
      operands: [
        { fill: thrashing.x, period: PERIOD },
        { fill: thrashing.w, period: PERIOD },
      ],
    }),
  },
  {
    name: "a sum of products of bytes",
    make: (k) => ({
      kernel: sum({
        reduce: [k],
        dtype: "i32",
        loads: [run(0, k, "i8"), run(1, k, "u8")],
        body: code(at(0), at(1), "i32.mul"),
      }),
      operands: [
        { fill: byte, period: PERIOD },
        { fill: byte, period: PERIOD },
      ],
    }),
  },
  {
    name: "bytes in range or padded by no byte",
    make: (k) => ({
      kernel: sum({
        reduce: [k],
        dtype: "i32",
        reducer: "argmax",
        loads: [load(0, "i8", [dim(wholeLeaves(k, "i8"), [0, 3], -k)], 1_000)],
        body: code({ op: "in_range", arg: 0 }, at(0), { op: "index", arg: 1 }, "select"),
      }),
      operands: [{ fill: byte, period: PERIOD }],
    }),
  },
  overRun("a sum, the dearest finite values", thrashing.alone, () => [at(0)]),
  overRun("a sum of subnormals", subnormal, () => [at(0)]),
  overRun("a sum of NaN, infinities and zeros", mixed, () => [at(0)]),
  overRun("the greatest of a run", subnormal, () => [at(0)], { reducer: "max" }),
  overRun(
    "the first greatest of a run",
    (i) => 0x3f000000 + i,
    () => [at(0)],
    { reducer: "argmax", dtype: "i32" },
  ),
  overRun("a sum of exp", nearlyUnderflowing, () => code(at(0), "f32.exp")),
  overRun("a sum of sin", angles, () => code(at(0), "f32.sin")),
  ...(["f32.exp", "f32.log", "f32.erf", "f32.cos"] as const).map((op) =>
    overRun(
      `64 instructions, most of them ${op}`,
      op === "f32.exp" ? nearlyUnderflowing : op === "f32.cos" ? angles : (i: number) => subnormal(2 * i),
      () => often(op),
    ),
  ),
  ...(["f32.add", "f32.sub", "f32.mul", "f32.div", "f32.min", "f32.lt"] as const).flatMap((op) =>
    (
      [
        ["subnormals", subnormal],
        ["huge values", huge],
      ] as const
    ).map(([what, fill]) =>
      op === "f32.lt"
        ? overRun(`64 instructions, most of them ${op}, ${what}`, fill, () => [
            at(0),
            ...Array.from({ length: 15 }, () => code(at(0), "f32.lt", "i2f")).flat(),
            ...Array.from({ length: 9 }, () => code(at(0), "f32.add")).flat(),
          ])
        : overRun(`64 instructions, most of them ${op}, ${what}`, fill, () => often(op)),
    ),
  ),
  {
    name: "the longest reduction: a sum of a constant",
    make: (k) => ({
      kernel: sum({ reduce: [k], loads: [], body: [{ op: "f32.const", arg: 0x3f800001 }] }),
      operands: [],
    }),
  },
  {
    name: "the longest reduction: the first greatest of an index",
    make: (k) => ({
      kernel: sum({
        reduce: [k],
        loads: [],
        dtype: "i32",
        reducer: "argmax",
        body: [{ op: "index", arg: 1 }],
      }),
      operands: [],
    }),
  },
];
