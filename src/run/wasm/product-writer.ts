import type { Kernel } from "../../program/kernel.js";
import { accessOf, stridesOf } from "./access.js";
import type { Access } from "./access.js";
import {
  add,
  call,
  get,
  getGlobal,
  i32,
  i64,
  op,
  plus,
  sequence,
  set,
  store,
  when,
  whileLoop,
} from "./code.js";
import type { Code, Local } from "./code.js";
import type { LaneForm } from "./form.js";
import { SCRATCH } from "./module.js";
import type { FunctionWriter } from "./module.js";
import { NestWriter } from "./nest.js";
import type { ProductForm } from "./product-form.js";
import type { ProductShape } from "./product-shape.js";
import { clipFunction, padFunction, widenFunction } from "./run-copies.js";
import type { Placement } from "./stage.js";
import { TILE_COLUMNS, TILE_ROWS, tileFunction } from "./tile.js";

type Surroundings = Placement & {
  readonly writer: FunctionWriter;
  readonly form: ProductForm;
  readonly shape: ProductShape;
  readonly padAddress: number;
};

/** Writes the function of a range of units: the addresses of its rows, tiles over all panels, the tail of each row. */
export class ProductWriter {
  private readonly around: Surroundings;
  private readonly writer: FunctionWriter;
  /** Positions on the output axes of the row at hand. */
  private readonly positions: ReadonlyMap<number, Local>;
  private readonly batch: Local;
  private readonly firstRow: Local;
  private readonly rowCount: Local;

  constructor(around: Surroundings) {
    this.around = around;
    const { writer } = around;
    this.writer = writer;
    const { rowAxes, batchAxes } = around.form;
    this.positions = new Map([...rowAxes, ...batchAxes].map((axis) => [axis, writer.local("i32")]));
    this.batch = writer.local("i32");
    this.firstRow = writer.local("i32");
    this.rowCount = writer.local("i32");
  }

  write(): Code {
    const { blocks, blockRows, rows } = this.around.shape;
    const unit = this.writer.local("i32");
    const rest = op("i32.sub", i32(rows), get(this.firstRow));
    const inside = sequence(
      set(this.batch, op("i32.div_u", get(unit), i32(blocks))),
      set(this.firstRow, op("i32.mul", op("i32.rem_u", get(unit), i32(blocks)), i32(blockRows))),
      set(this.rowCount, rest),
      when(op("i32.gt_s", get(this.rowCount), i32(blockRows)), set(this.rowCount, i32(blockRows))),
      this.writeTables(),
      this.writeTiles(),
      this.writeTails(),
      add(unit, 1),
    );
    return sequence(set(unit, get(0)), whileLoop(op("i32.lt_s", get(unit), get(1)), inside));
  }

  /** Sets the positions of a batch and of row `firstRow + row`. */
  private place(row: Local): Code {
    const { kernel, rowAxes, batchAxes } = this.around.form;
    const parts: Code[] = [];
    const unravel = (axes: readonly number[], flat: Code) => {
      const strides = stridesOf(axes.map((axis) => kernel.shape[axis] as number));
      axes.forEach((axis, number) => {
        const stride = strides[number] as number;
        const quotient = stride === 1 ? flat : op("i32.div_u", flat, i32(stride));
        const value = number === 0 ? quotient : op("i32.rem_u", quotient, i32(kernel.shape[axis] as number));
        parts.push(set(this.positions.get(axis) as Local, value));
      });
    };
    unravel(batchAxes, get(this.batch));
    unravel(rowAxes, op("i32.add", get(this.firstRow), get(row)));
    return sequence(...parts);
  }

  private scratch(offset: number): Code {
    return plus(getGlobal(SCRATCH), offset);
  }

