import { bodyType, meaningOf } from "../program/check-kernel.js";
import { allocateTensor } from "../program/dtype.js";
import type { TensorData } from "../program/dtype.js";
import { ARITHMETIC, isArithmetic } from "../program/instruction.js";
import type { Instruction } from "../program/instruction.js";
import { product } from "../program/kernel.js";
import type { Kernel, Load } from "../program/kernel.js";
import type { TensorEntry } from "../program/tensor-table.js";
import { SCALAR, floatOfBits, NAN_BITS } from "./scalar.js";

/** The tensors a kernel may read, by id. */
export type Tensors = readonly (TensorData | undefined)[];

/**
 * All elements of one tensor by the definition: descriptor `id` of a program under `table`. A void kernel gives zeros.
 * This is the meaning that the engine and the referee must reproduce bit for bit; it is plain, not fast.
 */
export function interpret(
  descriptor: Uint8Array,
  id: number,
  table: readonly TensorEntry[],
  tensors: Tensors,
): TensorData {
  const meaning = meaningOf(descriptor, id, table);
  const own = table[id] ?? { count: 1, dtype: "u8" };
  return "kernel" in meaning
    ? interpretKernel(meaning.kernel, tensors)
    : allocateTensor(own.dtype, own.count);
}

/** All elements of a kernel that is not void, row-major. */
export function interpretKernel(kernel: Kernel, tensors: Tensors): TensorData {
  const out = allocateTensor(kernel.dtype, product(kernel.shape));
  for (let o = 0; o < out.length; o++) store(out, o, evaluateElement(kernel, tensors, o));
  return out;
}

/** Element `o` (row-major) of a kernel that is not void, before it is stored. */
export function evaluateElement(kernel: Kernel, tensors: Tensors, o: number): number {
  const position = unravel(o, kernel.shape);
  const reduction = product(kernel.reduce);
  const float = bodyType(kernel) === "f32";
  let accumulator = 0;
  let best = 0;
  for (let k = 0; k < reduction; k++) {
    const axes = [...position, ...unravel(k, kernel.reduce)];
    const value = evaluate(kernel, kernel.body, { tensors, axes, accumulator: 0 });
    switch (kernel.reducer) {
      case "none":
        accumulator = value;
        break;
      case "sum":
        accumulator = float ? Math.fround(accumulator + value) : (accumulator + value) | 0;
        break;
      case "max":
        accumulator = k === 0 ? value : Math.max(accumulator, value);
        break;
      case "min":
        accumulator = k === 0 ? value : Math.min(accumulator, value);
        break;
      case "argmax":
      case "argmin":
        if (k === 0 || beats(kernel.reducer, value, best)) {
          best = value;
          accumulator = k;
        }
        break;
    }
  }
  return evaluate(kernel, kernel.tail, { tensors, axes: position, accumulator });
}

/** The first best wins, -0 equals +0, and the first NaN is never beaten. */
function beats(reducer: "argmax" | "argmin", value: number, best: number): boolean {
  if (Number.isNaN(best)) return false;
  if (Number.isNaN(value)) return true;
  return reducer === "argmax" ? value > best : value < best;
}

type Context = { readonly tensors: Tensors; readonly axes: readonly number[]; readonly accumulator: number };

function evaluate(kernel: Kernel, code: readonly Instruction[], context: Context): number {
  const stack: number[] = [];
  const pop = () => stack.pop() as number;
  for (const { op, arg = 0 } of code) {
    if (isArithmetic(op)) {
      const b = ARITHMETIC[op].takes.length === 2 ? pop() : 0;
      stack.push(SCALAR[op](pop(), b));
      continue;
    }
    switch (op) {
      case "f32.const":
        stack.push(floatOfBits(arg));
        break;
      case "i32.const":
        stack.push(arg | 0);
        break;
      case "acc":
        stack.push(context.accumulator);
        break;
      case "index":
        stack.push(context.axes[arg] as number);
        break;
      case "load":
        stack.push(read(kernel, kernel.loads[arg] as Load, context).value);
        break;
      case "in_range":
        stack.push(read(kernel, kernel.loads[arg] as Load, context).inRange ? 1 : 0);
        break;
      case "select": {
        const b = pop();
        const a = pop();
        stack.push(pop() === 0 ? b : a);
        break;
      }
    }
  }
  return pop();
}

/** What load number `load` of a kernel yields at a position: output axes, then reduction axes. */
export const readLoad = (
  kernel: Kernel,
  load: number,
  { tensors, axes }: { readonly tensors: Tensors; readonly axes: readonly number[] },
): number => read(kernel, kernel.loads[load] as Load, { tensors, axes, accumulator: 0 }).value;

function read(kernel: Kernel, load: Load, context: Context): { value: number; inRange: boolean } {
  let flat = 0;
  for (const [number, dim] of load.dims.entries()) {
    const coordinate =
      load.indexed?.dim === number
        ? read(kernel, kernel.loads[load.indexed.load] as Load, context).value
        : dim.coefficients.reduce(
            (sum, coefficient, axis) => sum + coefficient * (context.axes[axis] ?? 0),
            dim.offset,
          );
    if (coordinate < 0 || coordinate >= dim.size) return { value: padOf(load), inRange: false };
    flat = flat * dim.size + coordinate;
  }
  return { value: (context.tensors[load.tensor] as TensorData)[flat] as number, inRange: true };
}

const padOf = ({ dtype, pad }: Load): number => (dtype === "f32" ? floatOfBits(pad) : pad | 0);

/** The coordinates of a flat row-major index. */
export function unravel(flat: number, extents: readonly number[]): number[] {
  const coordinates = new Array<number>(extents.length);
  for (let axis = extents.length - 1; axis >= 0; axis--) {
    const extent = extents[axis] as number;
    coordinates[axis] = flat % extent;
    flat = Math.floor(flat / extent);
  }
  return coordinates;
}

/** Stores element `o`: i32 saturates into u8 and i8, and every NaN is stored as 0x7fc00000. */
export function store(out: TensorData, o: number, value: number): void {
  if (out instanceof Float32Array) {
    if (Number.isNaN(value)) new Uint32Array(out.buffer, out.byteOffset, out.length)[o] = NAN_BITS;
    else out[o] = value;
  } else if (out instanceof Uint8Array) {
    out[o] = Math.max(0, Math.min(255, value));
  } else if (out instanceof Int8Array) {
    out[o] = Math.max(-128, Math.min(127, value));
  } else {
    out[o] = value;
  }
}
