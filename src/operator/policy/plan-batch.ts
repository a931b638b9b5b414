import type { Seconds } from "../../types/seconds.js";
import type { Wei } from "../../types/wei.js";

/** A record that is promised and in no claim yet, by what its receipt promises. */
export type PendingRecord = {
  /** Order of promise. */
  readonly serial: number;
  /** Unix seconds. */
  readonly issuedAt: Seconds;
  /** Unix seconds, exclusive. */
  readonly inclusionDeadline: Seconds;
  /** Of the claim, at least. */
  readonly liability: Wei;
  /** Of the claim, at most. */
  readonly maxRecords: number;
};

/** The pending records of one model, summed up. */
export type PendingSum = {
  readonly count: number;
  readonly oldest: Seconds;
  readonly earliestDeadline: Seconds;
  /** The smallest that was promised. */
  readonly maxRecords: number;
};

export type BatchTerms = {
  /** A record waits so long for company. */
  readonly closeAfter: Seconds;
  /** Kept free before a deadline for the transaction to be included. */
  readonly margin: Seconds;
};

/** Why a batch is closed now; undefined while it may wait for more records. */
export function whyClose(
  pending: PendingSum,
  { closeAfter, margin }: BatchTerms,
  now: Seconds,
): "full" | "age" | "deadline" | undefined {
  if (pending.count === 0) return undefined;
  if (pending.count >= pending.maxRecords) return "full";
  if (now + margin >= pending.earliestDeadline) return "deadline";
  return now >= pending.oldest + closeAfter ? "age" : undefined;
}

/** The records of one claim, in order, and its terms. */
export type Batch = {
  readonly serials: readonly number[];
  readonly liability: Wei;
  readonly earliestDeadline: Seconds;
};

/**
 * The longest run of pending records, from the first, whose receipts one claim can keep: no longer than any of them
 * allows, with the liability of the dearest. What it does not take waits for the next claim.
 */
export function takeBatch(pending: readonly PendingRecord[]): Batch {
  const [first] = pending;
  if (first === undefined) throw new RangeError("a batch has at least one record");
  let { liability, inclusionDeadline: earliestDeadline, maxRecords: most } = first;
  const serials = [first.serial];
  for (const record of pending.slice(1)) {
    const allowed = Math.min(most, record.maxRecords);
    if (serials.length + 1 > allowed) break;
    most = allowed;
    serials.push(record.serial);
    if (record.liability > liability) liability = record.liability;
    if (record.inclusionDeadline < earliestDeadline) earliestDeadline = record.inclusionDeadline;
  }
  return { serials, liability, earliestDeadline };
}
