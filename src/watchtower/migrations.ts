import { logStoreMigration } from "../store/log-store.js";
import type { Migration } from "../store/open-database.js";
import { senderJournalMigration } from "../store/sender-journal.js";

/** What a watchtower keeps. Quantities carry their unit; amounts that may pass 2^63 are decimal strings. */
const watched: Migration = {
  name: "watchtower 1",
  sql: `
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    -- One row a claim that is in the chain as far as it was followed.
    CREATE TABLE claims (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      claim_id TEXT NOT NULL UNIQUE,
      operator TEXT NOT NULL,
      model_id TEXT NOT NULL,
      nonce TEXT NOT NULL,
      records_root TEXT NOT NULL,
      n INTEGER NOT NULL,
      liability_wei TEXT NOT NULL,
      window_seconds INTEGER NOT NULL,
      block_number INTEGER NOT NULL,
      phase TEXT NOT NULL DEFAULT 'open' CHECK (phase IN ('open', 'final', 'faulted')),
      decided_block INTEGER,
      beneficiary TEXT,
      pulled_block INTEGER,
      task TEXT NOT NULL DEFAULT 'check' CHECK (task IN ('check', 'play', 'rest')),
      verdict TEXT,
      attempts INTEGER NOT NULL DEFAULT 0,
      -- Unix seconds of this machine before which there is nothing to do.
      look_at INTEGER NOT NULL DEFAULT 0,
      -- A block of one's own transaction: what was read before it shows less than what is known.
      after_block INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX claims_by_task ON claims (task, look_at);
    CREATE INDEX claims_by_beneficiary ON claims (beneficiary) WHERE pulled_block IS NULL;
    -- Every check that was ever made, of claims that a reorg took out too.
    CREATE TABLE checks (
      number INTEGER PRIMARY KEY,
      claim_id TEXT NOT NULL,
      at INTEGER NOT NULL,
      verdict TEXT NOT NULL,
      records INTEGER NOT NULL,
      run_seconds REAL NOT NULL,
      detail TEXT
    ) STRICT;
    CREATE INDEX checks_by_claim ON checks (claim_id);
    -- What was sent about a claim and is in the chain.
    CREATE TABLE costs (
      key TEXT PRIMARY KEY,
      claim_id TEXT NOT NULL,
      call TEXT NOT NULL,
      hash TEXT NOT NULL,
      gas_used TEXT NOT NULL,
      paid_wei TEXT NOT NULL
    ) STRICT;
    CREATE INDEX costs_by_claim ON costs (claim_id);
    -- What was handed over about a claim that is disputed: nobody may hand it over twice.
    CREATE TABLE held_records (
      claim_id TEXT PRIMARY KEY,
      record_index INTEGER NOT NULL,
      record TEXT,
      path TEXT
    ) STRICT;
    CREATE TABLE held_inputs (
      claim_id TEXT NOT NULL REFERENCES held_records (claim_id) ON DELETE CASCADE,
      k INTEGER NOT NULL,
      bytes BLOB NOT NULL,
      PRIMARY KEY (claim_id, k)
    ) STRICT;`,
};

const courtesies: Migration = {
  name: "watchtower 2",
  sql: `
    -- Unix seconds of this machine from which something may be done for others about a decided claim: 0 = it was never
    -- looked at, NULL = nothing is left to do.
    ALTER TABLE claims ADD COLUMN courtesy_at INTEGER DEFAULT 0;
    CREATE INDEX claims_by_courtesy ON claims (courtesy_at) WHERE phase <> 'open';`,
};

export const WATCHTOWER_MIGRATIONS: readonly Migration[] = [
  logStoreMigration,
  senderJournalMigration,
  watched,
  courtesies,
];
