import type { Dtype, TensorData } from "../dtype.js";
import { allocateTensor } from "../dtype.js";
import { product } from "../kernel.js";
import { along, constantAt, newAxis, plus, substituted, times } from "../ir/affine.js";
import type { Affine, Axis } from "../ir/affine.js";
import { exprKey, mapForms, mapLeaves, read, readsOf } from "../ir/expr.js";
import { positionsOf } from "../ir/domain.js";
import type { Expr } from "../ir/expr.js";
import type { Value } from "../ir/value.js";
import { isKnown } from "../lowering/scope.js";

/** Computes an expression over constants at every position of `axes`, row-major. */
export type Tabulate = (expr: Expr, axes: readonly Axis[], dtype: Dtype) => TensorData;

/**
 * A weight tensor as one kernel wants it: for every position of `rows` one contiguous row, which is a table over
 * `columns` (the reduction axes, in loop order) followed by single values that do not depend on the reduction.
 */
export type Packed = {
  readonly key: string;
  readonly dtype: Dtype;
  readonly count: number;
  readonly make: (tabulate: Tabulate) => TensorData;
};

export type PackedAt = { readonly packed: Packed; readonly at: Affine };

/** True when an expression is known at import but for its position. */
export function isConstantExpr(expr: Expr): boolean {
  switch (expr.kind) {
    case "constant":
      return true;
    case "read":
      return (
        isKnown(expr.read.value) && (expr.read.index === undefined || isConstantExpr(expr.read.index.at))
      );
    case "operation":
      return expr.args.every(isConstantExpr);
    case "inRange":
    case "position":
    case "accumulator":
      return false;
  }
}

/** The axes an expression depends on. */
export function axesOf(expr: Expr): Set<Axis> {
  return new Set(
    readsOf(expr).flatMap((one) => one.coordinates.flatMap((form) => form.terms.map(({ axis }) => axis))),
  );
}

/**
 * Lays out the constant operands of one kernel. Operands that depend on the same output axes share rows, so that a
 * weight row and its bias are opened together.
 */
export function packConstants(
  operands: readonly Expr[],
  { output, reduce }: { output: readonly Axis[]; reduce: readonly Axis[] },
): Map<Expr, PackedAt> {
  const result = new Map<Expr, PackedAt>();
  const families = new Map<
    string,
    { rows: Axis[]; columns: Axis[]; table: Expr | undefined; singles: Expr[] }
  >();
  for (const operand of operands) {
    const used = axesOf(operand);
    const rows = output.filter((axis) => used.has(axis));
    const columns = reduce.filter((axis) => used.has(axis));
    const dtype = dtypeOf(operand);
    let key = `${dtype}:${rows.map(({ id }) => id).join()}`;
    // A second table over the same rows gets a tensor of its own.
    while (columns.length > 0 && families.get(key)?.table !== undefined) key += "'";
    const family = families.get(key) ?? { rows, columns: [], table: undefined, singles: [] };
    families.set(key, family);
    if (columns.length > 0) {
      family.columns = columns;
      family.table = operand;
    } else {
      family.singles.push(operand);
    }
  }

  for (const { rows, columns, table, singles } of families.values()) {
    const tableWidth = table === undefined ? 0 : product(columns.map(({ extent }) => extent));
    const width = tableWidth + singles.length;
    const rowCount = product(rows.map(({ extent }) => extent));
    const all = [...(table === undefined ? [] : [table]), ...singles];
    const dtype = dtypeOf(all[0] as Expr);
    const packed: Packed = {
      dtype,
      count: rowCount * width,
      key: JSON.stringify([
        rows.map(({ extent }) => extent),
        columns.map(({ extent }) => extent),
        ...all.map((one) => keyOf(one, [...rows, ...columns])),
      ]),
      make: (tabulate) => {
        const data = allocateTensor(dtype, rowCount * width);
        if (table !== undefined) {
          const values = tabulate(table, [...rows, ...columns], dtype);
          for (let row = 0; row < rowCount; row++) {
            data.set(values.subarray(row * tableWidth, (row + 1) * tableWidth), row * width);
          }
        }
        singles.forEach((single, index) => {
          const values = tabulate(single, rows, dtype);
          for (let row = 0; row < rowCount; row++)
            data[row * width + tableWidth + index] = values[row] as number;
        });
        return data;
      },
    };
    const row = times(flat(rows), width);
    if (table !== undefined) result.set(table, { packed, at: plus(row, flat(columns)) });
    singles.forEach((single, index) => {
      result.set(single, { packed, at: plus(row, constantAt(tableWidth + index)) });
    });
  }
  return result;
}

/** A constant as it is, row-major: for reads that only the run can place. */
export const packWhole = (value: Value): Packed => ({
  key: JSON.stringify(["whole", value.id]),
  dtype: value.dtype,
  count: product(value.shape),
  make: (tabulate) => {
    const axes = value.shape.map(newAxis);
    return tabulate(read(value, positionsOf(axes)), axes, value.dtype);
  },
});

const flat = (axes: readonly Axis[]): Affine =>
  axes.reduce<Affine>((sum, axis) => plus(times(sum, axis.extent), along(axis)), constantAt(0));

function dtypeOf(expr: Expr): Dtype {
  return expr.kind === "read" ? expr.read.value.dtype : expr.type;
}

/** Equal keys: the same constants at the same positions. Axes count by their place, not by their identity. */
function keyOf(expr: Expr, axes: readonly Axis[]): string {
  const places = new Map(
    axes.map((axis, place) => [
      axis,
      { ...along(axis), terms: [{ axis: { id: place, extent: axis.extent }, coefficient: 1 }] },
    ]),
  );
  return exprKey(mapLeaves(expr, (leaf) => mapForms(leaf, (form) => substituted(form, places))));
}
