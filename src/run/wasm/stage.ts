import { product } from "../../program/kernel.js";
import type { Kernel } from "../../program/kernel.js";
import { get, sequence } from "./code.js";
import type { Code } from "./code.js";
import type { LaneForm, Source } from "./form.js";
import type { Library } from "./library.js";
import { NestWriter } from "./nest.js";

/** What writing a stage needs to know about the memory. */
export type Placement = {
  readonly library: Library;
  /** Byte address of a source. */
  readonly addressOf: (source: Source) => number;
  /** Byte address of what the stage makes. */
  readonly output: number;
};

/**
 * A part of a kernel's computation: one exported function of a first and a last unit of work. Units do not touch what
 * another unit writes, so ranges of them may run at the same time.
 */
export type Stage = {
  readonly units: number;
  /** Ranges begin at multiples of it. */
  readonly grain: number;
  /** Roughly how many vector instructions all units take. */
  readonly work: number;
  /** What the stage makes: the kernel's tensor, or a temporary of so many bytes. */
  readonly makes: "output" | { readonly temporary: number; readonly bytes: number };
  readonly sources: readonly Source[];
  /** Bytes every thread needs for itself. */
  readonly scratchBytes: number;
  write(placement: Placement, exportName: string): void;
};

/** Lanes of any axis, whatever the kernel computes. */
export function laneStage(form: LaneForm, makes: Stage["makes"] = "output"): Stage {
  const { kernel, laneAxis, sources } = form;
  const outer = kernel.shape.flatMap((_, axis) => (axis === laneAxis ? [] : [axis]));
  const ranged = rangedAxis(kernel, laneAxis);
  return {
    units: kernel.shape[ranged] as number,
    grain: ranged === laneAxis ? LANE_GRAIN : 1,
    work: (product(kernel.shape) * product(kernel.reduce) * (2 + kernel.body.length)) / 4,
    makes,
    sources: sources.filter((source) => source !== undefined),
    scratchBytes: 0,
    write({ library, addressOf, output }, exportName) {
      library.module.define(
        { takes: ["i32", "i32"] },
        (writer) => {
          const bases = sources.map((source) => (source === undefined ? 0 : addressOf(source)));
          const nest = new NestWriter(writer, library, { kernel, laneAxis, bases, output });
          const bounds = { from: get(0), to: get(1) };
          const within = (depth: number): Code => {
            const axis = outer[depth];
            if (axis === undefined) return nest.lanes(ranged === laneAxis ? { bounds } : {});
            return nest.loop(axis, () => within(depth + 1), axis === ranged ? bounds : undefined);
          };
          return sequence(nest.start(), within(0));
        },
        exportName,
      );
    },
  };
}

/** Positions of the lane axis that a range begins at a multiple of. */
const LANE_GRAIN = 16;
/** Ranges that every axis chosen can be cut into, where there is one. */
const RANGES = 12;

/** The outermost axis that is long enough: ranges of it write pieces of memory of their own. */
function rangedAxis({ shape }: Kernel, laneAxis: number): number {
  const ranges = shape.map((extent, axis) => (axis === laneAxis ? extent / LANE_GRAIN : extent));
  const first = ranges.findIndex((count) => count >= RANGES);
  return first >= 0 ? first : ranges.indexOf(Math.max(...ranges));
}
