import { elementBytes } from "../../program/dtype.js";
import type { Kernel, Load } from "../../program/kernel.js";
import { product } from "../../program/kernel.js";
import { accessOf, dependsOn, stridesOf } from "./access.js";
import { constantOf, holdsPad, laneForm } from "./form.js";
import type { ConstantSource, LaneForm, Source, Weights } from "./form.js";
import { normalizeKernel } from "./normalize.js";
import { TILE_COLUMNS } from "./tile.js";
import type { Factor } from "./tile.js";

/** Runs shorter than this are packed first: finding a row costs more than reading it. */
const SHORTEST_RUN = 3;

const MOST_COLUMNS = 2 ** 20;

/** Sums of products of two loads, one of which has an output axis that the other does not depend on. */
export type ProductForm = {
  readonly factor: Factor;
  readonly kernel: Kernel;
  /** Output axis whose positions are the columns of panels. */
  readonly columnAxis: number;
  /** Output axes that the panels depend on as well. */
  readonly batchAxes: readonly number[];
  /** The other output axes: every position of them is a row. */
  readonly rowAxes: readonly number[];
  readonly panels: Packed;
  readonly rows: { readonly load: Load; readonly source: Source; readonly packed?: LaneForm };
  /** How many reduction axes, the outermost ones, lie outside the runs of a row. */
  readonly outerAxes: number;
  /** What follows the sum, with lanes along the column axis. */
  readonly tail: LaneForm;
};

/** Panels [batch…, column block, reduction…, TILE_COLUMNS], made at preparation or by a stage of their own. */
export type Packed = { readonly source: Source; readonly packed?: LaneForm };

export const PANELS = 0;
export const ROWS = 1;

/** The product form of a normalized kernel, where it has one that pays. */
export function productForm(kernel: Kernel, weights: Weights): ProductForm | undefined {
  const factors = factorsOf(kernel);
  if (factors === undefined) return undefined;
  const choices = kernel.shape.flatMap((_, columnAxis) =>
    factors.flatMap((one, number) => {
      const other = factors[1 - number] as Load;
      const fits = dependsOn(kernel, one, columnAxis) && !dependsOn(kernel, other, columnAxis);
      // Bytes become pairs of i16 at preparation only.
      const packs = factorOf(one) === "f32" || (weights(one.tensor) !== undefined && holdsPad(one));
      return fits && packs
        ? [
            {
              columnAxis,
              panel: one,
              row: other,
              cost: costOf({ kernel, columnAxis, panel: one, row: other, weights }),
            },
          ]
        : [];
    }),
  );
  const best = choices.sort((a, b) => a.cost - b.cost)[0];
  if (best === undefined) return undefined;
  const { columnAxis, panel, row } = best;
  const others = kernel.shape.flatMap((_, axis) => (axis === columnAxis ? [] : [axis]));
  const batchAxes = others.filter((axis) => dependsOn(kernel, panel, axis));
  const rowAxes = others.filter((axis) => !batchAxes.includes(axis));
  const rows = product(rowAxes.map((axis) => kernel.shape[axis] as number));
  // Sums of whole rows wait for their tail: rows of extreme length are for lanes.
  if ((kernel.shape[columnAxis] as number) > MOST_COLUMNS) return undefined;
  if (rows < 2 || (kernel.shape[columnAxis] as number) < 4 || product(kernel.reduce) < 4) return undefined;
  const factor = factorOf(panel);
  const rowOperand =
    factor === "f32"
      ? packRows(kernel, row, weights)
      : ({ load: row, source: { kind: "tensor", id: row.tensor } } as const);
  return {
    factor,
    kernel,
    columnAxis,
    batchAxes,
    rowAxes,
    panels: packPanels({ kernel, columnAxis, batchAxes, load: panel, weights }),
    rows: rowOperand,
    outerAxes: axesOutsideRuns(kernel, rowOperand.load),
    tail: tailForm(kernel, columnAxis, weights),
  };
}

const factorOf = ({ dtype }: Load): Factor => (dtype === "f32" ? "f32" : "i16");

