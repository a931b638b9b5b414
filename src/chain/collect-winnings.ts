import type { Claim } from "../claim/claim.js";
import { chooseWinnings } from "../slash/choose-winnings.js";
import type { Address } from "../types/address.js";
import { asWei } from "../types/wei.js";
import { winningCall } from "./claim-calls.js";
import type { Contracts } from "./contracts.js";
import { readWinnings } from "./read-winnings.js";
import { sendCall } from "./send-call.js";

/** Sends an account what it has won by a claim: its share of the penalty, and what sessions gave back or paid. */
export async function collectWinnings(contracts: Contracts, claim: Claim, account: Address): Promise<void> {
  const view = await readWinnings(contracts, account, [claim]);
  for (const winning of chooseWinnings(view, asWei(0n))) {
    await sendCall(contracts, winningCall(contracts, winning, account));
  }
}
