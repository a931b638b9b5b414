import { hexToBytes } from "@noble/hashes/utils.js";
import { z } from "zod";

import { parentItem } from "../claim/claim.js";
import { commitRecords, openRecord } from "../claim/record-list.js";
import { recordHash, requestId } from "../claim/record.js";
import type { InferenceRecord } from "../claim/record.js";
import { rootOf } from "../dispute/read-answer.js";
import { OnusError } from "../errors/onus-error.js";
import { depthOf } from "../program/tensor-table.js";
import { decodeClaimFile } from "../store/claim-file.js";
import { bytes32, inferenceRecord } from "../store/schemas.js";
import { rootOfItems } from "../trace/tree.js";
import { asBytes32, bytes32From, ZERO_HASH } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { Place } from "../types/place.js";
import { withinBounds } from "./bound-posts.js";
import type { IndexDatabase } from "./open-index.js";
import { claimRow } from "./query-claims.js";
import { refuseDeep, refuseUnknown } from "./refuse-early.js";
import type { ClaimRow, RecordRow, TensorRow } from "./tables.js";

const count = z.number().int().min(0).max(0xffff_ffff);
const oneRecord = z.object({
  claimId: bytes32,
  index: count,
  record: inferenceRecord,
  siblings: z.array(bytes32).max(20),
  inputs: z.array(bytes32).max(64).optional(),
  outputs: z.array(bytes32).max(64).optional(),
  parents: z
    .array(z.object({ claimId: bytes32, recordIndex: count }))
    .max(64)
    .optional(),
});

/** Most records of one claim file that are kept at once. */
const MOST_RECORDS = 4_096;

/**
 * Keeps records that somebody hands in: a claim file, or one record with its path. Whoever it is need not be believed: a
 * record is kept when it opens to a claim of the index, its lists when they make its roots.
 *
 * @returns how many records are known now that were in it
 */
export async function keepRecords(db: IndexDatabase, claimBook: Place, text: string): Promise<number> {
  refuseDeep(text);
  const given = parse(text);
  if ("records" in given) {
    await refuseUnknown(db, given);
    const file = decodeClaimFile(text);
    const list = commitRecords(file.records.slice(0, 2 ** 20));
    const rows = await db
      .selectFrom("claims")
      .selectAll()
      .where("records_root", "=", list.root)
      .where("n", "=", file.records.length)
      .execute();
    const claim = rows.find(
      ({ operator, nonce }) => operator === file.claim.operator && nonce === String(file.claim.nonce),
    );
    if (claim === undefined)
      throw new OnusError("NOT_INDEXED", { what: "claim over the list of records", id: list.root });
    const kept = file.records.slice(0, MOST_RECORDS);
    const opened = kept.map((record, index) =>
      rowOf(claim, { index, record, siblings: openRecord(list, index) }),
    );
    await keep(db, opened, []);
    return kept.length;
  }
  const read = oneRecord.safeParse(given);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new OnusError("CLAIM_FILE", {
      expected: issue?.message ?? "a record",
      found: `at ${issue?.path.join(".")}`,
    });
  }
  const posted = read.data;
  const claim = await claimRow(db, posted.claimId);
  requireOpens(claim, posted);
  await keep(db, [rowOf(claim, posted)], listsOf(claim, posted, claimBook));
  return 1;
}

function parse(text: string): object {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === "object" && json !== null) return json;
  } catch (cause) {
    throw new OnusError("CLAIM_FILE", { expected: "JSON", found: (cause as Error).message }, { cause });
  }
  throw new OnusError("CLAIM_FILE", { expected: "a claim file or a record", found: "something else" });
}

type Posted = z.infer<typeof oneRecord>;

function requireOpens({ id, n, records_root }: ClaimRow, { index, record, siblings }: Posted): void {
  const refuse = (reason: string) => new OnusError("RECORD_DOES_NOT_OPEN", { claim: id, index, reason });
  if (index >= n) throw refuse(`the claim has ${n}`);
  const depth = depthOf(n);
  if (siblings.length !== depth) throw refuse(`its path has ${siblings.length} steps, and needs ${depth}`);
  const root = rootOf({ record, index, path: siblings });
  if (root !== records_root) throw refuse(`it leads to ${root}, the claim's list is ${records_root}`);
}

function listsOf({ id }: ClaimRow, posted: Posted, claimBook: Place): readonly TensorRow[] {
  const { index, record, inputs, outputs, parents } = posted;
  const lists = [
    { list: "input", items: inputs, root: record.inputRoot },
    { list: "output", items: outputs, root: record.outputRoot },
    {
      list: "parents",
      items: parents?.map((parent) => parentItem(parent, claimBook)),
      root: record.parentsRoot,
    },
  ];
  return lists.flatMap(({ list, items, root }) => {
    if (items === undefined) return [];
    const found = rootOfList(items);
    if (found !== root) {
      const reason = `the list of its ${list} makes ${found}, the record has ${root}`;
      throw new OnusError("RECORD_DOES_NOT_OPEN", { claim: id, index, reason });
    }
    return items.map((item, position) => ({
      ...{ claim_id: id, idx: index, list, position, item },
      parent_claim: list === "parents" ? (parents?.[position]?.claimId ?? null) : null,
      parent_idx: list === "parents" ? (parents?.[position]?.recordIndex ?? null) : null,
    }));
  });
}

const rootOfList = (items: readonly Bytes32[]): Bytes32 =>
  items.length === 0 ? ZERO_HASH : bytes32From(rootOfItems(items.map((item) => hexToBytes(item.slice(2)))));

function rowOf(
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

/** What is known already stays: it opened to the same claim. */
async function keep(
  db: IndexDatabase,
  records: readonly RecordRow[],
  items: readonly TensorRow[],
): Promise<void> {
  await db.transaction().execute((transaction) => {
    const write = async (): Promise<void> => {
      for (const row of records)
        await transaction
          .insertInto("posted_records")
          .values(row)
          .onConflict((on) => on.doNothing())
          .execute();
      for (const row of items)
        await transaction
          .insertInto("posted_tensors")
          .values(row)
          .onConflict((on) => on.doNothing())
          .execute();
    };
    const claims = records.map(({ claim_id }) => claim_id);
    return withinBounds(transaction, claims, { write });
  });
}
