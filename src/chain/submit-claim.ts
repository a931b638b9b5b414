import { claimId } from "../claim/claim.js";
import type { Claim } from "../claim/claim.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { Contracts } from "./contracts.js";
import { send } from "./send.js";
import type { Sent } from "./send.js";

/** Submits a claim as its operator or one of its active signers. Its liability is locked until it is decided. */
export async function submitClaim(
  contracts: Contracts,
  claim: Claim,
): Promise<Sent & { readonly claimId: Bytes32 }> {
  const sent = await send("ClaimBook.submit", contracts.claims.submit(claim));
  return { ...sent, claimId: claimId(claim, contracts.claimPlace) };
}
