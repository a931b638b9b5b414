import type { Claim } from "../claim/claim.js";
import { itemOfParent, nameParent } from "../claim/named-parent.js";
import { rootOfList } from "../claim/parent-list.js";
import { receiptHash } from "../claim/receipt.js";
import type { Receipt, SignedReceipt } from "../claim/receipt.js";
import { recordHash, requestId } from "../claim/record.js";
import { rootOf } from "../dispute/read-answer.js";
import type { ArtifactCommitment } from "../model/artifact-id.js";
import { depthOf } from "../program/tensor-table.js";
import { rootOfBytes } from "../trace/tree.js";
import type { Address } from "../types/address.js";
import { bytes32From } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { Place } from "../types/place.js";
import type { Bundle, StatedReceipt, StatedRecord } from "./bundle.js";
import type { BundleTools } from "./bundle-tools.js";
import type { Parts } from "./part-addresses.js";
import { refuse } from "./proven-events.js";
import { bytesOf } from "./read-proof.js";

/** The record of a bundle, seen to stand in the claim, with the lists that are known of it. */
export function readRecordOf(
  bundle: Pick<Bundle, "subject" | "evidence">,
  claim: Claim,
  claimBook: Place,
  { inputCount, outputCount }: Pick<ArtifactCommitment, "inputCount" | "outputCount">,
): Omit<StatedRecord, "statedTrace"> | undefined {
  const { subject, evidence } = bundle;
  const opened = evidence.record;
  if (opened === null) {
    const lists = ["inputs", "outputs", "parents"] as const;
    for (const list of lists)
      if (evidence[list] !== null) throw refuse([`evidence.${list}`], "there is no record it belongs to");
    if (subject.recordIndex !== null) throw refuse(["subject.recordIndex"], "no record is in the bundle");
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

/** A receipt whose signature is its signer's. */
export type CheckedReceipt = {
  readonly hash: Bytes32;
  readonly signer: Address;
  readonly stated: (given: {
    readonly submittedAt: number;
    readonly recordHash: Bytes32 | undefined;
    readonly key: StatedReceipt["key"];
  }) => StatedReceipt;
};

export function readReceipt(
  signed: SignedReceipt | null,
  given: {
    readonly parts: Parts;
    readonly chainId: number;
    readonly claim: Claim;
    readonly tools: BundleTools;
  },
): CheckedReceipt | undefined {
  if (signed === null) return undefined;
  const { parts, chainId, claim, tools } = given;
  const { receipt, court, signer, signature } = signed;
  if (court.contract !== parts.receiptCourt)
    throw refuse(["evidence.receipt.court.contract"], `the deployment's is ${parts.receiptCourt}`);
  if (court.chainId !== BigInt(chainId))
    throw refuse(["evidence.receipt.court.chainId"], `the claim's is ${chainId}`);
  const hash = receiptHash(receipt, court);
  const recovered = tools.recover(hash, signature);
  if (recovered !== signer) throw refuse(["evidence.receipt"], `its signature is ${recovered ?? "nobody"}'s`);
  if (receipt.operator !== claim.operator)
    throw refuse(["evidence.receipt.receipt.operator"], `the claim's is ${claim.operator}`);
  return {
    hash,
    signer,
    stated: ({ submittedAt, recordHash: opened, key }) => ({
      hash,
      signer,
      key,
      issuedAt: Number(receipt.issuedAt),
      inclusionDeadline: Number(receipt.inclusionDeadline),
      liability: receipt.liabilityWei.toString(),
      maxRecords: receipt.maxRecords,
      isKept: isKept(receipt, { claim, submittedAt, isOpened: opened === recordHash(receipt.record) }),
    }),
  };
}

function isKept(
  { modelId, liabilityWei, maxRecords, inclusionDeadline }: Receipt,
  given: { readonly claim: Claim; readonly submittedAt: number; readonly isOpened: boolean },
): boolean | null {
  const { claim, submittedAt, isOpened } = given;
  const hasTerms = modelId === claim.modelId && claim.liability >= liabilityWei && claim.n <= maxRecords;
  if (!hasTerms) return false;
  // Late is not broken: time in which claims are paused does not count, and is not in a bundle.
  return isOpened && submittedAt < Number(inclusionDeadline) ? true : null;
}
