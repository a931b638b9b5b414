import { ARITHMETIC, isArithmetic } from "../../program/instruction.js";
import type { ArithmeticOp, Instruction, Op } from "../../program/instruction.js";
import { floatOfBits } from "../scalar.js";
import { get, i32, op, sequence, set, splatWord, tee } from "./code.js";
import type { Code, Local } from "./code.js";
import type { FunctionWriter } from "./module.js";
import type { Library } from "./library.js";
import type { VectorOp } from "./opcodes.js";

/** A value of an expression; equal computations are one node. */
export type Node = {
  readonly op: Op;
  readonly arg: number;
  readonly operands: readonly Node[];
  uses: number;
};

/** An expression as a graph, so that what it says twice is computed once. */
export function graphOf(code: readonly Instruction[]): Node {
  const known = new Map<string, { node: Node; number: number }>();
  const numbers = new Map<Node, number>();
  const stack: Node[] = [];
  const push = (name: Op, arg: number, operands: readonly Node[]) => {
    const key = [name, arg, ...operands.map((operand) => numbers.get(operand))].join();
    let found = known.get(key);
    if (found === undefined) {
      found = { node: { op: name, arg, operands, uses: 0 }, number: known.size };
      known.set(key, found);
      numbers.set(found.node, found.number);
      for (const operand of operands) operand.uses++;
    }
    stack.push(found.node);
  };
  for (const { op: name, arg = 0 } of code) {
    const count = isArithmetic(name) ? ARITHMETIC[name].takes.length : name === "select" ? 3 : 0;
    push(name, arg, count === 0 ? [] : stack.splice(stack.length - count));
  }
  return stack[0] as Node;
}

/** Instructions that are one vector instruction. */
const DIRECT: Partial<Record<ArithmeticOp, VectorOp>> = {
  "f32.add": "f32x4.add",
  "f32.sub": "f32x4.sub",
  "f32.mul": "f32x4.mul",
  "f32.div": "f32x4.div",
  "f32.min": "f32x4.min",
  "f32.max": "f32x4.max",
  "f32.sqrt": "f32x4.sqrt",
  "f32.neg": "f32x4.neg",
  "f32.abs": "f32x4.abs",
  "f32.floor": "f32x4.floor",
  "f32.ceil": "f32x4.ceil",
  "f32.rint": "f32x4.nearest",
  "f32.trunc": "f32x4.trunc",
  "i32.add": "i32x4.add",
  "i32.sub": "i32x4.sub",
  "i32.mul": "i32x4.mul",
  "i32.min": "i32x4.min_s",
  "i32.max": "i32x4.max_s",
  "i32.and": "v128.and",
  "i32.or": "v128.or",
  "i32.xor": "v128.xor",
  "i32.neg": "i32x4.neg",
  "i32.abs": "i32x4.abs",
  "i32.not": "v128.not",
  i2f: "f32x4.convert_i32x4_s",
  f2i: "i32x4.trunc_sat_f32x4_s",
};

/** Comparisons: all ones where true. */
const COMPARISONS: Partial<Record<Op, VectorOp>> = {
  "f32.eq": "f32x4.eq",
  "f32.lt": "f32x4.lt",
  "f32.le": "f32x4.le",
  "i32.eq": "i32x4.eq",
  "i32.lt": "i32x4.lt_s",
  "i32.le": "i32x4.le_s",
};

const SHIFTS: Partial<Record<Op, VectorOp>> = {
  "i32.shl": "i32x4.shl",
  "i32.shr": "i32x4.shr_u",
  "i32.sar": "i32x4.shr_s",
};

/** The four lanes of what an expression takes from outside. */
export type Leaves = {
  load(number: number): Code;
  inRange(number: number): Code;
  index(axis: number): Code;
  readonly accumulator: Code;
};

type Surroundings = {
  readonly writer: FunctionWriter;
  readonly library: Library;
  readonly leaves: Leaves;
};

/** Code that leaves the four lanes of a graph's value on the stack. */
export function vectorOf(root: Node, { writer, library, leaves }: Surroundings): Code {
  const kept = new Map<Node, Local>();

  const valueOf = (node: Node): Code => {
    if (node.operands.length === 0) return leafOf(node);
    const local = kept.get(node);
    if (local !== undefined) return get(local);
    const code = computationOf(node);
    if (node.uses < 2) return code;
    const fresh = writer.local("v128");
    kept.set(node, fresh);
    return tee(fresh, code);
  };

  const leafOf = ({ op: name, arg }: Node): Code => {
    if (name === "f32.const" || name === "i32.const") return splatWord(arg);
    if (name === "load") return leaves.load(arg);
    if (name === "in_range") return leaves.inRange(arg);
    return name === "index" ? leaves.index(arg) : leaves.accumulator;
  };

  const computationOf = (node: Node): Code => {
    const { op: name, operands } = node;
    const [a, b, c] = operands as [Node, Node, Node];
    if (name === "select") {
      // The operands stand in the order of the stack, which is the order in which what they share is computed.
      const condition = maskOf(a);
      const kept = writer.local("v128");
      return sequence(set(kept, condition), op("v128.bitselect", valueOf(b), valueOf(c), get(kept)));
    }
    if (name in COMPARISONS) return op("v128.and", maskOf(node), splatWord(1));
    const shift = SHIFTS[name];
    if (shift !== undefined && b.op === "i32.const") return op(shift, valueOf(a), i32(b.arg & 31));
    const clamp = clampOf(node);
    if (clamp !== undefined) return clamp;
    const direct = DIRECT[name as ArithmeticOp];
    if (direct !== undefined) return op(direct, ...operands.map(valueOf));
    return library.apply(name as ArithmeticOp, ...operands.map(valueOf));
  };

  /**
   * Minimum and maximum with a constant c that is not NaN. `pmax(x, c)` is x < c ? c : x, one instruction: it gives x
   * for NaN as it should, and differs only in max(-0, +0) and min(+0, -0). Adding +0 mends the first: it turns -0 into
   * +0 and leaves every other value alone.
   */
  const clampOf = ({ op: name, operands }: Node): Code | undefined => {
    if (name !== "f32.max" && name !== "f32.min") return undefined;
    const constant = operands.find((one) => one.op === "f32.const");
    const other = operands.find((one) => one !== constant);
    if (constant === undefined || other === undefined) return undefined;
    const value = floatOfBits(constant.arg);
    if (Number.isNaN(value) || (name === "f32.min" && Object.is(value, -0))) return undefined;
    const clamped = op(
      name === "f32.max" ? "f32x4.pmax" : "f32x4.pmin",
      valueOf(other),
      splatWord(constant.arg),
    );
    return name === "f32.max" && Object.is(value, 0) ? op("f32x4.add", clamped, splatWord(0)) : clamped;
  };

  /** All ones where the condition is not 0. */
  const maskOf = (node: Node): Code => {
    const comparison = COMPARISONS[node.op];
    if (comparison !== undefined && !kept.has(node)) {
      return op(comparison, ...node.operands.map(valueOf));
    }
    return op("i32x4.ne", valueOf(node), splatWord(0));
  };

  return valueOf(root);
}
