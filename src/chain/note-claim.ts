import { claimId } from "../claim/claim.js";
import type { Claim } from "../claim/claim.js";
import { requirePart } from "./contracts.js";
import type { Contracts } from "./contracts.js";
import type { Call } from "./move-call.js";
import type { Sent } from "./send.js";
import { sendCall } from "./send-call.js";

/** Adds a decided claim to the standing of its operator and of its model. Anyone. */
export function noteClaimCall(contracts: Contracts, claim: Claim): Call {
  requirePart(contracts, "standing");
  const { standing, deployment } = contracts;
  const data = standing.interface.encodeFunctionData("note", [claim]);
  return { call: "Standing.note", to: deployment.standing, data, value: 0n };
}

/** Undefined when the claim was noted already. */
export async function noteClaim(contracts: Contracts, claim: Claim): Promise<Sent | undefined> {
  const call = noteClaimCall(contracts, claim);
  if (await contracts.standing.isNoted(claimId(claim, contracts.claimPlace))) return undefined;
  return sendCall(contracts, call);
}
