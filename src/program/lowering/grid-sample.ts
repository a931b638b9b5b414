import { constantAt } from "../ir/affine.js";
import type { Affine } from "../ir/affine.js";
import { f32, i32, op, position, read, readIndexed, select } from "../ir/expr.js";
import type { Expr } from "../ir/expr.js";
import type { Value } from "../ir/value.js";
import type { Lowering, Scope } from "./scope.js";

type Sampling = { readonly isAligned: boolean; readonly padding: string };

/** Where a grid coordinate from -1 to 1 lies on an axis, brought back inside where the padding says so. */
function placed(given: Expr, extent: number, { isAligned, padding }: Sampling): Expr {
  const whole = op("f32.add", given, f32(1));
  const place = isAligned
    ? op("f32.mul", whole, f32((extent - 1) / 2))
    : op("f32.div", op("f32.sub", op("f32.mul", whole, f32(extent)), f32(1)), f32(2));
  if (padding === "zeros") return place;
  const [low, high] = isAligned ? [0, extent - 1] : [-0.5, extent - 0.5];
  if (padding === "border") return op("f32.min", op("f32.max", place, f32(0)), f32(extent - 1));
  // To and fro between the ends: the distance from the nearest turn at `low`.
  const period = 2 * (high - low);
  if (period === 0) return f32(0);
  const away = op("f32.sub", place, f32(low));
  const turns = op("f32.rint", op("f32.div", away, f32(period)));
  return op("f32.add", op("f32.abs", op("f32.sub", away, op("f32.mul", turns, f32(period)))), f32(low));
}

/** Bilinear or nearest samples of [N, C, H, W] at a grid [N, H', W', 2] of (x, y). */
const gridSample: Lowering = (scope) => {
  const [x, grid] = [scope.float(0), scope.float(1)];
  if (x.shape.length !== 4) throw scope.refuse("samples other than images");
  const mode = scope.attribute("mode", "string") ?? "bilinear";
  const isLinear = mode === "bilinear" || mode === "linear";
  if (!isLinear && mode !== "nearest") throw scope.refuseAttribute("mode", "bilinear, linear or nearest");
  const sampling = {
    isAligned: scope.int("align_corners", 0) === 1,
    padding: scope.attribute("padding_mode", "string") ?? "zeros",
  };
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const [, rows, columns] = grid.shape as [number, number, number, number];
  const places = [batch, rows, columns];
  const along = (component: 0 | 1, extent: number): Value =>
    scope.values.map(`${scope.name()} ${component === 0 ? "x" : "y"}`, places, "f32", (at) => {
      const place = placed(read(grid, [...at, constantAt(component)]), extent, sampling);
      return isLinear ? place : op("f32.rint", place);
    });
  const [across, down] = [along(0, width), along(1, height)];
  const taps = isLinear ? [2, 2] : [1, 1];
  const positions = positionsOf(scope, { across, down, taps, image: [height, width], sampling });
  const flat = scope.values.reshape(x.name, x, [batch, channels, height * width]);
  const weights = scope.values.map(`${scope.name()} weights`, [...places, ...taps], "f32", (at) => {
    const own = at.slice(0, 3);
    const share = (coordinate: Value, tap: Affine): Expr => {
      const place = read(coordinate, own);
      const part = op("f32.sub", place, op("f32.floor", place));
      return select(position(tap), part, op("f32.sub", f32(1), part));
    };
    return op("f32.mul", share(down, at[3] as Affine), share(across, at[4] as Affine));
  });
  return [
    scope.values.reduction(scope.name(), {
      shape: [batch, channels, rows, columns],
      reduce: taps,
      reducer: "sum",
      dtype: "f32",
      body: ([n, channel, row, column], over) => {
        const place = [n, row, column, ...over] as Affine[];
        const at = read(positions, place);
        const sample = readIndexed(flat, [n, channel, n] as Affine[], { axis: 2, at });
        return op("f32.mul", sample, read(weights, place));
      },
    }),
  ];
};

/** The place in the image of each of the taps around a sample; -1 where it lies outside of an image with zeros around. */
function positionsOf(
  scope: Scope,
  {
    across,
    down,
    taps,
    image: [height, width],
    sampling,
  }: {
    across: Value;
    down: Value;
    taps: readonly number[];
    image: readonly [height: number, width: number];
    sampling: Sampling;
  },
): Value {
  /** Of one axis: how far into the image the taps lie, -1 where outside. */
  const partOf = (
    coordinate: Value,
    tapCount: number,
    { extent, stride }: { extent: number; stride: number },
  ) =>
    scope.values.state(
      scope.values.map(`${coordinate.name} positions`, [...coordinate.shape, tapCount], "i32", (at) => {
        const first = op("f2i", op("f32.floor", read(coordinate, at.slice(0, 3))));
        const place = op("i32.add", first, position(at[3] as Affine));
        const last = i32(extent - 1);
        if (sampling.padding !== "zeros")
          return op("i32.mul", op("i32.max", i32(0), op("i32.min", place, last)), i32(stride));
        const isInside = op("i32.and", op("i32.le", i32(0), place), op("i32.le", place, last));
        return select(isInside, op("i32.mul", place, i32(stride)), i32(-1));
      }),
    );
  const row = partOf(down, taps[0] as number, { extent: height, stride: width });
  const column = partOf(across, taps[1] as number, { extent: width, stride: 1 });
  return scope.values.state(
    scope.values.map(`${scope.name()} positions`, [...across.shape, ...taps], "i32", (at) => {
      const own = at.slice(0, 3);
      const parts = [read(row, [...own, at[3] as Affine]), read(column, [...own, at[4] as Affine])] as const;
      const isInside = op("i32.le", i32(0), op("i32.min", ...parts));
      return select(isInside, op("i32.add", ...parts), i32(-1));
    }),
  );
}

export const gridSampleLowerings: Record<string, Lowering> = { GridSample: gridSample };
