/**
 * The tables of the index. Times are unix seconds; amounts decimal text, since no column type of SQLite holds 96 bits;
 * hashes and addresses text as events have them.
 *
 * Rows of the *log tables* are added by one event and never changed. Rows of the *state tables* are what the events up to
 * `meta` make of them: `undo` says what they were before, for the newest blocks.
 */
export type Tables = {
  readonly meta: MetaRow;
  readonly blocks: BlockRow;
  readonly events: EventRow;
  readonly event_subjects: EventSubjectRow;
  readonly exposure: ExposureRow;
  readonly standing_points: StandingPointRow;
  readonly models: ModelRow;
  readonly operators: OperatorRow;
  readonly signers: SignerRow;
  readonly serves: ServesRow;
  readonly claims: ClaimRow;
  readonly sessions: SessionRow;
  readonly records: RecordRow;
  readonly posted_records: RecordRow;
  readonly posted_tensors: TensorRow;
  readonly posted_counts: PostedCountRow;
  readonly traces: TraceRow;
  readonly receipts: ReceiptRow;
  readonly penalties: PenaltyRow;
  readonly activity: ActivityRow;
  readonly totals: TotalRow;
  readonly edges: EdgeRow;
  readonly taints: TaintRow;
  readonly undo: UndoRow;
  readonly fetches: FetchRow;
  readonly endpoints: EndpointRow;
};

/** One row: which chain and deployment this is, and how far it was read. */
type MetaRow = { readonly name: string; readonly value: string };
type BlockRow = { readonly block: number; readonly hash: string; readonly time: number };
export type EventRow = {
  readonly block: number;
  readonly log: number;
  readonly tx: string;
  readonly time: number;
  readonly part: string;
  readonly name: string;
  readonly args: string;
};
/** Everything an event is about, so that what happened to one thing is one look. */
export type EventSubjectRow = {
  readonly subject: string;
  readonly name: string;
  readonly block: number;
  readonly log: number;
};
export type ExposureRow = {
  readonly operator: string;
  readonly block: number;
  readonly log: number;
  readonly time: number;
  readonly stake: string;
  readonly locked: string;
  readonly exiting: string;
};
export type StandingPointRow = {
  readonly subject: string;
  readonly block: number;
  readonly log: number;
  readonly time: number;
  readonly finalised: string;
  readonly faulted: string;
};

/** How many claims are in which phase, and what they locked. */
export type Counts = {
  readonly open: number;
  readonly contested: number;
  readonly final: number;
  readonly fallen: number;
  readonly finalised: string;
  readonly faulted: string;
};
export type StandingColumns = {
  readonly standing_finalised: string;
  readonly standing_faulted: string;
  readonly standing_at: number;
};

export type ModelRow = Counts &
  StandingColumns & {
    readonly id: string;
    readonly publisher: string;
    readonly artifact_id: string;
    readonly artifact: string;
    readonly uri: string;
    readonly superseded: string | null;
    readonly successor: string | null;
    readonly version: number;
    readonly published_at: number;
    readonly retired_at: number | null;
    readonly bond: string;
    readonly operators: number;
    readonly block: number;
    readonly log: number;
    readonly tx: string;
  };
export type OperatorRow = Counts &
  StandingColumns & {
    readonly address: string;
    readonly endpoint: string;
    readonly registered_at: number;
    readonly jailed_at: number | null;
    readonly stake: string;
    readonly locked: string;
    readonly exiting: string;
    readonly exit_ready_at: number | null;
    readonly models: number;
    readonly sessions: number;
    readonly complaints: number;
    readonly broken_receipts: number;
    readonly block: number;
    readonly log: number;
  };
export type SignerRow = {
  readonly address: string;
  readonly operator: string;
  readonly active_from: number;
  readonly revoked_at: number | null;
};
export type ServesRow = Counts & {
  readonly operator: string;
  readonly model_id: string;
  readonly first_at: number;
  readonly last_at: number;
};
export type ClaimRow = {
  readonly id: string;
  readonly operator: string;
  readonly model_id: string;
  readonly submitter: string;
  readonly nonce: string;
  readonly records_root: string;
  readonly n: number;
  readonly liability: string;
  readonly duration: number;
  readonly phase: string;
  readonly open_sessions: number;
  readonly submitted_at: number;
  readonly finalizable_at: number;
  readonly decided_at: number | null;
  readonly fault: string | null;
  readonly beneficiary: string | null;
  readonly block: number;
  readonly log: number;
  readonly tx: string;
  readonly decided_block: number | null;
  readonly decided_log: number | null;
  readonly decided_tx: string | null;
};
export type SessionRow = {
  readonly id: string;
  readonly subject: string;
  readonly about: string;
  readonly asker: string;
  readonly answerer: string;
  readonly stage: string;
  readonly silent: number;
  readonly rounds: number;
  readonly question: string | null;
  readonly bond: string;
  readonly deposit: string;
  readonly opened_at: number;
  readonly deadline: number;
  readonly closed_at: number | null;
  readonly refund: string | null;
  readonly paid: string | null;
  readonly delay_fee: string | null;
  readonly burned: string | null;
  readonly block: number;
  readonly log: number;
};
export type RecordRow = {
  readonly claim_id: string;
  readonly idx: number;
  readonly hash: string;
  readonly request_id: string;
  readonly requester: string;
  readonly salt: string;
  readonly input_root: string;
  readonly output_root: string;
  readonly trace_root: string;
  readonly parents_root: string;
  readonly parents_count: number;
  readonly siblings: string;
};
/**
 * What a list of a posted record holds: tensor roots of `input` and `output`, claim ids and indexes of `parents`, with
 * chain and book where they stand in another deployment.
 */
