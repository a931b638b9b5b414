import type {
  Activity,
  ApiEvent,
  EventPage,
  Hex,
  ModelDetail,
  ModelPage,
  ModelSeries,
  ModelSummary,
  OperatorDetail,
  OperatorPage,
  OperatorSeries,
  Overview,
  ReceiptDetail,
  ReceiptPage,
  SessionDetail,
  SessionPage,
  StandingPoint,
} from "../audit/api-types.js";
import { decodeAskedArgs } from "../chain/decode-inquiry.js";
import { OnusError } from "../errors/onus-error.js";
import type { IndexDatabase } from "./open-index.js";
import { pageOf, readPage } from "./pages.js";
import type { PageQuery } from "./pages.js";
import { eventsAbout, listClaims, sessionsAbout, showSessions } from "./query-claims.js";
import { showEvent, showModel, showOperator, showReceipt, showServed, showShares } from "./show-rows.js";

/** Most models a page about an operator names, and operators one about a model. */
const MOST_SERVED = 200;
const LATEST = 30;

export async function overview(db: IndexDatabase): Promise<Overview> {
  const rows = await db.selectFrom("totals").selectAll().execute();
  const totals = new Map(rows.map(({ name, value }) => [name, value]));
  const amount = (name: string): string => totals.get(name) ?? "0";
  const count = (name: string): number => Number(amount(name));
  return {
    models: count("models"),
    operators: count("operators"),
    jailedOperators: count("jailed"),
    claims: {
      OPEN: count("claims OPEN"),
      CONTESTED: count("claims CONTESTED"),
      FINAL: count("claims FINAL"),
      FAULTED: count("claims FAULTED"),
    },
    sessions: { open: count("sessions open"), total: count("sessions") },
    receipts: {
      complained: count("receipts COMPLAINED"),
      broken: count("receipts BROKEN"),
      total: count("receipts"),
    },
    stake: amount("stake"),
    locked: amount("locked"),
    finalised: amount("finalised"),
    faulted: amount("faulted"),
    taintedRecords: count("tainted"),
    latest: (await listEvents(db, {}, { limit: LATEST })).items,
  };
}

const ACTIVITIES = [
  ...(["submitted", "finalized", "faulted", "sessions", "questions", "answers"] as const),
  ...(["complaints", "published", "registered"] as const),
];

export async function activity(
  db: IndexDatabase,
  span: { readonly bucket: number; readonly from: number; readonly to: number },
): Promise<Activity> {
  const bucket = Math.max(60, span.bucket - (span.bucket % 60));
  const rows = await db
    .selectFrom("activity")
    .selectAll()
    .where("minute", ">=", span.from)
    .where("minute", "<", span.to)
    .orderBy("minute")
    .execute();
  const buckets = new Map<number, Record<(typeof ACTIVITIES)[number], number>>();
  for (const row of rows) {
    const from = row.minute - (row.minute % bucket);
    const sums = buckets.get(from);
    if (sums === undefined) buckets.set(from, { ...row });
    else for (const name of ACTIVITIES) sums[name] += row[name];
  }
  const items = [...buckets].map(([from, sums]) => ({
    from,
    ...(Object.fromEntries(ACTIVITIES.map((name) => [name, sums[name]])) as typeof sums),
  }));
  return { bucket, items };
}

export async function listEvents(
  db: IndexDatabase,
  filter: { readonly subject?: string | undefined; readonly name?: string | undefined },
  { limit, cursor }: PageQuery,
): Promise<EventPage> {
  if (filter.subject === undefined) {
    let query = db.selectFrom("events").selectAll();
    if (filter.name !== undefined) query = query.where("name", "=", filter.name);
    if (cursor !== undefined)
      query = query.where((where) =>
        where.or([
          where("block", "<", cursor.block),
          where.and([where("block", "=", cursor.block), where("log", "<", cursor.log)]),
        ]),
      );
    const rows = await query
      .orderBy("block", "desc")
      .orderBy("log", "desc")
      .limit(limit + 1)
      .execute();
    return pageOf(rows, limit, showEvent);
  }
  let query = db
    .selectFrom("event_subjects as s")
    .innerJoin("events as e", (join) => join.onRef("e.block", "=", "s.block").onRef("e.log", "=", "s.log"))
    .selectAll("e")
    .where("s.subject", "=", filter.subject);
  if (filter.name !== undefined) query = query.where("s.name", "=", filter.name);
  if (cursor !== undefined)
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple("s.block", "s.log"), "<", tuple(cursor.block, cursor.log)),
    );
  const rows = await query
    .orderBy("s.block", "desc")
    .orderBy("s.log", "desc")
    .limit(limit + 1)
    .execute();
  return pageOf(rows, limit, showEvent);
}

