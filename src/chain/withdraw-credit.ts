import type { Address } from "../types/address.js";
import type { Contracts } from "./contracts.js";
import { requirePart } from "./contracts.js";
import { withdrawCreditCall } from "./claim-calls.js";
import type { Sent } from "./send.js";
import { sendCall } from "./send-call.js";

/**
 * Sends what the caller has won or got back in sessions: deposits, payments for answers, closing and settling. Undefined
 * when there is nothing.
 */
export async function withdrawCredit(contracts: Contracts, account: Address): Promise<Sent | undefined> {
  requirePart(contracts, "inquiry");
  if ((await contracts.inquiry.balanceOf(account)) === 0n) return undefined;
  return sendCall(contracts, withdrawCreditCall(contracts, account));
}
