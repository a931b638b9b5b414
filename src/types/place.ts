import type { Address } from "./address.js";

/** Where an identity lives: every id has chain and contract in it, and is void anywhere else. */
export interface Place {
  readonly chainId: bigint;
  readonly contract: Address;
}
