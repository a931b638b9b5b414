import type { Contracts } from "./contracts.js";
import { pullBeneficiaryShare } from "./pull-shares.js";
import { withdrawCredit } from "./withdraw-credit.js";
import { claimId } from "../claim/claim.js";
import type { Claim } from "../claim/claim.js";
import type { Address } from "../types/address.js";

/** Sends an account what it has won by a claim: its share of the penalty, and what sessions gave back or paid. */
export async function collectWinnings(contracts: Contracts, claim: Claim, account: Address): Promise<void> {
  const id = claimId(claim, contracts.claimPlace);
  const [{ beneficiary }, { beneficiaryPaid }] = await Promise.all([
    contracts.operators.penaltyOf(id),
    contracts.operators.settlementOf(id),
  ]);
  if (beneficiary === account && !beneficiaryPaid) await pullBeneficiaryShare(contracts, claim);
  await withdrawCredit(contracts, account);
}
