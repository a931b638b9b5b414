import { asWei } from "../../types/wei.js";
import type { Wei } from "../../types/wei.js";

/** What a model's pending records will lock. */
export type PendingLiability = {
  readonly count: number;
  /** The smallest number of records that one of their receipts allows a claim. */
  readonly maxRecords: number;
  /** The dearest that was promised. */
  readonly liability: Wei;
};

/**
 * Stake that claims not submitted yet will lock, from above: those that are made, and those that pending records need,
 * however they fall together.
 */
export function promisedLiability(made: Wei, pending: readonly PendingLiability[]): Wei {
  const claims = pending.map(
    ({ count, maxRecords, liability }) => BigInt(Math.ceil(count / maxRecords)) * liability,
  );
  return asWei(claims.reduce((sum, wei) => sum + wei, made as bigint));
}
