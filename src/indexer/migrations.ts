import type { Migration } from "../store/open-database.js";

const COUNTS = `open BIGINT NOT NULL, contested BIGINT NOT NULL, final BIGINT NOT NULL, fallen BIGINT NOT NULL,
  finalised TEXT NOT NULL, faulted TEXT NOT NULL`;
const STANDING = `standing_finalised TEXT NOT NULL, standing_faulted TEXT NOT NULL, standing_at BIGINT NOT NULL`;
const RECORD = `claim_id TEXT NOT NULL, idx BIGINT NOT NULL, hash TEXT NOT NULL, request_id TEXT NOT NULL,
  requester TEXT NOT NULL, salt TEXT NOT NULL, input_root TEXT NOT NULL, output_root TEXT NOT NULL,
  trace_root TEXT NOT NULL, parents_root TEXT NOT NULL, parents_count BIGINT NOT NULL, siblings TEXT NOT NULL,
  PRIMARY KEY (claim_id, idx)`;

const recordIndexes = (table: string): string =>
  ["hash", "request_id", "requester", "input_root", "output_root"]
    .map((column) => `CREATE INDEX ${table}_${column} ON ${table} (${column});`)
    .join("\n");

/** An index of these columns in the order of the chain, for pages. */
const paged = (table: string, ...columns: string[]): string =>
  `CREATE INDEX ${[table, ...columns].join("_")}_paged ON ${table} (${[...columns, "block", "log"].join(", ")});`;

const INDEX_SQL = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE blocks (block BIGINT PRIMARY KEY, hash TEXT NOT NULL, time BIGINT NOT NULL);
CREATE INDEX blocks_time ON blocks (time);
CREATE TABLE events (block BIGINT NOT NULL, log BIGINT NOT NULL, tx TEXT NOT NULL, time BIGINT NOT NULL,
  part TEXT NOT NULL, name TEXT NOT NULL, args TEXT NOT NULL, PRIMARY KEY (block, log));
CREATE INDEX events_tx ON events (tx);
${paged("events", "name")}
CREATE TABLE event_subjects (subject TEXT NOT NULL, name TEXT NOT NULL, block BIGINT NOT NULL, log BIGINT NOT NULL,
  PRIMARY KEY (subject, block, log));
${paged("event_subjects", "subject", "name")}
CREATE INDEX event_subjects_block ON event_subjects (block);
CREATE TABLE exposure (operator TEXT NOT NULL, block BIGINT NOT NULL, log BIGINT NOT NULL, time BIGINT NOT NULL,
  stake TEXT NOT NULL, locked TEXT NOT NULL, exiting TEXT NOT NULL, PRIMARY KEY (operator, block, log));
CREATE INDEX exposure_block ON exposure (block);
CREATE TABLE standing_points (subject TEXT NOT NULL, block BIGINT NOT NULL, log BIGINT NOT NULL, time BIGINT NOT NULL,
  finalised TEXT NOT NULL, faulted TEXT NOT NULL, PRIMARY KEY (subject, block, log));
CREATE INDEX standing_points_block ON standing_points (block);

CREATE TABLE models (id TEXT PRIMARY KEY, publisher TEXT NOT NULL, artifact_id TEXT NOT NULL, artifact TEXT NOT NULL,
  uri TEXT NOT NULL, superseded TEXT, successor TEXT, version BIGINT NOT NULL, published_at BIGINT NOT NULL,
  retired_at BIGINT, bond TEXT NOT NULL, operators BIGINT NOT NULL, ${COUNTS}, ${STANDING},
  block BIGINT NOT NULL, log BIGINT NOT NULL, tx TEXT NOT NULL);
CREATE INDEX models_artifact ON models (artifact_id);
${paged("models")}
${paged("models", "publisher")}
CREATE TABLE operators (address TEXT PRIMARY KEY, endpoint TEXT NOT NULL, registered_at BIGINT NOT NULL,
  jailed_at BIGINT, stake TEXT NOT NULL, locked TEXT NOT NULL, exiting TEXT NOT NULL, exit_ready_at BIGINT,
  models BIGINT NOT NULL, sessions BIGINT NOT NULL, complaints BIGINT NOT NULL, broken_receipts BIGINT NOT NULL,
  ${COUNTS}, ${STANDING}, block BIGINT NOT NULL, log BIGINT NOT NULL);
