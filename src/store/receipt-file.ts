import { z } from "zod";

import type { SignedReceipt } from "../claim/receipt.js";
import { OnusError } from "../errors/onus-error.js";
import { asSeconds } from "../types/seconds.js";
import { toJson } from "../types/to-json.js";
import { asWei } from "../types/wei.js";
import { address, amount, bytes32, inferenceRecord, recordCount } from "./schemas.js";

/** A number that fits `bits`, so that what was read can be hashed and sent. */
const unsigned = (bits: bigint) => amount.refine((value) => value < 1n << bits, `an amount below 2^${bits}`);

const schema = z.object({
  receipt: z.object({
    operator: address,
    modelId: bytes32,
    record: inferenceRecord,
    issuedAt: unsigned(40n).transform(asSeconds),
    inclusionDeadline: unsigned(40n).transform(asSeconds),
    liabilityWei: unsigned(96n).transform(asWei),
    maxRecords: recordCount,
  }),
  court: z.object({ chainId: unsigned(256n), contract: address }),
  signer: address,
  signature: z
    .string()
    .regex(/^0x([0-9a-fA-F]{2})+$/, "a signature as 0x and hex digits")
    .transform((text) => text.toLowerCase() as `0x${string}`),
});

/** JSON with amounts and times as decimal strings. */
export function encodeReceiptFile(signed: SignedReceipt): string {
  return `${toJson(signed, 2)}\n`;
}

export function decodeReceiptFile(text: string): SignedReceipt {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new OnusError("RECEIPT_FILE", { expected: "JSON", found: (error as Error).message });
  }
  const read = schema.safeParse(json);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new OnusError("RECEIPT_FILE", {
    expected: issue?.message ?? "a signed receipt",
    found: `at ${issue?.path.join(".")}`,
  });
}
