import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, concatBytes, hexToBytes } from "@noble/hashes/utils.js";

import { parseAddress, ZERO_ADDRESS } from "../types/address.js";
import type { Address } from "../types/address.js";

/** The parts of a deployment, in the order in which `Onus` creates them. */
export const PART_ORDER = [
  "transcendental",
  "evaluator",
  "referee",
  "modelRegistry",
  "operatorRegistry",
  "claimBook",
  "workbench",
  "inquiry",
  "receiptCourt",
  "standing",
  "lineage",
] as const;
export type PartOfOnus = (typeof PART_ORDER)[number];
export type Parts = Readonly<Record<PartOfOnus, Address>>;
/** Null: nothing shows whether the deployment has it. */
export type ShownParts = Readonly<Record<PartOfOnus, Address | null>>;

/**
 * Where the parts of the deployment at `onus` stand: the addresses of its creations 1, 2, 3 …, left out parts taking no
 * number. So one address says where all of them are, to whoever has no chain at hand.
 */
export function partAddresses(onus: Address, has: (part: PartOfOnus) => boolean = () => true): Parts {
  let nonce = 0;
  const entries = PART_ORDER.map((part) => [part, has(part) ? createdAddress(onus, ++nonce) : ZERO_ADDRESS]);
  return Object.fromEntries(entries) as Parts;
}

/**
 * The parts that events show, and those before them, whose numbers they took. Whether later ones exist nothing says: to
 * deny one would hide what it has to say.
 */
export function shownParts(parts: Parts, emitters: ReadonlySet<string>): ShownParts {
  const last = PART_ORDER.findLastIndex((part) => emitters.has(part));
  return Object.fromEntries(
    PART_ORDER.map((part, at) => [part, at <= last ? parts[part] : null]),
  ) as ShownParts;
}

/** @param nonce 1..127: one byte of RLP */
function createdAddress(creator: Address, nonce: number): Address {
  const list = concatBytes(hexToBytes(`d694${creator.slice(2).toLowerCase()}`), Uint8Array.of(nonce));
  return parseAddress(`0x${bytesToHex(keccak_256(list).subarray(12))}`);
}
