import type { ApiEvent, Hex, SessionDetail, SessionPage, SessionSummary } from "../audit/api-types.js";
import { decodeAskedArgs } from "../chain/decode-inquiry.js";
import { OnusError } from "../errors/onus-error.js";
import type { IndexDatabase } from "./open-index.js";
import { pageOf } from "./pages.js";
import type { PageQuery } from "./pages.js";
import { eventsAbout } from "./query-events.js";
import { showSession } from "./show-rows.js";
import type { SessionRow } from "./tables.js";

/** Most sessions that a page about something else shows. */
const MOST_SESSIONS = 500;

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
  return pageOf(query, page, (rows) => showSessions(db, rows));
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

export async function sessionsAbout(db: IndexDatabase, subject: string): Promise<readonly SessionSummary[]> {
  const rows = await db
    .selectFrom("sessions")
    .selectAll()
    .where("subject", "=", subject)
    .orderBy("block")
    .orderBy("log")
    .limit(MOST_SESSIONS)
    .execute();
  return showSessions(db, rows);
}

/** With whether the last question of each was answered, and whether its deposit waits to be divided. */
async function showSessions(
  db: IndexDatabase,
  rows: readonly SessionRow[],
): Promise<readonly SessionSummary[]> {
  if (rows.length === 0) return [];
  const found = await db
    .selectFrom("event_subjects")
    .select("subject")
    .where("subject", "in", [...new Set(rows.map(({ question, id }) => question ?? id))])
    .where("name", "=", "Answered")
    .execute();
  const answered = new Set(found.map(({ subject }) => subject));
  const claims = await db
    .selectFrom("claims")
    .select("id")
    .where("id", "in", [...new Set(rows.map(({ subject }) => subject))])
    .where("phase", "in", ["FINAL", "FAULTED"])
    .execute();
  const decided = new Set(claims.map(({ id }) => id));
  return rows.map((row) =>
    showSession(row, {
      isAnswered: row.question !== null && answered.has(row.question),
      isToSettle: row.stage !== "SETTLED" && decided.has(row.subject),
    }),
  );
}
