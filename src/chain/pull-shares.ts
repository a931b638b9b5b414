import type { Claim } from "../claim/claim.js";
import type { RecordTree } from "../claim/record-list.js";
import { burnCall, pullBeneficiaryShareCall, pullShareCall } from "./claim-calls.js";
import type { Contracts } from "./contracts.js";
import type { Sent } from "./send.js";
import { sendCall } from "./send-call.js";

/** Sends the share of record `index` of a fallen claim to its requester. Anyone may. */
export async function pullRecordShare(
  contracts: Contracts,
  claim: Claim,
  records: RecordTree,
  index: number,
): Promise<Sent> {
  return sendCall(contracts, pullShareCall(contracts, claim, { records, index }));
}

/** Sends the beneficiary's share of a fallen claim. Anyone may. */
export async function pullBeneficiaryShare(contracts: Contracts, claim: Claim): Promise<Sent> {
  return sendCall(contracts, pullBeneficiaryShareCall(contracts, claim));
}

/** Sends the burned part of a fallen claim where nobody can spend it. Anyone may. */
export async function burnPenalty(contracts: Contracts, claim: Claim): Promise<Sent> {
  return sendCall(contracts, burnCall(contracts, claim));
}
