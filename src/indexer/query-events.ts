import type { ApiEvent, EventPage } from "../audit/api-types.js";
import type { IndexDatabase } from "./open-index.js";
import { pageOf } from "./pages.js";
import type { PageQuery } from "./pages.js";
import { showEvent } from "./show-rows.js";
import type { EventRow } from "./tables.js";

/** Most events that a timeline shows. */
const MOST_EVENTS = 500;

export async function listEvents(
  db: IndexDatabase,
  { subject, name }: { readonly subject?: string | undefined; readonly name?: string | undefined },
  page: PageQuery,
): Promise<EventPage> {
  const show = (rows: readonly EventRow[]) => rows.map(showEvent);
  if (subject === undefined) {
    let query = db.selectFrom("events").selectAll();
    if (name !== undefined) query = query.where("name", "=", name);
    return pageOf(query, page, show);
  }
  let query = eventsOf(db, subject);
  if (name !== undefined) query = query.where("s.name", "=", name);
  return pageOf(query, page, show, "s");
}

/** The events about a subject: `s` is where it is named, and has the indexes. */
const eventsOf = (db: IndexDatabase, subject: string) =>
  db
    .selectFrom("event_subjects as s")
    .innerJoin("events as e", (join) => join.onRef("e.block", "=", "s.block").onRef("e.log", "=", "s.log"))
    .selectAll("e")
    .where("s.subject", "=", subject);

/** The events about a subject, oldest first; of some names alone where they are given. */
export async function eventsAbout(
  db: IndexDatabase,
  subject: string,
  names?: readonly string[],
): Promise<readonly ApiEvent[]> {
  if (names === undefined) return eventsOfName(db, subject, undefined);
  // One look a name: a model has a claim's events by the ten thousand, and two of its own.
  const found = await Promise.all(names.map((name) => eventsOfName(db, subject, name)));
  return found.flat().sort((a, b) => a.block - b.block || a.log - b.log);
}

async function eventsOfName(
  db: IndexDatabase,
  subject: string,
  name: string | undefined,
): Promise<readonly ApiEvent[]> {
  let query = eventsOf(db, subject);
  if (name !== undefined) query = query.where("s.name", "=", name);
  const rows = await query.orderBy("s.block").orderBy("s.log").limit(MOST_EVENTS).execute();
  return rows.map(showEvent);
}

/** Where the trace of a record was stated: a claim may have more of these events than a timeline shows. */
export async function statedTraceOf(
  db: IndexDatabase,
  { claimId, recordIndex }: { readonly claimId: string; readonly recordIndex: number },
): Promise<readonly ApiEvent[]> {
  const rows = await eventsOf(db, claimId)
    .where("s.name", "=", "TraceStated")
    // As JSON has it; it is not the event's last argument.
    .where("e.args", "like", `%"recordIndex":${recordIndex},%`)
    .orderBy("s.block")
    .orderBy("s.log")
    .limit(1)
    .execute();
  return rows.map(showEvent);
}

/** The newest event of a name about a subject, where there is one. */
export async function newestAbout(
  db: IndexDatabase,
  subject: string,
  name: string,
): Promise<readonly ApiEvent[]> {
  const query = eventsOf(db, subject).where("s.name", "=", name);
  const rows = await query.orderBy("s.block", "desc").orderBy("s.log", "desc").limit(1).execute();
  return rows.map(showEvent);
}
