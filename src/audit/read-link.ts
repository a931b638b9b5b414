import { decode } from "@ethereumjs/rlp";
import type { NestedUint8Array } from "@ethereumjs/rlp";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { hexToBytes } from "@noble/hashes/utils.js";

import { asBytes32, bytes32From } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { HexData, Link } from "./bundle.js";
import { listOf, walkTrie } from "./read-proof.js";
import type { Header, ProofWalk } from "./read-proof.js";

/**
 * The contract of block hashes (EIP-2935): a ring in which block n + 1 begins by writing the hash of block n into slot
 * n mod 8,191. So the state after block B holds the hashes of B - 8,191 .. B - 1, each in the one slot of its number.
 */
export const HISTORY_CONTRACT: HexData = "0x0000f90827f1c53a10cb7a02335b175320002935";
/** Blocks, and slots of the ring. */
export const HISTORY_WINDOW = 8_191;
/**
 * Hash of the code that the EIP states. Other code has other slots, or lets others write: chains with a contract of their
 * own there (Arbitrum's ring has 393,168 slots) have no links.
 */
export const HISTORY_CODE_HASH = asBytes32(
  "0x6e49e66782037c0555897870e29fa5e552daf4719552131a0abce779daec0a5d",
);

/** The hash that a link proves, or what of it is wrong: fields within the link. */
export type LinkReading =
  | { readonly ok: true; readonly hash: Bytes32 }
  | { readonly ok: false; readonly fields: readonly string[]; readonly reason: string };

/** What the state after block `from` says the hash of block `link.to` is. */
export function readLink(link: Link, from: Pick<Header, "number" | "stateRoot">): LinkReading {
  const { to } = link;
  if (link.from !== from.number || to >= from.number || to < from.number - HISTORY_WINDOW) {
    const reach = `${Math.max(0, from.number - HISTORY_WINDOW)} to ${from.number - 1}`;
    return refusal(["from", "to"], `the state after block ${from.number} holds the hashes of ${reach}`);
  }
  const account = walkTrie({
    ...{ root: from.stateRoot, key: keccak_256(hexToBytes(HISTORY_CONTRACT.slice(2))) },
    ...{ proof: link.account, name: "the contract of block hashes" },
  });
  if (!account.ok) return refusal([at("account", account), "from"], account.reason);
  const fields = listOf(account.value);
  const [, , storageRoot, codeHash] = fields ?? [];
  if (fields?.length !== 4 || !isWord(storageRoot) || !isWord(codeHash))
    return refusal(["account"], "the value is no account");
  const code = bytes32From(codeHash);
  if (code !== HISTORY_CODE_HASH) return refusal(["account"], `the account's code ${code} is not EIP-2935's`);
  const storage = walkTrie({
    ...{ root: bytes32From(storageRoot), key: keccak_256(hexToBytes(slotOf(to).slice(2))) },
    ...{ proof: link.storage, name: `slot ${to % HISTORY_WINDOW}` },
  });
  if (!storage.ok) return refusal([at("storage", storage), "to"], storage.reason);
  const hash = wordOf(storage.value);
  return hash === undefined ? refusal(["storage"], "the value is no word") : { ok: true, hash };
}

/** The slot in which the hash of a block is written. */
export const slotOf = (block: number): Bytes32 =>
  asBytes32(`0x${(block % HISTORY_WINDOW).toString(16).padStart(64, "0")}`);

const refusal = (fields: readonly string[], reason: string): LinkReading => ({ ok: false, fields, reason });

/** Where a proof goes wrong: at a node, or as a whole where its key leads past it. */
const at = (proof: "account" | "storage", { node }: ProofWalk & { readonly ok: false }): string =>
  node === undefined ? proof : `${proof}.${node}`;

const isWord = (value: unknown): value is Uint8Array => value instanceof Uint8Array && value.length === 32;

/** A word as a trie of storage holds it: RLP, without its leading zeros; a slot of nothing but zeros is not there. */
function wordOf(value: Uint8Array): Bytes32 | undefined {
  let bytes: Uint8Array | NestedUint8Array;
  try {
    bytes = decode(value);
  } catch {
    return undefined;
  }
  if (!(bytes instanceof Uint8Array) || bytes.length === 0 || bytes.length > 32 || bytes[0] === 0)
    return undefined;
  const word = new Uint8Array(32);
  word.set(bytes, 32 - bytes.length);
  return bytes32From(word);
}
