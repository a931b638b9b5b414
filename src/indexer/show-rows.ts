import type {
  ApiEvent,
  ApiFault,
  ApiPhase,
  ApiRecord,
  ApiShares,
  ApiStanding,
  ClaimSummary,
  Hex,
  ModelSummary,
  OperatorSummary,
  PartName,
  ReceiptSummary,
  ServedModel,
  SessionSummary,
} from "../audit/api-types.js";
import { dividePenalty } from "../slash/divide-penalty.js";
import { asWei } from "../types/wei.js";
import type { PhaseName } from "./tallies.js";
import type {
  ClaimRow,
  Counts,
  EventRow,
  ModelRow,
  OperatorRow,
  PenaltyRow,
  ReceiptRow,
  RecordRow,
  ServesRow,
  SessionRow,
  StandingColumns,
} from "./tables.js";

/** Rows as the API shows them. */
const hex = (text: string): Hex => text as Hex;
const given = <Key extends string, Value>(
  key: Key,
  value: Value | null | undefined,
): { readonly [K in Key]?: Value } =>
  (value === null || value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: Value };

export const showEvent = ({ block, log, tx, time, part, name, args }: EventRow): ApiEvent => ({
  ...{ block, log, tx: hex(tx), time, part: part as PartName, name },
  args: JSON.parse(args) as ApiEvent["args"],
});

export const countsOf = ({ open, contested, final, fallen }: Counts): Record<PhaseName, number> => ({
  OPEN: open,
  CONTESTED: contested,
  FINAL: final,
  FAULTED: fallen,
});

const standingOf = ({ standing_finalised, standing_faulted, standing_at }: StandingColumns): ApiStanding => ({
  finalised: standing_finalised,
  faulted: standing_faulted,
  at: standing_at,
});

export const showClaim = (row: ClaimRow, knownRecords: number): ClaimSummary => ({
  id: hex(row.id),
  operator: hex(row.operator),
  modelId: hex(row.model_id),
  n: row.n,
  liability: row.liability,
  window: row.duration,
  phase: row.phase as ApiPhase,
  openSessions: row.open_sessions,
  submittedAt: row.submitted_at,
  windowEndsAt: row.submitted_at + row.duration,
  finalizableAt: row.finalizable_at,
  ...given("decidedAt", row.decided_at),
  ...given("fault", row.fault as ApiFault | null),
  knownRecords,
});

export const showOperator = (row: OperatorRow): OperatorSummary => ({
  address: hex(row.address),
  endpoint: row.endpoint,
  status: row.jailed_at === null ? "ACTIVE" : "JAILED",
  registeredAt: row.registered_at,
  ...given("jailedAt", row.jailed_at),
  stake: row.stake,
  locked: row.locked,
  exiting: row.exiting,
  claims: countsOf(row),
  models: row.models,
  complaints: row.complaints,
  brokenReceipts: row.broken_receipts,
  sessions: row.sessions,
  finalised: row.finalised,
  faulted: row.faulted,
  standing: standingOf(row),
});

export function showModel(row: ModelRow): ModelSummary {
  const decided = row.final + row.fallen;
  return {
    id: hex(row.id),
    publisher: hex(row.publisher),
    artifactId: hex(row.artifact_id),
    uri: row.uri,
    publishedAt: row.published_at,
    ...given("retiredAt", row.retired_at),
    ...given("superseded", row.superseded as Hex | null),
    ...given("successor", row.successor as Hex | null),
    version: row.version,
    bond: row.bond,
    kernelCount: (JSON.parse(row.artifact) as { kernelCount: number }).kernelCount,
    claims: countsOf(row),
    operators: row.operators,
    finalised: row.finalised,
    faulted: row.faulted,
    faultRate: decided === 0 ? null : row.fallen / decided,
    standing: standingOf(row),
  };
}

export const showServed = (row: ServesRow): ServedModel => ({
  modelId: hex(row.model_id),
  operator: hex(row.operator),
  claims: countsOf(row),
  finalised: row.finalised,
  faulted: row.faulted,
  firstAt: row.first_at,
  lastAt: row.last_at,
});

export const showSession = (
  row: SessionRow,
  { isAnswered, isToSettle }: Pick<SessionSummary, "isAnswered" | "isToSettle">,
): SessionSummary => ({
  id: hex(row.id),
  subject: hex(row.subject),
  about: row.about as SessionSummary["about"],
  asker: hex(row.asker),
  answerer: hex(row.answerer),
  stage: row.stage as SessionSummary["stage"],
  isToSettle,
  silent: row.silent === 1,
  rounds: row.rounds,
  bond: row.bond,
  deposit: row.deposit,
  openedAt: row.opened_at,
  deadline: row.deadline,
  isAnswered,
  ...given("closedAt", row.closed_at),
});

export const showReceipt = (row: ReceiptRow): ReceiptSummary => ({
  hash: hex(row.hash),
  operator: hex(row.operator),
  signer: hex(row.signer),
  modelId: hex(row.model_id),
  recordHash: hex(row.record_hash),
  requester: hex(row.requester),
  stage: row.stage as ReceiptSummary["stage"],
  presentedAt: row.presented_at,
  issuedAt: row.issued_at,
  inclusionDeadline: row.inclusion_deadline,
  liability: row.liability,
  maxRecords: row.max_records,
  ...given("complainant", row.complainant as Hex | null),
  ...given("deadline", row.deadline),
  ...given("claimId", row.claim_id as Hex | null),
  ...given("fault", row.fault as ReceiptSummary["fault"] | null),
  ...given("penalty", row.penalty),
});

/** @param n Records among which the record share is divided */
export function showShares(row: PenaltyRow, n: number): ApiShares {
  const { beneficiary, perRecord, burned } = dividePenalty(asWei(BigInt(row.amount)), n);
  return {
    penalty: row.amount,
    beneficiary: hex(row.beneficiary),
    beneficiaryShare: beneficiary.toString(),
    perRecord: perRecord.toString(),
    toBurn: burned.toString(),
    beneficiaryPaid: row.beneficiary_paid === 1,
    recordsPaid: row.records_paid,
    burned: row.burned,
  };
}

export const showRecord = (
  row: RecordRow,
  rest: Pick<ApiRecord, "source" | "taint"> &
    Partial<Pick<ApiRecord, "statedTrace" | "inputs" | "outputs" | "parents">>,
): ApiRecord => ({
  claimId: hex(row.claim_id),
  index: row.idx,
  hash: hex(row.hash),
  requestId: hex(row.request_id),
  requester: hex(row.requester),
  salt: hex(row.salt),
  inputRoot: hex(row.input_root),
  outputRoot: hex(row.output_root),
  traceRoot: hex(row.trace_root),
  parentsRoot: hex(row.parents_root),
  parentsCount: row.parents_count,
  siblings: JSON.parse(row.siblings) as Hex[],
  ...rest,
});
