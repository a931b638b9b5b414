import { encode } from "@ethereumjs/rlp";
import { getBytes, toBeArray } from "ethers";

type Json = { readonly [field: string]: unknown };
type Rlp = Uint8Array | Rlp[];

/** Fields in the order of their RLP, by transaction type; 0x7e is an OP chain's deposit. */
const FIELDS: Readonly<Record<number, readonly string[]>> = {
  0x00: ["nonce", "gasPrice", "gas", "to", "value", "input", "v", "r", "s"],
  0x01: ["chainId", "nonce", "gasPrice", "gas", "to", "value", "input", "accessList", "yParity", "r", "s"],
  0x02: [
    ...["chainId", "nonce", "maxPriorityFeePerGas", "maxFeePerGas", "gas", "to", "value", "input"],
    ...["accessList", "yParity", "r", "s"],
  ],
  0x03: [
    ...["chainId", "nonce", "maxPriorityFeePerGas", "maxFeePerGas", "gas", "to", "value", "input"],
    ...["accessList", "maxFeePerBlobGas", "blobVersionedHashes", "yParity", "r", "s"],
  ],
  0x04: [
    ...["chainId", "nonce", "maxPriorityFeePerGas", "maxFeePerGas", "gas", "to", "value", "input"],
    ...["accessList", "authorizationList", "yParity", "r", "s"],
  ],
  0x7e: ["sourceHash", "from", "to", "mint", "value", "gas", "isSystemTx", "input"],
};
const AUTHORIZATION = ["chainId", "address", "nonce", "yParity", "r", "s"] as const;
/** Those that are bytes; the others are numbers, without leading zeros. */
const BYTES = new Set(["to", "from", "input", "sourceHash", "address"]);

/** A transaction as a block's trie holds it, from a node's JSON; undefined where its type or a field is not known. */
export function encodeTransaction(json: Json): Uint8Array | undefined {
  const type = Number(json["type"] ?? 0);
  try {
    const encoded = encode(FIELDS[type]?.map((name) => fieldOf(json, name)) ?? absent());
    return type === 0 ? encoded : Uint8Array.of(type, ...encoded);
  } catch {
    // Whoever asks compares the block's root, and has another way.
    return undefined;
  }
}

function fieldOf(json: Json, name: string): Rlp {
  // Some nodes give the parity of a signature as v alone.
  const value = name === "yParity" ? (json["yParity"] ?? json["v"]) : json[name];
  if (name === "accessList")
    return ((value ?? []) as { address: string; storageKeys: string[] }[]).map(({ address, storageKeys }) => [
      getBytes(address),
      storageKeys.map((key) => getBytes(key)),
    ]);
  if (name === "blobVersionedHashes") return (value as string[]).map((hash) => getBytes(hash));
  if (name === "authorizationList")
    return (value as Json[]).map((one) => AUTHORIZATION.map((field) => fieldOf(one, field)));
  if (name === "isSystemTx") return value === true ? Uint8Array.of(1) : new Uint8Array(0);
  if (name === "to" || name === "mint")
    return value === null || value === undefined ? new Uint8Array(0) : plain(name, value);
  return plain(name, value);
}

const plain = (name: string, value: unknown): Uint8Array =>
  BYTES.has(name) ? getBytes(value as string) : toBeArray(BigInt(value as string));

function absent(): never {
  throw new RangeError("no such type");
}
