import { z } from "zod";

import { OnusError } from "../errors/onus-error.js";
import { asSeconds } from "../types/seconds.js";
import { asWei } from "../types/wei.js";
import type { Claim } from "../claim/claim.js";
import type { ModelIdentity } from "../model/model-id.js";
import type { InferenceRecord } from "../claim/record.js";
import { address, amount, bytes32, inferenceRecord, recordCount } from "./schemas.js";

/** What an operator hands over with a claim: the struct, its records, and which model it names. */
export type ClaimFile = {
  readonly claim: Claim;
  readonly records: readonly InferenceRecord[];
  readonly model: ModelIdentity;
};

const schema = z.object({
  claim: z.object({
    operator: address,
    modelId: bytes32,
    nonce: amount,
    recordsRoot: bytes32,
    n: recordCount,
    liability: amount.transform(asWei),
    window: amount.transform(asSeconds),
  }),
  records: z.array(inferenceRecord),
  model: z.object({ publisher: address, artifactId: bytes32, superseded: bytes32 }),
});

/** JSON with amounts and times as decimal strings. */
export function encodeClaimFile(file: ClaimFile): string {
  return `${JSON.stringify(file, (_, value) => (typeof value === "bigint" ? value.toString() : value), 2)}\n`;
}

export function decodeClaimFile(text: string): ClaimFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new OnusError("CLAIM_FILE", { expected: "JSON", found: (error as Error).message });
  }
  const read = schema.safeParse(json);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new OnusError("CLAIM_FILE", {
    expected: issue?.message ?? "a claim",
    found: `at ${issue?.path.join(".")}`,
  });
}
