import { constantAt } from "../ir/affine.js";
import type { Affine } from "../ir/affine.js";
import { f32, op, read } from "../ir/expr.js";
import type { Expr } from "../ir/expr.js";
import type { Value } from "../ir/value.js";
import { broadcast, broadcastShape } from "./scope.js";
import { typed } from "./pointwise.js";
import type { Dtype } from "../dtype.js";
import type { Lowering, Scope } from "./scope.js";

/** Coordinates of a batched matrix: batch axes broadcast, then row and column. */
function batched(value: Value, batch: readonly Affine[], row: Affine, column: Affine): Affine[] {
  const own = value.shape.length - 2;
  const axes = batch.slice(batch.length - own);
  return [...axes.map((at, axis) => (value.shape[axis] === 1 ? constantAt(0) : at)), row, column];
}

/** A batched product of f32 or of integers; `tail` is told batch axes, row and column. */
export function matrixProduct(
  scope: Scope,
  [a, b]: readonly [Value, Value],
  { dtype, tail }: { dtype: Dtype; tail?: (sum: Expr, at: readonly Affine[]) => Expr },
): Value {
  const left = a.shape.length === 1 ? scope.values.reshape(a.name, a, [1, ...a.shape]) : a;
  const right = b.shape.length === 1 ? scope.values.reshape(b.name, b, [...b.shape, 1]) : b;
  const [rows, inner] = left.shape.slice(-2) as [number, number];
  const [depth, columns] = right.shape.slice(-2) as [number, number];
  if (inner !== depth)
    throw scope.mismatch(`[${a.shape.join(", ")}] and [${b.shape.join(", ")}]`, "equal inner extents");
  const batch = broadcastShape(scope, [left.shape.slice(0, -2), right.shape.slice(0, -2)]);
  const value = scope.values.reduction(scope.name(), {
    shape: [...batch, rows, columns],
    reduce: [inner],
    reducer: "sum",
    dtype,
    body: (at, over) => {
      const [row, column, k] = [...at.slice(-2), ...over] as [Affine, Affine, Affine];
      const outer = at.slice(0, -2);
      const factors = [
        read(left, batched(left, outer, row, k)),
        read(right, batched(right, outer, k, column)),
      ] as const;
      return typed("mul")(...factors);
    },
    ...(tail === undefined ? {} : { tail }),
  });
  const shape = [
    ...batch,
    ...(a.shape.length === 1 ? [] : [rows]),
    ...(b.shape.length === 1 ? [] : [columns]),
  ];
  return scope.values.reshape(scope.name(), value, shape);
}

const matmul: Lowering = (scope) => {
  const [a, b] = [scope.input(0), scope.input(1)];
  const isFloat = a.dtype === "f32";
  if (isFloat !== (b.dtype === "f32")) throw scope.refuse(`mixes ${a.dtype} and ${b.dtype}`);
  return [matrixProduct(scope, [a, b], { dtype: isFloat ? "f32" : "i32" })];
};

/** alpha · A' B' + beta · C. */
const gemm: Lowering = (scope) => {
  const [a, b, c] = [scope.float(0), scope.float(1), scope.optional(2)];
  const [turnA, turnB] = [scope.int("transA", 0) === 1, scope.int("transB", 0) === 1];
  const [alpha, beta] = [scope.attribute("alpha", "float") ?? 1, scope.attribute("beta", "float") ?? 1];
  const [rows, inner] = (turnA ? [...a.shape].reverse() : a.shape) as [number, number];
  const [depth, columns] = (turnB ? [...b.shape].reverse() : b.shape) as [number, number];
  if (inner !== depth)
    throw scope.mismatch(`[${a.shape.join(", ")}] and [${b.shape.join(", ")}]`, "equal inner extents");
  const value = scope.values.reduction(scope.name(), {
    shape: [rows, columns],
    reduce: [inner],
    reducer: "sum",
    dtype: "f32",
    body: (at, over) => {
      const [row, column, k] = [...at, ...over] as [Affine, Affine, Affine];
      return op("f32.mul", read(a, turnA ? [k, row] : [row, k]), read(b, turnB ? [column, k] : [k, column]));
    },
    tail: (sum, at) => {
      const scaled = op("f32.mul", sum, f32(alpha));
      if (c === undefined) return scaled;
      const added: Expr = op("f32.mul", broadcast(c, at), f32(beta));
      return op("f32.add", scaled, added);
    },
  });
  return [value];
};

export const matmulLowerings: Record<string, Lowering> = { Gemm: gemm, MatMul: matmul };