${paged("operators")}
CREATE TABLE signers (address TEXT PRIMARY KEY, operator TEXT NOT NULL, active_from BIGINT NOT NULL, revoked_at BIGINT);
CREATE INDEX signers_operator ON signers (operator);
CREATE TABLE serves (operator TEXT NOT NULL, model_id TEXT NOT NULL, ${COUNTS}, first_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL, PRIMARY KEY (operator, model_id));
CREATE INDEX serves_model ON serves (model_id);
CREATE TABLE claims (id TEXT PRIMARY KEY, operator TEXT NOT NULL, model_id TEXT NOT NULL, submitter TEXT NOT NULL,
  nonce TEXT NOT NULL, records_root TEXT NOT NULL, n BIGINT NOT NULL, liability TEXT NOT NULL, duration BIGINT NOT NULL,
  phase TEXT NOT NULL, open_sessions BIGINT NOT NULL, submitted_at BIGINT NOT NULL, finalizable_at BIGINT NOT NULL,
  decided_at BIGINT, fault TEXT, beneficiary TEXT, block BIGINT NOT NULL, log BIGINT NOT NULL, tx TEXT NOT NULL,
  decided_block BIGINT, decided_log BIGINT, decided_tx TEXT);
${paged("claims")}
${paged("claims", "phase")}
${paged("claims", "fault")}
${paged("claims", "operator")}
${paged("claims", "operator", "phase")}
${paged("claims", "model_id")}
${paged("claims", "model_id", "phase")}
CREATE INDEX claims_records_root ON claims (records_root);
CREATE TABLE sessions (id TEXT PRIMARY KEY, subject TEXT NOT NULL, about TEXT NOT NULL, asker TEXT NOT NULL,
  answerer TEXT NOT NULL, stage TEXT NOT NULL, silent BIGINT NOT NULL, rounds BIGINT NOT NULL, question TEXT,
  bond TEXT NOT NULL, deposit TEXT NOT NULL, opened_at BIGINT NOT NULL, deadline BIGINT NOT NULL, closed_at BIGINT,
  refund TEXT, paid TEXT, delay_fee TEXT, burned TEXT, block BIGINT NOT NULL, log BIGINT NOT NULL);
${paged("sessions")}
${paged("sessions", "stage")}
${paged("sessions", "subject")}
${paged("sessions", "asker")}
${paged("sessions", "answerer")}
CREATE TABLE records (${RECORD});
${recordIndexes("records")}
CREATE TABLE posted_records (${RECORD});
${recordIndexes("posted_records")}
CREATE TABLE posted_tensors (claim_id TEXT NOT NULL, idx BIGINT NOT NULL, list TEXT NOT NULL, position BIGINT NOT NULL,
  item TEXT NOT NULL, parent_claim TEXT, parent_idx BIGINT, PRIMARY KEY (claim_id, idx, list, position));
CREATE INDEX posted_tensors_item ON posted_tensors (item);
CREATE INDEX posted_tensors_parent ON posted_tensors (parent_claim, parent_idx);
CREATE TABLE traces (claim_id TEXT NOT NULL, idx BIGINT NOT NULL, trace_root TEXT NOT NULL, PRIMARY KEY (claim_id, idx));
CREATE TABLE receipts (hash TEXT PRIMARY KEY, operator TEXT NOT NULL, signer TEXT NOT NULL, model_id TEXT NOT NULL,
  record_hash TEXT NOT NULL, requester TEXT NOT NULL, input_root TEXT NOT NULL, output_root TEXT NOT NULL,
  stage TEXT NOT NULL, presented_at BIGINT NOT NULL, issued_at BIGINT NOT NULL, inclusion_deadline BIGINT NOT NULL,
  liability TEXT NOT NULL, max_records BIGINT NOT NULL, complainant TEXT, deadline BIGINT, claim_id TEXT, fault TEXT,
  penalty TEXT, block BIGINT NOT NULL, log BIGINT NOT NULL);
