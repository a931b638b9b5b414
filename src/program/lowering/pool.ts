import { constantAt, plus, times } from "../ir/affine.js";
import type { Affine } from "../ir/affine.js";
import { f32, i32, op, position, read, select } from "../ir/expr.js";
import { flatPosition } from "../ir/domain.js";
import type { Expr } from "../ir/expr.js";
import type { Value } from "../ir/value.js";
import type { Dtype } from "../dtype.js";
import { product } from "../kernel.js";
import { reduced } from "./reduction.js";
import type { Lowering, Scope } from "./scope.js";
import { windowOf } from "./window.js";
import type { Window } from "./window.js";

function pooled(
  scope: Scope,
  {
    reducer,
    outside,
    body = (x) => x,
    tail,
  }: {
    reducer: "sum" | "max";
    outside: number;
    body?: (element: Expr) => Expr;
    tail?: (window: Window, spatial: readonly number[]) => (sum: Expr, at: readonly Affine[]) => Expr;
  },
): ReturnType<Lowering> {
  const x = reducer === "max" ? scope.input(0) : scope.float(0);
  const [batch, channels, ...spatial] = x.shape as [number, number, ...number[]];
  const window = windowOf(scope, spatial, scope.attribute("kernel_shape", "ints") ?? []);
  const value = scope.values.reduction(scope.name(), {
    shape: [batch, channels, ...window.output],
    reduce: window.kernel,
    reducer,
    dtype: x.dtype,
    body: ([n, channel, ...at], over) =>
      body(read(x, [n as Affine, channel as Affine, ...window.source(at, over)], outside)),
    ...(tail === undefined ? {} : { tail: tail(window, spatial) }),
  });
  return [value];
}

/** What a maximum starts below. */
const LOWEST: Readonly<Record<Dtype, number>> = { f32: -Infinity, i32: -(2 ** 31), u8: 0, i8: -128 };

const maximum: Lowering = (scope) => {
  const { dtype } = scope.input(0);
  const [value] = pooled(scope, { reducer: "max", outside: LOWEST[dtype] });
  const isAsked = scope.node.outputs.length > 1 && scope.node.outputs[1] !== "";
  return isAsked ? [value as Value, positionOfMaximum(scope)] : [value as Value];
};

/** Where in the whole input the largest of each window lies: its place in the window, taken apart again. */
function positionOfMaximum(scope: Scope): Value {
  const x = scope.input(0);
  const [batch, channels, ...spatial] = x.shape as [number, number, ...number[]];
  const window = windowOf(scope, spatial, scope.attribute("kernel_shape", "ints") ?? []);
  const isColumnMajor = scope.int("storage_order", 0) === 1;
  const strides = spatial.map((_, axis) =>
    product(isColumnMajor ? spatial.slice(0, axis) : spatial.slice(axis + 1)),
  );
  const plane = product(spatial);
  return scope.values.reduction(scope.name(1), {
    shape: [batch, channels, ...window.output],
    reduce: window.kernel,
    reducer: "argmax",
    dtype: "i32",
    body: ([n, channel, ...at], over) =>
      read(x, [n as Affine, channel as Affine, ...window.source(at, over)], LOWEST[x.dtype]),
    tail: (found, [n, channel, ...at]) => {
      const starts = window.source(
        at,
        spatial.map(() => constantAt(0)),
      );
      const base = plus(times(n as Affine, channels * plane), times(channel as Affine, plane));
      const corner = starts.reduce(
        (sum, start, axis) => plus(sum, times(start, strides[axis] as number)),
        base,
      );
      return window.kernel.reduce<Expr>((sum, extent, axis) => {
        const inner = product(window.kernel.slice(axis + 1));
        const place = op("i32.mod", op("i32.div", found, i32(inner)), i32(extent));
        const step = (window.dilations[axis] as number) * (strides[axis] as number);
        return op("i32.add", sum, op("i32.mul", place, i32(step)));
      }, position(corner));
    },
  });
}

/** x^p of sizes, and the root that undoes it. */
function powerOf(scope: Scope): { raise: (x: Expr) => Expr; root: (sum: Expr) => Expr } {
  const p = scope.opset < 2 ? (scope.attribute("p", "float") ?? 2) : scope.int("p", 2);
  const size = (x: Expr) => op("f32.abs", x);
  if (p === 1) return { raise: size, root: (sum) => sum };
  if (p === 2) return { raise: (x) => op("f32.mul", x, x), root: (sum) => op("f32.sqrt", sum) };
  if (!Number.isInteger(p) || p < 1 || p > 16)
    throw scope.refuseAttribute("p", "a whole number from 1 to 16");
  return {
    raise: (x) => Array.from({ length: p - 1 }).reduce<Expr>((done) => op("f32.mul", done, size(x)), size(x)),
    root: (sum) => op("f32.exp", op("f32.mul", op("f32.log", sum), f32(1 / p))),
  };
}

