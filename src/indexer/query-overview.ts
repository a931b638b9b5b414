import type { Activity, Overview } from "../audit/api-types.js";
import type { IndexDatabase } from "./open-index.js";
import { listEvents } from "./query-events.js";

/** Newest events that the overview shows. */
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
