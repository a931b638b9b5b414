import { constantAt, shifted } from "../ir/affine.js";
import type { Affine } from "../ir/affine.js";
import { f32, i32, inRange, op, read, select } from "../ir/expr.js";
import type { Expr } from "../ir/expr.js";
import type { Value } from "../ir/value.js";
import type { Dtype } from "../dtype.js";
import { convolved } from "./convolution.js";
import { matrixProduct } from "./matmul.js";
import { clamped, pointwise } from "./pointwise.js";
import { reduced } from "./reduction.js";
import { broadcast, countOf } from "./scope.js";
import type { Lowering, Scope } from "./scope.js";
import { windowOf } from "./window.js";

const RANGES: Readonly<Partial<Record<Dtype, readonly [low: number, high: number]>>> = {
  u8: [0, 255],
  i8: [-128, 127],
};

/** Scale, zero point: one for all, or one for each position of an axis. */
const alongAxis = (value: Value, at: readonly Affine[], axis: number): Expr => {
  if (countOf(value) === 1) return scalarOf(value);
  return read(value, [at[axis] as Affine]);
};

const scalarOf = (value: Value): Expr =>
  read(
    value,
    value.shape.map(() => constantAt(0)),
  );

/** The nearest step, kept in range before it becomes an integer: an f32 beyond would saturate elsewhere. */
function quantized(steps: Expr, zero: Expr, dtype: Dtype): Expr {
  const [low, high] = RANGES[dtype] as readonly [number, number];
  const placed = op("f32.add", op("f32.rint", steps), op("i2f", zero));
  return op("f2i", clamped(placed, low, high));
}

function refuseBlocks(scope: Scope, scale: Value): void {
  if (scope.int("block_size", 0) !== 0) throw scope.refuseAttribute("block_size", "0");
  if (scale.shape.length > 1) throw scope.refuse("has scales of more than one axis");
}

const quantize: Lowering = (scope) => {
  const [x, scale, zero] = [scope.input(0), scope.float(1), scope.optional(2)];
  refuseBlocks(scope, scale);
  const asked = scope.int("output_dtype", 0);
  const dtype = zero?.dtype ?? (asked === 3 ? "i8" : "u8");
  if (RANGES[dtype] === undefined || (asked !== 0 && asked !== 2 && asked !== 3))
    throw scope.refuse("makes other integers than int8 and uint8");
  const axis = countOf(scale) === 1 ? 0 : scope.axis(scope.int("axis", 1), x.shape.length);
  return [
    scope.values.map(scope.name(), x.shape, dtype, (at) => {
      const element = read(x, at);
      const number = element.type === "i32" ? op("i2f", element) : element;
      const steps = op("f32.div", number, alongAxis(scale, at, axis));
      return quantized(steps, zero === undefined ? i32(0) : alongAxis(zero, at, axis), dtype);
    }),
  ];
};

const dequantize: Lowering = (scope) => {
  const [x, scale, zero] = [scope.input(0), scope.float(1), scope.optional(2)];
  refuseBlocks(scope, scale);
  const axis = countOf(scale) === 1 ? 0 : scope.axis(scope.int("axis", 1), x.shape.length);
  return [
    scope.values.map(scope.name(), x.shape, "f32", (at) => {
      const element = read(x, at);
      const steps = zero === undefined ? element : op("i32.sub", element, alongAxis(zero, at, axis));
      return op("f32.mul", op("i2f", steps), alongAxis(scale, at, axis));
    }),
  ];
};

