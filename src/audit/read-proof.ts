import { decode, encode } from "@ethereumjs/rlp";
import type { NestedUint8Array } from "@ethereumjs/rlp";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";

import { bytes32From } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { HexData } from "./bundle.js";

/** A proven value, or which node of the proof does not follow from what is above it; `node` absent: the key leads past it. */
export type ProofWalk =
  | { readonly ok: true; readonly value: Uint8Array }
  | { readonly ok: false; readonly node?: number; readonly reason: string };

type Node = Uint8Array | NestedUint8Array;

/** Follows the path of an index through a trie of a block's receipts or transactions, whose keys are RLP of the index. */
export const walkProof = (root: Bytes32, index: number, proof: readonly HexData[]): ProofWalk =>
  walkTrie({ root, key: encode(index), proof, name: `index ${index}` });

/**
 * Follows the path of a key through a Merkle-Patricia trie whose nodes are given from the root down (yellow paper,
 * appendix D). Every node is used, and used up. `name` says what the key is of, for whoever is told that it is not there.
 */
export function walkTrie(given: {
  readonly root: Bytes32;
  readonly key: Uint8Array;
  readonly proof: readonly HexData[];
  readonly name: string;
}): ProofWalk {
  const { root, key, proof, name } = given;
  const path = nibblesOf(key);
  let expected: Node = hexToBytes(root.slice(2));
  let at = 0;
  for (const [number, hex] of proof.entries()) {
    const bytes = bytesOf(hex);
    const node = bytes && listOf(bytes);
    if (bytes === undefined || !(expected instanceof Uint8Array) || !equal(keccak_256(bytes), expected))
      return { ok: false, node: number, reason: "the node's hash is not what stands above it" };
    if (node === undefined) return { ok: false, node: number, reason: "the node is no list" };
    // Nodes shorter than a hash stand inside the one above them.
    for (let inner: NestedUint8Array = node; ;) {
      const step = descend(inner, path, at);
      if (step === undefined) return { ok: false, reason: `no path leads to ${name}` };
      at = step.at;
      if (step.isValue) {
        if (number !== proof.length - 1)
          return { ok: false, node: number + 1, reason: "nothing follows a value" };
        if (step.next instanceof Uint8Array) return { ok: true, value: step.next };
        return { ok: false, node: number, reason: "a list stands in the place of the value" };
      }
      if (step.next instanceof Uint8Array) {
        expected = step.next;
        break;
      }
      inner = step.next;
    }
  }
  return { ok: false, reason: "the proof ends before the value" };
}

function descend(
  node: NestedUint8Array,
  path: readonly number[],
  at: number,
): { readonly next: Node; readonly at: number; readonly isValue: boolean } | undefined {
  if (node.length === 17) {
    const next = node[at === path.length ? 16 : (path[at] as number)];
    if (next === undefined || next.length === 0) return undefined;
    return at === path.length ? { next, at, isValue: true } : { next, at: at + 1, isValue: false };
  }
  const [prefix, next] = node;
  if (!(prefix instanceof Uint8Array) || next === undefined || node.length !== 2) return undefined;
  const [flag = 0, ...rest] = nibblesOf(prefix);
  const part = flag % 2 === 1 ? rest : rest.slice(1);
  if (part.some((nibble, i) => path[at + i] !== nibble)) return undefined;
  const end = at + part.length;
  const isLeaf = flag >= 2;
  return isLeaf && end !== path.length ? undefined : { next, at: end, isValue: isLeaf };
}

const nibblesOf = (bytes: Uint8Array): number[] => [...bytes].flatMap((byte) => [byte >> 4, byte & 15]);
const equal = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

export function listOf(bytes: Uint8Array): NestedUint8Array | undefined {
  try {
    const node = decode(bytes);
    return Array.isArray(node) ? node : undefined;
  } catch {
    return undefined;
  }
}