export async function listOperators(
  db: IndexDatabase,
  status: "ACTIVE" | "JAILED" | undefined,
  page: PageQuery,
): Promise<OperatorPage> {
  let query = db.selectFrom("operators").selectAll();
  if (status !== undefined) query = query.where("jailed_at", status === "JAILED" ? "is not" : "is", null);
  const rows = await readPage(query, page);
  return pageOf(rows, page.limit, showOperator);
}

export async function operatorDetail(db: IndexDatabase, address: string): Promise<OperatorDetail> {
  const row = await db.selectFrom("operators").selectAll().where("address", "=", address).executeTakeFirst();
  if (row === undefined) throw new OnusError("NOT_INDEXED", { what: "operator", id: address });
  const [signers, serves, faults] = await Promise.all([
    db.selectFrom("signers").selectAll().where("operator", "=", address).orderBy("active_from").execute(),
    db
      .selectFrom("serves")
      .selectAll()
      .where("operator", "=", address)
      .orderBy("last_at", "desc")
      .limit(MOST_SERVED)
      .execute(),
    listClaims(db, { operator: address, phase: "FAULTED" }, { limit: 50 }),
  ]);
  return {
    ...showOperator(row),
    ...(row.exit_ready_at !== null && { exitReadyAt: row.exit_ready_at }),
    signers: signers.map(({ address: signer, active_from, revoked_at }) => ({
      address: signer as Hex,
      activeFrom: active_from,
      ...(revoked_at !== null && { revokedAt: revoked_at }),
    })),
    serves: serves.map(showServed),
    faults: faults.items,
  };
}

type SeriesSpan = { readonly from: number; readonly to: number; readonly points: number };

export async function operatorSeries(
  db: IndexDatabase,
  address: string,
  span: SeriesSpan,
): Promise<OperatorSeries> {
  const rows = await db
    .selectFrom("exposure")
    .select(["time", "stake", "locked", "exiting"])
    .where("operator", "=", address)
    .where("time", ">=", span.from)
    .where("time", "<", span.to)
    .orderBy("block")
    .orderBy("log")
    .execute();
  return { exposure: thinned(rows, span.points), standing: await standingSeries(db, address, span) };
}

export async function modelSeries(db: IndexDatabase, id: string, span: SeriesSpan): Promise<ModelSeries> {
  return { standing: await standingSeries(db, id, span) };
}

async function standingSeries(
  db: IndexDatabase,
  subject: string,
  { from, to, points }: SeriesSpan,
): Promise<readonly StandingPoint[]> {
  const rows = await db
    .selectFrom("standing_points")
    .select(["time", "finalised", "faulted"])
    .where("subject", "=", subject)
    .where("time", ">=", from)
    .where("time", "<", to)
    .orderBy("block")
    .orderBy("log")
    .execute();
  return thinned(rows, points);
}

/** The last of each stretch, so that the last of all stays. */
function thinned<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items;
  const stretch = items.length / most;
  return Array.from({ length: most }, (_, at) => items[Math.ceil((at + 1) * stretch) - 1] as Item);
}

export async function listModels(
  db: IndexDatabase,
  publisher: string | undefined,
  page: PageQuery,
): Promise<ModelPage> {
  let query = db.selectFrom("models").selectAll();
  if (publisher !== undefined) query = query.where("publisher", "=", publisher);
  const rows = await readPage(query, page);
  return pageOf(rows, page.limit, showModel);
}

/** Most versions that a chain of models shows. */
const MOST_VERSIONS = 100;

