import { concatBytes, hexToBytes } from "@noble/hashes/utils.js";

import { openPositions, treeOfItems } from "../trace/tree.js";
import type { Tree } from "../trace/tree.js";
import { bytes32From } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import { recordHash } from "./record.js";
import type { InferenceRecord } from "./record.js";

/** The records of one claim, committed: 1..2^20 of them. */
export type RecordTree = {
  readonly records: readonly InferenceRecord[];
  readonly root: Bytes32;
  readonly tree: Tree;
};

export function commitRecords(records: readonly InferenceRecord[]): RecordTree {
  const tree = treeOfItems(concatBytes(...records.map((record) => hexToBytes(recordHash(record).slice(2)))));
  return { records, root: bytes32From(tree.root), tree };
}

/** The siblings that prove record `index` against the claim's recordsRoot, bottom up. */
export function openRecord({ tree }: RecordTree, index: number): Bytes32[] {
  const stream = openPositions(tree, [index]);
  return Array.from({ length: stream.length / 32 }, (_, level) =>
    bytes32From(stream.subarray(32 * level, 32 * level + 32)),
  );
}