/** 8-bit steps over the range of x and 0, and where 0 lies in it. */
const dynamicQuantize: Lowering = (scope) => {
  const x = scope.float(0);
  const axes = x.shape.map((_, axis) => axis);
  const bound = (reducer: "min" | "max"): Value =>
    scope.values.reshape(
      `${scope.name()} ${reducer}`,
      reduced(scope, x, axes, { reducer, tail: (found) => op(`f32.${reducer}`, found, f32(0)) }),
      [],
    );
  const [low, high] = [bound("min"), bound("max")];
  const scale = scope.values.map(scope.name(1), [], "f32", () => {
    const [from, to] = [read(low, []), read(high, [])];
    const step = op("f32.div", op("f32.sub", to, from), f32(255));
    // Zeros only: any step serves.
    return select(op("f32.eq", from, to), f32(1), step);
  });
  const zero = scope.values.map(scope.name(2), [], "u8", () => {
    const steps = op("f32.sub", f32(0), op("f32.div", read(low, []), read(scale, [])));
    return op("f2i", op("f32.rint", clamped(steps, 0, 255)));
  });
  const y = pointwise(
    scope,
    [x, scale, zero],
    (element, step, at) => quantized(op("f32.div", element, step), at, "u8"),
    "u8",
  );
  return [y, scale, zero];
};

const isZero = (scope: Scope, zero: Value | undefined): boolean =>
  zero === undefined || (scope.values.known(zero)?.every((one) => one === 0) ?? false);

/**
 * A constant without its zero point, in bytes where that is possible: integer dots of bytes are cheap to prove. `axis` is
 * the one that the zero point has, if it is not the same for all.
 */
function centred(scope: Scope, of: Value, zero: Value, axis: number): Value | undefined {
  if (scope.values.known(of) === undefined || scope.values.known(zero) === undefined) return undefined;
  const wide = scope.values.map(`${of.name} centred`, of.shape, "i32", (at) =>
    op("i32.sub", read(of, at), alongAxis(zero, at, axis)),
  );
  const data = Array.from(scope.values.known(wide) ?? []);
  const fits = ([low, high]: readonly [number, number]) => data.every((one) => one >= low && one <= high);
  if (fits([-128, 127])) return scope.values.constant(wide.name, of.shape, "i8", Int8Array.from(data));
  if (fits([0, 255])) return scope.values.constant(wide.name, of.shape, "u8", Uint8Array.from(data));
  return scope.values.constant(wide.name, of.shape, "i32", Int32Array.from(data));
}

const asI32 = { reducer: "sum", dtype: "i32" } as const;

/**
 * Σ (a - za)(b - zb) as Σ a·b - za Σ b - zb Σ a + K za zb: a sum of plain products of bytes, and corrections after it.
 * Zero points of a are of its rows, those of b of its columns.
 */
function integerProduct(
  scope: Scope,
  [a, b]: readonly [Value, Value],
  {
    zeros: [za, zb],
    dtype = "i32",
    tail = (sum) => sum,
  }: {
    zeros: readonly [Value | undefined, Value | undefined];
    dtype?: Dtype;
    tail?: (sum: Expr, at: readonly Affine[]) => Expr;
  },
): Value {
  const [rankA, rankB] = [a.shape.length, b.shape.length];
  for (const [zero, of] of [
    [za, a],
    [zb, b],
  ] as const) {
    if (zero !== undefined && countOf(zero) > 1 && (zero.shape.length > 1 || of.shape.length !== 2))
      throw scope.refuse("has zero points of more than one axis");
  }
  const own = zb === undefined || isZero(scope, zb) ? undefined : centred(scope, b, zb, rankB - 1);
  const right = own ?? b;
  const zeroB = own !== undefined || isZero(scope, zb) ? undefined : zb;
  const zeroA = isZero(scope, za) ? undefined : za;
  const inner = a.shape.at(-1) as number;
  const columns = zeroA && reduced(scope, right, [Math.max(0, rankB - 2)], asI32);
  const rows = zeroB && reduced(scope, a, [rankA - 1], asI32);
  const corrected = (sum: Expr, at: readonly Affine[]): Expr => {
    const batch = at.slice(0, -2);
    const [row, column] = at.slice(-2) as [Affine, Affine];
    const from = (value: Value, place: readonly Affine[]): Expr => {
      const all = [...batch, ...place];
      const coordinates = all.slice(all.length - value.shape.length);
      return read(
        value,
        coordinates.map((one, axis) => (value.shape[axis] === 1 ? constantAt(0) : one)),
      );
    };
    const atA = zeroA && (countOf(zeroA) === 1 ? scalarOf(zeroA) : read(zeroA, [row]));
    const atB = zeroB && (countOf(zeroB) === 1 ? scalarOf(zeroB) : read(zeroB, [column]));
    let result = sum;
    if (atA !== undefined && columns !== undefined) {
      const place = rankB === 1 ? [constantAt(0)] : [constantAt(0), column];
      result = op("i32.sub", result, op("i32.mul", atA, from(columns, place)));
    }
    if (atB !== undefined && rows !== undefined) {
      const place = rankA === 1 ? [constantAt(0)] : [row, constantAt(0)];
      result = op("i32.sub", result, op("i32.mul", atB, from(rows, place)));
      if (atA !== undefined)
        result = op("i32.add", result, op("i32.mul", op("i32.mul", atA, atB), i32(inner)));
    }
    return tail(result, at);
  };
  return matrixProduct(scope, [a, right], { dtype, tail: corrected });
}

