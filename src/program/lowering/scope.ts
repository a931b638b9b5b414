import { OnusError } from "../../errors/onus-error.js";
import type { OnnxAttribute, OnnxBody, OnnxNode, OnnxTensor } from "../../model/onnx/graph.js";
import { allocateTensor, valueType } from "../dtype.js";
import type { Dtype, TensorData, ValueType } from "../dtype.js";
import { product } from "../kernel.js";
import type { Reducer } from "../kernel.js";
import { constantAt, newAxis } from "../ir/affine.js";
import type { Affine } from "../ir/affine.js";
import { positionsOf } from "../ir/domain.js";
import { accumulator, read, readsOf } from "../ir/expr.js";
import type { Expr } from "../ir/expr.js";
import type { Value } from "../ir/value.js";

/** Computes a value that depends on constants only. */
export type Fold = (value: Value) => TensorData;

/** Makes values, in definition order. */
export class Values {
  #next = 0;
  readonly #fold: Fold;

  constructor(fold: Fold) {
    this.#fold = fold;
  }

  make(name: string, shape: readonly number[], dtype: Dtype, definition: Value["definition"]): Value {
    return { id: this.#next++, name, shape, dtype, definition };
  }

  input(name: string, shape: readonly number[], dtype: Dtype): Value {
    return this.make(name, shape, dtype, { kind: "input" });
  }

  constant(name: string, shape: readonly number[], dtype: Dtype, data: TensorData, lossy?: string): Value {
    return this.make(name, shape, dtype, {
      kind: "constant",
      data,
      ...(lossy === undefined ? {} : { lossy }),
    });
  }

  /** Several values that travel under one name. */
  sequence(name: string, items: readonly Value[]): Value {
    return { ...this.constant(name, [0], "f32", allocateTensor("f32", 0)), items };
  }

  reshape(name: string, of: Value, shape: readonly number[]): Value {
    if (of.shape.length === shape.length && of.shape.every((extent, axis) => extent === shape[axis]))
      return of;
    return this.make(name, shape, of.dtype, { kind: "reshape", of });
  }

  /** A value without a reduction: `body` gives the element at a position. */
  map(name: string, shape: readonly number[], dtype: Dtype, body: (at: readonly Affine[]) => Expr): Value {
    // Nothing is known already, and no kernel makes it.
    if (shape.includes(0)) return this.constant(name, shape, dtype, allocateTensor(dtype, 0));
    const axes = shape.map(newAxis);
    const expr = body(positionsOf(axes));
    const nest = { axes, reduce: [], reducer: "none", body: expr, tail: accumulator(expr.type) } as const;
    return this.make(name, shape, dtype, { kind: "nest", nest });
  }

  /** A value that is to be a tensor of its own, however few read it. */
  state(value: Value): Value {
    return { ...value, isState: true };
  }

  reduction(
    name: string,
    {
      shape,
      reduce,
      reducer,
      dtype,
      body,
      tail,
    }: {
      shape: readonly number[];
      reduce: readonly number[];
      reducer: Exclude<Reducer, "none">;
      dtype: Dtype;
      body: (at: readonly Affine[], over: readonly Affine[]) => Expr;
      tail?: (accumulated: Expr, at: readonly Affine[]) => Expr;
    },
  ): Value {
    const axes = shape.map(newAxis);
    const over = reduce.map(newAxis);
    const at = positionsOf(axes);
    const bodyExpr = body(at, positionsOf(over));
    const accumulated: ValueType = reducer === "argmax" || reducer === "argmin" ? "i32" : bodyExpr.type;
    const result = accumulator(accumulated);
    const nest = {
      axes,
      reduce: over,
      reducer,
      body: bodyExpr,
      tail: tail === undefined ? result : tail(result, at),
    };
    return this.make(name, shape, dtype, { kind: "nest", nest });
  }

  /** The elements of a value that depends on constants only; undefined if it depends on an input. */
  known(value: Value): TensorData | undefined {
    return isKnown(value) ? this.#fold(value) : undefined;
  }
}

const known = new WeakMap<Value, boolean>();

/** True when a value depends on constants only. */
export function isKnown(value: Value): boolean {
  const { definition } = value;
  if (definition.kind === "input" || definition.kind === "constant") return definition.kind === "constant";
  if (definition.kind === "reshape") return isKnown(definition.of);
  let answer = known.get(value);
  if (answer === undefined) {
    const reads = [...readsOf(definition.nest.body), ...readsOf(definition.nest.tail)];
    answer = reads.every((one) => isKnown(one.value));
    known.set(value, answer);
  }
  return answer;
}

/** The names of the graph's inputs that a value depends on. */
function inputsBehind(value: Value): readonly string[] {
  const seen = new Set<Value>();
  const visit = (one: Value): string[] => {
    if (seen.has(one)) return [];
    seen.add(one);
    const { definition } = one;
    if (definition.kind === "input") return [one.name];
    if (definition.kind === "reshape") return visit(definition.of);
    if (definition.kind === "constant") return [];
    const reads = [...readsOf(definition.nest.body), ...readsOf(definition.nest.tail)];
    return reads.flatMap((read) => visit(read.value));
  };
  return visit(value);
}

/** Lowers a graph inside a node. */
type LowerBody = (body: OnnxBody, inputs: readonly Value[]) => readonly Value[];

type AttributeValues = { readonly [A in OnnxAttribute as A["kind"]]: A["value"] };

type ScopeParts = {
  readonly values: Values;
  readonly node: OnnxNode;
  readonly opset: number;
  readonly inputs: readonly (Value | undefined)[];
  readonly constant: (tensor: OnnxTensor) => Value;
  readonly lower: LowerBody;
};

/** What a lowering sees of one node: its inputs as values, its attributes, and the means to make values. */
export class Scope {
  readonly values: Values;
  readonly node: OnnxNode;
  readonly opset: number;
  readonly #parts: ScopeParts;
  readonly #inputs: readonly (Value | undefined)[];
  readonly #constant: (tensor: OnnxTensor) => Value;
  readonly #lower: LowerBody;