${paged("receipts")}
${paged("receipts", "operator")}
${paged("receipts", "stage")}
CREATE INDEX receipts_record ON receipts (record_hash);
CREATE INDEX receipts_output ON receipts (output_root);
CREATE TABLE penalties (id TEXT PRIMARY KEY, operator TEXT NOT NULL, beneficiary TEXT NOT NULL, amount TEXT NOT NULL,
  beneficiary_paid BIGINT NOT NULL, records_paid BIGINT NOT NULL, burned TEXT NOT NULL);
CREATE TABLE activity (minute BIGINT PRIMARY KEY, submitted BIGINT NOT NULL, finalized BIGINT NOT NULL,
  faulted BIGINT NOT NULL, sessions BIGINT NOT NULL, questions BIGINT NOT NULL, answers BIGINT NOT NULL,
  complaints BIGINT NOT NULL, published BIGINT NOT NULL, registered BIGINT NOT NULL);
CREATE TABLE totals (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE edges (child_claim TEXT NOT NULL, child_idx BIGINT NOT NULL, parent_claim TEXT NOT NULL,
  parent_idx BIGINT NOT NULL, kind TEXT NOT NULL, chain_id TEXT, book TEXT, PRIMARY KEY (child_claim, child_idx, parent_claim, parent_idx));
CREATE INDEX edges_parent ON edges (parent_claim, parent_idx);
CREATE TABLE taints (claim_id TEXT NOT NULL, idx BIGINT NOT NULL, at BIGINT NOT NULL, cause TEXT NOT NULL,
  depth BIGINT NOT NULL, bound_depth BIGINT, PRIMARY KEY (claim_id, idx));
CREATE TABLE undo (block BIGINT NOT NULL, tbl TEXT NOT NULL, key TEXT NOT NULL, was TEXT,
  PRIMARY KEY (block, tbl, key));
`;

const ELSEWHERE_SQL = `
ALTER TABLE posted_tensors ADD COLUMN parent_chain TEXT;
ALTER TABLE posted_tensors ADD COLUMN parent_book TEXT;
`;

const FETCHES_SQL = `
CREATE TABLE fetches (claim_id TEXT PRIMARY KEY, operator TEXT NOT NULL, block BIGINT NOT NULL, log BIGINT NOT NULL,
  next_idx BIGINT NOT NULL, tries BIGINT NOT NULL, look_at BIGINT, outcome TEXT);
CREATE INDEX fetches_due ON fetches (operator, tries, block DESC, log DESC, look_at) WHERE look_at IS NOT NULL;
CREATE INDEX fetches_over ON fetches (operator, outcome) WHERE look_at IS NULL;
CREATE TABLE endpoints (operator TEXT PRIMARY KEY, endpoint TEXT NOT NULL, failures BIGINT NOT NULL,
  look_at BIGINT NOT NULL, reason TEXT);
`;

/** How much was posted, and operators by the beginning of their address in any case. */
const COUNTS_SQL = `
CREATE TABLE posted_counts (holder TEXT PRIMARY KEY, kept BIGINT NOT NULL, records BIGINT NOT NULL);
CREATE TABLE posted_rows (claim_id TEXT NOT NULL, records BIGINT NOT NULL);
INSERT INTO posted_rows SELECT claim_id, 1 FROM posted_records UNION ALL SELECT claim_id, 0 FROM posted_tensors;
INSERT INTO posted_counts SELECT claim_id, COUNT(*), SUM(records) FROM posted_rows GROUP BY claim_id;
INSERT INTO posted_counts SELECT operator, COUNT(*), 0 FROM posted_rows JOIN claims ON id = claim_id GROUP BY operator;
INSERT INTO posted_counts SELECT 'all', COUNT(*), 0 FROM posted_rows;
DROP TABLE posted_rows;
CREATE INDEX operators_lower ON operators (lower(address));
`;

export const MIGRATIONS: readonly Migration[] = [
  { name: "001 index", sql: INDEX_SQL },
  { name: "002 parents elsewhere", sql: ELSEWHERE_SQL },
  { name: "003 records from endpoints", sql: FETCHES_SQL },
  { name: "004 posted counts", sql: COUNTS_SQL },
];
