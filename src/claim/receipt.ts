import { keccak_256 } from "@noble/hashes/sha3.js";
import { concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

import type { Address } from "../types/address.js";
import { bytes32From } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import { encodeWord } from "../types/hash-words.js";
import type { Word } from "../types/hash-words.js";
import type { Place } from "../types/place.js";
import type { Seconds } from "../types/seconds.js";
import type { Wei } from "../types/wei.js";
import type { InferenceRecord } from "./record.js";

/** What an operator promises for one inference, off chain. Chain side: contracts/types/Receipt.sol. */
export interface Receipt {
  readonly operator: Address;
  readonly modelId: Bytes32;
  /** Whole and final: a claim has to hold exactly this record. */
  readonly record: InferenceRecord;
  /** Unix seconds, inclusive: the signer's key must have been in force. */
  readonly issuedAt: Seconds;
  /** Unix seconds, exclusive, in [issuedAt, issuedAt + exitDelay / 4]; time in which claims are paused does not count. */
  readonly inclusionDeadline: Seconds;
  /** Stake; least liability of the claim, and the most a broken receipt costs. */
  readonly liabilityWei: Wei;
  /** Most records of the claim. */
  readonly maxRecords: number;
}

/** A receipt as it is handed over. */
export interface SignedReceipt {
  readonly receipt: Receipt;
  /** The court that judges it, in which alone its hash means something. */
  readonly court: Place;
  /** Whose signature it is: the operator's, or that of a signer key of it. */
  readonly signer: Address;
  readonly signature: `0x${string}`;
}

type Field = { readonly name: string; readonly type: string };

const RECORD_FIELDS = [
  { name: "requester", type: "address" },
  { name: "salt", type: "bytes32" },
  { name: "inputRoot", type: "bytes32" },
  { name: "outputRoot", type: "bytes32" },
  { name: "traceRoot", type: "bytes32" },
  { name: "parentsRoot", type: "bytes32" },
  { name: "parentsCount", type: "uint8" },
] as const satisfies readonly Field[];

const RECEIPT_FIELDS = [
  { name: "operator", type: "address" },
  { name: "modelId", type: "bytes32" },
  { name: "record", type: "Record" },
  { name: "issuedAt", type: "uint40" },
  { name: "inclusionDeadline", type: "uint40" },
  { name: "liabilityWei", type: "uint96" },
  { name: "maxRecords", type: "uint32" },
] as const satisfies readonly Field[];

const DOMAIN = { name: "Onus ReceiptCourt", version: "1" } as const;
const DOMAIN_TYPE = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";

/** What EIP-712 signers are given, next to the receipt itself. */
export type ReceiptTypedData = {
  readonly domain: {
    readonly name: string;
    readonly version: string;
    readonly chainId: bigint;
    readonly verifyingContract: Address;
  };
  readonly types: { readonly Receipt: Field[]; readonly Record: Field[] };
  readonly primaryType: "Receipt";
};

export function receiptTypedData(court: Place): ReceiptTypedData {
  return {
    domain: { ...DOMAIN, chainId: court.chainId, verifyingContract: court.contract },
    types: { Receipt: [...RECEIPT_FIELDS], Record: [...RECORD_FIELDS] },
    primaryType: "Receipt",
  };
}

/** What is signed, and the receipt's identity: chain and court are in it. */
export function receiptHash(receipt: Receipt, court: Place): Bytes32 {
  const domain = hashStruct(DOMAIN_TYPE, [
    hashText(DOMAIN.name),
    hashText(DOMAIN.version),
    court.chainId,
    court.contract,
  ]);
  const { record } = receipt;
  const recordType = describe("Record", RECORD_FIELDS);
  const recordStruct = hashStruct(
    recordType,
    RECORD_FIELDS.map(({ name }) => record[name]),
  );
  const receiptStruct = hashStruct(
    describe("Receipt", RECEIPT_FIELDS) + recordType,
    RECEIPT_FIELDS.map(({ name }) => (name === "record" ? recordStruct : receipt[name])),
  );
  const prefix = Uint8Array.of(0x19, 0x01);
  return bytes32From(keccak_256(concatBytes(prefix, encodeWord(domain), encodeWord(receiptStruct))));
}

const describe = (name: string, fields: readonly Field[]): string =>
  `${name}(${fields.map((field) => `${field.type} ${field.name}`).join(",")})`;

const hashText = (text: string): Bytes32 => bytes32From(keccak_256(utf8ToBytes(text)));

/** EIP-712's, of fields that each fill one word. */
function hashStruct(type: string, words: readonly Word[]): Bytes32 {
  return bytes32From(keccak_256(concatBytes(hexToBytes(hashText(type).slice(2)), ...words.map(encodeWord))));
}