  constructor(c: ScopeParts) {
    this.#parts = c;
    this.values = c.values;
    this.node = c.node;
    this.opset = c.opset;
    this.#inputs = c.inputs;
    this.#constant = c.constant;
    this.#lower = c.lower;
  }

  /** The same node without some of its attributes, for what was done about them already. */
  without(...names: readonly string[]): Scope {
    const attributes = new Map([...this.node.attributes].filter(([name]) => !names.includes(name)));
    return new Scope({ ...this.#parts, node: { ...this.node, attributes } });
  }

  /** The name of output `index`, for the values that lead to it. */
  name(index = 0): string {
    return this.node.outputs[index] ?? this.node.name;
  }

  get inputCount(): number {
    return this.#inputs.length;
  }

  optional(index: number): Value | undefined {
    const value = this.#inputs[index];
    if (value?.items !== undefined) throw this.refuse(`is given a sequence as input ${index}`);
    return value;
  }

  input(index: number): Value {
    const value = this.optional(index);
    if (value === undefined) throw this.refuse(`has no input ${index}`);
    return value;
  }

  /** An input as it is, be it a tensor or a sequence. */
  whatever(index: number): Value {
    return this.#inputs[index]?.items === undefined ? this.input(index) : (this.#inputs[index] as Value);
  }

  sequence(index: number): readonly Value[] {
    const { items } = this.whatever(index);
    if (items === undefined) throw this.refuse(`is given a tensor as input ${index}, not a sequence`);
    return items;
  }

  float(index: number): Value {
    const value = this.input(index);
    if (value.dtype !== "f32") throw this.refuse(`is given ${value.dtype} elements; only f32 is lowered`);
    return value;
  }

  constant(tensor: OnnxTensor): Value {
    return this.#constant(tensor);
  }

  /** The outputs of a graph that an attribute holds, given its inputs. */
  body(name: string, inputs: readonly Value[] = []): readonly Value[] {
    const body = this.attribute(name, "graph");
    if (body === undefined) throw this.refuse(`has no ${name}`);
    return this.#lower(body, inputs);
  }

  /** The integers of a constant input, undefined if the input is left out. */
  integers(index: number): number[] | undefined {
    const value = this.optional(index);
    return value === undefined ? undefined : Array.from(this.knownData(value, index), Number);
  }

  /** The elements of a constant input. */
  knownData(value: Value, index: number): TensorData {
    const data = this.values.known(value);
    if (data === undefined) {
      const { name: node, operator } = this.node;
      const inputs = inputsBehind(value);
      throw new OnusError("CONSTANT_NEEDED", { node, operator, index, tensor: value.name, inputs });
    }
    return data;
  }

  attribute<K extends keyof AttributeValues>(name: string, kind: K): AttributeValues[K] | undefined {
    const attribute = this.node.attributes.get(name);
    if (attribute === undefined) return undefined;
    if (attribute.kind !== kind) throw this.refuseAttribute(name, `a ${kind}`);
    return attribute.value as AttributeValues[K];
  }

  int(name: string, fallback: number): number {
    return this.attribute(name, "int") ?? fallback;
  }

  /** An axis attribute, counted from the end when negative. */
  axis(axis: number, rank: number): number {
    const counted = axis < 0 ? axis + rank : axis;
    if (counted < 0 || counted >= Math.max(rank, 1)) throw this.refuse(`names axis ${axis} of ${rank}`);
    return counted;
  }

  refuse(reason: string): OnusError<"UNSUPPORTED_NODE"> {
    return new OnusError("UNSUPPORTED_NODE", { node: this.node.name, operator: this.node.operator, reason });
  }

  refuseAttribute(attribute: string, expected: string): OnusError<"UNSUPPORTED_ATTRIBUTE"> {
    const value = String(this.node.attributes.get(attribute)?.value);
    const { name: node, operator } = this.node;
    return new OnusError("UNSUPPORTED_ATTRIBUTE", { node, operator, attribute, value, expected });
  }

  mismatch(actual: string, expected: string): OnusError<"SHAPE_MISMATCH"> {
    return new OnusError("SHAPE_MISMATCH", {
      node: this.node.name,
      operator: this.node.operator,
      actual,
      expected,
    });
  }
}

/** A lowering makes the node's outputs, in order. */
export type Lowering = (scope: Scope) => readonly Value[];

/** Reads a value under numpy broadcasting at a position of a shape it broadcasts to. */
export function broadcast(value: Value, at: readonly Affine[]): Expr {
  const missing = at.length - value.shape.length;
  const coordinates = value.shape.map((extent, axis) =>
    extent === 1 ? constantAt(0) : (at[axis + missing] as Affine),
  );
  return read(value, coordinates);
}

/** The shape of several shapes broadcast together. */
export function broadcastShape(scope: Scope, shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const extents = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const widest = extents.find((extent) => extent !== 1) ?? 1;
    if (extents.some((extent) => extent !== 1 && extent !== widest)) {
      throw scope.mismatch(
        shapes.map((shape) => `[${shape.join(", ")}]`).join(" and "),
        "shapes that broadcast",
      );
    }
    return widest;
  });
}

export const countOf = (value: Value): number => product(value.shape);
export const typeOf = (value: Value): ValueType => valueType(value.dtype);
