import type { Contracts } from "../../chain/contracts.js";
import { withdrawCourtCreditCall } from "../../chain/receipt-calls.js";
import type { Address } from "../../types/address.js";
import type { SendOnce } from "./send-once.js";

/** Pulls what answers have earned the account, from the inquiry and from the court, when there is something. */
export async function withdrawCredits(given: {
  readonly contracts: Contracts;
  readonly account: Address;
  readonly send: SendOnce;
  /** Makes the key of each withdrawal another. */
  readonly block: number;
}): Promise<void> {
  const { contracts, account, send, block } = given;
  const { inquiry, court, deployment } = contracts;
  if ((await inquiry.balanceOf(account)) > 0n) {
    const data = inquiry.interface.encodeFunctionData("withdraw", [account]);
    const call = { call: "Inquiry.withdraw", to: deployment.inquiry, data, value: 0n };
    await send(`withdraw from the inquiry at ${block}`, call);
  }
  if ((await court.balanceOf(account)) > 0n) {
    await send(`withdraw from the court at ${block}`, withdrawCourtCreditCall(contracts, account));
  }
}
