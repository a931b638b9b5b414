import type { Affine } from "../ir/affine.js";
import { op, read, readIndexed } from "../ir/expr.js";
import type { Value } from "../ir/value.js";
import { chosenAlong, positionTable } from "./indexing.js";
import { float } from "./pointwise.js";
import type { Lowering, Scope } from "./scope.js";

type Axis = {
  readonly axis: number;
  readonly extent: number;
  readonly length: number;
  /** Output over input extent, as the file says it. */
  readonly scale: number;
  /** The part of the input that is looked at, from 0 to 1; only tf_crop_and_resize has another than all. */
  readonly crop: readonly [number, number];
};

const { fround } = Math;

/**
 * Where position `at` of the output lies in the input (ONNX Resize, coordinate_transformation_mode), in binary32 like the
 * scales: where a coordinate falls between two positions, its last bit decides.
 */
function coordinate(scope: Scope, mode: string, { extent, length, scale, crop }: Axis, at: number): number {
  const halfPixel = fround(fround(fround(at + 0.5) / scale) - 0.5);
  switch (mode) {
    case "half_pixel":
      return halfPixel;
    case "half_pixel_symmetric": {
      const adjustment = fround(length / fround(scale * extent));
      const offset = fround(fround(extent / 2) * fround(1 - adjustment));
      return fround(offset + halfPixel);
    }
    case "pytorch_half_pixel":
      return length > 1 ? halfPixel : 0;
    case "tf_half_pixel_for_nn":
      return fround(fround(at + 0.5) / scale);
    case "align_corners":
      return length === 1 ? 0 : fround(fround(at * (extent - 1)) / (length - 1));
    case "asymmetric":
      return fround(at / scale);
    case "tf_crop_and_resize": {
      const [start, end] = crop;
      if (length === 1) return fround(0.5 * (start + end) * (extent - 1));
      return fround(start * (extent - 1) + (at * (end - start) * (extent - 1)) / (length - 1));
    }
    default:
      throw scope.refuseAttribute("coordinate_transformation_mode", "one that opset 19 knows");
  }
}

const nearest: Readonly<Record<string, (x: number) => number>> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** Weights of the positions around x, from `first` on. */
type Taps = { readonly first: number; readonly weights: readonly number[] };

function linear(x: number): Taps {
  const first = Math.floor(x);
  return { first, weights: [1 - (x - first), x - first] };
}

