import { hashWords } from "../trace/hash-words.js";
import type { Address } from "../types/address.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { Seconds } from "../types/seconds.js";
import type { Wei } from "../types/wei.js";

/** 32 zero bytes: no predecessor, no parents, a trace that is stated on demand. */
export const NO_HASH = `0x${"00".repeat(32)}` as Bytes32;

/** One inference, as committed (docs/spec/commitments.md). */
export type Record = {
  readonly requester: Address;
  readonly salt: Bytes32;
  readonly inputRoot: Bytes32;
  readonly outputRoot: Bytes32;
  /** NO_HASH: stated on demand. */
  readonly traceRoot: Bytes32;
  readonly parentsRoot: Bytes32;
  /** 0..64 */
  readonly parentsCount: number;
};

/** An operator's commitment to 1..n records of one model, with liability. */
export type Claim = {
  readonly operator: Address;
  readonly modelId: Bytes32;
  readonly nonce: bigint;
  readonly recordsRoot: Bytes32;
  readonly n: number;
  readonly liability: Wei;
  readonly window: Seconds;
};

/** Where an identity lives: every id has chain and contract in it. */
export type Place = { readonly chainId: bigint; readonly contract: Address };

export type ModelIdentity = {
  readonly publisher: Address;
  readonly artifactId: Bytes32;
  /** The model this one supersedes, or NO_HASH. */
  readonly superseded: Bytes32;
};

export function modelId(registry: Place, { publisher, artifactId, superseded }: ModelIdentity): Bytes32 {
  return hashWords("onus-1/model", [registry.chainId, registry.contract, publisher, artifactId, superseded]);
}

export function recordHash(record: Record): Bytes32 {
  const { requester, salt, inputRoot, outputRoot, traceRoot, parentsRoot, parentsCount } = record;
  return hashWords("onus-1/record", [requester, salt, inputRoot, outputRoot, traceRoot, parentsRoot, parentsCount]);
}

/** Derived, so that it cannot be bound to anything else. */
export function requestId(model: Bytes32, { requester, inputRoot, salt }: Record): Bytes32 {
  return hashWords("onus-1/request", [requester, model, inputRoot, salt]);
}

export function claimId(claimBook: Place, claim: Claim): Bytes32 {
  const { operator, modelId: model, nonce, recordsRoot, n, liability, window } = claim;
  const { chainId, contract } = claimBook;
  return hashWords("onus-1/claim", [chainId, contract, operator, model, nonce, recordsRoot, n, liability, window]);
}

/** The item that stands for a record in a child's list of parents. */
export function parentItem(claimBook: Place, claim: Bytes32, recordIndex: number): Bytes32 {
  return hashWords("onus-1/parent", [claimBook.chainId, claimBook.contract, claim, recordIndex]);
}
