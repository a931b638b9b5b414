import { bodyType, isConstantOverReduction, whyVoid } from "../../src/program/check-kernel.js";
import { allocateTensor, valueType } from "../../src/program/dtype.js";
import type { Dtype, TensorData, ValueType } from "../../src/program/dtype.js";
import { ARITHMETIC } from "../../src/program/instruction.js";
import type { ArithmeticOp, Instruction } from "../../src/program/instruction.js";
import { product } from "../../src/program/kernel.js";
import type { Dim, Kernel, Load, Reducer } from "../../src/program/kernel.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import { Random } from "./random.js";

/** A kernel that is not void, with the tensors it reads: ids 0..data.length-1, its own id being data.length. */
export type RandomKernel = {
  readonly kernel: Kernel;
  readonly table: TensorEntry[];
  readonly data: TensorData[];
};

const OPS = Object.keys(ARITHMETIC) as ArithmeticOp[];
const MOST_ELEMENTS = 4_096;

/** A random small kernel: every reducer, instruction, dtype, indexed load and kind of padding turns up. */
export function randomKernel(seed: number): RandomKernel {
  for (let attempt = 0; ; attempt++) {
    const random = new Random(seed + attempt * 0x10001);
    const made = random.chance(30) ? dotLike(random) : general(random);
    if (whyVoid(made.kernel, made.data.length, made.table) === undefined) return made;
  }
}

export type Nest = { readonly shape: number[]; readonly reduce: number[] };

function general(random: Random): RandomKernel {
  const reducer = random.pick<Reducer>(["none", "sum", "sum", "max", "min", "argmax", "argmin"]);
  const shape = Array.from({ length: random.between(1, 3) }, () => random.between(1, 5));
  const reduceAxes = reducer === "none" ? 0 : random.between(0, 3);
  const reduce = Array.from({ length: reduceAxes }, () => random.between(1, 4));
  if (reduce.length > 0 && random.chance(25)) reduce[reduce.length - 1] = random.between(5, 70);
  const nest = { shape, reduce };
  const loads: Load[] = [];
  for (let count = random.between(0, 4); count > 0; count--) loads.push(randomLoad(random, nest, loads));
  return finish(random, nest, loads, reducer);
}

/** Sums of products over runs, clipped at both ends: what the fast paths are for. Floats and bytes. */
function dotLike(random: Random): RandomKernel {
  const rows = random.between(1, 3);
  const inner = random.pick([1, 2, 7, 8, 9, 31, 32, 33, 40, 64, 70]);
  const outputs = random.between(1, 4);
  const shift = random.between(-inner, 2);
  const bytes = (): Dtype => random.pick<Dtype>(["u8", "i8"]);
  const dtypes: [Dtype, Dtype] = random.chance(60) ? ["f32", "f32"] : [bytes(), bytes()];
  const width = Math.max(1, inner + random.between(-2, 3));
  const height = random.between(1, 4);
  const dims = (size: number, offset: number, coefficients: number[]): Dim => ({
    size,
    offset,
    coefficients,
  });
  const x: Load = {
    tensor: 0,
    dtype: dtypes[0],
    pad: random.chance(70) ? 0 : padBits(random, dtypes[0]),
    dims: [
      dims(height, random.between(-1, 1), [0, 1, 0]),
      dims(width, shift, [random.pick([0, 1, 2]), 0, 1]),
    ],
  };
  const w: Load = {
    tensor: 1,
    dtype: dtypes[1],
    pad: 0,
    dims: [dims(outputs, 0, [1, 0, 0]), dims(rows, 0, [0, 1, 0]), dims(inner, 0, [0, 0, 1])],
  };
  const nest = { shape: [outputs], reduce: [rows, inner] };
  const swap = random.chance(30);
  const body: Instruction[] = [
    { op: "load", arg: swap ? 1 : 0 },
    { op: "load", arg: swap ? 0 : 1 },
    { op: dtypes[0] === "f32" ? "f32.mul" : "i32.mul" },
  ];
  return finish(random, nest, [x, w], "sum", body);
}

export function finish(
  random: Random,
  nest: Nest,
  loads: Load[],
  reducer: Reducer,
  given?: Instruction[],
): RandomKernel {
  const axes = nest.shape.length + nest.reduce.length;
  const body = given ?? expression(random, { loads, axes, type: random.pick(["f32", "i32"]) });
  const draft: Kernel = { ...nest, loads, body, reducer, tail: [{ op: "acc" }], dtype: "f32" };
  const accumulator = reducer === "argmax" || reducer === "argmin" ? "i32" : bodyType(draft);
  const type = random.chance(70) ? accumulator : random.pick<ValueType>(["f32", "i32"]);
  const steady = loads
    .map((load, j) => (isConstantOverReduction(draft, load) ? j : -1))
    .filter((j) => j >= 0);
  const tail =
    type === accumulator && random.chance(40)
      ? draft.tail
      : expression(random, { loads, usable: steady, axes: nest.shape.length, type, accumulator });
  const dtype: Dtype = type === "f32" ? "f32" : random.pick<Dtype>(["i32", "u8", "i8"]);
  const kernel: Kernel = { ...draft, tail, dtype };

  const counts = loads.map((load) => product(load.dims.map(({ size }) => size)));
  const table: TensorEntry[] = loads.map((load, j) => ({ count: counts[j] as number, dtype: load.dtype }));
  table.push({ count: product(nest.shape), dtype });
  const indexes = new Set(loads.flatMap(({ indexed }) => (indexed === undefined ? [] : [indexed.load])));
  const data = loads.map((load, j) => {
    const most = Math.max(
      ...loads.map(({ indexed, dims }) => (indexed?.load === j ? (dims[indexed.dim]?.size ?? 0) : 0)),
    );
    return randomData(random, load.dtype, counts[j] as number, indexes.has(j) ? most : undefined);
  });
  return { kernel, table, data };
}