export type TensorRow = {
  readonly claim_id: string;
  readonly idx: number;
  readonly list: string;
  readonly position: number;
  readonly item: string;
  readonly parent_claim: string | null;
  readonly parent_idx: number | null;
  readonly parent_chain: string | null;
  readonly parent_book: string | null;
};
/** Posted rows about one claim, about the claims of one operator, in all; `records` are a claim's. */
type PostedCountRow = { readonly holder: string; readonly kept: number; readonly records: number };
type TraceRow = { readonly claim_id: string; readonly idx: number; readonly trace_root: string };
export type ReceiptRow = {
  readonly hash: string;
  readonly operator: string;
  readonly signer: string;
  readonly model_id: string;
  readonly record_hash: string;
  readonly requester: string;
  readonly input_root: string;
  readonly output_root: string;
  readonly stage: string;
  readonly presented_at: number;
  readonly issued_at: number;
  readonly inclusion_deadline: number;
  readonly liability: string;
  readonly max_records: number;
  readonly complainant: string | null;
  readonly deadline: number | null;
  readonly claim_id: string | null;
  readonly fault: string | null;
  readonly penalty: string | null;
  readonly block: number;
  readonly log: number;
};
export type PenaltyRow = {
  readonly id: string;
  readonly operator: string;
  readonly beneficiary: string;
  readonly amount: string;
  readonly beneficiary_paid: number;
  readonly records_paid: number;
  readonly burned: string;
};
/** What happened in one minute, by its first second. */
export type ActivityRow = {
  readonly minute: number;
  readonly submitted: number;
  readonly finalized: number;
  readonly faulted: number;
  readonly sessions: number;
  readonly questions: number;
  readonly answers: number;
  readonly complaints: number;
  readonly published: number;
  readonly registered: number;
};
/** Of the whole deployment, by name. */
type TotalRow = { readonly name: string; readonly value: string };
/** `kind` is stated, bound or foreign; only a foreign parent has a chain and a book. */
export type EdgeRow = {
  readonly chain_id: string | null;
  readonly book: string | null;
  readonly child_claim: string;
  readonly child_idx: number;
  readonly parent_claim: string;
  readonly parent_idx: number;
  readonly kind: string;
};
/** `bound_depth`: edges from the ancestor over bound edges alone, where there is such a path. */
export type TaintRow = {
  readonly claim_id: string;
  readonly idx: number;
  readonly at: number;
  readonly cause: string;
  readonly depth: number;
  readonly bound_depth: number | null;
};
/** What a row was before `block` first changed it; null where there was none. */
type UndoRow = {
  readonly block: number;
  readonly tbl: string;
  readonly key: string;
  readonly was: string | null;
};

/** How far the records of a claim were asked for at its operator's endpoint. Made from no event, and in no export. */
export type FetchRow = {
  readonly claim_id: string;
  readonly operator: string;
  /** Of its submission when it was first seen, for the order. */
  readonly block: number;
  readonly log: number;
  /** Records before it are kept. */
  readonly next_idx: number;
  readonly tries: number;
  /** Unix seconds of this machine from which it is asked again; null: no more. */
  readonly look_at: number | null;
  readonly outcome: string | null;
};
/** How an operator's endpoint did. */
export type EndpointRow = {
  readonly operator: string;
  readonly endpoint: string;
  /** In a row. */
  readonly failures: number;
  readonly look_at: number;
  readonly reason: string | null;
};

/** Tables of rows that one event adds: taken back by their block. */
export const LOG_TABLES = ["blocks", "events", "event_subjects", "exposure", "standing_points"] as const;
export type LogTable = (typeof LOG_TABLES)[number];

/** Tables of rows that events change, and what names a row. */
export const STATE_KEYS = {
  models: ["id"],
  operators: ["address"],
  signers: ["address"],
  serves: ["operator", "model_id"],
  claims: ["id"],
  sessions: ["id"],
  records: ["claim_id", "idx"],
  traces: ["claim_id", "idx"],
  receipts: ["hash"],
  penalties: ["id"],
  activity: ["minute"],
  totals: ["name"],
  edges: ["child_claim", "child_idx", "parent_claim", "parent_idx"],
  taints: ["claim_id", "idx"],
} as const satisfies Partial<Record<keyof Tables, readonly string[]>>;
export type StateTable = keyof typeof STATE_KEYS;
