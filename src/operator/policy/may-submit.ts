import type { Seconds } from "../../types/seconds.js";
import type { Wei } from "../../types/wei.js";

/**
 * Whether a claim is submitted at this base fee. Above the ceiling it waits for as long as its receipts allow; a promise
 * weighs more than gas.
 *
 * @param claim.margin kept free before the deadline for the transaction to be included
 */
export function maySubmit(
  claim: { readonly earliestDeadline: Seconds; readonly margin: Seconds },
  price: { readonly baseFee: Wei; readonly ceiling: Wei },
  now: Seconds,
): boolean {
  return price.baseFee <= price.ceiling || now + claim.margin >= claim.earliestDeadline;
}
