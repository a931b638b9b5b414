import { winningCall } from "../chain/claim-calls.js";
import { providerOf } from "../chain/contracts.js";
import type { Contracts } from "../chain/contracts.js";
import { readWinnings } from "../chain/read-winnings.js";
import type { Sender } from "../chain/sender.js";
import { chooseWinnings } from "../slash/choose-winnings.js";
import { asWei } from "../types/wei.js";
import type { Wei } from "../types/wei.js";
import type { WatchedClaim } from "./claim-table.js";
import { keyOfCall } from "./key-of-call.js";

/** Credit that is worth its transaction, in gas at the price of the newest block. */
const WORTH_GAS = 500_000n;

/** Pulls the shares of fallen claims and the credit of sessions; what somebody pulled already is there. */
export async function collectWinnings(parts: {
  readonly contracts: Contracts;
  readonly sender: Sender;
  readonly unpulled: readonly WatchedClaim[];
  /** Told of each share that arrived. */
  readonly won: (share: Wei) => void;
}): Promise<void> {
  const { contracts, sender, unpulled, won } = parts;
  const claims = unpulled.map(({ claim }) => claim);
  const [view, newest] = await Promise.all([
    readWinnings(contracts, sender.account, claims),
    providerOf(contracts).getBlock("latest"),
  ]);
  if (newest === null) return;
  for (const winning of chooseWinnings(view, asWei(WORTH_GAS * (newest.baseFeePerGas ?? 0n)))) {
    const call = winningCall(contracts, winning, sender.account);
    // A share is pulled once; each withdrawal is another one.
    const key = winning.kind === "share" ? keyOfCall(winning.claimId, call) : `withdraw ${newest.number}`;
    const { status } = await sender.send({ key, call });
    if (winning.kind === "share" && status === "done") won(winning.amount);
  }
}
