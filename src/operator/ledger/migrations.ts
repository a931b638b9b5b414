import type { Migration } from "../../store/open-database.js";

/** What an operator must not forget. Amounts are decimal text, times unix seconds, ids and hashes hex text. */
export const LEDGER_MIGRATIONS: readonly Migration[] = [
  {
    name: "operator 1: records and claims",
    sql: `
  CREATE TABLE claims (
    number INTEGER PRIMARY KEY,
    claim_id TEXT NOT NULL UNIQUE,
    model_id TEXT NOT NULL,
    nonce TEXT NOT NULL,
    records_root TEXT NOT NULL,
    n INTEGER NOT NULL,
    liability TEXT NOT NULL,
    window INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    -- No block before it has the claim, but for reorgs.
    made_block INTEGER NOT NULL,
    -- Of the receipts of its records.
    earliest_deadline INTEGER NOT NULL,
    -- made: not seen on chain; open: seen; final, faulted: decided, and so deep that it stays so.
    state TEXT NOT NULL DEFAULT 'made' CHECK (state IN ('made', 'open', 'final', 'faulted')),
    submitted_at INTEGER
  ) STRICT;
  CREATE INDEX claims_undecided ON claims (state) WHERE state IN ('made', 'open');

  CREATE TABLE records (
    -- Order of promise; never used again.
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    request_id TEXT NOT NULL UNIQUE,
    model_id TEXT NOT NULL,
    requester TEXT NOT NULL,
    salt TEXT NOT NULL,
    input_root TEXT NOT NULL,
    output_root TEXT NOT NULL,
    trace_root TEXT NOT NULL,
    parents_root TEXT NOT NULL,
    parents_count INTEGER NOT NULL,
    parents TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    inclusion_deadline INTEGER NOT NULL,
    liability TEXT NOT NULL,
    max_records INTEGER NOT NULL,
    signer TEXT NOT NULL,
    signature TEXT NOT NULL,
    claim INTEGER REFERENCES claims (number),
    position INTEGER,
    UNIQUE (claim, position)
  ) STRICT;
  CREATE INDEX records_pending ON records (model_id, serial) WHERE claim IS NULL;

  -- Raw little-endian elements of all inputs, one after the other; kept until the claim is decided.
  CREATE TABLE inputs (serial INTEGER PRIMARY KEY REFERENCES records (serial), data BLOB NOT NULL) STRICT;
  -- Where they are small; others are computed again.
  CREATE TABLE outputs (serial INTEGER PRIMARY KEY REFERENCES records (serial), data BLOB NOT NULL) STRICT;
  `,
  },
  {
    name: "operator 2: roots of tensors",
    // JSON: { inputs, outputs }. Inputs are let go, and their roots still say which record a file belongs to.
    sql: "ALTER TABLE records ADD COLUMN tensor_roots TEXT",
  },
];
