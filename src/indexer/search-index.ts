import type { Hex, SearchHit, SearchResult } from "../audit/api-types.js";
import { isOnusError, OnusError } from "../errors/onus-error.js";
import { parseAddress } from "../types/address.js";
import type { IndexDatabase } from "./open-index.js";
import { recordsBy, recordsByTensor } from "./query-records.js";

/** Most things that one search finds of each kind. */
const MOST_HITS = 10;
/** Fewest hex digits that are looked for. */
const LEAST_DIGITS = 6;

/** Everything that has this hash or address, or whose id begins with it. */
export async function searchIndex(db: IndexDatabase, query: string): Promise<SearchResult> {
  const wanted = query.trim();
  const digits = /^(?:0x)?([0-9a-fA-F]*)$/.exec(wanted)?.[1] ?? "";
  if (digits.length < LEAST_DIGITS || digits.length > 64) {
    const expected = `0x and ${LEAST_DIGITS} to 64 hex digits`;
    throw new OnusError("MALFORMED_VALUE", { name: "q", expected, found: JSON.stringify(query) });
  }
  const start = `0x${digits.toLowerCase()}`;
  const found = [...(await byIds(db, start)), ...(await byAccount(db, start))];
  if (start.length === 66) found.push(...(await byContent(db, start)));
  const hits = new Map(found.map((hit) => [JSON.stringify(hit), hit]));
  return { query: wanted, hits: [...hits.values()] };
}

/** Hashes that begin so: in the order of text they lie between it and it with a letter after all digits. */
async function byIds(db: IndexDatabase, start: string): Promise<readonly SearchHit[]> {
  const hits: SearchHit[] = [];
  for (const [table, column, kind] of [
    ["claims", "id", "claim"],
    ["models", "id", "model"],
    ["sessions", "id", "session"],
    ["receipts", "hash", "receipt"],
  ] as const) {
    const rows = await db
      .selectFrom(table)
      .select(`${column} as id` as "id")
      .where(column as "id", ">=", start)
      .where(column as "id", "<", `${start}g`)
      .orderBy(column as "id")
      .limit(MOST_HITS)
      .execute();
    for (const { id } of rows) hits.push({ kind, id: id as Hex });
  }
  const artifacts = await db
    .selectFrom("models")
    .select(["id", "artifact_id"])
    .where("artifact_id", ">=", start)
    .where("artifact_id", "<", `${start}g`)
    .orderBy("artifact_id")
    .orderBy("id")
    .limit(MOST_HITS)
    .execute();
  for (const artifact of new Set(artifacts.map(({ artifact_id }) => artifact_id))) {
    const models = artifacts.filter(({ artifact_id }) => artifact_id === artifact).map(({ id }) => id as Hex);
    hits.push({ kind: "artifact", id: artifact as Hex, models });
  }
  return hits;
}

async function byAccount(db: IndexDatabase, start: string): Promise<readonly SearchHit[]> {
  if (start.length > 42) return [];
  if (start.length === 42) return whole(db, start);
  const operators = await db
    .selectFrom("operators")
    .select("address")
    .where(({ fn }) => fn<string>("lower", ["address"]), ">=", start)
    .where(({ fn }) => fn<string>("lower", ["address"]), "<", `${start}g`)
    .orderBy(({ fn }) => fn("lower", ["address"]))
    .limit(MOST_HITS)
    .execute();
  return operators.map(({ address }) => ({ kind: "operator", id: address as Hex }));
}

async function whole(db: IndexDatabase, start: string): Promise<readonly SearchHit[]> {
  let address;
  try {
    address = parseAddress(start);
  } catch (error) {
    if (isOnusError(error)) return [];
    throw error;
  }
  const [operator, signer, event] = await Promise.all([
    db.selectFrom("operators").select("address").where("address", "=", address).executeTakeFirst(),
    db.selectFrom("signers").select("operator").where("address", "=", address).executeTakeFirst(),
    db.selectFrom("event_subjects").select("name").where("subject", "=", address).limit(1).executeTakeFirst(),
  ]);
  if (operator !== undefined) return [{ kind: "operator", id: address }];
  if (signer !== undefined) return [{ kind: "signer", id: address, operator: signer.operator as Hex }];
  return event === undefined ? [] : [{ kind: "account", id: address }];
}

/** Records by hash, request and roots; transactions. */
async function byContent(db: IndexDatabase, hash: string): Promise<readonly SearchHit[]> {
  const hits: SearchHit[] = [];
  const note = async (
    kind: "record" | "output" | "input",
    records: Awaited<ReturnType<typeof recordsBy>>,
  ): Promise<void> => {
    const shown = records.slice(0, MOST_HITS);
    // A posted record stays when a reorg takes its claim out: it may come back.
    const claims = await db
      .selectFrom("claims")
      .select("id")
      .where("id", "in", [hash, ...shown.map(({ claimId }) => claimId)])
      .execute();
    const known = new Set(claims.map(({ id }) => id));
    for (const { claimId, index } of shown)
      if (known.has(claimId)) hits.push({ kind, id: hash as Hex, claimId, recordIndex: index });
  };
  await note("record", await recordsBy(db, ["hash", "request_id"], hash));
  await note("output", [
    ...(await recordsBy(db, ["output_root"], hash)),
    ...(await recordsByTensor(db, hash)),
  ]);
  await note("input", await recordsBy(db, ["input_root"], hash));
  const events = await db
    .selectFrom("events")
    .select(["block", "log"])
    .where("tx", "=", hash)
    .limit(1)
    .execute();
  if (events.length > 0) {
    const subjects = await db
      .selectFrom("events as e")
      .innerJoin("event_subjects as s", (join) =>
        join.onRef("e.block", "=", "s.block").onRef("e.log", "=", "s.log"),
      )
      .select("s.subject")
      .where("e.tx", "=", hash)
      .groupBy("s.subject")
      .orderBy(({ fn }) => fn.min("e.log"))
      .orderBy("s.subject")
      .limit(MOST_HITS)
      .execute();
    hits.push({
      kind: "transaction",
      id: hash as Hex,
      subjects: subjects.map(({ subject }) => subject as Hex),
    });
  }
  return hits;
}
