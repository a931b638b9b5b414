import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

import { OnusError } from "../errors/onus-error.js";
import type { Brand } from "./brand.js";

/** A 20-byte account address with its EIP-55 checksum, so that equal values are equal strings. */
export type Address = Brand<`0x${string}`, "Address">;

/** Reads an address from the outside world: all lower case, all upper case, or mixed with a right checksum. */
export function parseAddress(text: string, name = "address"): Address {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) {
    throw new OnusError("MALFORMED_VALUE", {
      name,
      expected: "0x and 40 hex digits (20 bytes)",
      found: JSON.stringify(text),
    });
  }
  const digits = text.slice(2);
  const checksummed = withChecksum(digits.toLowerCase());
  const isMixed = digits !== digits.toLowerCase() && digits !== digits.toUpperCase();
  if (isMixed && text !== checksummed) {
    throw new OnusError("MALFORMED_VALUE", {
      name,
      expected: `${checksummed} (EIP-55 checksum)`,
      found: text,
    });
  }
  return asAddress(checksummed);
}

/** Trusts its caller: `hex` is known to be an address with its checksum. */
export function asAddress(hex: string): Address {
  return hex as Address;
}

/** Nobody; the place of a part that a deployment does not have. */
export const ZERO_ADDRESS = asAddress(`0x${"00".repeat(20)}`);

/** EIP-55: a letter is upper case when its digit of the hash of the lower-case text is 8 or more. */
function withChecksum(digits: string): string {
  const hash = bytesToHex(keccak_256(utf8ToBytes(digits)));
  const cased = [...digits].map((digit, i) =>
    Number.parseInt(hash.charAt(i), 16) >= 8 ? digit.toUpperCase() : digit,
  );
  return `0x${cased.join("")}`;
}
