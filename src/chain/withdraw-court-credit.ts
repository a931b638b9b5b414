import type { Address } from "../types/address.js";
import { requirePart } from "./contracts.js";
import type { Contracts } from "./contracts.js";
import { send } from "./send.js";
import type { Sent } from "./send.js";

/** Sends what the caller has won or got back in complaints about receipts. Undefined when there is nothing. */
export async function withdrawCourtCredit(contracts: Contracts, account: Address): Promise<Sent | undefined> {
  requirePart(contracts, "receiptCourt");
  if ((await contracts.court.balanceOf(account)) === 0n) return undefined;
  return send("ReceiptCourt.withdraw", contracts.court.withdraw(account));
}
