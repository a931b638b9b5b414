import { allocateTensor } from "../dtype.js";
import type { Lowering } from "./scope.js";
import { product } from "../kernel.js";

const constant: Lowering = (scope) => {
  const tensor = scope.attribute("value", "tensor");
  if (tensor !== undefined) return [scope.constant({ ...tensor, name: scope.name() })];
  const float = scope.attribute("value_float", "float");
  if (float !== undefined) return [scope.values.constant(scope.name(), [], "f32", Float32Array.of(float))];
  const floats = scope.attribute("value_floats", "floats");
  if (floats !== undefined)
    return [scope.values.constant(scope.name(), [floats.length], "f32", Float32Array.from(floats))];
  const int = scope.attribute("value_int", "int");
  if (int !== undefined) return [scope.values.constant(scope.name(), [], "i32", Int32Array.of(int))];
  const ints = scope.attribute("value_ints", "ints");
  if (ints !== undefined)
    return [scope.values.constant(scope.name(), [ints.length], "i32", Int32Array.from(ints))];
  throw scope.refuse("has no dense numeric value");
};

const constantOfShape: Lowering = (scope) => {
  const shape = scope.integers(0) ?? [];
  const tensor = scope.attribute("value", "tensor");
  const filler = tensor === undefined ? undefined : scope.constant(tensor);
  const dtype = filler?.dtype ?? "f32";
  const value = filler === undefined ? 0 : Number(scope.knownData(filler, 0)[0]);
  return [
    scope.values.constant(scope.name(), shape, dtype, allocateTensor(dtype, product(shape)).fill(value)),
  ];
};

const shape: Lowering = (scope) => {
  const of = scope.input(0);
  const rank = of.shape.length;
  const extents = of.shape.slice(scope.int("start", 0), scope.int("end", rank));
  return [scope.values.constant(scope.name(), [extents.length], "i32", Int32Array.from(extents))];
};

/** start, start + delta, … below limit: computed at import. */
const range: Lowering = (scope) => {
  const [start, limit, delta] = [0, 1, 2].map((index) =>
    Number(scope.knownData(scope.input(index), index)[0]),
  ) as [number, number, number];
  const { dtype } = scope.input(0);
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  const data = allocateTensor(dtype, count);
  for (let at = 0; at < count; at++) data[at] = start + at * delta;
  return [scope.values.constant(scope.name(), [count], dtype, data)];
};

export const constantLowerings: Record<string, Lowering> = {
  Constant: constant,
  ConstantOfShape: constantOfShape,
  Range: range,
  Shape: shape,
  Size: (scope) => [
    scope.values.constant(scope.name(), [], "i32", Int32Array.of(product(scope.input(0).shape))),
  ],
};
