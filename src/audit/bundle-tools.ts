import type { Address } from "../types/address.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { HexData } from "./bundle.js";
import type { Parts } from "./part-addresses.js";

export type LogValue =
  string | number | boolean | readonly LogValue[] | { readonly [name: string]: LogValue };
export type ReadLog = {
  readonly part: string;
  readonly name: string;
  readonly args: { readonly [name: string]: LogValue };
};

/** What checking a bundle takes from outside the rooms: how contracts encode events, and a curve. */
export type BundleTools = {
  readonly decoderOf: (
    parts: Parts,
    onus: Address,
  ) => (log: {
    readonly address: string;
    readonly topics: readonly string[];
    readonly data: string;
  }) => ReadLog | undefined;
  /** Who signed a digest; undefined where the signature is none. */
  readonly recover: (digest: Bytes32, signature: HexData) => Address | undefined;
};
