import { createMerkleProof, MerklePatriciaTrie } from "@ethereumjs/mpt";
import { encode } from "@ethereumjs/rlp";
import { getBytes, hexlify, keccak256, toBeArray } from "ethers";

import { HISTORY_CODE_HASH, HISTORY_CONTRACT, slotOf } from "../../src/audit/read-link.js";

export type SeededState = {
  /** The root after a block, from the root before it. */
  readonly after: (before: string | undefined, block: Parent | undefined) => Promise<string>;
  /** What `eth_getProof` answers of the contract of block hashes. */
  readonly prove: (root: string, slot: string) => Promise<object>;
};

type Parent = { readonly number: number; readonly hash: string };

/**
 * The state of a chain on which nothing is written but the ring of block hashes (EIP-2935). Every root that there was can
 * be proven against, as at a node that keeps old states.
 *
 * @param branches full nodes on the way to the contract's account; a chain of 16^n accounts has n or n + 1
 */
export async function seededState(branches = 2): Promise<SeededState> {
  const [accounts, storage] = [new MerklePatriciaTrie(), new MerklePatriciaTrie()];
  const [noAccounts, noStorage] = [accounts.root(), storage.root()];
  /** Roots of the ring, by that of the state. */
  const rings = new Map<string, Uint8Array>();
  const key = keccak256(HISTORY_CONTRACT);
  const putAccount = (at: string, balance: number): Promise<void> =>
    accounts.put(getBytes(at), encode([1, balance, storage.root(), getBytes(HISTORY_CODE_HASH)]));

  const begin = async (): Promise<void> => {
    accounts.root(noAccounts);
    storage.root(noStorage);
    for (let depth = 0; depth < branches; depth++)
      for (const nibble of "0123456789abcdef".replace(key[2 + depth] as string, ""))
        await putAccount((key.slice(0, 2 + depth) + nibble).padEnd(66, "5"), depth);
  };
  return {
    after: async (before, parent) => {
      const ring = before === undefined ? undefined : rings.get(before);
      if (before === undefined || ring === undefined) await begin();
      else {
        accounts.root(getBytes(before));
        storage.root(ring);
      }
      if (parent !== undefined)
        await storage.put(getBytes(keccak256(slotOf(parent.number))), encode(toBeArray(BigInt(parent.hash))));
      await putAccount(key, 0);
      const root = hexlify(accounts.root());
      rings.set(root, storage.root());
      return root;
    },
    prove: async (root, slot) => {
      // Copies that share the nodes: several proofs are asked for at the same time.
      const nodes = async (trie: MerklePatriciaTrie, under: Uint8Array, at: string): Promise<string[]> => {
        const copy = trie.shallowCopy(false);
        copy.root(under);
        return (await createMerkleProof(copy, getBytes(at))).map((node) => hexlify(node));
      };
      const proof = await nodes(storage, rings.get(root) ?? noStorage, keccak256(slot));
      const accountProof = await nodes(accounts, getBytes(root), key);
      return { accountProof, storageProof: [{ key: slot, proof }] };
    },
  };
}
