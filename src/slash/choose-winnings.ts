import type { Claim } from "../claim/claim.js";
import type { Address } from "../types/address.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { Wei } from "../types/wei.js";
import { dividePenalty } from "./divide-penalty.js";

/** What claims and sessions may have left an account. */
export type WinningsView = {
  readonly account: Address;
  readonly penalties: readonly {
    readonly claimId: Bytes32;
    readonly claim: Claim;
    /** The zero address where the claim has not fallen. */
    readonly beneficiary: Address;
    readonly beneficiaryPaid: boolean;
  }[];
  /** What sessions gave back or paid, in native currency. */
  readonly credit: Wei;
};

export type Winning =
  | { readonly kind: "share"; readonly claimId: Bytes32; readonly claim: Claim; readonly amount: Wei }
  | { readonly kind: "credit"; readonly amount: Wei };

/**
 * What there is to pull: every share of the account's that nobody has pulled, and its credit.
 *
 * @param dearest what pulling the credit may cost: no more than that is left where it is
 */
export function chooseWinnings(view: WinningsView, dearest: Wei): readonly Winning[] {
  const { account, penalties, credit } = view;
  const shares = penalties
    .filter(({ beneficiary, beneficiaryPaid }) => beneficiary === account && !beneficiaryPaid)
    .map(({ claimId, claim }) => {
      // The whole liability is the penalty.
      const amount = dividePenalty(claim.liability, claim.n).beneficiary;
      return { kind: "share", claimId, claim, amount } as const;
    });
  return credit > dearest ? [...shares, { kind: "credit", amount: credit }] : shares;
}
