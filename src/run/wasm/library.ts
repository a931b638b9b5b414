import type { ArithmeticOp } from "../../program/instruction.js";
import { call, get, i32, lane, op, sequence, set, splatWord, tee, when } from "./code.js";
import type { Code, Local } from "./code.js";
import type { FunctionWriter, ModuleWriter } from "./module.js";
import type { PlainOp } from "./opcodes.js";
import { isTranscendental, writeTranscendental } from "./transcendental.js";
import type { TableAddresses } from "./transcendental.js";

/** Functions that kernels of a module share, each written when it is first called. */
export class Library {
  readonly module: ModuleWriter;
  private readonly tables: TableAddresses;
  private readonly functions = new Map<string, number>();

  constructor(module: ModuleWriter, tables: TableAddresses) {
    this.module = module;
    this.tables = tables;
  }

  /** The number of a function known by `key`, which `define` makes the first time. */
  function(key: string, define: () => number): number {
    let known = this.functions.get(key);
    if (known === undefined) {
      known = define();
      this.functions.set(key, known);
    }
    return known;
  }

  /** An instruction that is no single vector instruction. */
  apply(name: ArithmeticOp, ...operands: readonly Code[]): Code {
    const takes = operands.map(() => "v128" as const);
    const target = this.function(name, () =>
      this.module.define({ takes, gives: "v128" }, (writer) =>
        isTranscendental(name)
          ? writeTranscendental(name, { writer, module: this.module, tables: this.tables })
          : laneByLane(writer, SCALAR[name] ?? unknown(name)),
      ),
    );
    return call(target, ...operands);
  }
}

type LaneOf = (a: Local, b: Local) => Code;

const plain =
  (name: PlainOp): LaneOf =>
  (a, b) =>
    op(name, get(a), get(b));

/** Integer instructions without a vector form; shift counts are taken modulo 32 by WebAssembly itself. */
const SCALAR: Partial<Record<ArithmeticOp, LaneOf>> = {
  "i32.shl": plain("i32.shl"),
  "i32.shr": plain("i32.shr_u"),
  "i32.sar": plain("i32.shr_s"),
  // Both would trap where x / 0 = 0, x mod 0 = x and MIN / -1 = MIN.
  "i32.div": (a, b) =>
    when(
      op("i32.eqz", get(b)),
      i32(0),
      when(
        op("i32.eq", get(b), i32(-1)),
        op("i32.sub", i32(0), get(a)),
        op("i32.div_s", get(a), get(b)),
        "i32",
      ),
      "i32",
    ),
  "i32.mod": (a, b) => when(op("i32.eqz", get(b)), get(a), op("i32.rem_s", get(a), get(b)), "i32"),
};

function laneByLane(writer: FunctionWriter, laneOf: LaneOf): Code {
  const [a, b] = [writer.local("i32"), writer.local("i32")];
  const result = writer.local("v128");
  const lanes = [0, 1, 2, 3].map((number) =>
    sequence(
      set(a, lane("i32x4.extract_lane", number, get(0))),
      set(b, lane("i32x4.extract_lane", number, get(1))),
      set(result, lane("i32x4.replace_lane", number, get(result), laneOf(a, b))),
    ),
  );
  return sequence(...lanes, get(result));
}

function unknown(name: string): never {
  throw new TypeError(`no vector form of ${name}`);
}

export const NAN = splatWord(0x7fc00000);

/** Every NaN becomes the one that is stored. */
export function canonical(writer: FunctionWriter, value: Code): Code {
  const local = writer.local("v128");
  return op("v128.bitselect", tee(local, value), NAN, op("f32x4.eq", get(local), get(local)));
}
