import type { Claim } from "../claim/claim.js";
import { itemOfParent, nameParent } from "../claim/named-parent.js";
import { rootOfList } from "../claim/parent-list.js";
import { recordHash, requestId } from "../claim/record.js";
import { rootOf } from "../dispute/read-answer.js";
import type { ArtifactCommitment } from "../model/artifact-id.js";
import { depthOf } from "../program/tensor-table.js";
import { rootOfBytes } from "../trace/tree.js";
import { bytes32From } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { Place } from "../types/place.js";
import type { Bundle, StatedRecord } from "./bundle.js";
import { refuse } from "./proven-events.js";
import { bytesOf } from "./read-proof.js";

/** The record of a bundle, seen to stand in the claim, with the lists that are known of it. */
export function readRecordOf(
  bundle: Pick<Bundle, "subject" | "evidence">,
  claim: Claim | undefined,
  claimBook: Place,
  { inputCount, outputCount }: Pick<ArtifactCommitment, "inputCount" | "outputCount">,
): Omit<StatedRecord, "statedTrace"> | undefined {
  const { subject, evidence } = bundle;
  const opened = evidence.record;
  if (opened !== null && claim === undefined)
    throw refuse(["evidence.record", "subject.claimId"], "there is no claim it belongs to");
  if (opened === null || claim === undefined) {
    const lists = ["inputs", "outputs", "parents"] as const;
    for (const list of lists)
      if (evidence[list] !== null) throw refuse([`evidence.${list}`], "there is no record it belongs to");
    for (const part of ["recordIndex", "tensorRoot"] as const)
      if (subject[part] !== null) throw refuse([`subject.${part}`], "no record is in the bundle");
    return undefined;
  }
  const { index, record, siblings } = opened;
  if (subject.recordIndex !== null && subject.recordIndex !== index)
    throw refuse(["subject.recordIndex", "evidence.record.index"], "they differ");
  const isInside = index < claim.n && siblings.length === depthOf(claim.n);
  if (!isInside || rootOf({ record, index, path: siblings }) !== claim.recordsRoot)
    throw refuse(fieldsThatDiffer(bundle), "it does not lead to the claim's list of records");
  checkInputs(evidence.inputs, record.inputRoot);
  if (evidence.outputs !== null && rootOfList(evidence.outputs) !== record.outputRoot)
    throw refuse(["evidence.outputs"], "they are not the record's output");
  // A root does not say how many it is of: nodes within the list, or within a tensor, make the same one.
  checkCount("evidence.inputs", evidence.inputs, inputCount);
  checkCount("evidence.outputs", evidence.outputs, outputCount);
  if (subject.tensorRoot !== null && evidence.outputs?.includes(subject.tensorRoot) !== true)
    throw refuse(["subject.tensorRoot"], "it is no tensor of the record's output");
  if (evidence.parents !== null) {
    const spelled = evidence.parents.findIndex((parent) => nameParent(parent, claimBook) !== parent);
    if (spelled >= 0)
      throw refuse([`evidence.parents.${spelled}.chainId`], "the parent stands in this claim book");
    const items = evidence.parents.map((parent) => itemOfParent(parent, claimBook));
    if (rootOfList(items) !== record.parentsRoot || items.length !== record.parentsCount)
      throw refuse(["evidence.parents"], "they are not what the record names");
  }
  return { ...record, index, hash: recordHash(record), requestId: requestId(record, claim.modelId) };
}

/** Which fields of a record are not what the statement says of it; all of it where they agree. */
function fieldsThatDiffer(bundle: Pick<Bundle, "evidence"> & Partial<Pick<Bundle, "statement">>): string[] {
  const { record: opened } = bundle.evidence;
  const stated = bundle.statement?.record;
  if (opened === null || stated === null || stated === undefined) return ["evidence.record"];
  const names = Object.keys(opened.record) as (keyof typeof opened.record)[];
  const found = names
    .filter((name) => opened.record[name] !== stated[name])
    .map((name) => `evidence.record.record.${name}`);
  if (opened.index !== stated.index) found.push("evidence.record.index");
  return found.length > 0 ? found : ["evidence.record.siblings"];
}

function checkInputs(inputs: Bundle["evidence"]["inputs"], expected: Bytes32): void {
  if (inputs === null) return;
  const roots = inputs.map((hex, at) => {
    const bytes = bytesOf(hex);
    if (bytes === undefined || bytes.length === 0) throw refuse([`evidence.inputs.${at}`], "it is no tensor");
    return bytes32From(rootOfBytes(bytes));
  });
  if (rootOfList(roots) !== expected) throw refuse(["evidence.inputs"], "they are not the record's input");
}

function checkCount(field: string, list: readonly unknown[] | null, expected: number): void {
  if (list !== null && list.length !== expected)
    throw refuse([field], `they are ${list.length}, and the model has ${expected}`);
}
