import type { TensorData } from "../program/dtype.js";
import type { Kernel } from "../program/kernel.js";
import { compileKernel } from "./compile-kernel.js";
import { interpretKernel } from "./interpreter.js";

/** Steps below which preparing a kernel takes longer than interpreting it. */
const FEW_STEPS = 2_000;

/** Computes one kernel once, as the importer needs it for constants; bit-identical whichever engine it takes. */
export function evaluateOnce(kernel: Kernel, tensors: readonly TensorData[]): TensorData {
  const steps = [...kernel.shape, ...kernel.reduce].reduce((count, extent) => count * extent, 1);
  return steps < FEW_STEPS ? interpretKernel(kernel, tensors) : compileKernel(kernel)(tensors);
}
