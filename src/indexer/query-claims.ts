import type {
  ApiFault,
  ApiKey,
  ApiPhase,
  ClaimDetail,
  ClaimPage,
  ClaimSummary,
  EvidencePlan,
  Hex,
} from "../audit/api-types.js";
import { OnusError } from "../errors/onus-error.js";
import type { IndexDatabase } from "./open-index.js";
import { pageOf } from "./pages.js";
import type { PageQuery } from "./pages.js";
import { knownRecords, lineageOf, recordAt, recordsBy } from "./query-records.js";
import { eventsAbout, newestAbout, statedTraceOf } from "./query-events.js";
import { sessionsAbout } from "./query-sessions.js";
import { showClaim, showModel, showShares } from "./show-rows.js";
import type { ClaimRow } from "./tables.js";

export type ClaimFilter = {
  readonly operator?: string | undefined;
  readonly model?: string | undefined;
  readonly phase?: ApiPhase | undefined;
  readonly fault?: ApiFault | undefined;
  /** Unix seconds of the submission: inclusive, exclusive. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
};

export async function listClaims(
  db: IndexDatabase,
  filter: ClaimFilter,
  page: PageQuery,
): Promise<ClaimPage> {
  let query = db.selectFrom("claims").selectAll();
  if (filter.operator !== undefined) query = query.where("operator", "=", filter.operator);
  if (filter.model !== undefined) query = query.where("model_id", "=", filter.model);
  if (filter.phase !== undefined) query = query.where("phase", "=", filter.phase);
  if (filter.fault !== undefined) query = query.where("fault", "=", filter.fault);
  // Times grow with blocks, and pages go by blocks: so a span of time is a span of them.
  if (filter.from !== undefined) query = query.where("block", ">=", await firstBlockFrom(db, filter.from));
  if (filter.to !== undefined) query = query.where("block", "<", await firstBlockFrom(db, filter.to));
  return pageOf(query, page, async (rows) => {
    const known = await knownRecords(
      db,
      rows.map(({ id }) => id),
    );
    return rows.map((row) => showClaim(row, known.get(row.id) ?? 0));
  });
}

/** The first block of a second or later that has an event; none has the one after all. */
export async function firstBlockFrom(db: IndexDatabase, time: number): Promise<number> {
  const row = await db
    .selectFrom("blocks")
    .select("block")
    .where("time", ">=", time)
    .orderBy("time")
    .limit(1)
    .executeTakeFirst();
  return row?.block ?? Number.MAX_SAFE_INTEGER;
}

export async function claimRow(db: IndexDatabase, id: string): Promise<ClaimRow> {
  const row = await db.selectFrom("claims").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw new OnusError("NOT_INDEXED", { what: "claim", id });
  return row;
}

export async function summaryOf(db: IndexDatabase, id: string): Promise<ClaimSummary | undefined> {
  const row = await db.selectFrom("claims").selectAll().where("id", "=", id).executeTakeFirst();
  return row && showClaim(row, (await knownRecords(db, [id])).get(id) ?? 0);
}

export async function claimDetail(db: IndexDatabase, id: string): Promise<ClaimDetail> {
  const row = await claimRow(db, id);
  const [model, records, sessions, timeline, penalty, key] = await Promise.all([
    db.selectFrom("models").selectAll().where("id", "=", row.model_id).executeTakeFirstOrThrow(),
    recordsBy(db, ["claim_id"], id),
    sessionsAbout(db, id),
    eventsAbout(db, id),
    db.selectFrom("penalties").selectAll().where("id", "=", id).executeTakeFirst(),
    keyOf(db, row.submitter, row.operator),
  ]);
  const { decided_block, decided_log, decided_tx } = row;
  return {
    ...showClaim(row, (await knownRecords(db, [id])).get(id) ?? 0),
    nonce: row.nonce,
    recordsRoot: row.records_root as Hex,
    submitter: row.submitter as Hex,
    submitted: { block: row.block, log: row.log, tx: row.tx as Hex },
    ...(decided_block !== null &&
      decided_log !== null && {
        decided: { block: decided_block, log: decided_log, tx: decided_tx as Hex },
      }),
    ...(row.beneficiary !== null && { beneficiary: row.beneficiary as Hex }),
    model: showModel(model),
    key,
    ...(penalty && { shares: showShares(penalty, row.n) }),
    records: [...records].sort((a, b) => a.index - b.index),
    sessions,
    timeline,
  };
}

export async function keyOf(db: IndexDatabase, address: string, operator: string): Promise<ApiKey> {
  if (address === operator) return { address: address as Hex, kind: "owner" };
  const signer = await db.selectFrom("signers").selectAll().where("address", "=", address).executeTakeFirst();
  return {
    address: address as Hex,
    kind: "signer",
    ...(signer && { activeFrom: signer.active_from }),
    ...(signer && signer.revoked_at !== null && { revokedAt: signer.revoked_at }),
  };
}

/** What a claim has once, and what taints it: strangers can make its timeline longer than what is shown of one. */
const DECISIVE = ["ClaimSubmitted", "ClaimFinalized", "ClaimFaulted", "PenaltyBooked", "TaintPushed"];

/** Everything that a bundle about a claim shows, and where it stands. */
export async function evidencePlan(
  db: IndexDatabase,
  id: string,
  about: {
    readonly record?: number | undefined;
    readonly receipt?: string | undefined;
    /** Whose receipt it is. */
    readonly signer?: string | undefined;
  },
): Promise<EvidencePlan> {
  const claim = await claimDetail(db, id);
  const index = about.record ?? (claim.n === 1 ? 0 : undefined);
  const record =
    index === undefined ? undefined : await recordAt(db, { claimId: claim.id, recordIndex: index });
  const { receipt, signer } = about;
  const keys = new Set([claim.submitter, signer ?? claim.submitter]);
  keys.delete(claim.operator);
  const lists = await Promise.all([
    eventsAbout(db, claim.id, DECISIVE),
    eventsAbout(db, claim.modelId, ["ModelPublished", "ModelRetired"]),
    eventsAbout(db, claim.operator, ["OperatorRegistered", "OperatorJailed"]),
    // Of an operator that moves every day the last place is wanted, not a block for each.
    newestAbout(db, claim.operator, "EndpointChanged"),
    ...[...keys].map((key) => eventsAbout(db, key, ["SignerAdded", "SignerRevoked"])),
    ...(receipt === undefined ? [] : [eventsAbout(db, receipt)]),
    ...(index === undefined ? [] : [statedTraceOf(db, { claimId: claim.id, recordIndex: index })]),
  ]);
  const events = new Map(
    [...claim.timeline, ...lists.flat()].map((event) => [`${event.block} ${event.log}`, event]),
  );
  return {
    claim,
    ...(record && { record }),
    events: [...events.values()].sort((a, b) => a.block - b.block || a.log - b.log),
    lineage: await lineageOf(db, { claimId: claim.id, recordIndex: index ?? 0 }, 8),
  };
}
