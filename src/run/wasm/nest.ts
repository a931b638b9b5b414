import { bodyType } from "../../program/check-kernel.js";
import { elementBytes } from "../../program/dtype.js";
import type { Instruction } from "../../program/instruction.js";
import { product } from "../../program/kernel.js";
import type { Kernel } from "../../program/kernel.js";
import { accessOf, dependsOn, stridesOf } from "./access.js";
import type { Access } from "./access.js";
import {
  add,
  get,
  i32,
  i64,
  lane,
  load,
  op,
  plus,
  sequence,
  set,
  splatWord,
  storeLane,
  store,
  tee,
  when,
  whileLoop,
  words,
} from "./code.js";
import type { Code, Local, Type } from "./code.js";
import { graphOf, vectorOf } from "./expression.js";
import type { Leaves, Node } from "./expression.js";
import { LaneLoads } from "./lane-loads.js";
import type { Lanes, LoadScope } from "./lane-loads.js";
import { canonical } from "./library.js";
import type { Library } from "./library.js";
import type { FunctionWriter } from "./module.js";

/** A normalized kernel, the axis its lanes run along, and where its tensors are. */
export type NestPlan = {
  readonly kernel: Kernel;
  /** Number of an output axis. */
  readonly laneAxis: number;
  /** Byte address of each load's tensor. */
  readonly bases: readonly number[];
  readonly output: number;
};

/** A number that every loop moves by a constant: an address, a coordinate or the position on an axis. */
type Cursor = {
  readonly type: Type;
  readonly origin: number;
  readonly steps: readonly number[];
  local: Local;
  /** What an unrolled loop adds to the local. */
  displacement: number;
};

/** Positions of the lane axis from a local's value to another's. */
export type Bounds = { readonly from: Code; readonly to: Code };

/** Groups of four lanes computed side by side: independent sums hide the latency of each one's additions. */
const groupsFor = ({ body, reduce }: Kernel): 1 | 2 | 4 =>
  body.length <= 4 && reduce.length > 0 ? 4 : body.length <= 12 ? 2 : 1;

/** Steps of a reduction that are written one after the other. */
const MOST_UNROLLED = 32;

const LANE_NUMBERS = words(0, 1, 2, 3);

/** Writes the loops of one kernel: lanes over outputs, every sum in its own order. */
export class NestWriter {
  private readonly writer: FunctionWriter;
  private readonly plan: NestPlan;
  private readonly library: Library;
  private readonly accesses: readonly Access[];
  private readonly body: Node;
  private readonly tail: Node;
  private readonly addresses = new Map<number, Cursor>();
  private readonly coordinates = new Map<string, Cursor>();
  private readonly positions = new Map<number, Cursor>();
  private readonly output: Cursor;
  private readonly loads: LaneLoads;

  constructor(writer: FunctionWriter, library: Library, plan: NestPlan) {
    this.writer = writer;
    this.plan = plan;
    this.library = library;
    const { kernel } = plan;
    const extents = [...kernel.shape, ...kernel.reduce];
    this.accesses = kernel.loads.map((one) => accessOf(one, extents));
    this.body = graphOf(kernel.body);
    this.tail = graphOf(kernel.tail);
    for (const j of usedLoads(kernel, [...kernel.body, ...kernel.tail])) {
      const { start, steps, checks } = this.accesses[j] as Access;
      this.addresses.set(j, this.cursor("i32", start + (plan.bases[j] ?? 0), steps));
      checks.forEach((check, number) =>
        this.coordinates.set(
          `${j}.${number}`,
          this.cursor(check.isWide ? "i64" : "i32", check.offset, check.steps),
        ),
      );
    }
    for (const { op: name, arg = 0 } of [...kernel.body, ...kernel.tail]) {
      if (name === "index" && arg !== plan.laneAxis && !this.positions.has(arg)) {
        this.positions.set(
          arg,
          this.cursor(
            "i32",
            0,
            extents.map((_, axis) => (axis === arg ? 1 : 0)),
          ),
        );
      }
    }
    this.output = this.cursor("i32", plan.output, stridesOf(kernel.shape, elementBytes(kernel.dtype)));
    this.loads = new LaneLoads({
      writer,
      library,
      laneAxis: plan.laneAxis,
      isRangeUsed: (j) =>
        [...kernel.body, ...kernel.tail].some((one) => one.op === "in_range" && one.arg === j),
      address: (j) => this.addresses.get(j) as Cursor,
      coordinate: (j, check) => this.coordinateOf(j, check),
    });
  }

