import { asAddress } from "../types/address.js";
import type { Attempt, JournalEntry, JournalState, SenderJournal } from "../types/sender-journal.js";
import type { Database, Migration } from "./open-database.js";

/** To be among the migrations of every database that holds a journal. */
export const senderJournalMigration: Migration = {
  name: "sender journal 1",
  sql: `
    CREATE TABLE transactions (
      id INTEGER PRIMARY KEY,
      key TEXT NOT NULL,
      call TEXT NOT NULL,
      account TEXT NOT NULL,
      nonce INTEGER NOT NULL,
      destination TEXT NOT NULL,
      data TEXT NOT NULL,
      value_wei TEXT NOT NULL,
      gas_limit TEXT NOT NULL,
      since_block INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('sending', 'included', 'confirmed', 'lost')),
      hash TEXT,
      block_number INTEGER,
      gas_used TEXT,
      succeeded INTEGER
    ) STRICT;
    CREATE INDEX transactions_by_key ON transactions (account, key);
    CREATE INDEX transactions_unsettled ON transactions (account, nonce) WHERE state IN ('sending', 'included');
    CREATE TABLE attempts (
      id INTEGER PRIMARY KEY,
      "transaction" INTEGER NOT NULL REFERENCES transactions (id),
      most_fee_wei TEXT NOT NULL,
      most_tip_wei TEXT NOT NULL,
      hash TEXT,
      raw TEXT
    ) STRICT;
    CREATE INDEX attempts_by_transaction ON attempts ("transaction");`,
};

/** What a sender remembers, in a program's database. */
export function openSenderJournal(database: Database): SenderJournal {
  const one = database.prepare(
    "SELECT * FROM transactions WHERE account = ? AND key = ? ORDER BY id DESC LIMIT 1",
  );
  const open = database.prepare(
    "SELECT * FROM transactions WHERE account = ? AND state IN ('sending', 'included') ORDER BY nonce, id",
  );
  const tries = database.prepare(`SELECT * FROM attempts WHERE "transaction" = ? ORDER BY id`);
  const insert = database.prepare(
    `INSERT INTO transactions (key, call, account, nonce, destination, data, value_wei, gas_limit, since_block, state)
     VALUES (@key, @call, @account, @nonce, @to, @data, @value, @gasLimit, @sinceBlock, 'sending')`,
  );
  const insertTry = database.prepare(
    `INSERT INTO attempts ("transaction", most_fee_wei, most_tip_wei, hash, raw) VALUES (?, ?, ?, ?, ?)`,
  );
  const nameLast = database.prepare(
    `UPDATE attempts SET hash = ? WHERE id = (SELECT max(id) FROM attempts WHERE "transaction" = ?)`,
  );
  const update = database.prepare(
    `UPDATE transactions SET state = @state, hash = @hash, block_number = @blockNumber, gas_used = @gasUsed,
       succeeded = @succeeded WHERE id = @id`,
  );
  // What is confirmed is never sent again; evidence is long.
  const forgetData = database.prepare("UPDATE transactions SET data = '' WHERE id = ?");
  const forgetTries = database.prepare(`DELETE FROM attempts WHERE "transaction" = ?`);

  const entryOf = (row: Row): JournalEntry => decode(row, tries.all(row.id) as AttemptRow[]);
  const attempt = (id: number, made: Attempt): void => {
    const { maxFeePerGas, maxPriorityFeePerGas, hash = null, raw = null } = made;
    insertTry.run(id, `${maxFeePerGas}`, `${maxPriorityFeePerGas}`, hash, raw);
  };
  return {
    find: (account, key) => {
      const row = one.get(account, key) as Row | undefined;
      return row && entryOf(row);
    },
    unsettled: (account) => (open.all(account) as Row[]).map(entryOf),
    begin: database.transaction((planned, first) => {
      const texts = { value: `${planned.value}`, gasLimit: `${planned.gasLimit}` };
      const id = Number(insert.run({ ...planned, ...texts }).lastInsertRowid);
      attempt(id, first);
      return id;
    }) as SenderJournal["begin"],
    attempt,
    name: (id, hash) => void nameLast.run(hash, id),
    settle: database.transaction((id, state, inclusion) => {
      const { hash = null, blockNumber = null, gasUsed, succeeded } = inclusion ?? {};
      update.run({
        ...{ id, state, hash, blockNumber },
        gasUsed: gasUsed === undefined ? null : `${gasUsed}`,
        succeeded: succeeded === undefined ? null : Number(succeeded),
      });
      if (state !== "confirmed" && state !== "lost") return;
      forgetData.run(id);
      forgetTries.run(id);
    }) as SenderJournal["settle"],
  };
}

type Row = {
  readonly id: number;
  readonly key: string;
  readonly call: string;
  readonly account: string;
  readonly nonce: number;
  readonly destination: string;
  readonly data: string;
  readonly value_wei: string;
  readonly gas_limit: string;
  readonly since_block: number;
  readonly state: JournalState;
  readonly hash: string | null;
  readonly block_number: number | null;
  readonly gas_used: string | null;
  readonly succeeded: number | null;
};

type AttemptRow = {
  readonly most_fee_wei: string;
  readonly most_tip_wei: string;
  readonly hash: string | null;
  readonly raw: string | null;
};

function decode(row: Row, attempts: readonly AttemptRow[]): JournalEntry {
  const { id, key, call, nonce, data, state, hash, block_number, gas_used, succeeded } = row;
  const isIncluded = hash !== null && block_number !== null && gas_used !== null;
  const inclusion = isIncluded && {
    ...{ hash, blockNumber: block_number, gasUsed: BigInt(gas_used), succeeded: succeeded === 1 },
  };
  return {
    ...{ id, key, call, nonce, data, state },
    account: asAddress(row.account),
    to: asAddress(row.destination),
    value: BigInt(row.value_wei),
    gasLimit: BigInt(row.gas_limit),
    sinceBlock: row.since_block,
    attempts: attempts.map(({ most_fee_wei, most_tip_wei, ...made }) => ({
      maxFeePerGas: BigInt(most_fee_wei),
      maxPriorityFeePerGas: BigInt(most_tip_wei),
      ...(made.hash !== null && { hash: made.hash }),
      ...(made.raw !== null && { raw: made.raw }),
    })),
    ...(inclusion && { inclusion }),
  };
}
