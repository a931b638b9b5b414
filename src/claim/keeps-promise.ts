import { hexToBytes } from "@noble/hashes/utils.js";

import { depthOf } from "../program/tensor-table.js";
import { treeOfPath } from "../trace/tree-of-path.js";
import { bytes32From } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { Claim } from "./claim.js";
import type { Receipt } from "./receipt.js";
import { recordHash } from "./record.js";

/** Where the record of a receipt stands. */
export type Inclusion = {
  readonly claim: Claim;
  /** 0-based. */
  readonly index: number;
  /** Siblings of the record from level 0 up. */
  readonly proof: readonly Bytes32[];
};

/** Why a claim is not the one that a receipt promises. */
export type BrokenTerm = "operator" | "model" | "liability" | "records" | "record";

/**
 * What of a receipt's terms a claim breaks, the first one; undefined when it keeps them all. Whether it was submitted, and
 * in time, the chain alone knows.
 */
export function brokenTerm(receipt: Receipt, { claim, index, proof }: Inclusion): BrokenTerm | undefined {
  if (claim.operator !== receipt.operator) return "operator";
  if (claim.modelId !== receipt.modelId) return "model";
  if (claim.liability < receipt.liabilityWei) return "liability";
  if (claim.n > receipt.maxRecords) return "records";
  if (index >= claim.n || proof.length !== depthOf(claim.n)) return "record";
  const tree = treeOfPath({
    count: claim.n,
    index,
    item: hexToBytes(recordHash(receipt.record).slice(2)),
    path: proof.map((sibling) => hexToBytes(sibling.slice(2))),
  });
  return bytes32From(tree.root) === claim.recordsRoot ? undefined : "record";
}
