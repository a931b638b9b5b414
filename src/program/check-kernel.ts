import { decodeKernel } from "./codec.js";
import { valueType } from "./dtype.js";
import type { ValueType } from "./dtype.js";
import { ARITHMETIC, isArithmetic } from "./instruction.js";
import type { Instruction } from "./instruction.js";
import { LIMITS, product } from "./kernel.js";
import type { Kernel, Load } from "./kernel.js";
import { staticCost } from "./static-cost.js";
import type { TensorEntry } from "./tensor-table.js";

/** Why a kernel is void. The chain only asks *whether*; the reason is for people. */
export type VoidReason =
  | "undecodable"
  | "extent"
  | "elements"
  | "reduction"
  | "reducer"
  | "dim"
  | "coefficient"
  | "order"
  | "table"
  | "index"
  | "stack"
  | "types"
  | "operand"
  | "tail"
  | "cost";

/** A kernel as the protocol sees it: either it computes, or it is `count` zeros of the table's dtype. */
export type Meaning = { readonly kernel: Kernel } | { readonly void: VoidReason };

/** The meaning of a descriptor as tensor `id` under `table`. Total: every byte string of at most 8,192 bytes has one. */
export function meaningOf(descriptor: Uint8Array, id: number, table: readonly TensorEntry[]): Meaning {
  const kernel = decodeKernel(descriptor);
  if (kernel === undefined) return { void: "undecodable" };
  const reason = whyVoid(kernel, id, table);
  return reason === undefined ? { kernel } : { void: reason };
}

/** The reason a decoded kernel is void, undefined when it is not (docs/spec/program.md, "Void kernels"). */
export function whyVoid(kernel: Kernel, id: number, table: readonly TensorEntry[]): VoidReason | undefined {
  const own = table[id];
  if (own === undefined) return "table";
  if (kernel.shape.includes(0) || kernel.reduce.includes(0)) return "extent";
  if (product(kernel.shape) > LIMITS.elements) return "elements";
  if (product(kernel.reduce) > LIMITS.reduction) return "reduction";
  if (kernel.reducer === "none" && kernel.reduce.length > 0) return "reducer";
  if (product(kernel.shape) !== own.count || kernel.dtype !== own.dtype) return "table";

  for (const [number, load] of kernel.loads.entries()) {
    const reason = whyLoadVoid(load, number, kernel, id, table);
    if (reason !== undefined) return reason;
  }

  const bodyType = typeOf(kernel, kernel.body, undefined);
  if (bodyType.reason !== undefined) return bodyType.reason;
  const accumulator = kernel.reducer === "argmax" || kernel.reducer === "argmin" ? "i32" : bodyType.type;
  const tailType = typeOf(kernel, kernel.tail, accumulator);
  if (tailType.reason !== undefined) return tailType.reason;
  if (tailType.type !== valueType(kernel.dtype)) return "types";

  return staticCost(kernel, table) > LIMITS.cost ? "cost" : undefined;
}

function whyLoadVoid(
  load: Load,
  number: number,
  kernel: Kernel,
  id: number,
  table: readonly TensorEntry[],
): VoidReason | undefined {
  if (load.tensor >= id) return "order";
  const entry = table[load.tensor];
  if (entry === undefined || entry.dtype !== load.dtype) return "table";
  if (load.dims.some(({ size }) => size === 0)) return "extent";
  if (product(load.dims.map(({ size }) => size)) !== entry.count) return "table";
  for (const { offset, coefficients } of load.dims) {
    if (offset === -(2 ** 31)) return "dim";
    if (coefficients.some((coefficient) => Math.abs(coefficient) > LIMITS.coefficient)) return "coefficient";
  }
  if (load.indexed === undefined) return undefined;
  const replaced = load.dims[load.indexed.dim];
  const index = load.indexed.load < number ? kernel.loads[load.indexed.load] : undefined;
  if (replaced === undefined || index === undefined) return "index";
  if (replaced.offset !== 0 || replaced.coefficients.some((coefficient) => coefficient !== 0)) return "index";
  return index.dtype === "f32" || index.indexed !== undefined ? "index" : undefined;
}

/** True when the load reads the same element for every k. */
export function isConstantOverReduction(kernel: Kernel, load: Load): boolean {
  const affine = load.dims.every(({ coefficients }) =>
    coefficients.slice(kernel.shape.length).every((coefficient) => coefficient === 0),
  );
  const index = load.indexed === undefined ? undefined : kernel.loads[load.indexed.load];
  return affine && (index === undefined || isConstantOverReduction(kernel, index));
}

/** What the body of a kernel that is not void computes. */
export function bodyType(kernel: Kernel): ValueType {
  return typeOf(kernel, kernel.body, undefined).type ?? "i32";
}

type Typed =
  | { readonly type: ValueType; readonly reason?: undefined }
  | { readonly type?: undefined; readonly reason: VoidReason };

/** Types an expression; `accumulator` is the type of `acc` in a tail, undefined in a body. */
function typeOf(kernel: Kernel, code: readonly Instruction[], accumulator: ValueType | undefined): Typed {
  const inTail = accumulator !== undefined;
  const axes = kernel.shape.length + (inTail ? 0 : kernel.reduce.length);
  const stack: ValueType[] = [];
  for (const { op, arg = 0 } of code) {
    if (isArithmetic(op)) {
      const { takes, gives } = ARITHMETIC[op];
      if (stack.length < takes.length) return { reason: "stack" };
      const taken = stack.splice(stack.length - takes.length);
      if (taken.some((type, position) => type !== takes[position])) return { reason: "types" };
      stack.push(gives);
    } else if (op === "select") {
      if (stack.length < 3) return { reason: "stack" };
      const [condition, a, b] = stack.splice(stack.length - 3) as [ValueType, ValueType, ValueType];
      if (condition !== "i32" || a !== b) return { reason: "types" };
      stack.push(a);
    } else if (op === "f32.const") {
      stack.push("f32");
    } else if (op === "i32.const") {
      stack.push("i32");
    } else if (op === "acc") {
      if (!inTail) return { reason: "operand" };
      stack.push(accumulator);
    } else if (op === "index") {
      if (arg >= axes) return { reason: "operand" };
      stack.push("i32");
    } else {
      const load = kernel.loads[arg];
      if (load === undefined) return { reason: "operand" };
      if (inTail && !isConstantOverReduction(kernel, load)) return { reason: "tail" };
      stack.push(op === "load" ? valueType(load.dtype) : "i32");
    }
    if (stack.length > LIMITS.stack) return { reason: "stack" };
  }
  const [type, ...rest] = stack;
  return type === undefined || rest.length > 0 ? { reason: "stack" } : { type };
}
