import { pullBeneficiaryShareCall, withdrawCreditCall } from "../chain/claim-calls.js";
import { providerOf } from "../chain/contracts.js";
import type { Contracts } from "../chain/contracts.js";
import type { Sender } from "../chain/sender.js";
import { dividePenalty } from "../slash/divide-penalty.js";
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
  for (const { claim, claimId } of unpulled) {
    const { beneficiaryPaid } = await contracts.operators.settlementOf(claimId);
    if (beneficiaryPaid) continue;
    const call = pullBeneficiaryShareCall(contracts, claim);
    const { status } = await sender.send({ key: keyOfCall(claimId, call), call });
    // The whole liability is the penalty.
    if (status === "done") won(dividePenalty(claim.liability, claim.n).beneficiary);
  }
  const [credit, newest] = await Promise.all([
    contracts.inquiry.balanceOf(sender.account),
    providerOf(contracts).getBlock("latest"),
  ]);
  if (newest === null || credit <= WORTH_GAS * (newest.baseFeePerGas ?? 0n)) return;
  const call = withdrawCreditCall(contracts, sender.account);
  // Each withdrawal is another one.
  await sender.send({ key: `withdraw ${newest.number}`, call });
}