const lpPool: Lowering = (scope) => {
  const { raise, root } = powerOf(scope);
  return pooled(scope, { reducer: "sum", outside: 0, body: raise, tail: () => root });
};

const globalLpPool: Lowering = (scope) => {
  const { raise, root } = powerOf(scope);
  const x = scope.float(0);
  const axes = x.shape.map((_, axis) => axis).slice(2);
  return [reduced(scope, x, axes, { reducer: "sum", body: raise, tail: root })];
};

/** Divides by the positions of the window that lie in the input, or by all of them where padding counts. */
const average: Lowering = (scope) =>
  pooled(scope, {
    reducer: "sum",
    outside: 0,
    tail: (window, spatial) => {
      const all = product(window.kernel);
      const isPadded = window.output.map((positions, axis) => {
        const [stride, before] = [window.strides[axis] as number, window.padBefore[axis] as number];
        const reach = ((window.kernel[axis] as number) - 1) * (window.dilations[axis] as number);
        return before > 0 || (positions - 1) * stride - before + reach >= (spatial[axis] as number);
      });
      if (scope.int("count_include_pad", 0) === 1 || !isPadded.includes(true)) {
        return (sum) => op("f32.div", sum, f32(all));
      }
      // How many of a window's positions lie inside, axis by axis; their product is the divisor.
      const counts = window.output.map((positions, axis) => {
        const data = Float32Array.from({ length: positions }, (_, at) => {
          let inside = 0;
          for (let over = 0; over < (window.kernel[axis] as number); over++) {
            const stride = window.strides[axis] as number;
            const from =
              at * stride + over * (window.dilations[axis] as number) - (window.padBefore[axis] as number);
            if (from >= 0 && from < (spatial[axis] as number)) inside++;
          }
          return inside;
        });
        return scope.values.constant(`${scope.name()} positions ${axis}`, [positions], "f32", data);
      });
      return (sum, [, , ...at]) => {
        const inside = counts.map((count, axis) => read(count, [at[axis] as Affine]));
        return op(
          "f32.div",
          sum,
          inside.reduce((a, b) => op("f32.mul", a, b)),
        );
      };
    },
  });

const global =
  (reducer: "sum" | "max"): Lowering =>
  (scope) => {
    const x = scope.float(0);
    const [batch, channels, ...spatial] = x.shape as [number, number, ...number[]];
    const value = scope.values.reduction(scope.name(), {
      shape: [batch, channels, ...spatial.map(() => 1)],
      reduce: spatial,
      reducer,
      dtype: "f32",
      body: ([n, channel], over) => read(x, [n as Affine, channel as Affine, ...over]),
      ...(reducer === "sum" ? { tail: (sum: Expr) => op("f32.div", sum, f32(product(spatial))) } : {}),
    });
    return [value];
  };

/**
 * MaxUnpool: an output position is given the element whose index names it, and 0 if none does. Of each plane, for indices
 * stay in theirs.
 */
const unpool: Lowering = (scope) => {
  const [x, indices] = [scope.float(0), scope.input(1)];
  if (scope.optional(2) !== undefined) throw scope.refuse("is given an output shape");
  const [batch, channels, ...spatial] = x.shape as [number, number, ...number[]];
  const kernel = scope.attribute("kernel_shape", "ints") ?? [];
  const strides = scope.attribute("strides", "ints") ?? spatial.map(() => 1);
  const pads = scope.attribute("pads", "ints") ?? [...spatial, ...spatial].map(() => 0);
  const output = spatial.map(
    (extent, axis) =>
      (extent - 1) * (strides[axis] as number) +
      (kernel[axis] as number) -
      (pads[axis] as number) -
      (pads[axis + spatial.length] as number),
  );
  const shape = [batch, channels, ...output];
  return [
    scope.values.reduction(scope.name(), {
      shape,
      reduce: spatial,
      reducer: "sum",
      dtype: "f32",
      body: (at, over) => {
        const source = [...at.slice(0, 2), ...over];
        const isHere = op("i32.eq", read(indices, source), position(flatPosition(at, shape)));
        return select(isHere, read(x, source), f32(0));
      },
    }),
  ];
};

export const poolLowerings: Record<string, Lowering> = {
  AveragePool: average,
  GlobalAveragePool: global("sum"),
  GlobalMaxPool: global("max"),
  GlobalLpPool: globalLpPool,
  LpPool: lpPool,
  MaxPool: maximum,
  MaxUnpool: unpool,
};
