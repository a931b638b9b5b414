import { keccak_256 } from "@noble/hashes/sha3.js";

import type { Address } from "../types/address.js";
import { bytes32From } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import { encodeWord, hashWords } from "../types/hash-words.js";
import type { Place } from "../types/place.js";
import type { JobContext } from "./move.js";

/** A job's id on a workbench (docs/spec/faults.md, "In stages"); contracts/types/Job.sol. */
export function jobId(
  job: { readonly claimId: Bytes32; readonly context: JobContext; readonly beneficiary: Address },
  workbench: Place,
): Bytes32 {
  const { claimId, context, beneficiary } = job;
  const { chainId, contract } = workbench;
  return hashWords("onus-1/job", [chainId, contract, claimId, contextHash(context), beneficiary]);
}

/** Words before the operands of a context, where they begin: six fields. */
const OPERANDS_AT = 6 * 32;

/** keccak256(abi.encode(context)) */
function contextHash(context: JobContext): Bytes32 {
  const { descriptorHash, element, committed, reduction, bodyIsFloat, operands } = context;
  const words = [32, descriptorHash, element, committed, reduction, bodyIsFloat ? 1 : 0, OPERANDS_AT];
  const parts = [
    ...words,
    operands.length,
    ...operands.flatMap(({ root, loads, depth }) => [root, loads, depth]),
  ];
  const encoded = new Uint8Array(32 * parts.length);
  parts.forEach((part, i) => encoded.set(encodeWord(part), 32 * i));
  return bytes32From(keccak_256(encoded));
}
