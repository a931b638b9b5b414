import { existsSync } from "node:fs";
import { createRequire } from "node:module";

import type BetterSqlite3 from "better-sqlite3";

import { OnusError } from "../errors/onus-error.js";

export type Database = BetterSqlite3.Database;

/** One step from an older form of a database to the next. What stands in a migration that was released never changes. */
export type Migration = {
  /** Unique and for good: "001 claims". */
  readonly name: string;
  readonly sql: string;
};

/**
 * Opens a program's database, brought up to date. It has one writer: a second program with the same file is refused until
 * this one closes it or ends, in whichever way. Whoever only reads uses `readDatabase`.
 *
 * What was committed survives the end of the machine: every commit reaches the disk (synchronous = FULL).
 *
 * @param file path, or ":memory:"
 */
export function openDatabase(file: string, migrations: readonly Migration[]): Database {
  const database = connect(file);
  try {
    if (file !== ":memory:") takeWriterLock(database, file);
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = FULL");
    database.pragma("foreign_keys = ON");
    migrate(database, file, migrations);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** Opens a database that another program may be writing, to read it. */
export function readDatabase(file: string, migrations: readonly Migration[]): Database {
  if (!existsSync(file)) throw new OnusError("DATABASE_MISSING", { file });
  const database = connect(file, { readonly: true });
  const [done, known] = [namesOf(database), migrations.map(({ name }) => name)];
  if (done.join() === known.join()) return database;
  database.close();
  throw otherVersion(file, done, known);
}

function connect(file: string, options: BetterSqlite3.Options = {}): Database {
  let Connection: typeof BetterSqlite3;
  try {
    Connection = createRequire(import.meta.url)("better-sqlite3") as typeof BetterSqlite3;
  } catch (error) {
    throw new OnusError("PEER_MISSING", { name: "better-sqlite3", needs: "the database" }, { cause: error });
  }
  return new Connection(file, { timeout: 2_000, ...options });
}

/**
 * A file beside the database that this connection keeps locked: the system lets go of it when the process ends, even by
 * kill -9. The database itself stays open to readers.
 */
function takeWriterLock(database: Database, file: string): void {
  database.pragma("busy_timeout = 0");
  try {
    database.prepare("ATTACH ? AS writer").run(`${file}.lock`);
    database.pragma("writer.journal_mode = MEMORY");
    database.pragma("writer.locking_mode = EXCLUSIVE");
    database.exec("BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS writer.held (by TEXT); COMMIT");
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith("SQLITE_BUSY") !== true) throw error;
    throw new OnusError("DATABASE_IN_USE", { file }, { cause: error });
  }
  database.pragma("busy_timeout = 2000");
}

function migrate(database: Database, file: string, migrations: readonly Migration[]): void {
  database.exec("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY NOT NULL) STRICT");
  const done = namesOf(database);
  const known = migrations.map(({ name }) => name);
  if (done.join() !== known.slice(0, done.length).join()) throw otherVersion(file, done, known);
  for (const { name, sql } of migrations.slice(done.length)) {
    database.transaction(() => {
      database.exec(sql);
      database.prepare("INSERT INTO migrations (name) VALUES (?)").run(name);
    })();
  }
}

/** What was done to a database, in that order. */
const namesOf = (database: Database): string[] =>
  database.prepare("SELECT name FROM migrations ORDER BY rowid").pluck().all() as string[];

const otherVersion = (file: string, done: readonly string[], known: readonly string[]): OnusError =>
  new OnusError("DATABASE_OTHER_VERSION", {
    ...{ file, actual: done.at(-1) ?? "none", expected: known.at(-1) ?? "none" },
  });
