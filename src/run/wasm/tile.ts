import { add, get, i32, load, op, repeatWhile, sequence, set, splatWord, store, whileLoop } from "./code.js";
import type { Code, Local } from "./code.js";
import type { Library } from "./library.js";
import type { FunctionWriter } from "./module.js";

/** Most rows of a tile: with two vectors of columns it fills the 15 vector registers V8 has to give; more would spill. */
export const TILE_ROWS = 5;
/** Columns of a tile and of a packed panel. */
export const TILE_COLUMNS = 8;
/** Steps of a run between two looks at the loop's end. */
const UNROLLED = 4;

/** What a tile multiplies: single f32 elements, or pairs of i16 whose products it adds to one i32. */
export type Factor = "f32" | "i16";

const MULTIPLY = { f32: "f32x4.mul", i16: "i32x4.dot_i16x8_s" } as const;
const ADD = { f32: "f32x4.add", i16: "i32x4.add" } as const;

/** What a tile function takes, in this order. */
export type TileArguments = {
  /** Address of row addresses: TILE_ROWS words for each run. */
  readonly table: Code;
  /** Runs, and words of each run. */
  readonly runs: Code;
  readonly length: Code;
  /** Address of the panel: TILE_COLUMNS neighbouring words for each word of a row. */
  readonly panel: Code;
  /** Address of the sums of the first row, and bytes to the next row. */
  readonly sums: Code;
  readonly rowBytes: Code;
};

/** The function that sums products of `rows` rows and one panel: each sum starts at +0 and adds in order (integers wrap,
 * so that theirs may be any order). */
export function tileFunction(library: Library, rows: number, factor: Factor): number {
  return library.function(`tile ${rows} ${factor}`, () =>
    library.module.define({ takes: ["i32", "i32", "i32", "i32", "i32", "i32"] }, (writer) =>
      writeTile(writer, rows, factor),
    ),
  );
}

function writeTile(writer: FunctionWriter, rows: number, factor: Factor): Code {
  const [table, runs, length, panel, sums, rowBytes] = [0, 1, 2, 3, 4, 5] as const;
  const pointers = Array.from({ length: rows }, () => writer.local("i32"));
  const accumulators = pointers.map(() => [writer.local("v128"), writer.local("v128")] as const);
  const [left, right, own] = [writer.local("v128"), writer.local("v128"), writer.local("v128")];
  const remaining = writer.local("i32");

  const step = (number: number): Code =>
    sequence(
      set(left, load("v128.load", get(panel), 32 * number)),
      set(right, load("v128.load", get(panel), 32 * number + 16)),
      ...pointers.map((pointer, row) => {
        const [a, b] = accumulators[row] as readonly [Local, Local];
        return sequence(
          set(own, load("v128.load32_splat", get(pointer), 4 * number)),
          set(a, op(ADD[factor], get(a), op(MULTIPLY[factor], get(own), get(left)))),
          set(b, op(ADD[factor], get(b), op(MULTIPLY[factor], get(own), get(right)))),
        );
      }),
    );
  const steps = (count: number): Code =>
    sequence(
      ...Array.from({ length: count }, (_, number) => step(number)),
      ...pointers.map((pointer) => add(pointer, 4 * count)),
      add(panel, 32 * count),
      add(remaining, -count),
    );

  const run = sequence(
    ...pointers.map((pointer, row) => set(pointer, load("i32.load", get(table), 4 * row))),
    add(table, 4 * TILE_ROWS),
    set(remaining, get(length)),
    whileLoop(op("i32.ge_s", get(remaining), i32(UNROLLED)), steps(UNROLLED)),
    whileLoop(op("i32.gt_s", get(remaining), i32(0)), steps(1)),
    add(runs, -1),
  );
  return sequence(
    ...accumulators.flat().map((sum) => set(sum, splatWord(0))),
    repeatWhile(run, op("i32.gt_s", get(runs), i32(0))),
    ...accumulators.map(([a, b], row) =>
      sequence(
        store("v128.store", get(sums), get(a)),
        store("v128.store", get(sums), get(b), 16),
        row === rows - 1 ? [] : set(sums, op("i32.add", get(sums), get(rowBytes))),
      ),
    ),
  );
}
