import type { ValueType } from "../dtype.js";
import { valueType } from "../dtype.js";
import { ARITHMETIC } from "../instruction.js";
import type { ArithmeticOp } from "../instruction.js";
import { affineKey, constantAt, isWithin } from "./affine.js";
import type { Affine } from "./affine.js";
import type { Value } from "./value.js";

/**
 * A read of one element: one coordinate per axis of the value's shape. Outside the shape it yields `pad`. The coordinate
 * of at most one axis is looked up: it is what `index.at` reads, and its affine form is 0.
 */
export type Read = {
  readonly value: Value;
  readonly coordinates: readonly Affine[];
  readonly pad: number;
  readonly index?: { readonly axis: number; readonly at: Expr };
};

/**
 * What a nest computes for one position. A tree on paper, a graph in memory: an expression that is used twice is one
 * object, which is how repeated parts are recognised.
 */
export type Expr =
  | { readonly kind: "constant"; readonly type: ValueType; readonly bits: number }
  | { readonly kind: "read"; readonly type: ValueType; readonly read: Read }
  | { readonly kind: "inRange"; readonly type: "i32"; readonly read: Read }
  | { readonly kind: "position"; readonly type: "i32"; readonly of: Affine }
  | { readonly kind: "accumulator"; readonly type: ValueType }
  | {
      readonly kind: "operation";
      readonly type: ValueType;
      readonly op: ArithmeticOp | "select";
      readonly args: readonly Expr[];
    };

const word = new DataView(new ArrayBuffer(4));

/** Raw bits of a binary32 constant. */
export function bitsOf(value: number): number {
  word.setFloat32(0, value);
  return word.getUint32(0);
}

export function floatOf(bits: number): number {
  word.setUint32(0, bits);
  return word.getFloat32(0);
}

export const f32 = (value: number): Expr => ({ kind: "constant", type: "f32", bits: bitsOf(value) });
export const i32 = (value: number): Expr => ({ kind: "constant", type: "i32", bits: value >>> 0 });

export const accumulator = (type: ValueType = "f32"): Expr => ({ kind: "accumulator", type });

export const position = (of: Affine): Expr =>
  of.terms.length === 0 ? i32(of.offset) : { kind: "position", type: "i32", of };

/** `pad` is the number outside the shape: binary32 for f32, else i32. */
export function read(value: Value, coordinates: readonly Affine[], pad = 0): Expr {
  const type = valueType(value.dtype);
  return { kind: "read", type, read: { value, coordinates, pad: type === "f32" ? bitsOf(pad) : pad >>> 0 } };
}

/** A read whose coordinate along `axis` is the integer that `at` gives; elsewhere as `coordinates` say. */
export function readIndexed(
  value: Value,
  coordinates: readonly Affine[],
  { axis, at, pad = 0 }: { axis: number; at: Expr; pad?: number },
): Expr {
  const plain = coordinates.map((one, other) => (other === axis ? constantAt(0) : one));
  const expr = read(value, plain, pad);
  return expr.kind === "read" ? { ...expr, read: { ...expr.read, index: { axis, at } } } : expr;
}

export const inRange = (of: Read): Expr =>
  mayLeave(of) ? { kind: "inRange", type: "i32", read: of } : i32(1);

/** True when some position of the domain reads outside the value. */
export const mayLeave = ({ value, coordinates, index }: Read): boolean =>
  index !== undefined ||
  coordinates.some((coordinate, axis) => !isWithin(coordinate, value.shape[axis] as number));

export function op(name: ArithmeticOp, ...args: readonly Expr[]): Expr {
  const [a, b] = args as [Expr, Expr];
  // x · 1 and x / 1 are x, bit for bit.
  if ((name === "f32.mul" || name === "f32.div") && isConstant(b, 1)) return a;
  if (name === "f32.mul" && isConstant(a, 1)) return b;
  return { kind: "operation", type: ARITHMETIC[name].gives, op: name, args };
}

export function select(condition: Expr, a: Expr, b: Expr): Expr {
  if (condition.kind === "constant") return condition.bits === 0 ? b : a;
  return { kind: "operation", type: a.type, op: "select", args: [condition, a, b] };
}

const isConstant = (expr: Expr, value: number): boolean =>
  expr.kind === "constant" && expr.type === "f32" && expr.bits === bitsOf(value);

/** Every read of an expression, those asked only for their range included; each shared node is visited once. */
export function readsOf(expr: Expr, seen = new Set<Expr>()): Read[] {
  if (seen.has(expr)) return [];
  seen.add(expr);
  if (expr.kind === "read" || expr.kind === "inRange") {
    const { index } = expr.read;
    return index === undefined ? [expr.read] : [expr.read, ...readsOf(index.at, seen)];
  }
  return expr.kind === "operation" ? expr.args.flatMap((arg) => readsOf(arg, seen)) : [];
}

/** Rebuilds an expression with its leaves replaced; shared parts stay shared. */
export function mapLeaves(expr: Expr, leaf: (leaf: Expr) => Expr, done = new Map<Expr, Expr>()): Expr {
  const known = done.get(expr);
  if (known !== undefined) return known;
  let result: Expr;
  if (expr.kind !== "operation") result = leaf(expr);
  else {
    const args = expr.args.map((arg) => mapLeaves(arg, leaf, done));
    result =
      expr.op === "select" ? select(args[0] as Expr, args[1] as Expr, args[2] as Expr) : op(expr.op, ...args);
  }
  done.set(expr, result);
  return result;
}

/** A read with its affine forms, and those of its index, replaced. */
export function mapRead(one: Read, form: (form: Affine) => Affine): Read {
  const moved = { ...one, coordinates: one.coordinates.map(form) };
  if (one.index === undefined) return moved;
  const at = mapLeaves(one.index.at, (leaf) => mapForms(leaf, form));
  return { ...moved, index: { ...one.index, at } };
}

/** A leaf with its affine forms replaced. */
export function mapForms(leaf: Expr, form: (form: Affine) => Affine): Expr {
  if (leaf.kind === "position") return position(form(leaf.of));
  return leaf.kind === "read" || leaf.kind === "inRange" ? { ...leaf, read: mapRead(leaf.read, form) } : leaf;
}

/** Equal keys mean the same element. */
export const readKey = ({ value, coordinates, pad, index }: Read): string =>
  `${value.id}[${coordinates.map(affineKey).join(",")}]${pad}` +
  (index === undefined ? "" : `@${index.axis}:${exprKey(index.at)}`);

/** Equal keys mean the same expression. */
export function exprKey(expr: Expr): string {
  switch (expr.kind) {
    case "read":
      return readKey(expr.read);
    case "inRange":
      return `?${readKey(expr.read)}`;
    case "constant":
      return `#${expr.bits}`;
    case "position":
      return `$${affineKey(expr.of)}`;
    case "accumulator":
      return "acc";
    case "operation":
      return `${expr.op}(${expr.args.map(exprKey).join()})`;
  }
}
