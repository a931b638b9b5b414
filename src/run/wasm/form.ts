import { elementBytes } from "../../program/dtype.js";
import type { TensorData } from "../../program/dtype.js";
import { product } from "../../program/kernel.js";
import type { Kernel, Load } from "../../program/kernel.js";
import { accessOf, dependsOn, stridesOf } from "./access.js";
import { materialize } from "./materialize.js";
import { usedLoads } from "./nest.js";

/** Where a load's elements come from: a tensor of the program, a constant made at preparation, or a temporary of the kernel. */
export type Source =
  | { readonly kind: "tensor"; readonly id: number }
  | ConstantSource
  | { readonly kind: "temporary"; readonly number: number };

export type ConstantSource = { readonly kind: "constant"; readonly key: string; readonly data: TensorData };

/** The elements of a tensor that is known at preparation. */
export type Weights = (tensor: number) => TensorData | undefined;

/** A kernel as lanes compute it. */
export type LaneForm = {
  readonly kernel: Kernel;
  readonly laneAxis: number;
  /** A load that nothing uses has none. */
  readonly sources: readonly (Source | undefined)[];
};

/** A relaid weight may be this many times larger than the weight. */
const MOST_GROWTH = 16;
const MOST_ELEMENTS = 2 ** 24;

/** Chooses the lane axis of a normalized kernel and lays its weights out along it. */
export function laneForm(kernel: Kernel, weights: Weights, given?: { laneAxis: number }): LaneForm {
  const laneAxis = given?.laneAxis ?? cheapestLaneAxis(kernel, weights);
  const used = new Set(usedLoads(kernel, [...kernel.body, ...kernel.tail]));
  const sources: (Source | undefined)[] = [];
  const loads = kernel.loads.map((load, j) => {
    if (!used.has(j)) {
      sources.push(undefined);
      return load;
    }
    const relaid = relay(kernel, load, { laneAxis, weights });
    sources.push(relaid?.source ?? { kind: "tensor", id: load.tensor });
    return relaid?.load ?? load;
  });
  return { kernel: { ...kernel, loads }, laneAxis, sources };
}

/** Costs in vector instructions, roughly: what matters is which axis is cheapest. */
function cheapestLaneAxis(kernel: Kernel, weights: Weights): number {
  const extents = [...kernel.shape, ...kernel.reduce];
  const steps = product(kernel.reduce);
  const inBody = new Set(usedLoads(kernel, kernel.body));
  const inTail = new Set(usedLoads(kernel, kernel.tail));
  const outputs = stridesOf(kernel.shape);
  const costs = kernel.shape.map((extent, axis) => {
    const read = (load: Load): number => {
      const { steps: bytes, index } = accessOf(load, extents);
      const step = (bytes[axis] ?? 0) / elementBytes(load.dtype);
      const isIndexedAlong = index !== undefined && dependsOn(kernel, kernel.loads[index.load] as Load, axis);
      if (!isIndexedAlong && (step === 0 || step === 1)) return 1;
      return weights(load.tensor) !== undefined && index === undefined ? 1.5 : 6;
    };
    const total = (set: ReadonlySet<number>) =>
      [...set].reduce((sum, j) => sum + read(kernel.loads[j] as Load), 0);
    const lanes = extent / (4 * Math.ceil(extent / 4));
    return (steps * (1 + total(inBody)) + total(inTail) + (outputs[axis] === 1 ? 1 : 6)) / lanes;
  });
  let best = costs.length - 1;
  costs.forEach((cost, axis) => {
    if (cost < (costs[best] as number)) best = axis;
  });
  return best;
}

/** A weight that lanes would gather, laid out so that they read it in one piece. */
function relay(
  kernel: Kernel,
  load: Load,
  { laneAxis, weights }: { laneAxis: number; weights: Weights },
): { load: Load; source: Source } | undefined {
  const data = weights(load.tensor);
  if (data === undefined || load.indexed !== undefined) return undefined;
  const extents = [...kernel.shape, ...kernel.reduce];
  const { steps, checks } = accessOf(load, extents);
  const step = steps[laneAxis] ?? 0;
  if (step === 0 || (step === elementBytes(load.dtype) && checks.length === 0)) return undefined;
  if ((extents[laneAxis] as number) < 4) return undefined;
  // A relaid load is in range everywhere, and holds its pad as an element.
  if (asksRange(kernel, kernel.loads.indexOf(load)) || (checks.length > 0 && !holdsPad(load)))
    return undefined;
  const others = extents.flatMap((_, axis) =>
    axis !== laneAxis && dependsOn(kernel, load, axis) ? [axis] : [],
  );
  const order = [...others, laneAxis];
  const sizes = order.map((axis) => extents[axis] as number);
  const size = product(sizes);
  if (size > MOST_ELEMENTS || size > MOST_GROWTH * Math.max(data.length, 256)) return undefined;
  const strides = stridesOf(sizes);
  const coefficients = extents.map((_, axis) => strides[order.indexOf(axis)] ?? 0);
  return {
    load: { ...load, dims: [{ size, offset: 0, coefficients }] },
    source: constantOf(load, { extents, order, data }),
  };
}

const asksRange = ({ body, tail }: Kernel, j: number): boolean =>
  [...body, ...tail].some(({ op, arg }) => op === "in_range" && arg === j);

/** Whether the pad of a load is a value of its dtype: pads of u8 and i8 are any i32. */
export function holdsPad({ dtype, pad }: Load): boolean {
  if (dtype === "u8") return (pad & 0xff) === (pad | 0);
  return dtype !== "i8" || (pad << 24) >> 24 === (pad | 0);
}

/** The constant a load of a weight yields over axes in an order; equal constants have equal keys. */
export function constantOf(
  load: Load,
  args: { extents: readonly number[]; order: readonly number[]; data: TensorData },
): ConstantSource {
  const { extents, order } = args;
  const key = JSON.stringify([load.tensor, load.pad, load.dims, order.map((axis) => [axis, extents[axis]])]);
  return { kind: "constant", key, data: materialize(load, args) };
}
