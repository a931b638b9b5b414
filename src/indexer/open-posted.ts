import { z } from "zod";

import type { ParentRef } from "../audit/api-types.js";
import { isForeign, itemOfParent, nameParent } from "../claim/named-parent.js";
import { MAX_PARENTS, rootOfList } from "../claim/parent-list.js";
import { rootOf } from "../dispute/read-answer.js";
import { OnusError } from "../errors/onus-error.js";
import { depthOf } from "../program/tensor-table.js";
import { bytes32, inferenceRecord, namedParent } from "../store/schemas.js";
import { asBytes32 } from "../types/bytes32.js";
import type { Place } from "../types/place.js";
import { recordRow } from "./record-row.js";
import type { ClaimRow, RecordRow, TensorRow } from "./tables.js";

/** Most tensors of a list. */
const MOST_TENSORS = 1_024;

/** `PostedRecord` as it comes from outside. */
export const postedRecord = z.object({
  claimId: bytes32,
  index: z.number().int().min(0).max(0xffff_ffff),
  record: inferenceRecord,
  siblings: z.array(bytes32).max(20),
  inputs: z.array(bytes32).max(MOST_TENSORS).optional(),
  outputs: z.array(bytes32).max(MOST_TENSORS).optional(),
  parents: z
    .array(z.union([z.strictObject({ item: bytes32 }), namedParent]))
    .max(MAX_PARENTS)
    .optional(),
});
export type Posted = z.infer<typeof postedRecord>;

export type OpenedRows = { readonly record: RecordRow; readonly lists: readonly TensorRow[] };

/** Tensors of a record, as its model's artifact has them. */
export type TensorCounts = { readonly inputs: number; readonly outputs: number };

/** @param artifact as a model's row has it */
export function countTensors(artifact: string): TensorCounts {
  const { inputCount, outputCount } = JSON.parse(artifact) as { inputCount: number; outputCount: number };
  return { inputs: inputCount, outputs: outputCount };
}

/** The rows of a record that opens to a claim, and of its lists, which make its roots. Throws RECORD_DOES_NOT_OPEN. */
export function openPosted(
  claim: ClaimRow,
  posted: Posted,
  { claimBook, counts }: { readonly claimBook: Place; readonly counts: TensorCounts },
): OpenedRows {
  const { id, n, records_root } = claim;
  const { index, record, siblings } = posted;
  const refuse = (reason: string) => new OnusError("RECORD_DOES_NOT_OPEN", { claim: id, index, reason });
  if (index >= n) throw refuse(`the claim has ${n}`);
  const depth = depthOf(n);
  if (siblings.length !== depth) throw refuse(`its path has ${siblings.length} steps, and needs ${depth}`);
  const root = rootOf({ record, index, path: siblings });
  if (root !== records_root) throw refuse(`it leads to ${root}, the claim's list is ${records_root}`);
  return { record: recordRow(claim, posted), lists: listRows(claim, posted, { claimBook, counts }) };
}

type Item = Pick<TensorRow, "item"> & Partial<ParentColumns>;
type ParentColumns = Pick<TensorRow, "parent_claim" | "parent_idx" | "parent_chain" | "parent_book">;
const NO_PARENT: ParentColumns = {
  ...{ parent_claim: null, parent_idx: null, parent_chain: null, parent_book: null },
};

function listRows(
  { id }: ClaimRow,
  posted: Posted,
  { claimBook, counts }: { readonly claimBook: Place; readonly counts: TensorCounts },
): readonly TensorRow[] {
  const { index, record, inputs, outputs, parents } = posted;
  const told = parents?.map((parent) => parentOf(parent, claimBook));
  const lists = [
    { list: "input", items: inputs?.map(itemOf), root: record.inputRoot, count: counts.inputs },
    { list: "output", items: outputs?.map(itemOf), root: record.outputRoot, count: counts.outputs },
    { list: "parents", items: told, root: record.parentsRoot, count: record.parentsCount },
  ];
  return lists.flatMap(({ list, items, root, count }) => {
    if (items === undefined) return [];
    const refuse = (reason: string) => new OnusError("RECORD_DOES_NOT_OPEN", { claim: id, index, reason });
    // Nodes within the list make the same root: what is kept of them would keep the items out.
    if (items.length !== count)
      throw refuse(`the list of its ${list} has ${items.length}, and needs ${count}`);
    const found = rootOfList(items.map(({ item }) => asBytes32(item)));
    if (found !== root) throw refuse(`the list of its ${list} makes ${found}, the record has ${root}`);
    return items.map((item, position) => ({
      ...{ claim_id: id, idx: index, list, position, ...NO_PARENT, ...item },
    }));
  });
}

const itemOf = (item: string): Item => ({ item });

/** The item is computed from the place: a place that is told wrong makes another root. */
function parentOf(named: NonNullable<Posted["parents"]>[number], claimBook: Place): Item {
  if ("item" in named) return { item: named.item };
  const parent = nameParent(named, claimBook);
  return {
    item: itemOfParent(parent, claimBook),
    ...{ parent_claim: parent.claimId, parent_idx: parent.recordIndex },
    ...(isForeign(parent) && { parent_chain: parent.chainId, parent_book: parent.claimBook }),
  };
}

/** A parent as its row has it. */
export function showParent({ item, ...row }: Pick<TensorRow, "item"> & ParentColumns): ParentRef {
  type Hex = `0x${string}`;
  if (row.parent_claim === null || row.parent_idx === null) return { item: item as Hex };
  const here = { claimId: row.parent_claim as Hex, recordIndex: row.parent_idx };
  if (row.parent_chain === null) return here;
  return { chainId: row.parent_chain, claimBook: row.parent_book as Hex, ...here };
}