export async function modelDetail(db: IndexDatabase, id: string): Promise<ModelDetail> {
  const find = (key: string) => db.selectFrom("models").selectAll().where("id", "=", key).executeTakeFirst();
  const row = await find(id);
  if (row === undefined) throw new OnusError("NOT_INDEXED", { what: "model", id });
  const versions: ModelSummary[] = [showModel(row)];
  for (let key = row.superseded; key !== null && versions.length < MOST_VERSIONS;) {
    const former = await find(key);
    if (former === undefined) break;
    versions.unshift(showModel(former));
    key = former.superseded;
  }
  for (let key = row.successor; key !== null && versions.length < MOST_VERSIONS;) {
    const later = await find(key);
    if (later === undefined) break;
    versions.push(showModel(later));
    key = later.successor;
  }
  const servedBy = await db
    .selectFrom("serves")
    .selectAll()
    .where("model_id", "=", id)
    .orderBy("last_at", "desc")
    .limit(MOST_SERVED)
    .execute();
  return {
    ...showModel(row),
    published: { block: row.block, log: row.log, tx: row.tx as Hex },
    artifact: JSON.parse(row.artifact) as ModelDetail["artifact"],
    versions,
    servedBy: servedBy.map(showServed),
    sessions: await sessionsAbout(db, id),
  };
}

export type SessionFilter = {
  readonly subject?: string | undefined;
  readonly asker?: string | undefined;
  readonly answerer?: string | undefined;
  readonly stage?: string | undefined;
};

export async function listSessions(
  db: IndexDatabase,
  filter: SessionFilter,
  page: PageQuery,
): Promise<SessionPage> {
  let query = db.selectFrom("sessions").selectAll();
  for (const column of ["subject", "asker", "answerer", "stage"] as const) {
    const value = filter[column];
    if (value !== undefined) query = query.where(column, "=", value);
  }
  const rows = await readPage(query, page);
  const shown = new Map((await showSessions(db, rows)).map((session) => [session.id, session]));
  return pageOf(rows, page.limit, ({ id }) => shown.get(id as Hex) as SessionPage["items"][number]);
}

export async function sessionDetail(db: IndexDatabase, id: string): Promise<SessionDetail> {
  const row = await db.selectFrom("sessions").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw new OnusError("NOT_INDEXED", { what: "session", id });
  const [[shown], timeline] = await Promise.all([showSessions(db, [row]), eventsAbout(db, id)]);
  const asked = timeline.filter(({ name }) => name === "Asked");
  const questions = await Promise.all(
    asked.map(async (event, at) => {
      const { key, form, levels, place } = decodeAskedArgs(
        event.args as Parameters<typeof decodeAskedArgs>[0],
      );
      const answer = (await eventsAbout(db, key, ["Answered"]))[0];
      return {
        round: at + 1,
        ...{ key, form, levels, place, askedAt: event.time, deadline: event.args["deadline"] as number },
        ...(answer && { answer: answerOf(answer) }),
      };
    }),
  );
  const { refund, paid, delay_fee, burned } = row;
  return {
    ...(shown as SessionDetail),
    questions,
    ...(refund !== null && {
      settled: { refund, paid: paid ?? "0", delayFee: delay_fee ?? "0", burned: burned ?? "0" },
    }),
    timeline,
  };
}

const answerOf = ({ time, tx, args }: ApiEvent) => ({
  at: time,
  by: args["answerer"] as Hex,
  bytes: ((args["data"] as string).length - 2) / 2,
  tx,
});

export async function listReceipts(
  db: IndexDatabase,
  filter: { readonly operator?: string | undefined; readonly stage?: string | undefined },
  page: PageQuery,
): Promise<ReceiptPage> {
  let query = db.selectFrom("receipts").selectAll();
  for (const column of ["operator", "stage"] as const) {
    const value = filter[column];
    if (value !== undefined) query = query.where(column, "=", value);
  }
  const rows = await readPage(query, page);
  return pageOf(rows, page.limit, showReceipt);
}

export async function receiptDetail(db: IndexDatabase, hash: string): Promise<ReceiptDetail> {
  const row = await db.selectFrom("receipts").selectAll().where("hash", "=", hash).executeTakeFirst();
  if (row === undefined) throw new OnusError("NOT_INDEXED", { what: "receipt", id: hash });
  const penalty = await db.selectFrom("penalties").selectAll().where("id", "=", hash).executeTakeFirst();
  return {
    ...showReceipt(row),
    outputRoot: row.output_root as Hex,
    inputRoot: row.input_root as Hex,
    ...(penalty && { shares: showShares(penalty, 1) }),
    timeline: await eventsAbout(db, hash),
  };
}
