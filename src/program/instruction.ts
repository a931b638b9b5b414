import type { ValueType } from "./dtype.js";

/** What follows an opcode: nothing, four bytes of constant, a load number, or an axis number. */
export type Operand = "none" | "constant" | "load" | "axis";

/** `any` marks the value a `select` passes through: both arms have one type, and it is the result's. */
type Signature = {
  readonly code: number;
  readonly operand: Operand;
  readonly takes: readonly ValueType[];
  readonly gives: ValueType;
};

const f1 = (code: number): Signature => ({ code, operand: "none", takes: ["f32"], gives: "f32" });
const f2 = (code: number): Signature => ({ code, operand: "none", takes: ["f32", "f32"], gives: "f32" });
const fCompare = (code: number): Signature => ({
  code,
  operand: "none",
  takes: ["f32", "f32"],
  gives: "i32",
});
const i1 = (code: number): Signature => ({ code, operand: "none", takes: ["i32"], gives: "i32" });
const i2 = (code: number): Signature => ({ code, operand: "none", takes: ["i32", "i32"], gives: "i32" });

/** Instructions whose types are the same wherever they stand: the arithmetic of `onus-1`. */
export const ARITHMETIC = {
  "f32.add": f2(0x10),
  "f32.sub": f2(0x11),
  "f32.mul": f2(0x12),
  "f32.div": f2(0x13),
  "f32.min": f2(0x14),
  "f32.max": f2(0x15),
  "f32.eq": fCompare(0x16),
  "f32.lt": fCompare(0x17),
  "f32.le": fCompare(0x18),
  "f32.sqrt": f1(0x20),
  "f32.neg": f1(0x21),
  "f32.abs": f1(0x22),
  "f32.floor": f1(0x23),
  "f32.ceil": f1(0x24),
  "f32.rint": f1(0x25),
  "f32.trunc": f1(0x26),
  "f32.exp": f1(0x28),
  "f32.log": f1(0x29),
  "f32.tanh": f1(0x2a),
  "f32.erf": f1(0x2b),
  "f32.sin": f1(0x2c),
  "f32.cos": f1(0x2d),
  "i32.add": i2(0x30),
  "i32.sub": i2(0x31),
  "i32.mul": i2(0x32),
  "i32.div": i2(0x33),
  "i32.mod": i2(0x34),
  "i32.min": i2(0x35),
  "i32.max": i2(0x36),
  "i32.and": i2(0x37),
  "i32.or": i2(0x38),
  "i32.xor": i2(0x39),
  "i32.shl": i2(0x3a),
  "i32.shr": i2(0x3b),
  "i32.sar": i2(0x3c),
  "i32.eq": i2(0x3d),
  "i32.lt": i2(0x3e),
  "i32.le": i2(0x3f),
  "i32.neg": i1(0x40),
  "i32.abs": i1(0x41),
  "i32.not": i1(0x42),
  i2f: { code: 0x07, operand: "none", takes: ["i32"], gives: "f32" },
  f2i: { code: 0x08, operand: "none", takes: ["f32"], gives: "i32" },
} as const satisfies Record<string, Signature>;

/** Instructions whose types depend on the kernel around them. */
export const CONTEXTUAL = {
  "f32.const": { code: 0x00, operand: "constant" },
  "i32.const": { code: 0x01, operand: "constant" },
  load: { code: 0x02, operand: "load" },
  acc: { code: 0x03, operand: "none" },
  index: { code: 0x04, operand: "axis" },
  in_range: { code: 0x05, operand: "load" },
  select: { code: 0x06, operand: "none" },
} as const satisfies Record<string, { code: number; operand: Operand }>;

export type ArithmeticOp = keyof typeof ARITHMETIC;
export type Op = ArithmeticOp | keyof typeof CONTEXTUAL;

/**
 * One instruction of a stack expression. `arg` is the operand: 32 raw bits of a constant (0..2^32-1), the number of a
 * load, or the number of an axis (output axes first); absent exactly where the instruction has no operand.
 */
export type Instruction = { readonly op: Op; readonly arg?: number };

const TABLE: Record<Op, { readonly code: number; readonly operand: Operand }> = {
  ...ARITHMETIC,
  ...CONTEXTUAL,
};

export const OPS = Object.keys(TABLE) as readonly Op[];

const BY_CODE = new Map(OPS.map((op) => [TABLE[op].code, op]));

export const opCode = (op: Op): number => TABLE[op].code;
export const opOperand = (op: Op): Operand => TABLE[op].operand;
export const opOfCode = (code: number): Op | undefined => BY_CODE.get(code);
export const isArithmetic = (op: Op): op is ArithmeticOp => op in ARITHMETIC;

/** Bytes an operand takes in a descriptor. */
export const operandBytes = (operand: Operand): 0 | 1 | 4 =>
  operand === "none" ? 0 : operand === "constant" ? 4 : 1;