  /** One address for each row and run, tile by tile; what padding clips is copied first. */
  private writeTables(): Code {
    const { library, form, shape, addressOf } = this.around;
    const { kernel, rows } = form;
    const outputs = kernel.shape.length;
    const inner = outputs + kernel.reduce.length - 1;
    const rowKernel: Kernel = {
      ...kernel,
      loads: [rows.load],
      body: [{ op: "load", arg: 0 }],
      tail: [{ op: "acc" }],
    };
    const nest = new NestWriter(this.writer, library, {
      kernel: rowKernel,
      laneAxis: 0,
      bases: [addressOf(rows.source)],
      output: 0,
    });
    const access = accessOf(rows.load, [...kernel.shape, ...kernel.reduce]);
    const [row, entry, copy, address] = [0, 1, 2, 3].map(() => this.writer.local("i32")) as [
      Local,
      Local,
      Local,
      Local,
    ];
    const pointer = this.writer.local("i32");
    const atRun = (): Code =>
      form.factor === "f32"
        ? sequence(
            this.findRun({ nest, access, inner, pointer, copy }),
            store("i32.store", get(address), get(pointer)),
            add(address, 4 * TILE_ROWS),
            add(copy, 4 * shape.length),
          )
        : sequence(this.widenRun({ nest, access, inner, copy }), add(copy, 2 * shape.length));
    const runs = (level: number): Code =>
      level === form.outerAxes ? atRun() : nest.loop(outputs + level, () => runs(level + 1));
    const isOdd = (shape.runs * shape.length) % 2 === 1;
    const eachRun =
      form.factor === "f32"
        ? runs(0)
        : sequence(
            store("i32.store", get(address), get(copy)),
            runs(0),
            // What an odd row leaves behind its last element meets a 0 of the panel.
            isOdd ? add(copy, 2) : [],
          );
    const inTile = op("i32.rem_u", get(row), i32(TILE_ROWS));
    const tile = op("i32.div_u", get(row), i32(TILE_ROWS));
    return sequence(
      set(row, i32(0)),
      set(copy, this.scratch(shape.clipped)),
      whileLoop(
        op("i32.lt_s", get(row), get(this.rowCount)),
        sequence(
          this.place(row),
          set(entry, op("i32.mul", tile, i32(4 * TILE_ROWS * shape.tileRuns))),
          set(
            address,
            op(
              "i32.add",
              this.scratch(shape.tables),
              op("i32.add", get(entry), op("i32.shl", inTile, i32(2))),
            ),
          ),
          nest.start(this.positions),
          eachRun,
          add(row, 1),
        ),
      ),
    );
  }

  /**
   * When the run at hand is in range. `steady`: the coordinates that do not move along it are; `whole`: the moving ones
   * are all along it. Undefined where nothing needs comparing.
   */
  private conditionsOf({ nest, access, inner }: { nest: NestWriter; access: Access; inner: number }): {
    readonly steady: Code | undefined;
    readonly whole: Code | undefined;
    readonly moving: readonly number[];
    readonly coordinates: readonly Code[];
  } {
    const { shape } = this.around;
    // The cursors of the innermost loop: not to be asked for outside of it.
    const coordinate = (number: number) => get(nest.coordinateOf(0, number));
    const inside = (number: number, moved: number): Code => {
      const { isWide, size } = access.checks[number] as Access["checks"][number];
      return isWide
        ? op("i64.lt_u", op("i64.add", coordinate(number), i64(moved)), i64(size))
        : op("i32.lt_u", plus(coordinate(number), moved), i32(size));
    };
    const all = (conditions: readonly Code[]): Code | undefined =>
      conditions.length === 0 ? undefined : conditions.reduce((a, b) => op("i32.and", a, b));
    const numbers = access.checks.map((_, number) => number);
    const steps = (number: number) => access.checks[number]?.steps[inner] ?? 0;
    const moving = numbers.filter((number) => steps(number) !== 0);
    return {
      steady: all(numbers.filter((number) => steps(number) === 0).map((number) => inside(number, 0))),
      // Coordinates move evenly: a run is inside if both of its ends are.
      whole: all(
        moving.flatMap((number) => [inside(number, 0), inside(number, steps(number) * (shape.length - 1))]),
      ),
      moving,
      coordinates: moving.map(coordinate),
    };
  }

  /** Where the run at hand can be read: in its tensor, in the row of pads, or in the copy that it then makes. */
  private findRun(args: {
    nest: NestWriter;
    access: Access;
    inner: number;
    pointer: Local;
    copy: Local;
  }): Code {
    const { nest, access, inner, pointer, copy } = args;
    const { library, shape, padAddress } = this.around;
    const { steady, whole, moving, coordinates } = this.conditionsOf(args);
    const direct = set(pointer, get(nest.addressOf(0)));
    const clip = (): Code => {
      const target = clipFunction({ library, access, inner, length: shape.length, moving });
      return sequence(
        call(target, get(nest.addressOf(0)), get(copy), ...coordinates),
        set(pointer, get(copy)),
      );
    };
    const within = whole === undefined ? direct : when(whole, direct, clip());
    return steady === undefined ? within : when(steady, within, set(pointer, i32(padAddress)));
  }

