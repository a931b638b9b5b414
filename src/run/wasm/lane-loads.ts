import { elementBytes } from "../../program/dtype.js";
import type { Dtype } from "../../program/dtype.js";
import type { Access, Check } from "./access.js";
import {
  call,
  get,
  i32,
  i64,
  lane,
  load,
  loadLane,
  op,
  plus,
  sequence,
  set,
  splatWord,
  when,
} from "./code.js";
import type { Code, Local, Type } from "./code.js";
import type { Library } from "./library.js";
import type { FunctionWriter } from "./module.js";

/** Groups of four neighbouring positions; where an axis is shorter, lanes from `valid` on repeat the last position. */
export type Lanes = { readonly groups: number; readonly valid: number };

type Surroundings = {
  readonly writer: FunctionWriter;
  readonly library: Library;
  readonly laneAxis: number;
  /** Whether an expression asks if the load is in range. */
  readonly isRangeUsed: (j: number) => boolean;
  /** The address of a load at the first lane: a local, and bytes after it where a loop is unrolled. */
  readonly address: (j: number) => { readonly local: Local; readonly displacement: number };
  /** Local of a checked coordinate of a load at the first lane. */
  readonly coordinate: (j: number, check: number) => Local;
};

type Defined = {
  readonly values: readonly Local[];
  readonly ranges: readonly Local[];
  readonly isUniform: boolean;
};

/** Reads the lanes of loads. */
export class LaneLoads {
  private readonly around: Surroundings;
  private readonly gathers = new Map<string, number>();

  constructor(around: Surroundings) {
    this.around = around;
  }

  /** The loads of one block of lanes. */
  scope(lanes: Lanes): LoadScope {
    return new LoadScope(this.around, this.gathers, lanes);
  }
}

/** What has been read for one block. A load is defined once it is reached, before what it indexes. */
export class LoadScope {
  private readonly around: Surroundings;
  private readonly gathers: Map<string, number>;
  private readonly lanes: Lanes;
  private readonly defined = new Map<number, Defined>();

  constructor(around: Surroundings, gathers: Map<string, number>, lanes: Lanes) {
    this.around = around;
    this.gathers = gathers;
    this.lanes = lanes;
  }

  value(j: number, group: number): Code {
    const { values, isUniform } = this.defined.get(j) as Defined;
    return get(values[isUniform ? 0 : group] as Local);
  }

  /** Lanes of 1 where the load is in range and 0 where it is not. */
  inRange(j: number, group: number): Code {
    const { ranges, isUniform } = this.defined.get(j) as Defined;
    return get(ranges[isUniform ? 0 : group] as Local);
  }

  /** The load is to be read again: a loop has moved. */
  forget(j: number): void {
    this.defined.delete(j);
  }

  /** Reads load `j`; nothing where that is done already. */
  define(j: number, accesses: readonly Access[]): Code {
    if (this.defined.has(j)) return [];
    const { writer, laneAxis } = this.around;
    const access = accesses[j] as Access;
    const index = access.index === undefined ? undefined : this.defined.get(access.index.load);
    const laneStep = access.steps[laneAxis] ?? 0;
    const laneChecks = access.checks.flatMap((check, number) =>
      (check.steps[laneAxis] ?? 0) === 0 ? [] : [number],
    );
    const isUniform = laneStep === 0 && laneChecks.length === 0 && (index === undefined || index.isUniform);
    const count = isUniform ? 1 : this.lanes.groups;
    const made: Defined = {
      values: Array.from({ length: count }, () => writer.local("v128")),
      ranges: Array.from({ length: this.around.isRangeUsed(j) ? count : 0 }, () => writer.local("v128")),
      isUniform,
    };
    this.defined.set(j, made);
    const condition = this.uniformCondition(j, access, index);
    const inside = isUniform
      ? this.readUniform(j, access, made, index)
      : this.readLanes({ j, access, made, index, laneChecks });
    if (condition === undefined) return inside;
    return when(condition, inside, this.outside(access, made));
  }

  /** What a load yields where it is out of range in all lanes. */
  private outside(access: Access, { values, ranges }: Defined): Code {
    return sequence(
      ...values.map((local) => set(local, splatWord(access.load.pad))),
      ...ranges.map((local) => set(local, splatWord(0))),
    );
  }