/** The two loads of `load a · load b`: both f32, or both bytes, and affine. */
function factorsOf(kernel: Kernel): readonly [Load, Load] | undefined {
  const { body, reducer, loads } = kernel;
  const [first, second, third, ...more] = body;
  if (reducer !== "sum" || more.length > 0 || kernel.reduce.length === 0) return undefined;
  if (first?.op !== "load" || second?.op !== "load") return undefined;
  const [a, b] = [loads[first.arg ?? 0], loads[second.arg ?? 0]];
  if (a === undefined || b === undefined || a.indexed !== undefined || b.indexed !== undefined)
    return undefined;
  if (third?.op === "f32.mul") return [a, b];
  const areBytes = [a, b].every(
    ({ dtype, pad }) => elementBytes(dtype) === 1 && (pad | 0) >= -(2 ** 15) && (pad | 0) < 2 ** 15,
  );
  return third?.op === "i32.mul" && areBytes ? [a, b] : undefined;
}

/** Reduction axes outside the longest pieces that lie in one row of memory and are in range as a whole, or move as one. */
function axesOutsideRuns({ shape, reduce }: Kernel, load: Load): number {
  const { steps, checks } = accessOf(load, [...shape, ...reduce]);
  const isChecked = (axis: number) => checks.some((check) => (check.steps[axis] ?? 0) !== 0);
  const innermost = shape.length + reduce.length - 1;
  let outer = reduce.length - 1;
  let length = reduce[outer] ?? 1;
  while (outer > 0 && !isChecked(innermost)) {
    const axis = shape.length + outer - 1;
    if (isChecked(axis) || steps[axis] !== (steps[innermost] ?? 0) * length) break;
    outer--;
    length *= reduce[outer] as number;
  }
  return outer;
}

/** Roughly in steps of a tile row, which take a cycle: what matters is which choice is cheapest. */
function costOf(args: {
  kernel: Kernel;
  columnAxis: number;
  panel: Load;
  row: Load;
  weights: Weights;
}): number {
  const { kernel, columnAxis, panel, row, weights } = args;
  const columns = kernel.shape[columnAxis] as number;
  const steps = product(kernel.reduce);
  const others = kernel.shape.flatMap((extent, axis) => (axis === columnAxis ? [] : [{ extent, axis }]));
  const batch = others.filter(({ axis }) => dependsOn(kernel, panel, axis));
  const batches = product(batch.map(({ extent }) => extent));
  const rows = product(others.map(({ extent }) => extent)) / batches;
  const blocks = Math.ceil(columns / TILE_COLUMNS);
  const runs = product(kernel.reduce.slice(0, axesOutsideRuns(kernel, row)));
  // A tile of fewer rows reads as much of the panel as a whole one, and every run begins by looking up its rows.
  const tiled =
    blocks * (steps * (rows + Math.max(0, 3 - rows) + 0.4 * Math.ceil(rows / 5)) + 1.5 * runs * rows);
  const isContiguous =
    accessOf(panel, [...kernel.shape, ...kernel.reduce]).steps[columnAxis] === elementBytes(panel.dtype);
  const packing = weights(panel.tensor) === undefined ? (isContiguous ? 0.5 : 2) * columns * steps : 0;
  const storing = rows * columns * (stridesOf(kernel.shape)[columnAxis] === 1 ? 0.25 : 1);
  return batches * (tiled + packing + storing);
}

