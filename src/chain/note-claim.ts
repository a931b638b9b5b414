import { claimId } from "../claim/claim.js";
import type { Claim } from "../claim/claim.js";
import { isOnusError } from "../errors/onus-error.js";
import { requirePart } from "./contracts.js";
import type { Contracts } from "./contracts.js";
import type { Call } from "./move-call.js";
import type { Sent } from "./send.js";
import { sendCall } from "./send-call.js";
import type { Fees } from "./transact.js";

/** Adds a decided claim to the standing of its operator and of its model. Anyone. */
export function noteClaimCall(contracts: Contracts, claim: Claim): Call {
  requirePart(contracts, "standing");
  const { standing, deployment } = contracts;
  const data = standing.interface.encodeFunctionData("note", [claim]);
  return { call: "Standing.note", to: deployment.standing, data, value: 0n };
}

/** Undefined when the claim was noted already, by whomever, also while this was on its way. */
export async function noteClaim(
  contracts: Contracts,
  claim: Claim,
  fees: Fees = {},
): Promise<Sent | undefined> {
  const call = noteClaimCall(contracts, claim);
  const isNoted = (): Promise<boolean> => contracts.standing.isNoted(claimId(claim, contracts.claimPlace));
  if (await isNoted()) return undefined;
  try {
    return await sendCall(contracts, call, fees);
  } catch (error) {
    if (isOnusError(error, "REVERTED") && (await isNoted())) return undefined;
    throw error;
  }
}
