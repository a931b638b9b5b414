import type { Activity, Overview } from "../audit/api-types.js";
import type { IndexDatabase } from "./open-index.js";
import { listEvents } from "./query-events.js";

/** Newest events that the overview shows. */
const LATEST = 30;
/** Most stretches of time of one answer; the newest are shown. */
const MOST_BUCKETS = 2_000;

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
  const minutes = db
    .selectFrom("activity")
    .selectAll()
    .select(({ eb, parens }) => eb("minute", "-", parens("minute", "%", bucket)).as("start"))
    .where("minute", ">=", span.from)
    .where("minute", "<", span.to);
  const rows = await db
    .selectFrom(minutes.as("m"))
    .select("start")
    .select(({ fn }) => ACTIVITIES.map((name) => fn.sum(name).as(name)))
    .groupBy("start")
    .orderBy("start", "desc")
    .limit(MOST_BUCKETS)
    .execute();
  const items = rows.reverse().map(({ start, ...sums }) => {
    const entries = ACTIVITIES.map((name) => [name, Number(sums[name])]);
    return { from: Number(start), ...(Object.fromEntries(entries) as Record<keyof typeof sums, number>) };
  });
  return { bucket, items };
}
