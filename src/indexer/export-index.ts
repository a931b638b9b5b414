import type { Kysely } from "kysely";

import type { IndexDatabase } from "./open-index.js";
import { STATE_KEYS } from "./tables.js";

/** What names and orders the rows of the tables that are made from events alone. */
const KEYS = {
  blocks: ["block"],
  events: ["block", "log"],
  event_subjects: ["subject", "block", "log"],
  exposure: ["operator", "block", "log"],
  standing_points: ["subject", "block", "log"],
  ...STATE_KEYS,
} as const;

/** Rows read at once. */
const AT_ONCE = 5_000;

/**
 * Everything that was made from events, one JSON object a line: tables by name, rows by their keys, columns by name. Two
 * indexes of one chain give the same bytes, whatever became of the programs that made them, and all of them are of one
 * moment, whatever is written meanwhile. What was posted is not in it.
 */
export async function* exportIndex(index: IndexDatabase): AsyncGenerator<string> {
  const moment = await index.startTransaction().setIsolationLevel("repeatable read").execute();
  try {
    for (const table of Object.keys(KEYS).sort() as (keyof typeof KEYS)[]) yield* linesOf(moment, table);
  } finally {
    await moment.rollback().execute();
  }
}

async function* linesOf(moment: IndexDatabase, table: keyof typeof KEYS): AsyncGenerator<string> {
  const db = moment as unknown as Kysely<Record<string, Record<string, unknown>>>;
  for (let offset = 0; ; offset += AT_ONCE) {
    let query = db.selectFrom(table).selectAll().limit(AT_ONCE).offset(offset);
    for (const column of KEYS[table]) query = query.orderBy(column);
    const rows = await query.execute();
    for (const row of rows) yield `${line(table, row)}\n`;
    if (rows.length < AT_ONCE) break;
  }
}

const line = (table: string, row: Record<string, unknown>): string =>
  JSON.stringify({ table, ...Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))) });
