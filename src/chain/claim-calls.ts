import { claimId } from "../claim/claim.js";
import type { Claim } from "../claim/claim.js";
import { openRecord } from "../claim/record-list.js";
import type { RecordTree } from "../claim/record-list.js";
import { OnusError } from "../errors/onus-error.js";
import type { Winning } from "../slash/choose-winnings.js";
import type { Address } from "../types/address.js";
import type { Contracts } from "./contracts.js";
import type { Call } from "./move-call.js";

/** By the claim's operator or one of its active signers: locks the liability and opens the window. */
export function submitCall({ claims, deployment }: Contracts, claim: Claim): Call {
  const data = claims.interface.encodeFunctionData("submit", [claim]);
  return { call: "ClaimBook.submit", to: deployment.claimBook, data, value: 0n };
}

/** Anyone, once the window is over. */
export function finalizeCall({ claims, deployment }: Contracts, claim: Claim): Call {
  const data = claims.interface.encodeFunctionData("finalize", [claim]);
  return { call: "ClaimBook.finalize", to: deployment.claimBook, data, value: 0n };
}

/** Sends the share of record `index` of a fallen claim to its requester. Anyone. */
export function pullShareCall(
  contracts: Contracts,
  claim: Claim,
  { records, index }: { records: RecordTree; index: number },
): Call {
  const record = records.records[index];
  const count = records.records.length;
  if (record === undefined) throw new OnusError("RECORD_MISSING", { index, count });
  const given = [claim, record, index, openRecord(records, index)] as const;
  return toOperators(
    contracts,
    "pullShare",
    contracts.operators.interface.encodeFunctionData("pullShare", [...given]),
  );
}

/** Sends the beneficiary's share of a fallen claim. Anyone. */
export function pullBeneficiaryShareCall(contracts: Contracts, claim: Claim): Call {
  const { operators, claimPlace } = contracts;
  const id = claimId(claim, claimPlace);
  const data = operators.interface.encodeFunctionData("pullBeneficiaryShare", [id]);
  return toOperators(contracts, "pullBeneficiaryShare", data);
}

/** Sends the burned part of a fallen claim where nobody can spend it. Anyone. */
export function burnCall(contracts: Contracts, claim: Claim): Call {
  return toOperators(contracts, "burn", contracts.operators.interface.encodeFunctionData("burn", [claim]));
}

/** Sends what the caller has won or got back in sessions. */
export function withdrawCreditCall({ inquiry, deployment }: Contracts, to: Address): Call {
  const data = inquiry.interface.encodeFunctionData("withdraw", [to]);
  return { call: "Inquiry.withdraw", to: deployment.inquiry, data, value: 0n };
}

/** Sends `account` what is its own. */
export function winningCall(contracts: Contracts, winning: Winning, account: Address): Call {
  return winning.kind === "share"
    ? pullBeneficiaryShareCall(contracts, winning.claim)
    : withdrawCreditCall(contracts, account);
}

const toOperators = ({ deployment }: Contracts, name: string, data: string): Call => ({
  call: `OperatorRegistry.${name}`,
  to: deployment.operatorRegistry,
  data,
  value: 0n,
});
