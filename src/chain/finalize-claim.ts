import type { Claim } from "../claim/claim.js";
import type { Contracts } from "./contracts.js";
import { send } from "./send.js";
import type { Sent } from "./send.js";

/** OPEN → FINAL, once the window is over. Anyone may. */
export function finalizeClaim(contracts: Contracts, claim: Claim): Promise<Sent> {
  return send("ClaimBook.finalize", contracts.claims.finalize(claim));
}