export const bytesOf = (hex: string): Uint8Array | undefined =>
  /^0x([0-9a-fA-F]{2})*$/.test(hex) ? hexToBytes(hex.slice(2)) : undefined;

export type Header = {
  readonly hash: Bytes32;
  readonly parentHash: Bytes32;
  /** After the block. */
  readonly stateRoot: Bytes32;
  readonly transactionsRoot: Bytes32;
  readonly receiptsRoot: Bytes32;
  readonly number: number;
  /** Unix seconds. */
  readonly time: number;
};

/** A block's header; undefined where the bytes are none. Fields by their place, as every fork has kept them. */
export function readHeader(hex: HexData): Header | undefined {
  const bytes = bytesOf(hex);
  const fields = bytes && listOf(bytes);
  if (bytes === undefined || fields === undefined || fields.length < 15) return undefined;
  const hashAt = (index: number): Bytes32 => bytes32From(fields[index] as Uint8Array);
  const numberAt = (index: number): number => {
    const digits = fields[index];
    return digits instanceof Uint8Array ? digits.reduce((value, byte) => value * 256 + byte, 0) : NaN;
  };
  // As the contracts have them, uint40; and a number that JSON holds.
  if (!(numberAt(8) <= Number.MAX_SAFE_INTEGER) || !(numberAt(11) < 2 ** 40)) return undefined;
  try {
    return {
      hash: bytes32From(keccak_256(bytes)),
      parentHash: hashAt(0),
      stateRoot: hashAt(3),
      transactionsRoot: hashAt(4),
      receiptsRoot: hashAt(5),
      number: numberAt(8),
      time: numberAt(11),
    };
  } catch {
    return undefined;
  }
}

export type RawLog = { readonly address: string; readonly topics: readonly string[]; readonly data: string };

/** The logs of a receipt as a trie holds it; undefined where the bytes are none. */
export function readLogs(receipt: Uint8Array): readonly RawLog[] | undefined {
  // A first byte below 0x80 is the type of EIP-2718; a list begins with 0xc0 or more.
  const fields = listOf((receipt[0] ?? 0) < 0x80 ? receipt.subarray(1) : receipt);
  const logs = fields?.[3];
  if (!Array.isArray(logs)) return undefined;
  const read = logs.map(readLog);
  return read.every((log) => log !== undefined) ? read : undefined;
}

function readLog(log: Node): RawLog | undefined {
  if (!Array.isArray(log) || log.length !== 3) return undefined;
  const [address, topics, data] = log as [Node, Node, Node];
  if (!Array.isArray(topics) || topics.length > 4) return undefined;
  const isWord = (topic: Node): topic is Uint8Array => topic instanceof Uint8Array && topic.length === 32;
  const isWhole = address instanceof Uint8Array && address.length === 20 && data instanceof Uint8Array;
  if (!isWhole || !topics.every(isWord)) return undefined;
  const hex = (bytes: Uint8Array): string => `0x${bytesToHex(bytes)}`;
  return { address: hex(address), topics: topics.map(hex), data: hex(data) };
}

/** Where the called address stands, by transaction type; legacy ones have none. */
const TO_AT: Readonly<Record<number, number>> = { 1: 4, 2: 5, 3: 5, 4: 5 };

/** Whom a transaction calls, and with what; undefined for types that are not known here. */
export function readCall(
  transaction: Uint8Array,
): { readonly to: HexData; readonly data: Uint8Array } | undefined {
  const type = transaction[0] ?? 0;
  const isTyped = type < 0x80;
  const toAt = isTyped ? TO_AT[type] : 3;
  const fields = listOf(isTyped ? transaction.subarray(1) : transaction);
  if (toAt === undefined || fields === undefined) return undefined;
  const [to, data] = [fields[toAt], fields[toAt + 2]];
  if (!(to instanceof Uint8Array) || !(data instanceof Uint8Array) || to.length !== 20) return undefined;
  return { to: `0x${bytesToHex(to)}`, data };
}