function randomLoad(random: Random, { shape, reduce }: Nest, earlier: readonly Load[]): Load {
  const extents = [...shape, ...reduce];
  const dtype = random.pick<Dtype>(["f32", "f32", "f32", "i32", "u8", "i8"]);
  let room = MOST_ELEMENTS;
  const dims = Array.from({ length: random.between(1, 3) }, (): Dim => {
    const coefficients = extents.map(() => (random.chance(45) ? random.pick([1, 1, 1, -1, 2, -2, 3, 5]) : 0));
    let lowest = 0;
    let highest = 0;
    coefficients.forEach((coefficient, axis) => {
      const reach = coefficient * ((extents[axis] as number) - 1);
      if (reach < 0) lowest += reach;
      else highest += reach;
    });
    const size = Math.min(room, Math.max(1, highest - lowest + 1 + random.pick([0, 0, 0, 1, -1, -2, 3])));
    room = Math.max(1, Math.floor(room / size));
    return { size, offset: -lowest + random.pick([0, 0, 0, 0, 1, -1, -3, 2]), coefficients };
  });
  const load: Load = {
    tensor: earlier.length,
    dtype,
    dims,
    pad: random.chance(50) ? 0 : padBits(random, dtype),
  };
  const candidates = earlier
    .map((one, j) => ({ one, j }))
    .filter(({ one }) => one.dtype !== "f32" && one.indexed === undefined);
  if (candidates.length === 0 || random.chance(50)) return load;
  const dim = random.below(dims.length);
  const steady = dims.map((one, d) =>
    d === dim ? { ...one, offset: 0, coefficients: extents.map(() => 0) } : one,
  );
  return { ...load, dims: steady, indexed: { dim, load: random.pick(candidates).j } };
}

const padBits = (random: Random, dtype: Dtype): number =>
  dtype === "f32" ? random.floatBits() : random.int32() >>> 0;

/** Data of a tensor; `index` is the size of the dim it is an index into. */
function randomData(random: Random, dtype: Dtype, count: number, index: number | undefined): TensorData {
  const data = allocateTensor(dtype, count);
  const words = data instanceof Float32Array ? new Uint32Array(data.buffer) : undefined;
  for (let at = 0; at < count; at++) {
    if (words !== undefined) words[at] = random.floatBits();
    else if (index !== undefined && random.chance(85)) data[at] = random.below(index);
    else data[at] = random.int32();
  }
  return data;
}

type Scope = {
  readonly loads: readonly Load[];
  /** Numbers of the loads that may be read here; all when absent. */
  readonly usable?: readonly number[];
  readonly axes: number;
  readonly type: ValueType;
  readonly accumulator?: ValueType;
};

/** A well-typed expression of at most 64 instructions and 16 values. */
function expression(random: Random, scope: Scope): Instruction[] {
  const usable = scope.usable ?? scope.loads.map((_, j) => j);
  const ofType = (type: ValueType) =>
    usable.filter((j) => valueType((scope.loads[j] as Load).dtype) === type);
  const leaf = (type: ValueType): Instruction[] => {
    const loads = ofType(type);
    if (scope.accumulator === type && random.chance(60)) return [{ op: "acc" }];
    if (loads.length > 0 && random.chance(75)) return [{ op: "load", arg: random.pick(loads) }];
    if (type === "f32") return [{ op: "f32.const", arg: random.floatBits() }];
    if (usable.length > 0 && random.chance(20)) return [{ op: "in_range", arg: random.pick(usable) }];
    if (scope.axes > 0 && random.chance(40)) return [{ op: "index", arg: random.below(scope.axes) }];
    return [{ op: "i32.const", arg: random.int32() >>> 0 }];
  };
  const grow = (type: ValueType, depth: number): Instruction[] => {
    if (depth === 0 || random.chance(20)) return leaf(type);
    if (random.chance(12)) {
      return [
        ...grow("i32", depth - 1),
        ...grow(type, depth - 1),
        ...grow(type, depth - 1),
        { op: "select" },
      ];
    }
    const op = random.pick(OPS.filter((one) => ARITHMETIC[one].gives === type));
    return [...ARITHMETIC[op].takes.flatMap((operand) => grow(operand, depth - 1)), { op }];
  };
  for (;;) {
    const code = grow(scope.type, random.between(0, 4));
    if (code.length <= 64) return code;
  }
}
