import { createMerkleProof, MerklePatriciaTrie } from "@ethereumjs/mpt";
import { encode } from "@ethereumjs/rlp";
import type { Input } from "@ethereumjs/rlp";
import { getBytes, hexlify, keccak256, toBeArray, toBeHex, zeroPadValue } from "ethers";

import type { HexData } from "../../src/audit/bundle.js";
import { HISTORY_CODE_HASH, HISTORY_CONTRACT } from "../../src/audit/read-link.js";
import { asBytes32 } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";

/** The account of somebody else, with the same code and a ring of its own. */
export const TWIN = `0x${"77".repeat(20)}`;

export type HistoryState = {
  readonly root: Bytes32;
  readonly account: (address?: string) => Promise<HexData[]>;
  /** The way to a slot, or as far as there is one. */
  readonly storage: (slot: number) => Promise<HexData[]>;
};

/** A state whose contract of block hashes holds what a test says: slots and their bytes, code, the account itself. */
export async function historyState(given: {
  readonly slots: ReadonlyMap<number, string>;
  readonly code?: string;
  /** Instead of RLP of the word without its zeros. */
  readonly stored?: (word: string) => Uint8Array;
  readonly account?: (storageRoot: Uint8Array, codeHash: Uint8Array) => Input;
}): Promise<HistoryState> {
  const { slots, code = HISTORY_CODE_HASH, stored = (word) => encode(toBeArray(word)) } = given;
  const account = given.account ?? ((storageRoot, codeHash) => [1, 0, storageRoot, codeHash]);
  const [accounts, storage] = [new MerklePatriciaTrie(), new MerklePatriciaTrie()];
  const keyOf = (hex: string): Uint8Array => getBytes(keccak256(hex));
  const slotKey = (slot: number): Uint8Array => keyOf(zeroPadValue(toBeHex(slot), 32));
  for (const [slot, word] of slots) await storage.put(slotKey(slot), stored(word));
  for (const address of [HISTORY_CONTRACT, TWIN, `0x${"01".repeat(20)}`, `0x${"02".repeat(20)}`])
    await accounts.put(keyOf(address), encode(account(storage.root(), getBytes(code))));
  const nodes = async (trie: MerklePatriciaTrie, key: Uint8Array): Promise<HexData[]> =>
    (await createMerkleProof(trie, key)).map((node) => hexlify(node) as HexData);
  return {
    root: asBytes32(hexlify(accounts.root())),
    account: (address = HISTORY_CONTRACT) => nodes(accounts, keyOf(address)),
    storage: (slot) => nodes(storage, slotKey(slot)),
  };
}