  /** The comparisons that come out alike in every lane; undefined where there are none. */
  private uniformCondition(j: number, access: Access, index: Defined | undefined): Code | undefined {
    const { laneAxis, coordinate } = this.around;
    const parts = access.checks.flatMap((check, number) =>
      (check.steps[laneAxis] ?? 0) === 0 ? [isInside(get(coordinate(j, number)), check)] : [],
    );
    if (index?.isUniform === true) {
      const value = lane("i32x4.extract_lane", 0, get(index.values[0] as Local));
      parts.push(op("i32.lt_u", value, i32(access.index?.size ?? 0)));
    }
    return parts.length === 0 ? undefined : parts.reduce((all, one) => op("i32.and", all, one));
  }

  /**
   * The address of the first lane, moved by a uniform index, and bytes to add to it: as the offset of an instruction, which
   * does not wrap, and need not, since unrolled loops only read what is in range from their first step on.
   */
  private addressOf(
    j: number,
    access: Access,
    index: Defined | undefined,
  ): { readonly code: Code; readonly offset: number } {
    const { local, displacement } = this.around.address(j);
    if (index?.isUniform !== true) {
      return displacement >= 0
        ? { code: get(local), offset: displacement }
        : { code: plus(get(local), displacement), offset: 0 };
    }
    const value = lane("i32x4.extract_lane", 0, get(index.values[0] as Local));
    const moved = op("i32.mul", value, i32(access.index?.step ?? 0));
    return { code: op("i32.add", plus(get(local), displacement), moved), offset: 0 };
  }

  private readUniform(j: number, access: Access, made: Defined, index: Defined | undefined): Code {
    const { code, offset } = this.addressOf(j, access, index);
    return sequence(
      set(made.values[0] as Local, readSplat(access.load.dtype, code, offset)),
      ...made.ranges.map((local) => set(local, splatWord(1))),
    );
  }

  private readLanes(args: {
    j: number;
    access: Access;
    made: Defined;
    index: Defined | undefined;
    laneChecks: readonly number[];
  }): Code {
    const { j, access, made, index, laneChecks } = args;
    const { laneAxis, coordinate, writer } = this.around;
    const { groups, valid } = this.lanes;
    const { dtype } = access.load;
    const laneStep = access.steps[laneAxis] ?? 0;
    const address = writer.local("i32");
    const { code, offset } = this.addressOf(j, access, index);
    const begin = set(address, code);
    const ones = made.ranges.map((local) => set(local, splatWord(1)));
    const isIndexedByLane = index !== undefined && !index.isUniform;
    const isContiguous = laneStep === elementBytes(dtype) && valid === 4 && !isIndexedByLane;

    const direct = (): Code =>
      sequence(
        ...made.values.map((local, group) =>
          set(
            local,
            isContiguous
              ? readFour(dtype, get(address), offset + 4 * group * laneStep)
              : readScattered({ dtype, address, offset, first: 4 * group, step: laneStep, valid, writer }),
          ),
        ),
        ...ones,
      );
    if (laneChecks.length === 0 && !isIndexedByLane) return sequence(begin, direct());

    const gather = (): Code =>
      sequence(
        ...made.values.map((local, group) => {
          const operands = [
            plus(get(address), offset + 4 * group * laneStep),
            ...laneChecks.map((number) => {
              const check = access.checks[number] as Check;
              const moved = 4 * group * (check.steps[laneAxis] ?? 0);
              const value = get(coordinate(j, number));
              return check.isWide ? op("i64.add", value, i64(moved)) : plus(value, moved);
            }),
            ...(isIndexedByLane ? [get(index.values[group] as Local)] : []),
          ];
          const range = made.ranges[group];
          return sequence(
            set(local, call(this.gatherOf(j, access, laneChecks, "value"), ...operands)),
            range === undefined
              ? []
              : set(range, call(this.gatherOf(j, access, laneChecks, "range"), ...operands)),
          );
        }),
      );
    const only = access.checks[laneChecks[0] ?? 0];
    const reach = 4 * groups - 1;
    const step = only?.steps[laneAxis] ?? 0;
    if (
      laneChecks.length !== 1 ||
      only === undefined ||
      only.isWide ||
      isIndexedByLane ||
      step <= 0 ||
      valid < 4
    ) {
      return sequence(begin, gather());
    }
    // One coordinate ascends along the lanes: most blocks are inside, or outside, as a whole.
    const span = reach * step;
    if (span >= 2 ** 29) return sequence(begin, gather());
    const first = get(coordinate(j, laneChecks[0] ?? 0));
    const touches = op("i32.lt_u", plus(first, span), i32(only.size + span));
    const inside =
      only.size > span ? when(op("i32.lt_u", first, i32(only.size - span)), direct(), gather()) : gather();
    return sequence(begin, when(touches, inside, this.outside(access, made)));
  }

