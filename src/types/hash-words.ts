import { keccak_256 } from "@noble/hashes/sha3.js";
import { hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

import { bytes32From, type Bytes32 } from "./bytes32.js";

/** A value that `abi.encode` puts into one word: bytes32 and addresses as hex, unsigned integers as numbers. */
export type Word = `0x${string}` | bigint | number;

const MAX_WORD = (1n << 256n) - 1n;

/** Hashes of tags: there are a dozen, and every record has one. */
const tags = new Map<string, Uint8Array>();

function hashOfTag(tag: string): Uint8Array {
  let hash = tags.get(tag);
  if (hash === undefined) tags.set(tag, (hash = keccak_256(utf8ToBytes(tag))));
  return hash;
}

/** keccak256(abi.encode(keccak256(tag), …words)): every identity of the protocol is of this form. */
export function hashWords(tag: string, words: readonly Word[]): Bytes32 {
  const encoded = new Uint8Array(32 * (words.length + 1));
  encoded.set(hashOfTag(tag));
  words.forEach((word, i) => encoded.set(encodeWord(word), 32 * (i + 1)));
  return bytes32From(keccak_256(encoded));
}

/** Hex of 32 bytes stands as it is; shorter hex is an address, at the low end of its word. */
export function encodeWord(word: Word): Uint8Array {
  const value = typeof word === "string" ? word.slice(2) : BigInt(word).toString(16);
  if (typeof word !== "string" && (BigInt(word) < 0n || BigInt(word) > MAX_WORD)) {
    throw new RangeError(`${word} does not fit an unsigned word of 256 bits`);
  }
  return hexToBytes(value.padStart(64, "0"));
}
