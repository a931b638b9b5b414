import type { Address } from "../types/address.js";
import type { Bytes32 } from "../types/bytes32.js";
import { hashWords } from "../types/hash-words.js";
import type { Place } from "../types/place.js";

/** An artifact published by somebody. */
export interface ModelIdentity {
  readonly publisher: Address;
  readonly artifactId: Bytes32;
  /** The publisher's model this one follows, or zero. */
  readonly superseded: Bytes32;
}

/** Chain side: contracts/types/Model.sol. */
export function modelId(model: ModelIdentity, registry: Place): Bytes32 {
  const { publisher, artifactId, superseded } = model;
  return hashWords("onus-1/model", [registry.chainId, registry.contract, publisher, artifactId, superseded]);
}
