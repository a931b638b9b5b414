import type { Address } from "../types/address.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { Place } from "../types/place.js";
import { parentItem } from "./claim.js";
import type { Parent, RecordRef } from "./parent-list.js";

/** A record of another deployment, as files name it: whoever reads it knows where to look, and nobody here looked. */
export type ForeignParent = RecordRef & {
  /** Decimal digits. */
  readonly chainId: string;
  readonly claimBook: Address;
};

/** How files name a parent: by claim and index where it stands in the claim book that the child's claim stands in. */
export type NamedParent = RecordRef | ForeignParent;

export const isForeign = (parent: NamedParent): parent is ForeignParent => "chainId" in parent;

/** @param home the claim book of the child's claim */
export function placeParent(parent: NamedParent, home: Place): Parent {
  const { claimId, recordIndex } = parent;
  const book = isForeign(parent) ? { chainId: BigInt(parent.chainId), contract: parent.claimBook } : home;
  return { claimId, recordIndex, book };
}

/** The other way round, for files that do not say where they belong: chain and claim book stand with every parent. */
export const spellParent = ({ claimId, recordIndex, book }: Parent): ForeignParent => ({
  ...{ chainId: `${book.chainId}`, claimBook: book.contract },
  ...{ claimId, recordIndex },
});

/** @param home the claim book of the child's claim */
export function itemOfParent(parent: NamedParent, home: Place): Bytes32 {
  const placed = placeParent(parent, home);
  return parentItem(placed, placed.book);
}

/** The one way to name a parent: what is spelled as elsewhere and stands here is not foreign. */
export function nameParent(parent: NamedParent, home: Place): NamedParent {
  if (!isForeign(parent)) return parent;
  const { claimId, recordIndex, chainId, claimBook } = parent;
  const isHere = BigInt(chainId) === home.chainId && claimBook === home.contract;
  return isHere ? { claimId, recordIndex } : parent;
}