  /** Copies the run at hand as i16. */
  private widenRun(args: { nest: NestWriter; access: Access; inner: number; copy: Local }): Code {
    const { nest, access, inner, copy } = args;
    const { library, shape } = this.around;
    const { dtype } = access.load;
    const { steady, whole, moving, coordinates } = this.conditionsOf(args);
    const [from, to] = [get(nest.addressOf(0)), get(copy)];
    const clip = () =>
      call(clipFunction({ library, access, inner, length: shape.length, moving }), from, to, ...coordinates);
    const direct = () =>
      access.steps[inner] === 1
        ? call(widenFunction(library, dtype), from, to, i32(shape.length))
        : undefined;
    // With nothing to compare, clipping copies element by element whatever the step.
    const within = whole === undefined ? (direct() ?? clip()) : when(whole, direct() ?? clip(), clip());
    const pads = () => call(padFunction(library, access.load.pad), to, i32(shape.length));
    return steady === undefined ? within : when(steady, within, pads());
  }

  /** Every panel against every tile of rows, the panel in the outer loop so that it stays near. */
  private writeTiles(): Code {
    const { library, form, shape, addressOf } = this.around;
    const [panel, panelAddress, table, sums, left] = [0, 1, 2, 3, 4].map(() => this.writer.local("i32")) as [
      Local,
      Local,
      Local,
      Local,
      Local,
    ];
    const panelBytes = 4 * TILE_COLUMNS * shape.tileRuns * shape.tileLength;
    const tile = (rows: number): Code =>
      call(
        tileFunction(library, rows, form.factor),
        get(table),
        i32(shape.tileRuns),
        i32(shape.tileLength),
        get(panelAddress),
        get(sums),
        i32(shape.sumBytes),
      );
    const whole = sequence(
      tile(TILE_ROWS),
      add(table, 4 * TILE_ROWS * shape.tileRuns),
      add(sums, TILE_ROWS * shape.sumBytes),
      add(left, -TILE_ROWS),
    );
    // Blocks are whole but for the last one of a batch, whose surplus rows are always the same.
    const surplus = shape.rows % TILE_ROWS;
    const panelStart = op(
      "i32.add",
      i32(addressOf(form.panels.source)),
      op("i32.mul", get(this.batch), i32(panelBytes * shape.panels)),
    );
    return sequence(
      set(panel, i32(0)),
      set(panelAddress, panelStart),
      whileLoop(
        op("i32.lt_s", get(panel), i32(shape.panels)),
        sequence(
          set(table, this.scratch(shape.tables)),
          set(
            sums,
            op("i32.add", this.scratch(shape.sums), op("i32.mul", get(panel), i32(4 * TILE_COLUMNS))),
          ),
          set(left, get(this.rowCount)),
          whileLoop(op("i32.ge_s", get(left), i32(TILE_ROWS)), whole),
          surplus === 0 ? [] : when(op("i32.gt_s", get(left), i32(0)), tile(surplus)),
          add(panel, 1),
          add(panelAddress, panelBytes),
        ),
      ),
    );
  }

  private writeTails(): Code {
    const { library, form, shape, addressOf, output } = this.around;
    const { kernel, laneAxis, sources }: LaneForm = form.tail;
    const bases = sources.map((source) => (source === undefined ? 0 : addressOf(source)));
    const nest = new NestWriter(this.writer, library, { kernel, laneAxis, bases, output });
    const [row, sums] = [this.writer.local("i32"), this.writer.local("i32")];
    return sequence(
      set(row, i32(0)),
      set(sums, this.scratch(shape.sums)),
      whileLoop(
        op("i32.lt_s", get(row), get(this.rowCount)),
        sequence(
          this.place(row),
          nest.start(this.positions),
          nest.lanes({ accumulators: sums }),
          add(row, 1),
          add(sums, shape.sumBytes),
        ),
      ),
    );
  }
}
