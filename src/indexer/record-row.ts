import { recordHash, requestId } from "../claim/record.js";
import type { InferenceRecord } from "../claim/record.js";
import { asBytes32 } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { ClaimRow, RecordRow } from "./tables.js";

/** A record that opens to a claim's list. */
export function recordRow(
  claim: ClaimRow,
  { index, record, siblings }: { index: number; record: InferenceRecord; siblings: readonly Bytes32[] },
): RecordRow {
  return {
    ...{ claim_id: claim.id, idx: index, hash: recordHash(record) },
    request_id: requestId(record, asBytes32(claim.model_id)),
    requester: record.requester,
    salt: record.salt,
    input_root: record.inputRoot,
    output_root: record.outputRoot,
    trace_root: record.traceRoot,
    parents_root: record.parentsRoot,
    parents_count: record.parentsCount,
    siblings: JSON.stringify(siblings),
  };
}