  private cursor(type: Type, origin: number, steps: readonly number[]): Cursor {
    return { type, origin, steps, local: this.writer.local(type), displacement: 0 };
  }

  private get cursors(): Cursor[] {
    return [
      ...this.addresses.values(),
      ...this.coordinates.values(),
      ...this.positions.values(),
      this.output,
    ];
  }

  /** The local of a load's address where the loops are. */
  addressOf(j: number): Local {
    return (this.addresses.get(j) as Cursor).local;
  }

  /** The local of a checked coordinate of a load where the loops are. */
  coordinateOf(j: number, check: number): Local {
    return (this.coordinates.get(`${j}.${check}`) as Cursor).local;
  }

  /** Puts every cursor where the given axes have the given values and all others are 0. */
  start(values: ReadonlyMap<number, Local> = new Map()): Code {
    return sequence(
      ...this.cursors.map((cursor) => {
        let value = cursor.type === "i64" ? i64(cursor.origin) : i32(cursor.origin);
        for (const [axis, local] of values) {
          const step = cursor.steps[axis] ?? 0;
          if (step === 0) continue;
          value =
            cursor.type === "i64"
              ? op("i64.add", value, op("i64.mul", op("i64.extend_i32_s", get(local)), i64(step)))
              : op("i32.add", value, op("i32.mul", get(local), i32(step)));
        }
        return set(cursor.local, value);
      }),
    );
  }

  /** A loop over an axis, all of it or from `bounds.from` to `bounds.to`. */
  loop(axis: number, body: () => Code, bounds?: Bounds): Code {
    const extent = this.extent(axis);
    if (extent === 1 && bounds === undefined) return body();
    const moving = this.cursors.filter(({ steps }) => (steps[axis] ?? 0) !== 0);
    const outer = moving.map(({ local }) => local);
    const position = this.writer.local("i32");
    const enter = moving.map((cursor, number) => {
      cursor.local = this.writer.local(cursor.type);
      return set(cursor.local, get(outer[number] as Local));
    });
    const skip = bounds === undefined ? [] : this.advance(moving, axis, get(position));
    const inside = sequence(body(), this.advance(moving, axis, 1), add(position, 1));
    const end = bounds?.to ?? i32(extent);
    const code = sequence(
      ...enter,
      set(position, bounds?.from ?? i32(0)),
      skip,
      whileLoop(op("i32.lt_s", get(position), end), inside),
    );
    moving.forEach((cursor, number) => (cursor.local = outer[number] as Local));
    return code;
  }

  /** The same loop as code after code, every cursor a known distance from where it is. */
  private unrolled(axis: number, body: () => Code): Code {
    const moving = this.cursors.filter(({ steps }) => (steps[axis] ?? 0) !== 0);
    const before = moving.map(({ displacement }) => displacement);
    const parts: Code[] = [];
    for (let position = 0; position < this.extent(axis); position++) {
      moving.forEach((cursor, number) => {
        cursor.displacement = (before[number] as number) + position * (cursor.steps[axis] ?? 0);
      });
      parts.push(body());
    }
    moving.forEach((cursor, number) => (cursor.displacement = before[number] as number));
    return sequence(...parts);
  }

  private extent(axis: number): number {
    const { shape, reduce } = this.plan.kernel;
    return [...shape, ...reduce][axis] as number;
  }

  private advance(moving: readonly Cursor[], axis: number, by: number | Code): Code {
    return sequence(
      ...moving.map(({ type, local, steps }) => {
        const step = steps[axis] ?? 0;
        if (typeof by === "number") {
          return type === "i64"
            ? set(local, op("i64.add", get(local), i64(by * step)))
            : add(local, by * step);
        }
        const distance =
          type === "i64"
            ? op("i64.mul", op("i64.extend_i32_s", by), i64(step))
            : op("i32.mul", by, i32(step));
        return set(local, op(type === "i64" ? "i64.add" : "i32.add", get(local), distance));
      }),
    );
  }