const matMulInteger: Lowering = (scope) => [
  integerProduct(scope, [scope.input(0), scope.input(1)], { zeros: [scope.optional(2), scope.optional(3)] }),
];

/** An integer sum in steps of the output. */
const requantized = (sum: Expr, scale: Expr, zero: Expr, dtype: Dtype): Expr =>
  quantized(op("f32.mul", op("i2f", sum), scale), zero, dtype);

/** Steps of the output in one step of a product; scales of one axis are given that axis of a result of rank `rank`. */
function stepsOf(
  scope: Scope,
  scales: readonly (readonly [scale: Value, axis: number])[],
  rank: number,
): Value {
  const [a, b, y] = scales.map(([scale, axis]) => {
    const shape = Array.from({ length: rank }, (_, other) => (other === axis ? countOf(scale) : 1));
    return scope.values.reshape(scale.name, scale, shape);
  }) as [Value, Value, Value];
  return pointwise(scope, [a, b, y], (one, other, own) => op("f32.div", op("f32.mul", one, other), own));
}

const qLinearMatMul: Lowering = (scope) => {
  const [a, b] = [scope.input(0), scope.input(3)];
  const [scaleA, scaleB, scaleY, zeroY] = [scope.float(1), scope.float(4), scope.float(6), scope.input(7)];
  const dtype = zeroY.dtype;
  if (countOf(zeroY) > 1 || [scaleA, scaleB, scaleY].some(({ shape }) => shape.length > 1))
    throw scope.refuse("has scales or zero points per row of its output");
  const rank = Math.max(a.shape.length, b.shape.length, 2);
  const scale = stepsOf(
    scope,
    [
      [scaleA, rank - 2],
      [scaleB, rank - 1],
      [scaleY, rank - 2],
    ],
    rank,
  );
  return [
    integerProduct(scope, [a, b], {
      zeros: [scope.optional(2), scope.optional(5)],
      dtype,
      tail: (sum, at) => requantized(sum, broadcast(scale, at), scalarOf(zeroY), dtype),
    }),
  ];
};

/** x with its zero point around it, where only the run knows that: reads outside of the copy do not happen. */
function padded(scope: Scope, x: Value, zero: Value, kernel: readonly number[]): Value {
  const spatial = x.shape.slice(2);
  const { padBefore, output, strides, dilations } = windowOf(scope, spatial, kernel);
  const before = [0, 0, ...padBefore];
  const after = spatial.map((extent, axis) => {
    const reach = ((kernel[axis] as number) - 1) * (dilations[axis] as number);
    const last = ((output[axis] as number) - 1) * (strides[axis] as number) - (padBefore[axis] as number);
    return Math.max(0, last + reach - extent + 1);
  });
  const shape = x.shape.map((extent, axis) => extent + (before[axis] ?? 0) + ([0, 0, ...after][axis] ?? 0));
  return scope.values.map(`${x.name} padded`, shape, x.dtype, (at) => {
    const own = read(
      x,
      at.map((one, axis) => shifted(one, -(before[axis] ?? 0))),
    );
    return own.kind === "read" ? select(inRange(own.read), own, scalarOf(zero)) : own;
  });
}

