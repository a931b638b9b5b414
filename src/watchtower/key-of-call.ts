import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";

import type { Call } from "../chain/move-call.js";
import type { Bytes32 } from "../types/bytes32.js";

/** Names a call about a claim: what is sent twice by its content is sent once. */
export function keyOfCall(claimId: Bytes32, { call, data }: Call): string {
  return `${claimId} ${call} ${bytesToHex(keccak_256(hexToBytes(data.slice(2))).subarray(0, 16))}`;
}

/** The claim that a key is about; undefined where it is about none. */
export function claimOfKey(key: string): string | undefined {
  const [claimId = ""] = key.split(" ");
  return /^0x[0-9a-f]{64}$/.test(claimId) ? claimId : undefined;
}
