import { claimId, receiptHash, recordHash, requestId, type Claim, type Receipt } from "onus";

import type { Job, Result } from "./jobs.ts";

/** JSON of a file nobody has checked: a name that is not there is undefined. */
type Loose = { readonly [name: string]: Loose | undefined };
type Place = Parameters<typeof receiptHash>[1];

/**
 * What a receipt or claim file may be found by: hashes of what is in it, computed here. Empty for JSON that is neither.
 * A receipt's own answer names it inside of itself; a file holds it alone.
 */
export function hashesOfJson(
  text: string,
  claimBook: Extract<Job, { kind: "roots" }>["claimBook"],
): Result["roots"] {
  const json = JSON.parse(text) as Loose;
  const signed = json["receipt"]?.["receipt"] === undefined ? json : json["receipt"];
  const { receipt, court } = signed;
  if (receipt?.["record"] !== undefined && court !== undefined) {
    const read = withNumbers(receipt) as Receipt;
    return [
      { what: "the receipt", hash: receiptHash(read, withNumbers(court) as Place) },
      { what: "the record that it promises", hash: recordHash(read.record) },
      { what: "the request", hash: requestId(read.record, read.modelId) },
      { what: "the operator that signed it", hash: read.operator },
    ];
  }
  const claim = json["claim"];
  if (claim?.["recordsRoot"] === undefined) return [];
  const read = withNumbers(claim) as Claim;
  const place = { chainId: BigInt(claimBook.chainId), contract: claimBook.contract } as Place;
  return [
    { what: "the claim", hash: claimId(read, place) },
    { what: "the operator that claimed", hash: read.operator },
  ];
}

/** Amounts and times stand as decimal text in JSON; counts as numbers already. */
const withNumbers = (value: unknown): unknown => {
  if (typeof value === "string" && /^[0-9]+$/.test(value)) return BigInt(value);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withNumbers(inner)]));
};
