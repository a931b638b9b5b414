import type { Instruction } from "../../program/instruction.js";
import type { Dim, Kernel, Load } from "../../program/kernel.js";

/** Coordinates stay exact in doubles below this. */
const EXACT = 2 ** 52;

/**
 * The same kernel with fewer and longer axes and dims, so that inner loops are long: dims whose coordinate cannot leave
 * its range join the dim before them, axes that step alike everywhere become one, and axes of one step disappear.
 */
export function normalizeKernel(kernel: Kernel): Kernel {
  const axes = kernel.shape.length + kernel.reduce.length;
  const loads = kernel.loads.map((load) => ({
    ...load,
    dims: load.dims.map((dim) => ({
      ...dim,
      coefficients: Array.from({ length: axes }, (_, axis) => dim.coefficients[axis] ?? 0),
    })),
  }));
  const joined = {
    ...kernel,
    loads: loads.map((load) => joinDims(load, [...kernel.shape, ...kernel.reduce])),
  };
  return joinAxes(dropUnitAxes(joined));
}

/** The least and greatest coordinate over all positions. */
export function intervalOf(
  { offset, coefficients }: Dim,
  extents: readonly number[],
): { readonly lowest: number; readonly highest: number } {
  let lowest = offset;
  let highest = offset;
  coefficients.forEach((coefficient, axis) => {
    const reach = coefficient * ((extents[axis] ?? 1) - 1);
    if (reach < 0) lowest += reach;
    else highest += reach;
  });
  return { lowest, highest };
}

/** True when the coordinate lies in its dim wherever the loops are. */
export function staysInside(dim: Dim, extents: readonly number[]): boolean {
  const { lowest, highest } = intervalOf(dim, extents);
  return lowest >= 0 && highest < dim.size;
}

function joinDims(load: Load, extents: readonly number[]): Load {
  const dims: Dim[] = [];
  let indexed = load.indexed;
  for (const [number, dim] of load.dims.entries()) {
    const before = dims.at(-1);
    const isIndexed = load.indexed?.dim === number;
    if (isIndexed) indexed = { dim: dims.length, load: load.indexed?.load ?? 0 };
    const beforeIsIndexed = before !== undefined && indexed !== undefined && indexed.dim === dims.length - 1;
    if (before === undefined || isIndexed || beforeIsIndexed || !staysInside(dim, extents)) {
      dims.push(dim);
      continue;
    }
    const together: Dim = {
      size: before.size * dim.size,
      offset: before.offset * dim.size + dim.offset,
      coefficients: before.coefficients.map((c, axis) => c * dim.size + (dim.coefficients[axis] ?? 0)),
    };
    const { lowest, highest } = intervalOf(together, extents);
    if (Math.max(-lowest, highest, ...together.coefficients.map(Math.abs)) < EXACT)
      dims[dims.length - 1] = together;
    else dims.push(dim);
  }
  return indexed === undefined ? { ...load, dims } : { ...load, dims, indexed };
}

type Axis = { readonly extent: number; readonly isOutput: boolean; readonly numbers: readonly number[] };

/** Axes that an expression observes keep their identity. */
function observedAxes({ body, tail }: Kernel): ReadonlySet<number> {
  return new Set([...body, ...tail].filter(({ op }) => op === "index").map(({ arg = 0 }) => arg));
}

function dropUnitAxes(kernel: Kernel): Kernel {
  const extents = [...kernel.shape, ...kernel.reduce];
  const kept = extents.flatMap((extent, axis) => (extent === 1 ? [] : [axis]));
  const isOutput = (axis: number) => axis < kernel.shape.length;
  // A tensor has one axis at least.
  const shape = kept.filter(isOutput).length > 0 ? kept.filter(isOutput) : [0];
  return renumber(
    kernel,
    [...shape, ...kept.filter((axis) => !isOutput(axis))].map((axis) => ({
      extent: extents[axis] as number,
      isOutput: isOutput(axis),
      numbers: [axis],
    })),
  );
}

function joinAxes(kernel: Kernel): Kernel {
  const extents = [...kernel.shape, ...kernel.reduce];
  const observed = observedAxes(kernel);
  const axes: Axis[] = [];
  extents.forEach((extent, axis) => {
    const last = axes.at(-1);
    const isOutput = axis < kernel.shape.length;
    const joins =
      last !== undefined &&
      last.isOutput === isOutput &&
      !observed.has(axis) &&
      !observed.has(axis - 1) &&
      kernel.loads.every(({ dims }) =>
        dims.every(({ coefficients }) => coefficients[axis - 1] === (coefficients[axis] ?? 0) * extent),
      );
    if (joins) {
      axes[axes.length - 1] = { extent: last.extent * extent, isOutput, numbers: [...last.numbers, axis] };
    } else {
      axes.push({ extent, isOutput, numbers: [axis] });
    }
  });
  return renumber(kernel, axes);
}

/** The kernel over new axes: each steps like the last of the old ones that it stands for. */
function renumber(kernel: Kernel, axes: readonly Axis[]): Kernel {
  const numberOf = (old: number) => axes.findIndex(({ numbers }) => numbers.includes(old));
  const rewrite = (code: readonly Instruction[]) =>
    code.map((one): Instruction => {
      if (one.op !== "index") return one;
      const axis = numberOf(one.arg ?? 0);
      return axis < 0 ? { op: "i32.const", arg: 0 } : { op: "index", arg: axis };
    });
  return {
    ...kernel,
    shape: axes.filter(({ isOutput }) => isOutput).map(({ extent }) => extent),
    reduce: axes.filter(({ isOutput }) => !isOutput).map(({ extent }) => extent),
    body: rewrite(kernel.body),
    tail: rewrite(kernel.tail),
    loads: kernel.loads.map((load) => ({
      ...load,
      dims: load.dims.map((dim) => ({
        ...dim,
        coefficients: axes.map(({ numbers }) => dim.coefficients[numbers.at(-1) ?? 0] ?? 0),
      })),
    })),
  };
}
