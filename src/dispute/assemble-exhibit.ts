import { modelId } from "../model/model-id.js";
import type { Claim } from "../claim/claim.js";
import type { ModelIdentity } from "../model/model-id.js";
import { ZERO_HASH } from "../types/bytes32.js";
import type { Place } from "../types/place.js";
import type { InferenceRecord } from "../claim/record.js";
import { commitRecords } from "../claim/record-list.js";
import { OnusError } from "../errors/onus-error.js";
import type { CommittedArtifact } from "../trace/commit-artifact.js";
import { rootsOf } from "../trace/commit-run.js";
import type { CommittedTrace } from "../trace/committed-trace.js";
import type { Exhibit } from "./evidence.js";

/** What was handed over with a claim, by whomever. */
export type HandedOver = {
  readonly claim: Claim;
  readonly records: readonly InferenceRecord[];
  readonly model: ModelIdentity;
  readonly committed: CommittedArtifact;
  readonly trace: CommittedTrace;
};

/**
 * Puts an exhibit together from what was handed over, once every piece hashes to what the claim commits to; otherwise
 * says which piece does not.
 */
export function assembleExhibit(given: HandedOver, registry: Place, recordIndex: number): Exhibit {
  const { claim, model, committed, trace } = given;
  const check = (piece: string, found: string, expected: string): void => {
    if (found !== expected) throw new OnusError("HANDED_OVER_MISMATCH", { piece, found, expected });
  };
  const records = commitRecords(given.records);
  const record = given.records[recordIndex];
  if (record === undefined) {
    throw new OnusError("RECORD_MISSING", { index: recordIndex, count: given.records.length });
  }
  if (record.traceRoot === ZERO_HASH) throw new OnusError("TRACE_NOT_STATED", { index: recordIndex });
  const roots = rootsOf(trace.lists);
  check("artifact", committed.id, model.artifactId);
  check("model", modelId(model, registry), claim.modelId);
  check("number of records", `${records.records.length}`, `${claim.n}`);
  check("list of records", records.root, claim.recordsRoot);
  check("list of inputs", roots.input, record.inputRoot);
  check("list of outputs", roots.output, record.outputRoot);
  check("trace", roots.trace, record.traceRoot);
  return { records, recordIndex, model, committed, trace };
}
