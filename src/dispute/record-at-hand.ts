import type { Claim } from "../claim/claim.js";
import { openRecord } from "../claim/record-list.js";
import type { RecordTree } from "../claim/record-list.js";
import type { InferenceRecord } from "../claim/record.js";
import { depthOf } from "../program/tensor-table.js";
import type { RecordAt } from "./ask-about.js";
import type { DisputeView } from "./dispute-view.js";
import type { ChallengerHoldings, HeldRecord } from "./holdings.js";
import { questionKey, recordSubject } from "./question.js";
import { readRecord, rootOf, treeOfRecord } from "./read-answer.js";

/**
 * The record at an index of the claim, from whatever shows it: what was handed over, if it leads to the claim's list, or
 * an answer to anybody. Undefined where only the operator can say which record it is.
 */
export function recordAtHand(
  { claim, answers }: Pick<DisputeView, "claim" | "answers">,
  { recordList }: Pick<ChallengerHoldings, "recordList">,
  held: HeldRecord,
): RecordAt | undefined {
  const { index, record } = held;
  const depth = depthOf(claim.n);
  if (recordList?.root === claim.recordsRoot && recordList.tree.count === claim.n) {
    return {
      index,
      record: recordList.records[index] as InferenceRecord,
      path: openRecord(recordList, index),
    };
  }
  const path = depth === 0 ? [] : held.path;
  if (record !== undefined && path?.length === depth && index < claim.n) {
    const given = { index, record, path };
    if (rootOf(given) === claim.recordsRoot) return given;
  }
  const { key } = questionKey("record", 0, recordSubject(claim.recordsRoot, depth, index));
  const data = answers.data.get(key);
  return data === undefined ? undefined : readRecord(data);
}

/** A claim's list of records of which one is at hand, as evidence opens it. */
export function recordTreeOf({ n, recordsRoot }: Claim, opened: RecordAt): RecordTree {
  const records: InferenceRecord[] = [];
  records[opened.index] = opened.record;
  records.length = n;
  return { records, root: recordsRoot, tree: treeOfRecord(opened, n) };
}
