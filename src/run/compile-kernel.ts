import { bodyType } from "../program/check-kernel.js";
import { allocateTensor } from "../program/dtype.js";
import type { TensorData } from "../program/dtype.js";
import type { ArithmeticOp, Instruction } from "../program/instruction.js";
import { ARITHMETIC, isArithmetic } from "../program/instruction.js";
import { product } from "../program/kernel.js";
import type { Dim, Kernel, Load } from "../program/kernel.js";
import type { Tensors } from "./interpreter.js";
import { NAN_BITS, SCALAR, floatOfBits } from "./scalar.js";

/** A kernel turned into one JavaScript function: all elements of its tensor from the tensors it reads. */
export type CompiledKernel = (tensors: Tensors) => TensorData;

/** Outputs computed side by side in a sum: independent chains hide the latency of each one's additions. */
const LANES = 8;

/**
 * Compiles a kernel that is not void into nested loops: the affine forms of its loads become one running offset per
 * loop, bounds that hold for every index are not checked, and a sum keeps LANES outputs in flight. Each output still adds
 * its own terms in order, so the result is the reference's, bit for bit.
 */
export function compileKernel(kernel: Kernel): CompiledKernel {
  const source = new KernelWriter(kernel).write();
  // The source consists of integers and operators of the kernel; nothing in it is text from outside.
  const body = new Function("tensors", "out", "scalar", "fround", source) as (
    tensors: Tensors,
    out: TensorData,
    scalar: typeof SCALAR,
    fround: (x: number) => number,
  ) => void;
  const count = product(kernel.shape);
  return (tensors) => {
    const out = allocateTensor(kernel.dtype, count);
    body(tensors, out, SCALAR, Math.fround);
    if (out instanceof Float32Array) canonicalize(out);
    return out;
  };
}

function canonicalize(out: Float32Array): void {
  const bits = new Uint32Array(out.buffer, out.byteOffset, out.length);
  for (let o = 0; o < bits.length; o++) {
    if (((bits[o] as number) & 0x7fffffff) > 0x7f800000) bits[o] = NAN_BITS;
  }
}

const literal = (value: number): string =>
  Object.is(value, -0) ? "(-0)" : value < 0 ? `(${value})` : String(value);

/** Operations that are one JavaScript operator; the others call the scalar of the reference. */
const INLINE: Partial<Record<ArithmeticOp, (a: string, b: string) => string>> = {
  "f32.add": (a, b) => `fround(${a} + ${b})`,
  "f32.sub": (a, b) => `fround(${a} - ${b})`,
  "f32.mul": (a, b) => `fround(${a} * ${b})`,
  "f32.div": (a, b) => `fround(${a} / ${b})`,
  "f32.min": (a, b) => `Math.min(${a}, ${b})`,
  "f32.max": (a, b) => `Math.max(${a}, ${b})`,
  "f32.sqrt": (a) => `fround(Math.sqrt(${a}))`,
  "f32.neg": (a) => `(-${a})`,
  "f32.abs": (a) => `Math.abs(${a})`,
  "f32.eq": (a, b) => `(${a} === ${b} ? 1 : 0)`,
  "f32.lt": (a, b) => `(${a} < ${b} ? 1 : 0)`,
  "f32.le": (a, b) => `(${a} <= ${b} ? 1 : 0)`,
  "i32.add": (a, b) => `((${a} + ${b}) | 0)`,
  "i32.sub": (a, b) => `((${a} - ${b}) | 0)`,
  "i32.mul": (a, b) => `Math.imul(${a}, ${b})`,
  i2f: (a) => `fround(${a})`,
};

/** Sums of a few terms below this magnitude are exact in doubles. */
const EXACT = 2 ** 48;

/** Writes the loops of one kernel. Axis variables are `i0`…, lane m of the unrolled axis has names ending in `_m`. */
class KernelWriter {
  private readonly lines: string[] = [];
  private readonly axes: readonly number[];
  private readonly isSum: boolean;
  private readonly unrolled: number;
  private temporaries = 0;

