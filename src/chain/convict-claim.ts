import type { Claim } from "../claim/claim.js";
import type { Address } from "../types/address.js";
import type { Contracts } from "./contracts.js";
import { send } from "./send.js";
import type { Sent } from "./send.js";

/**
 * Proves a fault in one transaction. `evidence` as docs/spec/faults.md lays it out; floor(30 %) of the penalty is
 * the beneficiary's. Evidence that proves nothing is refused and costs only its gas.
 */
export function convictClaim(args: {
  contracts: Contracts;
  claim: Claim;
  evidence: Uint8Array;
  beneficiary: Address;
}): Promise<Sent> {
  const { contracts, claim, evidence, beneficiary } = args;
  return send("Referee.convict", contracts.referee.convict(claim, evidence, beneficiary));
}