  /**
   * The loop along the lane axis: blocks of several groups, then single groups, the last of which lies at the very end
   * and computes some lanes a second time. An axis shorter than four has one group whose surplus lanes repeat the last.
   * @param accumulators address of the sums of this row, where they are made elsewhere
   */
  lanes({ bounds, accumulators }: { bounds?: Bounds; accumulators?: Local } = {}): Code {
    const axis = this.plan.laneAxis;
    const extent = this.extent(axis);
    const lanePosition = this.writer.local("i32");
    const block = (groups: number) =>
      this.block({ groups, position: lanePosition, ...(accumulators === undefined ? {} : { accumulators }) });
    if (extent < 4) return sequence(set(lanePosition, i32(0)), block(1));
    const moving = this.cursors.filter(({ steps }) => (steps[axis] ?? 0) !== 0);
    const outer = moving.map(({ local }) => local);
    const enter = moving.map((cursor, number) => {
      cursor.local = this.writer.local(cursor.type);
      return set(cursor.local, get(outer[number] as Local));
    });
    const end = bounds?.to ?? i32(extent);
    const groups =
      extent >= 16 ? groupsFor(this.plan.kernel) : extent >= 8 ? Math.min(2, groupsFor(this.plan.kernel)) : 1;
    const width = 4 * groups;
    const step = (by: number) => sequence(this.advance(moving, axis, by), add(lanePosition, by));
    const parts: Code[] = [
      ...enter,
      set(lanePosition, bounds?.from ?? i32(0)),
      bounds === undefined ? [] : this.advance(moving, axis, get(lanePosition)),
    ];
    if (groups > 1) {
      parts.push(
        whileLoop(op("i32.le_s", plus(get(lanePosition), width), end), sequence(block(groups), step(width))),
      );
    }
    if (groups === 1 || extent % width !== 0 || bounds !== undefined) {
      const retreat = this.writer.local("i32");
      const move = sequence(
        this.advance(moving, axis, get(retreat)),
        set(lanePosition, op("i32.add", get(lanePosition), get(retreat))),
      );
      // Only the last group is too long.
      const back = sequence(
        set(retreat, op("i32.sub", plus(end, -4), get(lanePosition))),
        when(op("i32.lt_s", get(retreat), i32(0)), move),
      );
      parts.push(
        whileLoop(
          op("i32.lt_s", get(lanePosition), end),
          sequence(extent % 4 === 0 ? [] : back, block(1), step(4)),
        ),
      );
    }
    moving.forEach((cursor, number) => (cursor.local = outer[number] as Local));
    return sequence(...parts);
  }

  /** All of one block of lanes: its loads, its reduction, its tail, its stores. */
  private block({
    groups,
    position,
    accumulators,
  }: {
    groups: number;
    position: Local;
    accumulators?: Local;
  }): Code {
    const { kernel, laneAxis } = this.plan;
    const extent = this.extent(laneAxis);
    const lanes: Lanes = { groups, valid: Math.min(extent, 4) };
    const sums = Array.from({ length: groups }, () => this.writer.local("v128"));
    const leaves = (scope: LoadScope, group: number, accumulator: Code): Leaves => ({
      load: (j) => scope.value(j, group),
      inRange: (j) => scope.inRange(j, group),
      index: (axis) => {
        if (axis === laneAxis)
          return op("i32x4.add", op("i32x4.splat", plus(get(position), 4 * group)), LANE_NUMBERS);
        const { local, displacement } = this.positions.get(axis) as Cursor;
        return op("i32x4.splat", plus(get(local), displacement));
      },
      accumulator,
    });
    const evaluate = (scope: LoadScope, root: Node, group: number, accumulator: Code) =>
      vectorOf(root, {
        writer: this.writer,
        library: this.library,
        leaves: leaves(scope, group, accumulator),
      });
    const reduce = (scope: LoadScope, accesses: readonly Access[]) =>
      this.reduction({
        scope,
        accesses,
        sums,
        evaluate: (group) => evaluate(scope, this.body, group, []),
      });

    const parts: Code[] = [];
    let scope = this.loads.scope(lanes);
    const isInside = this.insideCondition(lanes);
    if (accumulators !== undefined) {
      sums.forEach((sum, group) =>
        parts.push(
          set(
            sum,
            load(
              "v128.load",
              op("i32.add", get(accumulators), op("i32.shl", get(position), i32(2))),
              16 * group,
            ),
          ),
        ),
      );
    } else if (isInside === undefined) {
      parts.push(reduce(scope, this.accesses));
    } else {
      const unchecked = this.accesses.map((access) => ({ ...access, checks: [] }));
      parts.push(when(isInside, reduce(this.loads.scope(lanes), unchecked), reduce(scope, this.accesses)));
      scope = this.loads.scope(lanes);
    }
    for (const j of usedLoads(kernel, kernel.tail)) parts.push(scope.define(j, this.accesses));
    sums.forEach((sum, group) =>
      parts.push(this.storeLanes(evaluate(scope, this.tail, group, get(sum)), group, lanes.valid)),
    );
    return sequence(...parts);
  }