  private readonly kernel: Kernel;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.axes = [...kernel.shape, ...kernel.reduce];
    this.isSum = kernel.reducer === "sum" && kernel.reduce.length > 0 && kernel.body.length <= 8;
    const last = kernel.shape.length - 1;
    const widest = kernel.shape.reduce(
      (best, extent, axis) => (extent > (kernel.shape[best] ?? 0) ? axis : best),
      last,
    );
    this.unrolled = (kernel.shape[last] ?? 1) >= LANES / 2 ? last : widest;
  }

  write(): string {
    const { kernel } = this;
    for (const [j, load] of kernel.loads.entries()) this.lines.push(`const t${j} = tensors[${load.tensor}];`);
    const order = kernel.shape.map((_, axis) => axis).filter((axis) => axis !== this.unrolled);
    for (const axis of order) this.open(axis);
    const extent = kernel.shape[this.unrolled] ?? 1;
    const lanes = this.isSum ? Math.min(LANES, extent) : 1;
    const whole = extent - (extent % lanes);
    if (whole > 0) this.writeLanes(0, whole, lanes);
    if (whole < extent) this.writeLanes(whole, extent, 1);
    this.lines.push("}".repeat(order.length));
    return this.lines.join("\n");
  }

  private open(axis: number): void {
    this.lines.push(`for (let i${axis} = 0; i${axis} < ${this.axes[axis]}; i${axis}++) {`);
  }

  private writeLanes(from: number, to: number, lanes: number): void {
    const { kernel, unrolled } = this;
    const all = Array.from({ length: lanes }, (_, lane) => lane);
    this.lines.push(`for (let i${unrolled} = ${from}; i${unrolled} < ${to}; i${unrolled} += ${lanes}) {`);
    const outer = kernel.shape.map((_, axis) => axis);
    const defined = new Set<string>();
    const float = bodyType(kernel) === "f32";
    for (const lane of all) this.lines.push(`let acc_${lane} = 0, best_${lane} = 0;`);
    this.loads(kernel.body, outer, all, defined);
    const scoped = new Set(defined);
    const reached = [...outer];
    kernel.reduce.forEach((_, number) => {
      const axis = kernel.shape.length + number;
      this.open(axis);
      reached.push(axis);
      this.loads(kernel.body, reached, all, scoped);
    });
    for (const lane of all) {
      const value = this.expression(kernel.body, lane);
      this.lines.push(this.combine(value, lane, float));
    }
    this.lines.push("}".repeat(kernel.reduce.length));
    this.loads(kernel.tail, outer, all, defined);
    for (const lane of all) {
      const value = this.expression(kernel.tail, lane);
      this.lines.push(`out[${this.position(lane)}] = ${this.saturated(value)};`);
    }
    this.lines.push("}");
  }

  private saturated(value: string): string {
    if (this.kernel.dtype === "u8") return `Math.max(0, Math.min(255, ${value}))`;
    return this.kernel.dtype === "i8" ? `Math.max(-128, Math.min(127, ${value}))` : value;
  }

  private position(lane: number): string {
    const strides = stridesOf(this.kernel.shape);
    return strides.map((stride, axis) => `${this.axis(axis, lane)} * ${stride}`).join(" + ");
  }

  private axis(axis: number, lane: number): string {
    return axis === this.unrolled && lane > 0 ? `(i${axis} + ${lane})` : `i${axis}`;
  }

  private combine(value: string, lane: number, float: boolean): string {
    const acc = `acc_${lane}`;
    const k = this.kernel.reduce.length === 0 ? "0" : this.flatReduction();
    switch (this.kernel.reducer) {
      case "none":
        return `${acc} = ${value};`;
      case "sum":
        return float ? `${acc} = fround(${acc} + ${value});` : `${acc} = (${acc} + ${value}) | 0;`;
      case "max":
      case "min":
        return `${acc} = ${k} === 0 ? ${value} : Math.${this.kernel.reducer}(${acc}, ${value});`;
      case "argmax":
      case "argmin": {
        const best = `best_${lane}`;
        const beats = `${value} ${this.kernel.reducer === "argmax" ? ">" : "<"} ${best}`;
        // x !== x is true of NaN alone: the first NaN beats every number and nothing beats it.
        const wins = `${k} === 0 || (${best} === ${best} && (${value} !== ${value} || ${beats}))`;
        return `if (${wins}) { ${best} = ${value}; ${acc} = ${k}; }`;
      }
    }
  }

  private flatReduction(): string {
    const strides = stridesOf(this.kernel.reduce);
    const terms = strides.map((stride, axis) => `i${this.kernel.shape.length + axis} * ${stride}`);
    return `(${terms.join(" + ")})`;
  }

  /** Defines the loads an expression uses and that depend on the reached axes only, once for all lanes that agree. */
  private loads(
    code: readonly Instruction[],
    reached: readonly number[],
    lanes: readonly number[],
    defined: Set<string>,
  ): void {
    const used = new Set(
      code.filter(({ op }) => op === "load" || op === "in_range").map(({ arg = 0 }) => arg),
    );
    for (const j of [...used]) {
      const index = this.kernel.loads[j]?.indexed?.load;
      if (index !== undefined) used.add(index);
    }
    for (const j of [...used].sort((a, b) => a - b)) {
      const load = this.kernel.loads[j] as Load;
      const depends = this.dependencies(load);
      if (depends.some((axis) => !reached.includes(axis))) continue;
      for (const lane of depends.includes(this.unrolled) ? lanes : [0]) {
        const name = `${j}_${lane}`;
        if (defined.has(name)) continue;
        defined.add(name);
        this.define(load, j, lane);
      }
    }
  }

  private dependencies(load: Load): number[] {
    const own = load.dims.flatMap(({ coefficients }) =>
      coefficients.flatMap((c, axis) => (c === 0 ? [] : [axis])),
    );
    const index = load.indexed === undefined ? undefined : this.kernel.loads[load.indexed.load];
    return index === undefined ? own : [...own, ...this.dependencies(index)];
  }

  private laneOf(j: number, lane: number): number {
    return this.dependencies(this.kernel.loads[j] as Load).includes(this.unrolled) ? lane : 0;
  }

  /** `r` is whether the load is in range, `v` its value. */
  private define(load: Load, j: number, lane: number): void {
    const strides = stridesOf(load.dims.map(({ size }) => size));
    const checks: string[] = [];
    const terms: string[] = [];
    let constant = 0;
    for (const [number, dim] of load.dims.entries()) {
      const stride = strides[number] as number;
      if (load.indexed?.dim === number) {
        const index = `v${load.indexed.load}_${this.laneOf(load.indexed.load, lane)}`;
        checks.push(`${index} >= 0 && ${index} < ${dim.size}`);
        terms.push(`${index} * ${stride}`);
        continue;
      }
      const affine = this.affine(dim, lane);
      const { lowest, highest } = this.interval(dim);
      if (Math.max(-lowest, highest) * stride < EXACT) {
        constant += dim.offset * stride;
        dim.coefficients.forEach((c, axis) => {
          if (c !== 0) terms.push(`${this.axis(axis, lane)} * ${literal(c * stride)}`);
        });
      } else {
        terms.push(`${affine} * ${stride}`);
      }
      if (lowest < 0) checks.push(`${affine} >= 0`);
      if (highest >= dim.size) checks.push(`${affine} < ${dim.size}`);
    }
    const name = `${j}_${lane}`;
    const pad = literal(load.dtype === "f32" ? floatOfBits(load.pad) : load.pad | 0);
    const position = [...terms, literal(constant)].join(" + ");
    this.lines.push(
      `const r${name} = ${checks.length === 0 ? "true" : checks.join(" && ")};`,
      `const v${name} = ${checks.length === 0 ? "" : `!r${name} ? ${pad} : `}t${j}[${position}];`,
    );
  }

  private affine(dim: Dim, lane: number): string {
    const terms = dim.coefficients.flatMap((c, axis) =>
      c === 0 ? [] : [`${this.axis(axis, lane)} * ${literal(c)}`],
    );
    return `(${[...terms, literal(dim.offset)].join(" + ")})`;
  }

  private interval({ offset, coefficients }: Dim): { lowest: number; highest: number } {
    let lowest = offset;
    let highest = offset;
    coefficients.forEach((c, axis) => {
      const reach = c * ((this.axes[axis] ?? 1) - 1);
      if (reach < 0) lowest += reach;
      else highest += reach;
    });
    return { lowest, highest };
  }

  /** Emits an expression for one lane and returns the name of its value. */
  private expression(code: readonly Instruction[], lane: number): string {
    const stack: string[] = [];
    const pop = () => stack.pop() as string;
    const name = (value: string) => {
      const temporary = `x${this.temporaries++}`;
      this.lines.push(`const ${temporary} = ${value};`);
      stack.push(temporary);
    };
    for (const { op, arg = 0 } of code) {
      if (isArithmetic(op)) {
        const b = ARITHMETIC[op].takes.length === 2 ? pop() : "0";
        const a = pop();
        name(INLINE[op]?.(a, b) ?? `scalar[${JSON.stringify(op)}](${a}, ${b})`);
      } else if (op === "select") {
        const b = pop();
        const a = pop();
        name(`${pop()} === 0 ? ${b} : ${a}`);
      } else if (op === "f32.const") stack.push(literal(floatOfBits(arg)));
      else if (op === "i32.const") stack.push(literal(arg | 0));
      else if (op === "acc") stack.push(`acc_${lane}`);
      else if (op === "index") stack.push(this.axis(arg, lane));
      else if (op === "load") stack.push(`v${arg}_${this.laneOf(arg, lane)}`);
      else name(`r${arg}_${this.laneOf(arg, lane)} ? 1 : 0`);
    }
    return pop();
  }
}

function stridesOf(extents: readonly number[]): number[] {
  const strides = new Array<number>(extents.length);
  let stride = 1;
  for (let axis = extents.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= extents[axis] as number;
  }
  return strides;
}
