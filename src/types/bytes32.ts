import { bytesToHex } from "@noble/hashes/utils.js";

import { OnusError } from "../errors/onus-error.js";
import type { Brand } from "./brand.js";

/** 32 bytes as 0x and 64 lower-case hex digits, so that equal values are equal strings. */
export type Bytes32 = Brand<`0x${string}`, "Bytes32">;

/** Reads 32 bytes from the outside world; upper-case digits are accepted. `name` says in the error what was read. */
export function parseBytes32(text: string, name = "value"): Bytes32 {
  if (!/^0x[0-9a-fA-F]{64}$/.test(text)) {
    throw new OnusError("MALFORMED_VALUE", {
      name,
      expected: "0x and 64 hex digits (32 bytes)",
      found: JSON.stringify(text),
    });
  }
  return asBytes32(text.toLowerCase());
}

/** Trusts its caller: `hex` is known to be 0x and 64 lower-case digits. */
export function asBytes32(hex: string): Bytes32 {
  return hex as Bytes32;
}

/** The 32 bytes as a string. Throws when there are not 32. */
export function bytes32From(bytes: Uint8Array): Bytes32 {
  if (bytes.length !== 32) {
    throw new OnusError("MALFORMED_VALUE", {
      name: "bytes",
      expected: "32 bytes",
      found: `${bytes.length} bytes`,
    });
  }
  return asBytes32(`0x${bytesToHex(bytes)}`);
}

/** 32 zero bytes: no predecessor, no parents, a trace that is stated on demand. */
export const ZERO_HASH = asBytes32(`0x${"00".repeat(32)}`);
