import type { Kysely } from "kysely";

import type { IndexTransaction } from "./open-index.js";
import { STATE_KEYS } from "./tables.js";
import type { LogTable, StateTable, Tables } from "./tables.js";

/** The rows of one batch of blocks: read when they are first asked for, written together at its end. */
export type Rows = {
  /** A row of a state table; `key` are the values of its key columns. */
  readonly get: <Table extends StateTable>(
    table: Table,
    ...key: readonly (string | number)[]
  ) => Promise<Tables[Table] | undefined>;
  /** The rows that have this value in a column of which the table has an index. */
  readonly find: <Table extends StateTable>(
    table: Table,
    column: keyof Tables[Table] & string,
    value: string,
  ) => Promise<readonly Tables[Table][]>;
  /** Replaces the row of the same key, or adds it. */
  readonly put: <Table extends StateTable>(table: Table, row: Tables[Table]) => void;
  readonly add: <Table extends LogTable>(table: Table, row: Tables[Table]) => void;
  /** What follows happens in this block. */
  readonly enter: (block: number) => void;
  readonly flush: () => Promise<void>;
};

type Row = Readonly<Record<string, unknown>>;
type AnyTables = Readonly<Record<string, Record<string, unknown>>>;

/** Most values that one statement binds; SQLite takes 32,766. */
const MOST_VALUES = 8_000;

/** @param undoFrom changes in blocks before it are final, and leave no trace of what was before */
export function openRows(transaction: IndexTransaction, undoFrom: number): Rows {
  const db = transaction as unknown as Kysely<AnyTables>;
  const seen = new Map<string, Row | undefined>();
  const dirty = new Map<string, { table: StateTable; row: Row }>();
  const added = new Map<string, Row[]>();
  const undone = new Set<string>();
  let block = 0;

  const get = async (table: StateTable, key: readonly (string | number)[]): Promise<Row | undefined> => {
    const name = nameOf(table, key);
    if (seen.has(name)) return seen.get(name);
    let query = db.selectFrom(table).selectAll();
    for (const [at, column] of STATE_KEYS[table].entries()) query = query.where(column, "=", key[at]);
    const row = await query.executeTakeFirst();
    seen.set(name, row);
    return row;
  };
  const find = async (table: StateTable, column: string, value: string): Promise<readonly Row[]> => {
    const found = new Map<string, Row>();
    for (const row of await db.selectFrom(table).selectAll().where(column, "=", value).execute()) {
      const name = nameOf(table, keyOf(table, row));
      if (!seen.has(name)) seen.set(name, row);
      found.set(name, row);
    }
    // What this batch made of them, and what it added.
    for (const [name, { table: of, row }] of dirty) if (of === table) found.set(name, row);
    return [...found.values()].filter((row) => row[column] === value);
  };
  const append = (table: string, row: Row): void => {
    const rows = added.get(table);
    if (rows === undefined) added.set(table, [row]);
    else rows.push(row);
  };
  const put = (table: StateTable, row: Row): void => {
    const key = keyOf(table, row);
    const name = nameOf(table, key);
    if (block >= undoFrom && !undone.has(name)) {
      // A row is read before it is changed, or it was not there.
      const was = seen.get(name);
      append("undo", {
        ...{ block, tbl: table, key: JSON.stringify(key) },
        was: was === undefined ? null : JSON.stringify(was),
      });
      undone.add(name);
    }
    seen.set(name, row);
    dirty.set(name, { table, row });
  };
  const flush = async (): Promise<void> => {
    const changed = new Map<StateTable, Row[]>();
    for (const { table, row } of dirty.values()) {
      const rows = changed.get(table);
      if (rows === undefined) changed.set(table, [row]);
      else rows.push(row);
    }
    for (const [table, rows] of changed) await upsert(transaction, table, rows);
    for (const [table, rows] of added) await insert(db, table, rows);
    dirty.clear();
    added.clear();
    seen.clear();
  };
  return {
    get: ((table: StateTable, ...key: readonly (string | number)[]) => get(table, key)) as Rows["get"],
    find: find as unknown as Rows["find"],
    put,
    add: append as Rows["add"],
    enter: (next) => {
      if (next !== block) undone.clear();
      block = next;
    },
    flush,
  };
}

/** Takes back what happened after a block; `undo` reaches back that far. */
export async function undoAfter(transaction: IndexTransaction, block: number): Promise<void> {
  const steps = await transaction
    .selectFrom("undo")
    .selectAll()
    .where("block", ">", block)
    .orderBy("block", "desc")
    .execute();
  // The oldest of a row's steps says what it was at `block`.
  const was = new Map(
    steps.map(({ tbl, key, was }) => [`${tbl} ${key}`, { tbl: tbl as StateTable, key, was }]),
  );
  const db = transaction as unknown as Kysely<AnyTables>;
  for (const { tbl, key, was: before } of was.values()) {
    const values = JSON.parse(key) as readonly (string | number)[];
    if (before !== null) {
      await upsert(transaction, tbl, [JSON.parse(before) as Row]);
      continue;
    }
    let query = db.deleteFrom(tbl);
    for (const [at, column] of STATE_KEYS[tbl].entries()) query = query.where(column, "=", values[at]);
    await query.execute();
  }
  await transaction.deleteFrom("undo").where("block", ">", block).execute();
}

async function upsert(transaction: IndexTransaction, table: StateTable, rows: readonly Row[]): Promise<void> {
  const db = transaction as unknown as Kysely<AnyTables>;
  const columns = Object.keys(rows[0] ?? {});
  const keys: readonly string[] = STATE_KEYS[table];
  const rest = columns.filter((column) => !keys.includes(column));
  for (const part of parts(rows)) {
    await db
      .insertInto(table)
      .values(part)
      .onConflict((conflict) =>
        conflict
          .columns([...keys])
          .doUpdateSet((to) =>
            Object.fromEntries(rest.map((column) => [column, to.ref(`excluded.${column}`)])),
          ),
      )
      .execute();
  }
}

async function insert(db: Kysely<AnyTables>, table: string, rows: readonly Row[]): Promise<void> {
  for (const part of parts(rows)) await db.insertInto(table).values(part).execute();
}

function* parts(rows: readonly Row[]): Generator<Row[]> {
  const size = Math.max(1, Math.floor(MOST_VALUES / Math.max(1, Object.keys(rows[0] ?? {}).length)));
  for (let first = 0; first < rows.length; first += size) yield rows.slice(first, first + size);
}

const keyOf = (table: StateTable, row: Row): (string | number)[] =>
  STATE_KEYS[table].map((column) => row[column] as string | number);
const nameOf = (table: StateTable, key: readonly (string | number)[]): string => `${table} ${key.join(" ")}`;
