import { OnusError } from "../errors/onus-error.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { Place } from "../types/place.js";
import { claimId } from "./claim.js";
import type { Claim } from "./claim.js";
import type { RecordRef } from "./parent-list.js";
import { openRecord } from "./record-list.js";
import type { RecordTree } from "./record-list.js";
import type { InferenceRecord } from "./record.js";

/** A record with the proof that its claim holds it. Chain side: contracts/types/RecordRef.sol. */
export type RecordOpening = {
  readonly claim: Claim;
  readonly record: InferenceRecord;
  /** 0..n-1 */
  readonly recordIndex: number;
  /** From level 0 up. */
  readonly siblings: Bytes32[];
};

/** Opens record `recordIndex` of a claim over `records`. */
export function openRecordOf(claim: Claim, records: RecordTree, recordIndex: number): RecordOpening {
  const record = records.records[recordIndex];
  if (record === undefined) {
    throw new OnusError("RECORD_MISSING", { index: recordIndex, count: records.records.length });
  }
  return { claim, record, recordIndex, siblings: openRecord(records, recordIndex) };
}

/** How other records name this one. */
export const refOf = ({ claim, recordIndex }: RecordOpening, book: Place): RecordRef => ({
  claimId: claimId(claim, book),
  recordIndex,
});
