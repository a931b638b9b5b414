import { keccak_256 } from "@noble/hashes/sha3.js";
import { concatBytes, hexToBytes } from "@noble/hashes/utils.js";

import type { Bytes32 } from "../types/bytes32.js";

/** Records decided by one hash, four bytes each. */
const PER_HASH = 8;

/**
 * The records of a claim that are checked: each with the probability `sample`, by a secret, so that no operator knows
 * which. The same for the same claim at any time.
 *
 * @param sample 0..1; 1 checks all
 */
export function chooseRecords(
  secret: Uint8Array,
  { claimId, n, sample }: { readonly claimId: Bytes32; readonly n: number; readonly sample: number },
): number[] {
  if (sample >= 1) return Array.from({ length: n }, (_, index) => index);
  const chosen: number[] = [];
  const below = sample * 2 ** 32;
  const id = hexToBytes(claimId.slice(2));
  const part = new Uint8Array(4);
  for (let first = 0; first < n; first += PER_HASH) {
    new DataView(part.buffer).setUint32(0, first);
    const hash = keccak_256(concatBytes(secret, id, part));
    const view = new DataView(hash.buffer, hash.byteOffset);
    for (let index = first; index < Math.min(n, first + PER_HASH); index++) {
      if (view.getUint32(4 * (index - first)) < below) chosen.push(index);
    }
  }
  return chosen;
}
