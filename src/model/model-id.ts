import type { Address } from "../types/address.js";
import type { Bytes32 } from "../types/bytes32.js";
import { hashWords } from "../types/hash-words.js";

/** An artifact published by somebody, in one registry on one chain. */
export interface ModelIdentity {
  readonly chainId: bigint;
  readonly registry: Address;
  readonly publisher: Address;
  readonly artifactId: Bytes32;
  /** The publisher's model this one follows, or zero. */
  readonly superseded: Bytes32;
}

/** Chain side: contracts/types/Model.sol. */
export function modelId(model: ModelIdentity): Bytes32 {
  const { chainId, registry, publisher, artifactId, superseded } = model;
  return hashWords("onus-1/model", [chainId, registry, publisher, artifactId, superseded]);
}