  /**
   * The condition under which the body's loads are in range in all lanes of a block and all steps of the reduction:
   * most windows of a padded convolution are. Undefined where nothing is compared, or where it is not worth two loops.
   */
  private insideCondition({ groups, valid }: Lanes): Code | undefined {
    const { kernel, laneAxis } = this.plan;
    const { shape, reduce } = kernel;
    if (product(reduce) < 2) return undefined;
    const conditions: Code[] = [];
    for (const j of usedLoads(kernel, kernel.body)) {
      for (const [number, check] of (this.accesses[j] as Access).checks.entries()) {
        const reaches = [
          (check.steps[laneAxis] ?? 0) * (valid < 4 ? valid - 1 : 4 * groups - 1),
          ...reduce.map((extent, axis) => (check.steps[shape.length + axis] ?? 0) * (extent - 1)),
        ];
        const lowest = reaches.reduce((sum, reach) => sum + Math.min(0, reach), 0);
        const span = reaches.reduce((sum, reach) => sum + Math.abs(reach), 0);
        if (check.isWide || span >= check.size) return undefined;
        const first = plus(get(this.coordinateOf(j, number)), lowest);
        conditions.push(op("i32.lt_u", first, i32(check.size - span)));
      }
    }
    return conditions.length === 0 ? undefined : conditions.reduce((all, one) => op("i32.and", all, one));
  }

  private reduction({
    scope,
    accesses,
    evaluate,
    sums,
  }: {
    scope: LoadScope;
    accesses: readonly Access[];
    evaluate: (group: number) => Code;
    sums: readonly Local[];
  }): Code {
    const { kernel } = this.plan;
    const { reducer, reduce, shape } = kernel;
    const used = usedLoads(kernel, kernel.body);
    // The innermost reduction axis a load moves along is where it is read; -1 is before all of them.
    const levelOf = (j: number) =>
      reduce.reduce((deepest, _, number) => {
        const one = kernel.loads[j];
        return one !== undefined && dependsOn(kernel, one, shape.length + number) ? number : deepest;
      }, -1);
    const at = (level: number) => {
      const loads = used.filter((j) => levelOf(j) === level);
      for (const j of loads) scope.forget(j);
      return sequence(...loads.map((j) => scope.define(j, accesses)));
    };
    const isUnrolled =
      product(reduce) <= MOST_UNROLLED &&
      kernel.body.length <= 4 &&
      used.every((j) => (accesses[j] as Access).checks.length === 0);
    const isFloat = bodyType(kernel) === "f32";
    const isArg = reducer === "argmax" || reducer === "argmin";
    const best = isArg ? sums.map(() => this.writer.local("v128")) : [];
    const counter = this.writer.local("i32");

    const combine = (group: number): Code => {
      const sum = sums[group] as Local;
      const value = evaluate(group);
      if (!isArg)
        return set(
          sum,
          reducer === "none" ? value : op(COMBINE[isFloat ? "f32" : "i32"][reducer], get(sum), value),
        );
      const leader = best[group] as Local;
      const fresh = this.writer.local("v128");
      const wins = this.writer.local("v128");
      const ahead =
        reducer === "argmax" ? (isFloat ? "f32x4.gt" : "i32x4.gt_s") : isFloat ? "f32x4.lt" : "i32x4.lt_s";
      const leads = op(ahead, get(fresh), get(leader));
      // Only NaN differs from itself: the first one leads, and nothing beats it.
      const beats = isFloat
        ? op(
            "v128.and",
            op("f32x4.eq", get(leader), get(leader)),
            op("v128.or", op("f32x4.ne", get(fresh), get(fresh)), leads),
          )
        : leads;
      return sequence(
        set(fresh, value),
        set(wins, beats),
        set(leader, op("v128.bitselect", get(fresh), get(leader), get(wins))),
        set(sum, op("v128.bitselect", op("i32x4.splat", get(counter)), get(sum), get(wins))),
      );
    };

    const nest = (level: number): Code => {
      if (level === reduce.length) {
        return sequence(...sums.map((_, group) => combine(group)), isArg ? add(counter, 1) : []);
      }
      const inside = () => sequence(at(level), nest(level + 1));
      return isUnrolled
        ? this.unrolled(shape.length + level, inside)
        : this.loop(shape.length + level, inside);
    };

    const first = IDENTITY[isFloat ? "f32" : "i32"];
    const initial = reducer === "max" || reducer === "argmax" ? first.max : first.min;
    const begin = sums.map((sum, group) =>
      isArg
        ? sequence(set(best[group] as Local, splatWord(initial)), set(sum, splatWord(0)))
        : set(sum, splatWord(reducer === "sum" || reducer === "none" ? 0 : initial)),
    );
    return sequence(...begin, set(counter, i32(0)), at(-1), nest(0));
  }

