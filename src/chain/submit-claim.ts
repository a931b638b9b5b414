import { claimId } from "../claim/claim.js";
import type { Claim } from "../claim/claim.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { Contracts } from "./contracts.js";
import { submitCall } from "./claim-calls.js";
import type { Sent } from "./send.js";
import { sendCall } from "./send-call.js";

/** Submits a claim as its operator or one of its active signers. Its liability is locked until it is decided. */
export async function submitClaim(
  contracts: Contracts,
  claim: Claim,
): Promise<Sent & { readonly claimId: Bytes32 }> {
  const sent = await sendCall(contracts, submitCall(contracts, claim));
  return { ...sent, claimId: claimId(claim, contracts.claimPlace) };
}