function packPanels(args: {
  kernel: Kernel;
  columnAxis: number;
  batchAxes: readonly number[];
  load: Load;
  weights: Weights;
}): Packed {
  const { kernel, columnAxis, batchAxes, load, weights } = args;
  const first = kernel.shape.length;
  const blocks = Math.ceil((kernel.shape[columnAxis] as number) / TILE_COLUMNS);
  const extents = [
    ...batchAxes.map((axis) => kernel.shape[axis] as number),
    blocks,
    ...kernel.reduce,
    TILE_COLUMNS,
  ];
  // The columns of the last block that are none read pads or other elements; nobody looks at their sums.
  const dims = load.dims.map((dim) => ({
    ...dim,
    coefficients: [
      ...batchAxes.map((axis) => dim.coefficients[axis] ?? 0),
      (dim.coefficients[columnAxis] ?? 0) * TILE_COLUMNS,
      ...kernel.reduce.map((_, number) => dim.coefficients[first + number] ?? 0),
      dim.coefficients[columnAxis] ?? 0,
    ],
  }));
  const panel: Load = { ...load, dims };
  const data = weights(load.tensor);
  const order = extents.map((_, axis) => axis);
  if (data !== undefined) {
    const constant = constantOf(panel, { extents, order, data });
    return { source: factorOf(load) === "f32" ? constant : inPairs(constant, product(kernel.reduce)) };
  }
  return { source: { kind: "temporary", number: PANELS }, packed: copyForm(panel, extents, weights) };
}

/** Columns of bytes as words of two i16, an odd last step paired with 0. */
function inPairs(bytes: ConstantSource, steps: number): ConstantSource {
  const panelBytes = steps * TILE_COLUMNS;
  const pairs = Math.ceil(steps / 2);
  const panels = bytes.data.length / panelBytes;
  const words = new Int32Array(panels * pairs * TILE_COLUMNS);
  for (let panel = 0; panel < panels; panel++) {
    for (let step = 0; step < steps; step++) {
      for (let column = 0; column < TILE_COLUMNS; column++) {
        const value = bytes.data[panel * panelBytes + step * TILE_COLUMNS + column] as number;
        const at = (panel * pairs + (step >> 1)) * TILE_COLUMNS + column;
        words[at] = (words[at] as number) | ((value & 0xffff) << (16 * (step & 1)));
      }
    }
  }
  return { ...bytes, key: `${bytes.key} in pairs`, data: words };
}

function packRows(kernel: Kernel, load: Load, weights: Weights): ProductForm["rows"] {
  const extents = [...kernel.shape, ...kernel.reduce];
  const inner = extents.length - 1;
  const { steps } = accessOf(load, extents);
  if (steps[inner] === 4 && (extents[inner] as number) >= SHORTEST_RUN) {
    return { load, source: { kind: "tensor", id: load.tensor } };
  }
  const order = extents.flatMap((_, axis) =>
    axis >= kernel.shape.length || dependsOn(kernel, load, axis) ? [axis] : [],
  );
  const sizes = order.map((axis) => extents[axis] as number);
  const strides = stridesOf(sizes);
  const coefficients = extents.map((_, axis) => strides[order.indexOf(axis)] ?? 0);
  const dense: Load = { ...load, dims: [{ size: product(sizes), offset: 0, coefficients }] };
  const data = weights(load.tensor);
  if (data !== undefined) return { load: dense, source: constantOf(load, { extents, order, data }) };
  const moved = load.dims.map((dim) => ({
    ...dim,
    coefficients: order.map((axis) => dim.coefficients[axis] ?? 0),
  }));
  return {
    load: dense,
    source: { kind: "temporary", number: ROWS },
    packed: copyForm({ ...load, dims: moved }, sizes, weights),
  };
}

/** A kernel that only reads one load over its axes. */
function copyForm(load: Load, shape: readonly number[], weights: Weights): LaneForm {
  const copy: Kernel = {
    shape,
    reduce: [],
    loads: [load],
    body: [{ op: "load", arg: 0 }],
    reducer: "none",
    tail: [{ op: "acc" }],
    dtype: load.dtype,
  };
  return laneForm(normalizeKernel(copy), weights);
}

function tailForm(kernel: Kernel, laneAxis: number, weights: Weights): LaneForm {
  const outputs = kernel.shape.length;
  const loads = kernel.loads.map((load) => ({
    ...load,
    dims: load.dims.map((dim) => ({ ...dim, coefficients: dim.coefficients.slice(0, outputs) })),
  }));
  const body: Kernel["body"] = [{ op: "f32.const", arg: 0 }];
  return laneForm({ ...kernel, reduce: [], reducer: "none", body, loads }, weights, { laneAxis });
}
