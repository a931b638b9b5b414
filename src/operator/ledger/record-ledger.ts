import type { InferenceRecord } from "../../claim/record.js";
import type { Database } from "../../store/open-database.js";
import type { Bytes32 } from "../../types/bytes32.js";
import { asSeconds } from "../../types/seconds.js";
import { asWei } from "../../types/wei.js";
import type { PendingRecord, PendingSum } from "../policy/plan-batch.js";
import type { PendingLiability } from "../policy/promised-liability.js";
import { inferenceOfRow, recordOfRow } from "./rows.js";
import type { PromisedRecord, StoredRecord } from "./rows.js";

/** Raw little-endian elements of all tensors, one after the other. */
export type Kept = { readonly inputs: Uint8Array; readonly outputs?: Uint8Array };

export type NewRecord = { readonly promised: PromisedRecord; readonly kept: Kept };

/** The promised records of an operator. */
export interface RecordLedger {
  /**
   * Keeps promises before they are given, in one transaction. Of two for one request the first stays, and is what is
   * returned: nobody ever holds two receipts for it.
   */
  promise(records: readonly NewRecord[]): StoredRecord[];
  find(requestId: Bytes32): StoredRecord | undefined;
  at(claim: number, position: number): StoredRecord | undefined;
  /** The records of a claim, in its order. */
  ofClaim(claim: number): InferenceRecord[];
  /** The same of one stretch, with what was promised. */
  stretch(claim: number, from: number, count: number): StoredRecord[];
  inputs(serial: number): Uint8Array | undefined;
  outputs(serial: number): Uint8Array | undefined;
  /** By model, what no claim holds yet. */
  pending(): (PendingSum & PendingLiability & { readonly modelId: Bytes32 })[];
  /** The first of them, in the order of their promise. */
  pendingRecords(modelId: Bytes32, most: number): (PendingRecord & { readonly record: InferenceRecord })[];
  /** Records in no claim, or in one that is undecided. */
  undecided(): number;
  /** Forgets inputs and outputs of claims that are decided; returns how many. */
  forgetDecided(): number;
}

const DECIDED = "SELECT number FROM claims WHERE state IN ('final', 'faulted')";

export function openRecordLedger(database: Database): RecordLedger {
  const insert = database.prepare(`
    INSERT INTO records (request_id, model_id, requester, salt, input_root, output_root, trace_root, parents_root,
      parents_count, parents, tensor_roots, issued_at, inclusion_deadline, liability, max_records, signer, signature)
    VALUES (@requestId, @modelId, @requester, @salt, @inputRoot, @outputRoot, @traceRoot, @parentsRoot,
      @parentsCount, @parents, @tensorRoots, @issuedAt, @inclusionDeadline, @liability, @maxRecords, @signer, @signature)
    ON CONFLICT (request_id) DO NOTHING`);
  const insertInputs = database.prepare("INSERT INTO inputs (serial, data) VALUES (?, ?)");
  const insertOutputs = database.prepare("INSERT INTO outputs (serial, data) VALUES (?, ?)");
  const byRequest = database.prepare("SELECT * FROM records WHERE request_id = ?");
  const byPlace = database.prepare("SELECT * FROM records WHERE claim = ? AND position = ?");
  const byClaim = database.prepare("SELECT * FROM records WHERE claim = ? ORDER BY position");
  const byStretch = database.prepare(
    "SELECT * FROM records WHERE claim = ? AND position >= ? ORDER BY position LIMIT ?",
  );
  const inputs = database.prepare("SELECT data FROM inputs WHERE serial = ?").pluck();
  const outputs = database.prepare("SELECT data FROM outputs WHERE serial = ?").pluck();
  const sums = database.prepare(`
    SELECT model_id, count(*) AS count, min(issued_at) AS oldest, min(inclusion_deadline) AS deadline,
      min(max_records) AS most, group_concat(DISTINCT liability) AS liabilities
    FROM records WHERE claim IS NULL GROUP BY model_id`);
  const first = database.prepare(
    "SELECT * FROM records WHERE claim IS NULL AND model_id = ? ORDER BY serial LIMIT ?",
  );
  const undecided = database
    .prepare(
      `SELECT (SELECT count(*) FROM records WHERE claim IS NULL)
        + (SELECT coalesce(sum(n), 0) FROM claims WHERE state IN ('made', 'open'))`,
    )
    .pluck();
  const forget = (["inputs", "outputs"] as const).map((table) =>
    database.prepare(
      `DELETE FROM ${table} WHERE serial IN (SELECT serial FROM records WHERE claim IN (${DECIDED}))`,
    ),
  );

  const promiseOne = ({ promised, kept }: NewRecord): StoredRecord => {
    const { record, parents, roots, issuedAt, inclusionDeadline, liability, ...rest } = promised;
    const { changes, lastInsertRowid } = insert.run({
      ...rest,
      ...record,
      parents: JSON.stringify(parents),
      tensorRoots: roots === undefined ? null : JSON.stringify(roots),
      issuedAt: Number(issuedAt),
      inclusionDeadline: Number(inclusionDeadline),
      liability: liability.toString(),
    });
    if (changes === 1) {
      insertInputs.run(lastInsertRowid, kept.inputs);
      if (kept.outputs !== undefined) insertOutputs.run(lastInsertRowid, kept.outputs);
    }
    return recordOfRow(byRequest.get(promised.requestId));
  };

  return {
    promise: database.transaction((all: readonly NewRecord[]) => all.map(promiseOne)),
    find: (requestId) => {
      const row = byRequest.get(requestId);
      return row === undefined ? undefined : recordOfRow(row);
    },
    at: (claim, position) => {
      const row = byPlace.get(claim, position);
      return row === undefined ? undefined : recordOfRow(row);
    },
    ofClaim: (claim) => byClaim.all(claim).map(inferenceOfRow),
    stretch: (claim, from, count) => byStretch.all(claim, from, count).map(recordOfRow),
    inputs: (serial) => inputs.get(serial) as Uint8Array | undefined,
    outputs: (serial) => outputs.get(serial) as Uint8Array | undefined,
    pending: () =>
      (sums.all() as SumRow[]).map(({ model_id, count, oldest, deadline, most, liabilities }) => ({
        modelId: model_id,
        count,
        oldest: asSeconds(BigInt(oldest)),
        earliestDeadline: asSeconds(BigInt(deadline)),
        maxRecords: most,
        liability: asWei(liabilities.split(",").map(BigInt).reduce(greater)),
      })),
    pendingRecords: (modelId, most) =>
      first
        .all(modelId, most)
        .map(recordOfRow)
        .map(({ serial, record, issuedAt, inclusionDeadline, liability, maxRecords }) => ({
          ...{ serial, record, issuedAt, inclusionDeadline, liability, maxRecords },
        })),
    undecided: () => undecided.get() as number,
    forgetDecided: database.transaction(() =>
      forget.reduce((sum, statement) => sum + statement.run().changes, 0),
    ),
  };
}

type SumRow = {
  readonly model_id: Bytes32;
  readonly count: number;
  readonly oldest: number;
  readonly deadline: number;
  readonly most: number;
  /** Decimal, joined by commas: SQL would compare them as text, or lose digits. */
  readonly liabilities: string;
};

const greater = (a: bigint, b: bigint): bigint => (a > b ? a : b);
