import { allocateTensor, elementBytes } from "../../program/dtype.js";
import type { TensorData } from "../../program/dtype.js";
import type { Load } from "../../program/kernel.js";
import { product } from "../../program/kernel.js";
import { floatOfBits } from "../scalar.js";
import { accessOf } from "./access.js";

/** What a load yields over some of its axes, row-major in the order given; it must not depend on other axes. */
export function materialize(
  load: Load,
  { extents, order, data }: { extents: readonly number[]; order: readonly number[]; data: TensorData },
): TensorData {
  const { start, steps, checks } = accessOf(load, extents);
  const bytes = elementBytes(load.dtype);
  const out = allocateTensor(load.dtype, product(order.map((axis) => extents[axis] as number)));
  const pad = load.dtype === "f32" ? floatOfBits(load.pad) : load.pad | 0;
  if (pad !== 0 || Object.is(pad, -0)) out.fill(pad);
  const inner = order.at(-1);
  const innerExtent = inner === undefined ? 1 : (extents[inner] as number);
  let written = 0;

  const innerStep = inner === undefined ? 0 : (steps[inner] ?? 0);

  const walk = (depth: number, address: number, coordinates: readonly number[]): void => {
    if (depth < order.length - 1) {
      const axis = order[depth] as number;
      const extent = extents[axis] as number;
      const step = steps[axis] ?? 0;
      for (let position = 0; position < extent; position++) {
        const moved =
          checks.length === 0
            ? coordinates
            : checks.map((check, n) => (coordinates[n] as number) + position * (check.steps[axis] ?? 0));
        walk(depth + 1, address + position * step, moved);
      }
      return;
    }
    // The positions of the innermost axis at which every coordinate is inside form an interval.
    let first = 0;
    let end = innerExtent;
    checks.forEach(({ size, steps: checkSteps }, n) => {
      const at = coordinates[n] as number;
      const step = inner === undefined ? 0 : (checkSteps[inner] ?? 0);
      if (step === 0) {
        if (at < 0 || at >= size) end = 0;
        return;
      }
      const [near, far] = step > 0 ? [0 - at, size - 1 - at] : [size - 1 - at, 0 - at];
      first = Math.max(first, Math.ceil(near / step));
      end = Math.min(end, Math.floor(far / step) + 1);
    });
    // Addresses are exact modulo 2^32, and true ones are smaller than that.
    for (let position = first; position < end; position++) {
      out[written + position] = data[((address + position * innerStep) >>> 0) / bytes] as number;
    }
    written += innerExtent;
  };
  walk(
    0,
    start,
    checks.map(({ offset }) => offset),
  );
  return out;
}
