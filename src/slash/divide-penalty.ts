import { asWei, type Wei } from "../types/wei.js";

/** Shares of a penalty in percent, constants of the protocol: what is left of 100 is burned. */
export const BENEFICIARY_PERCENT = 30n;
export const RECORDS_PERCENT = 20n;

export interface Division {
  readonly beneficiary: Wei;
  /** For each record. */
  readonly perRecord: Wei;
  readonly burned: Wei;
}

/**
 * Splits a penalty among beneficiary, `records` (1..2^20) and fire: rewards rounded down, the remainder burned, so that
 * `burned + beneficiary + records × perRecord` is the penalty to the wei. Twin: contracts/libraries/Penalty.sol.
 */
export function dividePenalty(penalty: Wei, records: number): Division {
  const count = BigInt(records);
  const beneficiary = (penalty * BENEFICIARY_PERCENT) / 100n;
  const perRecord = (penalty * RECORDS_PERCENT) / (100n * count);
  return {
    beneficiary: asWei(beneficiary),
    perRecord: asWei(perRecord),
    burned: asWei(penalty - beneficiary - perRecord * count),
  };
}
