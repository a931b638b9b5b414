import { z } from "zod";

import { OnusError } from "../errors/onus-error.js";
import { asSeconds } from "../types/seconds.js";
import { toJson } from "../types/to-json.js";
import { asWei } from "../types/wei.js";
import type { Claim } from "../claim/claim.js";
import { spellParent } from "../claim/named-parent.js";
import { MAX_PARENTS } from "../claim/parent-list.js";
import type { Parent } from "../claim/parent-list.js";
import { requireParents } from "../claim/require-parents.js";
import type { ModelIdentity } from "../model/model-id.js";
import type { InferenceRecord } from "../claim/record.js";
import { address, amount, bytes32, inferenceRecord, placedParent, recordCount } from "./schemas.js";

/** What an operator hands over with a claim: the struct, its records, and which model it names. */
export type ClaimFile = {
  readonly claim: Claim;
  readonly records: readonly InferenceRecord[];
  readonly model: ModelIdentity;
  /** Those of each record, in their order: its hash commits to them, and nobody can show an edge without them. */
  readonly parents?: readonly (readonly Parent[])[];
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
  parents: z.array(z.array(placedParent).max(MAX_PARENTS)).optional(),
});

/** JSON with amounts and times as decimal strings. */
export function encodeClaimFile({ parents, ...file }: ClaimFile): string {
  const named = parents?.map((list) => list.map(spellParent));
  return `${toJson({ ...file, ...(named && { parents: named }) }, 2)}\n`;
}

/** Throws CLAIM_FILE, and PARENTS_DIFFER where a list of parents is not what its record commits to. */
export function decodeClaimFile(text: string): ClaimFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new OnusError("CLAIM_FILE", { expected: "JSON", found: (error as Error).message });
  }
  const read = schema.safeParse(json);
  if (read.success) {
    const { parents: named, ...file } = read.data;
    if (named === undefined) return file;
    const parents = named.map((list) => list.map(placeOf));
    for (const [index, record] of file.records.entries()) requireParents(record, parents[index] ?? [], index);
    return { ...file, parents };
  }
  const [issue] = read.error.issues;
  throw new OnusError("CLAIM_FILE", {
    expected: issue?.message ?? "a claim",
    found: `at ${issue?.path.join(".")}`,
  });
}

const placeOf = ({ chainId, claimBook, ...ref }: z.infer<typeof placedParent>): Parent => ({
  ...ref,
  book: { chainId: BigInt(chainId), contract: claimBook },
});
