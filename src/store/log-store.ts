import type { Database, Migration } from "./open-database.js";

/** To be among the migrations of every database that holds the logs of a chain. */
export const logStoreMigration: Migration = {
  name: "chain logs 1",
  sql: `
    CREATE TABLE logs (
      block_number INTEGER NOT NULL,
      log_index INTEGER NOT NULL,
      block_hash TEXT NOT NULL,
      transaction_hash TEXT NOT NULL,
      address TEXT NOT NULL,
      topic0 TEXT, topic1 TEXT, topic2 TEXT, topic3 TEXT,
      data TEXT NOT NULL,
      PRIMARY KEY (block_number, log_index)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX logs_by_first ON logs (address, topic0, topic1);
    CREATE INDEX logs_by_second ON logs (address, topic0, topic2);
    CREATE TABLE block_marks (number INTEGER PRIMARY KEY, hash TEXT NOT NULL) STRICT;`,
};

/** A log as nodes give it, but for what nobody here reads. */
export type StoredLog = {
  readonly blockNumber: number;
  readonly blockHash: string;
  readonly transactionHash: string;
  readonly index: number;
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
};

export type Mark<Hash> = { readonly number: number; readonly hash: Hash };

/** What a follower of the chain tells; `Change` of src/chain/follow-chain.ts. */
type Followed<Hash> =
  | { readonly kind: "logs"; readonly logs: readonly StoredLog[]; readonly checkpoint: readonly Mark<Hash>[] }
  | { readonly kind: "rollback"; readonly toBlock: number; readonly checkpoint: readonly Mark<Hash>[] };

/** By position: one topic, alternatives, or null for any. */
export type LogFilter = {
  readonly address?: unknown;
  readonly topics?: unknown;
  readonly fromBlock?: unknown;
  readonly toBlock?: unknown;
};

/** The logs of a chain as far as it was followed. */
export type LogStore<Hash extends string> = {
  readonly checkpoint: () => readonly Mark<Hash>[];
  /** Keeps a change, and in the same transaction what `derive` writes. */
  readonly apply: (change: Followed<Hash>, derive: () => void) => void;
  /** In place of a node's: the kept logs, in the order of the chain. */
  readonly getLogs: (filter: LogFilter) => readonly StoredLog[];
};

export function openLogStore<Hash extends string>(database: Database): LogStore<Hash> {
  const marks = database.prepare("SELECT number, hash FROM block_marks ORDER BY number");
  const mark = database.prepare("INSERT INTO block_marks (number, hash) VALUES (?, ?)");
  const insert = database.prepare(
    `INSERT INTO logs VALUES (@blockNumber, @index, @blockHash, @transactionHash, @address,
       @topic0, @topic1, @topic2, @topic3, @data)`,
  );
  const forget = database.prepare("DELETE FROM logs WHERE block_number > ?");
  const forgetMarks = database.prepare("DELETE FROM block_marks");
  const apply = database.transaction((change: Followed<Hash>, derive: () => void) => {
    if (change.kind === "rollback") forget.run(change.toBlock);
    else for (const log of change.logs) insert.run(rowOf(log));
    forgetMarks.run();
    for (const { number, hash } of change.checkpoint) mark.run(number, hash);
    derive();
  });
  return {
    checkpoint: () => marks.all() as Mark<Hash>[],
    apply,
    getLogs: (filter) => {
      const { where, values } = conditionsOf(filter);
      const sql = `SELECT * FROM logs WHERE ${where} ORDER BY block_number, log_index`;
      return (database.prepare(sql).all(values) as LogRow[]).map(logOf);
    },
  };
}

type LogRow = {
  readonly block_number: number;
  readonly log_index: number;
  readonly block_hash: string;
  readonly transaction_hash: string;
  readonly address: string;
  readonly topic0: string | null;
  readonly topic1: string | null;
  readonly topic2: string | null;
  readonly topic3: string | null;
  readonly data: string;
};

function rowOf({ blockNumber, blockHash, transactionHash, index, address, topics, data }: StoredLog) {
  const [topic0 = null, topic1 = null, topic2 = null, topic3 = null] = topics;
  return {
    ...{ blockNumber, blockHash, transactionHash, index, data },
    ...{ address: address.toLowerCase(), topic0, topic1, topic2, topic3 },
  };
}

const logOf = (row: LogRow): StoredLog => ({
  blockNumber: row.block_number,
  blockHash: row.block_hash,
  transactionHash: row.transaction_hash,
  index: row.log_index,
  address: row.address,
  topics: [row.topic0, row.topic1, row.topic2, row.topic3].filter((topic) => topic !== null),
  data: row.data,
});

/** A list of alternatives is handed over as one JSON value: SQLite's limit on values does not bound it. */
function conditionsOf({ address, topics, fromBlock, toBlock }: LogFilter) {
  const parts = ["1"];
  const values: (string | number)[] = [];
  const among = (column: string, wanted: unknown): void => {
    if (wanted === null || wanted === undefined) return;
    const list = (Array.isArray(wanted) ? wanted : [wanted]) as readonly string[];
    parts.push(`${column} IN (SELECT value FROM json_each(?))`);
    values.push(JSON.stringify(list.map((one) => one.toLowerCase())));
  };
  among("address", address);
  for (const [position, topic] of ((topics ?? []) as readonly unknown[]).entries()) {
    among(`topic${position}`, topic);
  }
  const bound = (condition: string, block: unknown): void => {
    if (typeof block !== "number") return;
    parts.push(condition);
    values.push(block);
  };
  bound("block_number >= ?", fromBlock);
  bound("block_number <= ?", toBlock);
  return { where: parts.join(" AND "), values };
}
