import { whyVoid } from "../../src/program/check-kernel.js";
import { encodeKernel } from "../../src/program/codec.js";
import { allocateTensor, elementBytes } from "../../src/program/dtype.js";
import type { Dtype, TensorData } from "../../src/program/dtype.js";
import type { Instruction, Op } from "../../src/program/instruction.js";
import { LIMITS, product } from "../../src/program/kernel.js";
import type { Dim, Kernel, Load } from "../../src/program/kernel.js";
import { MOST_PER_TRANSACTION } from "../../src/dispute/plan-stages.js";
import { predictProof } from "../../src/program/predict-proof.js";
import { LEAF_BYTES } from "../../src/program/tensor-table.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import { evaluateElement, store } from "../../src/run/interpreter.js";
import type { Place } from "../../src/types/place.js";
import { thrashing } from "./every-shape.js";
import { flipBit, stage } from "./exhibit.js";
import type { Staged } from "./exhibit.js";
import { dim, load } from "./kernel-shapes.js";
import type { Fill } from "./kernel-shapes.js";
import type { Random } from "./random.js";
import { tiledTensor } from "./tiled-tree.js";

/** A kernel about as dear as one may be, and the values of its operands, which repeat. */
export type DearKernel = {
  readonly kernel: Kernel;
  /** By tensor: f32 as raw bits. `period` is in elements, a power of two; the whole tensor when absent. */
  readonly operands: readonly { readonly fill: Fill; readonly period?: number }[];
};

/** Kernels that differ in K alone. */
export type Family = { readonly name: string; readonly make: (k: number) => DearKernel };

const PERIOD = 4_096;
const LARGEST = LIMITS.elements;

const hash = (i: number): number => Math.imul(i ^ 0x9e3779b9, 0x85ebca6b) >>> 0;

/** f32 values at which one or another instruction or sum is dearest. */
const subnormal: Fill = (i) => (((i & 1) << 31) >>> 0) + 1 + (hash(i) & 0x3fffff);
const huge: Fill = (i) => (((i & 1) << 31) >>> 0) + 0x7f000000 + (hash(i) & 0x7fffff);
const mixed: Fill = (i) =>
  [0x7fc00000, 0x7f800000, 0xff800000, 1, 0x80000000, 0x3f800000, 0x7f7fffff][hash(i) % 7]!;
const nearlyUnderflowing: Fill = (i) => (0xc2aeac50 + (hash(i) & 0xffff)) >>> 0;
const angles: Fill = (i) => (((i & 1) << 31) >>> 0) + 0x4b000000 + (hash(i) & 0x33fffff);
const byte: Fill = (i) => hash(i) & 0xff;

const at = (arg: number): Instruction => ({ op: "load", arg });
const code = (...ops: (Op | Instruction)[]): Instruction[] =>
  ops.map((one) => (typeof one === "string" ? { op: one } : one));

type Draft = Partial<Kernel> & Pick<Kernel, "reduce" | "loads" | "body">;
const sum = (draft: Draft): Kernel => ({
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

/** Whether the member of a family with this K is not void. */
export function isSound({ make }: Family, k: number): boolean {
  const { kernel, operands } = make(k);
  return whyVoid(kernel, operands.length, tableOf(kernel)) === undefined;
}

/** The member of a family that costs most without being void. The first one is not. */
export const dearest = (family: Family): DearKernel => last(family, (k) => isSound(family, k));

/** The dearest one that is predicted to be proven in one transaction. The first one is. */
export const dearestAtOnce = (family: Family): DearKernel =>
  last(family, (k) => isSound(family, k) && predicted(family.make(k)) <= MOST_PER_TRANSACTION.gas);

const predicted = ({ kernel }: DearKernel): number =>
  predictProof(kernel, tableOf(kernel), { kernels: 1, weights: 0, records: 1 }).gas;

/** The member with the greatest K of those that a predicate allows, which is a beginning of them. */
function last(family: Family, allows: (k: number) => boolean): DearKernel {
  let [most, less] = [1, LIMITS.reduction + 1];
  while (less - most > 1) {
    const middle = (most + less) >> 1;
    if (allows(middle)) most = middle;
    else less = middle;
  }
  return family.make(most);
}

/** The tensors that loads name, by number, then the kernel's own. */
export function tableOf({ loads, shape, dtype }: Kernel): TensorEntry[] {
  const entries: TensorEntry[] = [];
  for (const { tensor, dtype: of, dims } of loads)
    entries[tensor] = { dtype: of, count: product(dims.map(({ size }) => size)) };
  return [...entries, { dtype, count: product(shape) }];
}

/** Its only element, wrong in one bit, in a claim; and what is right. */
export function stageDear(
  { kernel, operands }: DearKernel,
  registry: Place,
): Staged & { readonly truth: number } {
  const table = tableOf(kernel);
  const tensors: TensorData[] = [];
  const values: TensorData[] = [];
  const trees = new Map<number, ReturnType<typeof tiledTensor>["tree"]>();
  operands.forEach(({ fill, period }, tensor) => {
    const entry = table[tensor] as TensorEntry;
    const data = allocateTensor(entry.dtype, period ?? entry.count);
    const raw = data instanceof Float32Array ? new Uint32Array(data.buffer) : data;
    for (let i = 0; i < data.length; i++) raw[i] = fill(i);
    tensors.push(data);
    if (period === undefined) values.push(data);
    else {
      const tiled = tiledTensor(entry, data);
      trees.set(tensor, tiled.tree);
      values.push(tiled.data);
    }
  });
  const truth = allocateTensor(kernel.dtype, 1);
  store(truth, 0, evaluateElement(kernel, values, 0));
  const staged = stage({
    descriptor: encodeKernel(kernel),
    table,
    tensors: [...tensors, flipBit(truth, { element: 0, bit: 0 })],
    trees,
    inputs: operands.length,
    weights: 0,
    registry,
  });
  const bytes = new Uint8Array(truth.buffer);
  return { ...staged, truth: bytes.reduceRight((value, byte_) => value * 256 + byte_, 0) };
}
