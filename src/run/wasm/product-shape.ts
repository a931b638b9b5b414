import { product } from "../../program/kernel.js";
import { aligned } from "./lay-out-memory.js";
import type { ProductForm } from "./product-form.js";
import { TILE_COLUMNS, TILE_ROWS } from "./tile.js";

/** Bytes of rows that one unit keeps coming back to while it goes through the panels. */
const BLOCK_BYTES = 48 * 1024;
/** Bytes of sums that wait for their tail. */
const SUMS_BYTES = 512 * 1024;
/** Units that a kernel has at least, where its rows suffice, so that threads can share it. */
const FEWEST_UNITS = 8;
const MOST_TILES = 16;

/** How a unit's work and scratch memory are divided. */
export type ProductShape = {
  readonly rows: number;
  readonly batches: number;
  readonly panels: number;
  /** Rows of a unit, and units of a batch. */
  readonly blockRows: number;
  readonly blocks: number;
  /** Runs of a row and elements of a run, in its tensor. */
  readonly runs: number;
  readonly length: number;
  /** The same as tiles see them, in words: pairs of i16 make one run of a row. */
  readonly tileRuns: number;
  readonly tileLength: number;
  /** Bytes of a row of sums. */
  readonly sumBytes: number;
  /** Offsets in scratch memory. */
  readonly tables: number;
  readonly sums: number;
  readonly clipped: number;
  readonly scratchBytes: number;
};

export function shapeOf({
  kernel,
  factor,
  rowAxes,
  batchAxes,
  columnAxis,
  outerAxes,
}: ProductForm): ProductShape {
  const extent = (axis: number) => kernel.shape[axis] as number;
  const rows = product(rowAxes.map(extent));
  const batches = product(batchAxes.map(extent));
  const panels = Math.ceil(extent(columnAxis) / TILE_COLUMNS);
  const steps = product(kernel.reduce);
  const length = product(kernel.reduce.slice(outerAxes));
  const runs = steps / length;
  const tileRuns = factor === "f32" ? runs : 1;
  const tileLength = factor === "f32" ? length : Math.ceil(steps / 2);
  const rowBytes = 4 * tileRuns * tileLength;
  const sumBytes = 4 * TILE_COLUMNS * panels;
  const fitting = Math.floor(Math.min(BLOCK_BYTES / rowBytes, SUMS_BYTES / sumBytes) / TILE_ROWS);
  const shared = Math.floor((rows * batches) / (FEWEST_UNITS * TILE_ROWS));
  const tiles = Math.max(1, Math.min(MOST_TILES, fitting, shared));
  const blockRows = tiles * TILE_ROWS;
  const tables = 0;
  const sums = tables + aligned(4 * blockRows * tileRuns);
  const clipped = sums + aligned(sumBytes * blockRows);
  return {
    rows,
    batches,
    panels,
    blockRows,
    blocks: Math.ceil(rows / blockRows),
    runs,
    length,
    tileRuns,
    tileLength,
    sumBytes,
    tables,
    sums,
    clipped,
    scratchBytes: clipped + aligned(rowBytes * blockRows),
  };
}
