import type { RecordRoots } from "../trace/commit-run.js";
import type { Address } from "../types/address.js";
import { ZERO_HASH } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { Claim } from "./claim.js";
import { commitRecords } from "./record-list.js";
import type { InferenceRecord } from "./record.js";

/**
 * A claim to one inference that names no parents; a trace root of zero leaves the trace to be stated on demand. `salt`
 * hides an input that could be guessed.
 */
export function claimOneRecord(
  terms: Pick<Claim, "operator" | "modelId" | "nonce" | "liability" | "window">,
  given: { readonly requester: Address; readonly salt: Bytes32; readonly roots: RecordRoots },
): { readonly claim: Claim; readonly record: InferenceRecord } {
  const { requester, salt, roots } = given;
  const record: InferenceRecord = {
    requester,
    salt,
    inputRoot: roots.input,
    outputRoot: roots.output,
    traceRoot: roots.trace,
    parentsRoot: ZERO_HASH,
    parentsCount: 0,
  };
  return { claim: { ...terms, recordsRoot: commitRecords([record]).root, n: 1 }, record };
}