  /** A function that reads four lanes one by one, each only where it is in range. */
  private gatherOf(
    j: number,
    access: Access,
    laneChecks: readonly number[],
    what: "value" | "range",
  ): number {
    const key = `${j}.${this.lanes.valid}.${laneChecks.length}.${what}`;
    const known = this.gathers.get(key);
    if (known !== undefined) return known;
    const { laneAxis, library } = this.around;
    const laneStep = access.steps[laneAxis] ?? 0;
    const { dtype, pad } = access.load;
    const checks = laneChecks.map((number) => access.checks[number] as Check);
    const byLane = access.index !== undefined && this.defined.get(access.index.load)?.isUniform === false;
    const takes: Type[] = [
      "i32",
      ...checks.map(({ isWide }) => (isWide ? ("i64" as const) : ("i32" as const))),
    ];
    if (byLane) takes.push("v128");
    const indexes = takes.length - 1;
    const target = library.module.define({ takes, gives: "v128" }, (writer) => {
      const result = writer.local("v128");
      const index = writer.local("i32");
      const lanes = [0, 1, 2, 3].map((number) => {
        const position = Math.min(number, this.lanes.valid - 1);
        const conditions = checks.map((check, at) => {
          const moved = position * (check.steps[laneAxis] ?? 0);
          const value = get(1 + at);
          return isInside(check.isWide ? op("i64.add", value, i64(moved)) : plus(value, moved), check);
        });
        let address = plus(get(0), position * laneStep);
        if (byLane) {
          conditions.push(op("i32.lt_u", get(index), i32(access.index?.size ?? 0)));
          address = op("i32.add", address, op("i32.mul", get(index), i32(access.index?.step ?? 0)));
        }
        const inside = conditions.reduce((all, one) => op("i32.and", all, one));
        const read = what === "range" ? i32(1) : readWord(dtype, address);
        const otherwise = what === "range" ? i32(0) : i32(pad);
        const value = when(inside, read, otherwise, "i32");
        return sequence(
          byLane ? set(index, lane("i32x4.extract_lane", number, get(indexes))) : [],
          set(result, lane("i32x4.replace_lane", number, get(result), value)),
        );
      });
      return sequence(...lanes, get(result));
    });
    this.gathers.set(key, target);
    return target;
  }
}

const isInside = (coordinate: Code, { size, isWide }: Check): Code =>
  isWide ? op("i64.lt_u", coordinate, i64(size)) : op("i32.lt_u", coordinate, i32(size));

/** One element as the 32 bits of its lane. */
function readWord(dtype: Dtype, address: Code, offset = 0): Code {
  if (dtype === "u8") return load("i32.load8_u", address, offset);
  return load(dtype === "i8" ? "i32.load8_s" : "i32.load", address, offset);
}

const readSplat = (dtype: Dtype, address: Code, offset: number): Code =>
  elementBytes(dtype) === 4
    ? load("v128.load32_splat", address, offset)
    : op("i32x4.splat", readWord(dtype, address, offset));

/** Four neighbouring elements; bytes widen to i32. */
function readFour(dtype: Dtype, address: Code, offset: number): Code {
  if (elementBytes(dtype) === 4) return load("v128.load", address, offset);
  const bytes = load("v128.load32_zero", address, offset);
  return dtype === "u8"
    ? op("i32x4.extend_low_i16x8_u", op("i16x8.extend_low_i8x16_u", bytes))
    : op("i32x4.extend_low_i16x8_s", op("i16x8.extend_low_i8x16_s", bytes));
}

function readScattered(args: {
  dtype: Dtype;
  address: Local;
  offset: number;
  first: number;
  step: number;
  valid: number;
  writer: FunctionWriter;
}): Code {
  const { dtype, address, first, step, valid, writer } = args;
  const vector = writer.local("v128");
  const lanes = [0, 1, 2, 3].map((number) => {
    const moved = args.offset + (first + Math.min(number, valid - 1)) * step;
    const [at, offset] = moved >= 0 ? [get(address), moved] : [plus(get(address), moved), 0];
    return set(
      vector,
      elementBytes(dtype) === 4
        ? number === 0
          ? load("v128.load32_zero", at, offset)
          : loadLane("v128.load32_lane", { address: at, vector: get(vector), lane: number, offset })
        : lane("i32x4.replace_lane", number, get(vector), readWord(dtype, at, offset)),
    );
  });
  return sequence(...lanes, get(vector));
}
