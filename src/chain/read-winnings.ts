import { claimId } from "../claim/claim.js";
import type { Claim } from "../claim/claim.js";
import type { WinningsView } from "../slash/choose-winnings.js";
import type { Address } from "../types/address.js";
import { asAddress } from "../types/address.js";
import { asWei } from "../types/wei.js";
import { hasPart } from "./contracts.js";
import type { Contracts } from "./contracts.js";
import { inBatches } from "./in-batches.js";

/** What claims, and sessions about whatever, have left an account. */
export async function readWinnings(
  contracts: Contracts,
  account: Address,
  claims: readonly Claim[],
): Promise<WinningsView> {
  const { operators, inquiry, claimPlace } = contracts;
  const [penalties, credit] = await Promise.all([
    inBatches(claims, async (claim) => {
      const id = claimId(claim, claimPlace);
      const [{ beneficiary }, { beneficiaryPaid }] = await Promise.all([
        operators.penaltyOf(id),
        operators.settlementOf(id),
      ]);
      return { claimId: id, claim, beneficiary: asAddress(beneficiary), beneficiaryPaid };
    }),
    hasPart(contracts, "inquiry") ? inquiry.balanceOf(account) : 0n,
  ]);
  return { account, penalties, credit: asWei(credit) };
}