  private storeLanes(value: Code, group: number, valid: number): Code {
    const { kernel, laneAxis } = this.plan;
    const bytes = elementBytes(kernel.dtype);
    const stride = this.output.steps[laneAxis] ?? 0;
    const isFloat = kernel.dtype === "f32";
    const whole = isFloat ? canonical(this.writer, value) : value;
    const vector = this.writer.local("v128");
    if (bytes === 4 && stride === 4 && valid === 4) {
      return store("v128.store", get(this.output.local), whole, 16 * group);
    }
    // i32 saturates to 16 and then to 8 bits: the same as at once.
    const narrow = kernel.dtype === "u8" ? "i8x16.narrow_i16x8_u" : "i8x16.narrow_i16x8_s";
    const halved = tee(vector, op("i16x8.narrow_i32x4_s", whole, splatWord(0)));
    const narrowed = bytes === 4 ? whole : op(narrow, halved, get(vector));
    if (bytes === 1 && stride === 1 && valid === 4) {
      return store("i32.store", get(this.output.local), lane("i32x4.extract_lane", 0, narrowed), 4 * group);
    }
    const name = bytes === 4 ? "v128.store32_lane" : "v128.store8_lane";
    const lanes = Array.from({ length: valid }, (_, number) =>
      storeLane(name, {
        address: plus(get(this.output.local), (4 * group + number) * stride),
        vector: get(vector),
        lane: number,
      }),
    );
    return sequence(set(vector, narrowed), ...lanes);
  }
}

const COMBINE = {
  f32: { sum: "f32x4.add", max: "f32x4.max", min: "f32x4.min" },
  i32: { sum: "i32x4.add", max: "i32x4.max_s", min: "i32x4.min_s" },
} as const;

/** What every value beats or equals, so that the first value always takes its place: -∞ and +∞, or the ends of i32. */
const IDENTITY = {
  f32: { max: 0xff800000 | 0, min: 0x7f800000 },
  i32: { max: 0x80000000 | 0, min: 0x7fffffff },
} as const;

/** Loads an expression reads, and those that index them, ascending. */
export function usedLoads(kernel: Kernel, code: readonly Instruction[]): number[] {
  const used = new Set(
    code.filter(({ op: name }) => name === "load" || name === "in_range").map(({ arg = 0 }) => arg),
  );
  for (const j of [...used]) {
    const index = kernel.loads[j]?.indexed?.load;
    if (index !== undefined) used.add(index);
  }
  return [...used].sort((a, b) => a - b);
}
