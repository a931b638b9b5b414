import type { RecordRoots } from "../trace/commit-run.js";
import type { Address } from "../types/address.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { Claim } from "./claim.js";
import { commitParents } from "./parent-list.js";
import type { Parent } from "./parent-list.js";
import { commitRecords } from "./record-list.js";
import type { InferenceRecord } from "./record.js";

/**
 * A claim to one inference; a trace root of zero leaves the trace to be stated on demand. `salt` hides an input that could
 * be guessed, `parents` are the records it was made from (none when absent).
 */
export function claimOneRecord(
  terms: Pick<Claim, "operator" | "modelId" | "nonce" | "liability" | "window">,
  given: {
    readonly requester: Address;
    readonly salt: Bytes32;
    readonly roots: RecordRoots;
    readonly parents?: readonly Parent[];
  },
): { readonly claim: Claim; readonly record: InferenceRecord } {
  const { requester, salt, roots, parents = [] } = given;
  const named = commitParents(parents);
  const record: InferenceRecord = {
    requester,
    salt,
    inputRoot: roots.input,
    outputRoot: roots.output,
    traceRoot: roots.trace,
    parentsRoot: named.root,
    parentsCount: named.count,
  };
  return { claim: { ...terms, recordsRoot: commitRecords([record]).root, n: 1 }, record };
}
