import type { Seconds } from "../../types/seconds.js";

/** Weight of a new sample in the running mean: the last twenty or so decide. */
const SAMPLE_WEIGHT = 0.1;

/** An exponentially weighted mean of measured seconds. */
export const smooth = (mean: number, sample: number): number => mean + SAMPLE_WEIGHT * (sample - mean);

/**
 * Records whose trace may be unstated at one time: as many as can be run again, and stated, in half the operator's clock,
 * if somebody asked for every one of them in one block.
 *
 * @param pace.traceSeconds of one run with its trace committed
 * @param pace.workers runs at the same time
 * @param pace.statementSeconds until one transaction with `perTransaction` statements is included
 */
export function mostUnstated(
  pace: {
    readonly traceSeconds: number;
    readonly workers: number;
    readonly statementSeconds: number;
    readonly perTransaction: number;
  },
  clock: Seconds,
): number {
  const perRecord = pace.traceSeconds / pace.workers + pace.statementSeconds / pace.perTransaction;
  return Math.floor(Number(clock) / 2 / perRecord);
}