function integerConvolution(
  scope: Scope,
  [x, w]: readonly [Value, Value],
  {
    zeros: [zx, zw],
    dtype = "i32",
    tail = (sum) => sum,
  }: {
    zeros: readonly [Value | undefined, Value | undefined];
    dtype?: Dtype;
    tail?: (sum: Expr, filter: Affine) => Expr;
  },
): Value {
  if (zx !== undefined && countOf(zx) > 1) throw scope.refuse("has a zero point of x per channel");
  const own = zw === undefined || isZero(scope, zw) ? w : centred(scope, w, zw, 0);
  if (own === undefined) {
    // One of the two is from the run.
    const index = scope.node.operator === "QLinearConv" ? 3 : 1;
    scope.knownData(w, index);
    scope.knownData(zw as Value, scope.node.operator === "QLinearConv" ? 5 : 3);
    throw scope.refuse("has weights from the run");
  }
  const known = zx === undefined ? 0 : scope.values.known(zx)?.[0];
  const kernel = own.shape.slice(2);
  const axes = own.shape.map((_, axis) => axis).slice(1);
  const sums = known === 0 ? undefined : reduced(scope, own, axes, asI32);
  const corrected = (sum: Expr, filter: Affine): Expr => {
    if (sums === undefined || zx === undefined) return tail(sum, filter);
    const all = read(sums, [filter, ...axes.map(() => constantAt(0))]);
    return tail(op("i32.sub", sum, op("i32.mul", scalarOf(zx), all)), filter);
  };
  if (known !== undefined) return convolved(scope, [x, own], { dtype, outside: known, tail: corrected });
  const given = padded(scope, x, zx as Value, kernel);
  const isSame = given.shape.join() === x.shape.join();
  if (isSame) return convolved(scope, [x, own], { dtype, tail: corrected });
  return convolved(scope.without("pads", "auto_pad"), [given, own], { dtype, tail: corrected });
}

const convInteger: Lowering = (scope) => [
  integerConvolution(scope, [scope.input(0), scope.input(1)], {
    zeros: [scope.optional(2), scope.optional(3)],
  }),
];

const qLinearConv: Lowering = (scope) => {
  const [x, w] = [scope.input(0), scope.input(3)];
  const [scaleX, scaleW, scaleY, zeroY] = [scope.float(1), scope.float(4), scope.float(6), scope.input(7)];
  const bias = scope.optional(8);
  const dtype = zeroY.dtype;
  const scale = stepsOf(
    scope,
    [
      [scaleX, 0],
      [scaleW, 0],
      [scaleY, 0],
    ],
    1,
  );
  return [
    integerConvolution(scope, [x, w], {
      zeros: [scope.optional(2), scope.optional(5)],
      dtype,
      tail: (sum, filter) =>
        requantized(
          bias === undefined ? sum : op("i32.add", sum, read(bias, [filter])),
          broadcast(scale, [filter]),
          scalarOf(zeroY),
          dtype,
        ),
    }),
  ];
};

export const quantizedLowerings: Record<string, Lowering> = {
  ConvInteger: convInteger,
  DequantizeLinear: dequantize,
  DynamicQuantizeLinear: dynamicQuantize,
  MatMulInteger: matMulInteger,
  QLinearConv: qLinearConv,
  QLinearMatMul: qLinearMatMul,
  QuantizeLinear: quantize,
};
