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

export const constantLowerings: Record<string, Lowering> = {
  Constant: constant,
  ConstantOfShape: constantOfShape,
  Shape: shape,
  Size: (scope) => [
    scope.values.constant(scope.name(), [], "i32", Int32Array.of(product(scope.input(0).shape))),
  ],
};
