import type { Claim } from "../claim/claim.js";
import type { Contracts } from "./contracts.js";
import { finalizeCall } from "./claim-calls.js";
import type { Sent } from "./send.js";
import { sendCall } from "./send-call.js";

/** OPEN → FINAL, once the window is over. Anyone may. */
export function finalizeClaim(contracts: Contracts, claim: Claim): Promise<Sent> {
  return sendCall(contracts, finalizeCall(contracts, claim));
}
