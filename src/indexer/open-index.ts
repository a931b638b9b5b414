import type { Kysely, SqliteDatabase, Transaction } from "kysely";

import { loadPeer } from "../service/load-peer.js";
import { openDatabase, readDatabase } from "../store/open-database.js";
import type { Database } from "../store/open-database.js";
import { MIGRATIONS } from "./migrations.js";
import type { Tables } from "./tables.js";

export type IndexDatabase = Kysely<Tables>;
export type IndexTransaction = Transaction<Tables>;

/** The index in a file, to write it: there is one writer. */
export const openIndex = async (file: string): Promise<IndexDatabase> =>
  withKysely(openDatabase(file, MIGRATIONS));

/** The same to read it, while another connection writes. */
export const readIndex = async (file: string): Promise<IndexDatabase> =>
  withKysely(readDatabase(file, MIGRATIONS));

async function withKysely(database: Database): Promise<IndexDatabase> {
  const { Kysely, SqliteDialect } = await loadPeer("kysely", "the index", () => import("kysely"));
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database: forKysely(database) }) });
}

/** SQLite ends a transaction itself where the disk is full: to end it again would fail, and hide why. */
const forKysely = (database: Database): SqliteDatabase => ({
  close: () => void database.close(),
  prepare: (text) => database.prepare(text === "rollback" && !database.inTransaction ? "SELECT 1" : text),
});