/** Keys' cubic convolution kernel with parameter a, at distance d. Products: a power is rounded as a runtime likes. */
function cubicWeight(d: number, a: number): number {
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

function cubic(x: number, a: number): Taps {
  const first = Math.floor(x) - 1;
  return { first, weights: [0, 1, 2, 3].map((tap) => cubicWeight(Math.abs(x - (first + tap)), a)) };
}

/** The same kernel, widened for an output that is smaller: every input position takes part. */
function widened(x: number, scale: number, reach: number, weight: (d: number) => number): Taps {
  const first = Math.ceil(x - reach / scale);
  const count = Math.floor(x + reach / scale) - first + 1;
  const weights = Array.from({ length: count }, (_, tap) => weight(Math.abs(x - (first + tap)) * scale));
  const total = weights.reduce((sum, one) => sum + one, 0);
  return { first, weights: weights.map((one) => one / total) };
}

/** A weighted sum of a few positions of one axis for each of its output positions. */
function interpolated(scope: Scope, of: Value, { axis, extent }: Axis, all: readonly Taps[]): Value {
  const isExcluding = scope.int("exclude_outside", 0) === 1;
  const width = Math.max(...all.map(({ weights }) => weights.length));
  const positions: number[] = [];
  const factors: number[] = [];
  for (const { first, weights } of all) {
    const inside = weights.map((weight, tap) =>
      isExcluding && (first + tap < 0 || first + tap >= extent) ? 0 : weight,
    );
    const total = isExcluding ? inside.reduce((sum, one) => sum + one, 0) : 1;
    for (let tap = 0; tap < width; tap++) {
      positions.push(Math.max(0, Math.min(extent - 1, first + tap)));
      factors.push((inside[tap] ?? 0) / total);
    }
  }
  const table = positionTable(scope, positions, [all.length, width]);
  const name = `${scope.name()} weights`;
  const factor = scope.values.constant(name, [all.length, width], "f32", Float32Array.from(factors));
  return scope.values.reduction(scope.name(), {
    shape: of.shape.map((whole, other) => (other === axis ? all.length : whole)),
    reduce: [width],
    reducer: "sum",
    dtype: "f32",
    body: (at, [tap]) => {
      const place = [at[axis] as Affine, tap as Affine];
      return op("f32.mul", readIndexed(of, at, { axis, at: read(table, place) }), read(factor, place));
    },
  });
}

/** Every position so many times: a reshape of a value that a new axis does not move. */
function repeated(scope: Scope, of: Value, axis: number, factor: number): Value {
  const shape = [...of.shape.slice(0, axis + 1), factor, ...of.shape.slice(axis + 1)];
  const value = scope.values.map(scope.name(), shape, of.dtype, (at) =>
    read(
      of,
      at.filter((_, other) => other !== axis + 1),
    ),
  );
  return scope.values.reshape(
    scope.name(),
    value,
    of.shape.map((whole, other) => (other === axis ? whole * factor : whole)),
  );
}

function resizedAlong(scope: Scope, of: Value, axis: Axis, mode: string): Value {
  const transformation =
    scope.opset < 11
      ? "asymmetric"
      : (scope.attribute("coordinate_transformation_mode", "string") ?? "half_pixel");
  const places = Array.from({ length: axis.length }, (_, at) => coordinate(scope, transformation, axis, at));
  const isOutside = (x: number) => transformation === "tf_crop_and_resize" && (x < 0 || x > axis.extent - 1);
  if (places.some(isOutside)) throw scope.refuse("looks outside its input");
  if (mode === "nearest") {
    const rounding =
      scope.opset < 11 ? "floor" : (scope.attribute("nearest_mode", "string") ?? "round_prefer_floor");
    const round = nearest[rounding];
    if (round === undefined) throw scope.refuseAttribute("nearest_mode", Object.keys(nearest).join(", "));
    const positions = places.map((x) => Math.max(0, Math.min(axis.extent - 1, round(x))));
    const factor = axis.length / axis.extent;
    const isWhole = Number.isInteger(factor) && positions.every((one, at) => one === Math.floor(at / factor));
    if (isWhole) return repeated(scope, of, axis.axis, factor);
    return chosenAlong(scope, of, { axis: axis.axis, positions });
  }
  const a = float(scope, "cubic_coeff_a", -0.75);
  const scale = Math.min(1, axis.scale);
  const isWide = scope.int("antialias", 0) === 1 && scale < 1;
  const taps = (x: number): Taps => {
    if (mode === "cubic") return isWide ? widened(x, scale, 2, (d) => cubicWeight(d, a)) : cubic(x, a);
    return isWide ? widened(x, scale, 1, (d) => Math.max(0, 1 - d)) : linear(x);
  };
  return interpolated(scope, of, axis, places.map(taps));
}

/** Resize along one axis after the other; Upsample is its older form. */
const resize: Lowering = (scope) => {
  const of = scope.input(0);
  const isUpsample = scope.node.operator === "Upsample";
  const mode = (scope.attribute("mode", "string") ?? "nearest").replace("bilinear", "linear");
  const rank = of.shape.length;
  const named = scope.attribute("axes", "ints")?.map((axis) => scope.axis(axis, rank));
  const axes = named ?? of.shape.map((_, axis) => axis);
  const at = isUpsample || scope.opset < 11 ? 1 : 2;
  const listed = (index: number): number[] | undefined => {
    const given = scope.optional(index);
    if (given === undefined || given.shape.includes(0)) return undefined;
    return Array.from(scope.knownData(given, index), Number);
  };
  const scales = isUpsample && scope.opset < 9 ? scope.attribute("scales", "floats") : listed(at);
  const sizes = isUpsample ? undefined : listed(3);
  const policy = scope.attribute("keep_aspect_ratio_policy", "string") ?? "stretch";
  const roi = isUpsample || scope.opset < 11 ? undefined : listed(1);
  if (!["nearest", "linear", "cubic"].includes(mode))
    throw scope.refuseAttribute("mode", "nearest, linear or cubic");

  let factors = axes.map((axis, index) => {
    const extent = of.shape[axis] as number;
    return fround(sizes === undefined ? (scales?.[index] ?? 1) : (sizes[index] as number) / extent);
  });
  if (sizes !== undefined && policy !== "stretch") {
    const one = policy === "not_larger" ? Math.min(...factors) : Math.max(...factors);
    factors = factors.map(() => one);
  }
  let value = of;
  for (const [index, axis] of axes.entries()) {
    const extent = of.shape[axis] as number;
    const scale = factors[index] as number;
    const exact = extent * scale;
    const rounded = policy === "stretch" ? (sizes?.[index] ?? Math.floor(exact)) : Math.floor(exact + 0.5);
    const isBetween = policy === "stretch" && sizes === undefined && Math.abs(exact - rounded) > 1e-4;
    if (isBetween && scope.attribute("coordinate_transformation_mode", "string") === "align_corners")
      throw scope.refuse(`aligns the corners of ${exact} positions, on which runtimes disagree`);
    const crop = [roi?.[index] ?? 0, roi?.[index + axes.length] ?? 1] as const;
    if (rounded === extent && scale === 1 && crop[0] === 0 && crop[1] === 1) continue;
    value = resizedAlong(scope, value, { axis, extent, length: rounded, scale, crop }, mode);
  }
  return [value];
};

export const resizeLowerings: Record<string, Lowering> = { Resize: resize, Upsample: resize };
