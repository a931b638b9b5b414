import { readClaimState } from "../chain/read-claims.js";
import type { Contracts } from "../chain/contracts.js";
import type { Parent } from "../claim/parent-list.js";
import { OnusError } from "../errors/onus-error.js";
import { parseAddress } from "../types/address.js";
import { parseBytes32 } from "../types/bytes32.js";
import { parseCount } from "../types/count.js";
import { readNamedClaim } from "./claim-files.js";
import type { NamedClaim } from "./claim-files.js";
import { RECORD_FORM } from "./options.js";

/** A record of this claim book with its claim. */
export type NamedRecord = NamedClaim & { readonly recordIndex: number };

/** A record of a claim that was submitted to this deployment, by the claim's id or its claim.json; index 0 if none is named. */
export async function readNamedRecord(
  contracts: Contracts,
  text: string,
  name: string,
): Promise<NamedRecord> {
  const [, claim = text, index = "0"] = /^(.+?)(?::(\d+))?$/.exec(text) ?? [];
  const named = await readNamedClaim(contracts, claim);
  await readClaimState(contracts, named.id);
  const recordIndex = parseCount(index, name);
  const count = named.claim.n;
  if (recordIndex >= count) throw new OnusError("RECORD_MISSING", { index: recordIndex, count });
  return { ...named, recordIndex };
}

/** What a record may name as its parent. One of this claim book is looked up: who mistypes it would never show the edge. */
export async function readParent(contracts: Contracts, text: string): Promise<Parent> {
  const at = text.lastIndexOf("@");
  const [, id, index, chainId, book] =
    /^(0x[0-9a-fA-F]{64}):(\d{1,9})@(\d{1,38}):(0x[0-9a-fA-F]{40})$/.exec(text) ?? [];
  if (id !== undefined) {
    const foreign = {
      chainId: BigInt(chainId as string),
      contract: parseAddress(book as string, "--parent"),
    };
    const own = contracts.claimPlace;
    if (foreign.chainId !== own.chainId || foreign.contract !== own.contract)
      return { claimId: parseBytes32(id, "--parent"), recordIndex: Number(index), book: foreign };
    return readParent(contracts, text.slice(0, at));
  }
  if (/@[^/@]*:0x/.test(text))
    throw new OnusError("MALFORMED_VALUE", { name: "--parent", expected: RECORD_FORM, found: text });
  const { id: claimId, recordIndex } = await readNamedRecord(contracts, text, "--parent");
  return { claimId, recordIndex, book: contracts.claimPlace };
}

/** As `readParent` reads it; the place of the claim book only where it is another one. */
export function describeParent({ claimPlace }: Contracts, { claimId, recordIndex, book }: Parent): string {
  const isOwn = book.chainId === claimPlace.chainId && book.contract === claimPlace.contract;
  return `${claimId}:${recordIndex}${isOwn ? "" : `@${book.chainId}:${book.contract}`}`;
}
