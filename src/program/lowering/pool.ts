import type { Affine } from "../ir/affine.js";
import { f32, op, read } from "../ir/expr.js";
import type { Expr } from "../ir/expr.js";
import { product } from "../kernel.js";
import type { Lowering, Scope } from "./scope.js";
import { windowOf } from "./window.js";
import type { Window } from "./window.js";

function pooled(
  scope: Scope,
  {
    reducer,
    outside,
    tail,
  }: {
    reducer: "sum" | "max";
    outside: number;
    tail?: (window: Window, spatial: readonly number[]) => (sum: Expr, at: readonly Affine[]) => Expr;
  },
): ReturnType<Lowering> {
  const x = scope.float(0);
  if (scope.node.outputs.length > 1) throw scope.refuse("is asked for indices, which are not lowered");
  const [batch, channels, ...spatial] = x.shape as [number, number, ...number[]];
  const window = windowOf(scope, spatial, scope.attribute("kernel_shape", "ints") ?? []);
  const value = scope.values.reduction(scope.name(), {
    shape: [batch, channels, ...window.output],
    reduce: window.kernel,
    reducer,
    dtype: "f32",
    body: ([n, channel, ...at], over) =>
      read(x, [n as Affine, channel as Affine, ...window.source(at, over)], outside),
    ...(tail === undefined ? {} : { tail: tail(window, spatial) }),
  });
  return [value];
}

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

export const poolLowerings: Record<string, Lowering> = {
  AveragePool: average,
  GlobalAveragePool: global("sum"),
  GlobalMaxPool: global("max"),
  MaxPool: (scope) => pooled(scope, { reducer: "max", outside: -Infinity }),
};
