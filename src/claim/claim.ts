import type { Address } from "../types/address.js";
import type { Bytes32 } from "../types/bytes32.js";
import { hashWords } from "../types/hash-words.js";
import type { Place } from "../types/place.js";
import type { Seconds } from "../types/seconds.js";
import type { Wei } from "../types/wei.js";

/** An operator's commitment to 1..n records of one model. Chain side: contracts/types/Claim.sol. */
export interface Claim {
  readonly operator: Address;
  readonly modelId: Bytes32;
  /** Chosen by the operator; makes equal lists distinct claims. */
  readonly nonce: bigint;
  /** List of the record hashes. */
  readonly recordsRoot: Bytes32;
  /** Records, 1..2^20. */
  readonly n: number;
  /** Locked until FINAL; all of it is the penalty. */
  readonly liability: Wei;
  /** From submission, in which it can be contested. */
  readonly window: Seconds;
}

export function claimId(claim: Claim, book: Place): Bytes32 {
  const { operator, modelId, nonce, recordsRoot, n, liability, window } = claim;
  return hashWords("onus-1/claim", [
    book.chainId,
    book.contract,
    operator,
    modelId,
    nonce,
    recordsRoot,
    n,
    liability,
    window,
  ]);
}

/** The item by which a record names the record it was made from. */
export function parentItem(
  parent: { readonly claimId: Bytes32; readonly recordIndex: number },
  book: Place,
): Bytes32 {
  return hashWords("onus-1/parent", [book.chainId, book.contract, parent.claimId, parent.recordIndex]);
}
