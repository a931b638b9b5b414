import { keccak_256 } from "@noble/hashes/sha3.js";
import { hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

import { bytes32From } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";

/** A static ABI word: an unsigned integer, or hex digits of at most 32 bytes (bytes32, or an address). */
export type Word = bigint | number | `0x${string}`;

/** keccak256(abi.encode(keccak256(tag), words…)) for static types: how every identity is made. */
export function hashWords(tag: string, words: readonly Word[]): Bytes32 {
  const bytes = new Uint8Array(32 * (words.length + 1));
  bytes.set(keccak_256(utf8ToBytes(tag)));
  words.forEach((word, number) => bytes.set(wordBytes(word), 32 * (number + 1)));
  return bytes32From(keccak_256(bytes));
}

function wordBytes(word: Word): Uint8Array {
  const digits = typeof word === "string" ? word.slice(2) : word.toString(16);
  return hexToBytes(digits.padStart(64, "0"));
}
