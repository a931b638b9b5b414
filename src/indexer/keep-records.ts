import { spellParent } from "../claim/named-parent.js";
import { commitRecords, openRecord } from "../claim/record-list.js";
import { OnusError } from "../errors/onus-error.js";
import { decodeClaimFile } from "../store/claim-file.js";
import { asBytes32 } from "../types/bytes32.js";
import type { Place } from "../types/place.js";
import { withinBounds } from "./bound-posts.js";
import type { PostBounds } from "./bound-posts.js";
import type { IndexDatabase, IndexTransaction } from "./open-index.js";
import { countTensors, openPosted, postedRecord } from "./open-posted.js";
import type { OpenedRows, TensorCounts } from "./open-posted.js";
import { claimRow } from "./query-claims.js";
import { recordRow } from "./record-row.js";
import { refuseDeep, refuseUnknown } from "./refuse-early.js";
import type { ClaimRow } from "./tables.js";

/** Most records of one claim file that are kept at once. */
const MOST_RECORDS = 4_096;
/** Rows that one statement adds. */
const ROWS_AT_ONCE = 500;

/**
 * Keeps records that somebody hands in: a claim file, or one record with its path. Whoever it is need not be believed: a
 * record is kept when it opens to a claim of the index, its lists (of a claim file, those of parents) when they make its roots.
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
    const counts = await countsOf(db, claim);
    const kept = file.records.slice(0, MOST_RECORDS).map((record, index): OpenedRows => {
      const opening = { index, record, siblings: openRecord(list, index) };
      const parents = file.parents?.[index]?.map(spellParent);
      if (parents === undefined) return { record: recordRow(claim, opening), lists: [] };
      return openPosted(claim, { ...opening, claimId: asBytes32(claim.id), parents }, { claimBook, counts });
    });
    await db.transaction().execute((transaction) => writeRecords(transaction, kept));
    return kept.length;
  }
  const read = postedRecord.safeParse(given);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new OnusError("CLAIM_FILE", {
      expected: issue?.message ?? "a record",
      found: `at ${issue?.path.join(".")}`,
    });
  }
  const claim = await claimRow(db, read.data.claimId);
  const opened = openPosted(claim, read.data, { claimBook, counts: await countsOf(db, claim) });
  await db.transaction().execute((transaction) => writeRecords(transaction, [opened]));
  return 1;
}

async function countsOf(db: IndexDatabase, { model_id }: ClaimRow): Promise<TensorCounts> {
  const { artifact } = await db
    .selectFrom("models")
    .select("artifact")
    .where("id", "=", model_id)
    .executeTakeFirstOrThrow();
  return countTensors(artifact);
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

/**
 * What is known already stays, since it opened to the same claim; where a parent stands may be told later. Throws INDEX_FULL
 * beyond a bound.
 */
export async function writeRecords(
  transaction: IndexTransaction,
  opened: readonly OpenedRows[],
  bounds?: PostBounds,
): Promise<void> {
  const claims = opened.map(({ record }) => record.claim_id);
  const write = () => writeRows(transaction, opened);
  await withinBounds(transaction, claims, { write, ...(bounds && { bounds }) });
}

async function writeRows(transaction: IndexTransaction, opened: readonly OpenedRows[]): Promise<void> {
  for (const rows of parts(opened.map(({ record }) => record)))
    await transaction
      .insertInto("posted_records")
      .values(rows)
      .onConflict((on) => on.doNothing())
      .execute();
  for (const rows of parts(opened.flatMap(({ lists }) => lists)))
    await transaction
      .insertInto("posted_tensors")
      .values(rows)
      .onConflict((on) =>
        on
          .columns(["claim_id", "idx", "list", "position"])
          .doUpdateSet((to) => ({
            parent_claim: to.ref("excluded.parent_claim"),
            parent_idx: to.ref("excluded.parent_idx"),
            parent_chain: to.ref("excluded.parent_chain"),
            parent_book: to.ref("excluded.parent_book"),
          }))
          .where("posted_tensors.parent_claim", "is", null),
      )
      .execute();
}

function* parts<Row>(rows: readonly Row[]): Generator<Row[]> {
  for (let first = 0; first < rows.length; first += ROWS_AT_ONCE)
    yield rows.slice(first, first + ROWS_AT_ONCE);
}
