import { claimId } from "../claim/claim.js";
import type { Claim } from "../claim/claim.js";
import { openRecord } from "../claim/record-list.js";
import type { RecordTree } from "../claim/record-list.js";
import type { Contracts } from "./contracts.js";
import { send } from "./send.js";
import type { Sent } from "./send.js";

/** Sends the share of record `index` of a fallen claim to its requester. Anyone may. */
export function pullRecordShare(
  contracts: Contracts,
  claim: Claim,
  records: RecordTree,
  index: number,
): Promise<Sent> {
  const record = records.records[index];
  if (record === undefined)
    throw new RangeError(`the claim has ${records.records.length} records; found index ${index}`);
  const proof = openRecord(records, index);
  return send("OperatorRegistry.pullShare", contracts.operators.pullShare(claim, record, index, proof));
}

/** Sends the beneficiary's share of a fallen claim. Anyone may. */
export function pullBeneficiaryShare(contracts: Contracts, claim: Claim): Promise<Sent> {
  const id = claimId(claim, contracts.claimPlace);
  return send("OperatorRegistry.pullBeneficiaryShare", contracts.operators.pullBeneficiaryShare(id));
}

/** Sends the burned part of a fallen claim where nobody can spend it. Anyone may. */
export function burnPenalty(contracts: Contracts, claim: Claim): Promise<Sent> {
  return send("OperatorRegistry.burn", contracts.operators.burn(claim));
}
