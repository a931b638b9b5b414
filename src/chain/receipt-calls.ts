import type { SignedReceipt } from "../claim/receipt.js";
import type { ReceiptMove } from "../dispute/receipt-view.js";
import type { Address } from "../types/address.js";
import { requirePart } from "./contracts.js";
import type { Contracts } from "./contracts.js";
import type { Call } from "./move-call.js";

/** A move about a receipt that is a transaction. */
export type ReceiptChainMove = Exclude<ReceiptMove, { readonly kind: "wait" | "rest" }>;

/** The transaction that a move about a receipt describes. */
export function callOfReceiptMove(contracts: Contracts, move: ReceiptChainMove): Call {
  const { interface: abi } = contracts.court;
  switch (move.kind) {
    case "present":
      return toCourt(contracts, "present", abi.encodeFunctionData("present", [move.signed]));
    case "complain":
      return toCourt(contracts, "complain", abi.encodeFunctionData("complain", [move.signed]), move.value);
    case "answer-complaint": {
      const { claim, index, proof } = move.inclusion;
      const data = abi.encodeFunctionData("answer", [move.receipt, claim, index, [...proof]]);
      return toCourt(contracts, "answer", data);
    }
    case "time-out-complaint":
      return toCourt(contracts, "timeOut", abi.encodeFunctionData("timeOut", [move.receipt]));
  }
}

/** Breaks both receipts; each was presented before, or is now. */
export function equivocationCall(
  contracts: Contracts,
  [one, other]: readonly [SignedReceipt, SignedReceipt],
  beneficiary: Address,
): Call {
  const { interface: abi } = contracts.court;
  const data = abi.encodeFunctionData("proveEquivocation", [one, other, beneficiary]);
  return toCourt(contracts, "proveEquivocation", data);
}

/** Sends what the caller has won or got back in the court. */
export function withdrawCourtCreditCall(contracts: Contracts, to: Address): Call {
  return toCourt(contracts, "withdraw", contracts.court.interface.encodeFunctionData("withdraw", [to]));
}

function toCourt(contracts: Contracts, name: string, data: string, value = 0n): Call {
  requirePart(contracts, "receiptCourt");
  return { call: `ReceiptCourt.${name}`, to: contracts.deployment.receiptCourt, data, value };
}
