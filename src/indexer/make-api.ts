import type { Context, Hono } from "hono";

import type { ApiFault, ApiPhase, Hex, RecordPage, SessionStage, Status } from "../audit/api-types.js";
import { OnusError } from "../errors/onus-error.js";
import { createHealthApp } from "../service/health.js";
import type { HealthCheck } from "../service/health.js";
import type { Metrics } from "../service/metrics.js";
import { parseAddress } from "../types/address.js";
import { parseBytes32 } from "../types/bytes32.js";
import { FAULT_NAMES } from "../types/fault-names.js";
import type { Place } from "../types/place.js";
import { keepRecords } from "./keep-records.js";
import type { IndexDatabase } from "./open-index.js";
import { readChoice, readCount, readName, readPageQuery } from "./pages.js";
import { claimDetail, evidencePlan, listClaims, summaryOf } from "./query-claims.js";
import { listEvents } from "./query-events.js";
import { listModels, modelDetail } from "./query-models.js";
import { listOperators, operatorDetail } from "./query-operators.js";
import { activity, overview } from "./query-overview.js";
import { listReceipts, receiptDetail } from "./query-receipts.js";
import { lineageOf, recordsBy, recordsByTensor } from "./query-records.js";
import { modelSeries, operatorSeries } from "./query-series.js";
import { listSessions, sessionDetail } from "./query-sessions.js";
import { searchIndex } from "./search-index.js";

const PHASES = ["OPEN", "CONTESTED", "FINAL", "FAULTED"] as const satisfies readonly ApiPhase[];
const STAGES = ["OPEN", "CLOSED", "ENDED", "SETTLED"] as const satisfies readonly SessionStage[];
const RECEIPT_STAGES = ["PRESENTED", "COMPLAINED", "ANSWERED", "BROKEN"] as const;
/** Longest list of points of a series, and deepest lineage. */
const MOST_POINTS = 2_000;
const MOST_DEPTH = 64;
const FOR_EVER = Number.MAX_SAFE_INTEGER;
/** Longest body that is read, in bytes: a claim file of thousands of records. */
const MOST_BYTES = 8 * 2 ** 20;
/** Most posts that are read at a time: their bodies lie in memory. */
const MOST_POSTS = 8;

/** Every route, with what it asks the index; docs/api.md explains them, and a test compares the two. */
export const ROUTES: Readonly<Record<string, (db: IndexDatabase, given: Given) => Promise<object>>> = {
  "/v1/overview": (db) => overview(db),
  "/v1/activity": (db, { query }) =>
    activity(db, {
      bucket: readCount(query, "bucket") ?? 3_600,
      from: readCount(query, "from") ?? 0,
      to: readCount(query, "to") ?? FOR_EVER,
    }),
  "/v1/events": (db, { query }) =>
    listEvents(
      db,
      { subject: subject(query["subject"]), name: readName(query, "name") },
      readPageQuery(query),
    ),
  "/v1/claims": (db, { query }) =>
    listClaims(
      db,
      {
        operator: account(query, "operator"),
        model: hash(query, "model"),
        phase: readChoice(query, "phase", PHASES),
        fault: readChoice(query, "fault", FAULT_NAMES satisfies readonly ApiFault[]),
        from: readCount(query, "from"),
        to: readCount(query, "to"),
      },
      readPageQuery(query),
    ),
  "/v1/claims/:id": (db, { path }) => claimDetail(db, parseBytes32(path("id"), "claim id")),
  "/v1/evidence/:id": (db, { path, query }) =>
    evidencePlan(db, parseBytes32(path("id"), "claim id"), {
      record: readCount(query, "record"),
      receipt: hash(query, "receipt"),
      signer: account(query, "signer"),
    }),
  "/v1/operators": (db, { query }) =>
    listOperators(db, readChoice(query, "status", ["ACTIVE", "JAILED"] as const), readPageQuery(query)),
  "/v1/operators/:address": (db, { path }) => operatorDetail(db, parseAddress(path("address"))),
  "/v1/operators/:address/series": (db, { path, query }) =>
    operatorSeries(db, parseAddress(path("address")), span(query)),
  "/v1/models": (db, { query }) => listModels(db, account(query, "publisher"), readPageQuery(query)),
  "/v1/models/:id": (db, { path }) => modelDetail(db, parseBytes32(path("id"), "model id")),
  "/v1/models/:id/series": (db, { path, query }) =>
    modelSeries(db, parseBytes32(path("id"), "model id"), span(query)),
  "/v1/sessions": (db, { query }) =>
    listSessions(
      db,
      {
        subject: hash(query, "subject"),
        asker: account(query, "asker"),
        answerer: account(query, "answerer"),
        stage: readChoice(query, "stage", STAGES),
      },
      readPageQuery(query),
    ),
  "/v1/sessions/:id": (db, { path }) => sessionDetail(db, parseBytes32(path("id"), "session id")),
  "/v1/receipts": (db, { query }) =>
    listReceipts(
      db,
      { operator: account(query, "operator"), stage: readChoice(query, "stage", RECEIPT_STAGES) },
      readPageQuery(query),
    ),
  "/v1/receipts/:hash": (db, { path }) => receiptDetail(db, parseBytes32(path("hash"), "receipt hash")),
  "/v1/records/:hash": (db, { path }) =>
    withClaims(db, recordsBy(db, ["hash", "request_id"], parseBytes32(path("hash"), "record hash"))),
  "/v1/outputs/:root": async (db, { path }) => {
    const root = parseBytes32(path("root"), "tensor root");
    const whole = await recordsBy(db, ["output_root"], root);
    const known = new Set(whole.map(({ claimId, index }) => `${claimId} ${index}`));
    const part = await recordsByTensor(db, root);
    return withClaims(db, [
      ...whole,
      ...part.filter(({ claimId, index }) => !known.has(`${claimId} ${index}`)),
    ]);
  },
  "/v1/lineage/:claim/:record": (db, { path, query }) => {
    const recordIndex = readCount({ record: path("record") }, "record") ?? 0;
    const claimId = parseBytes32(path("claim"), "claim id") as Hex;
    return lineageOf(db, { claimId, recordIndex }, Math.min(readCount(query, "depth") ?? 8, MOST_DEPTH));
  },
  "/v1/search": (db, { query }) => searchIndex(db, query["q"] ?? ""),
};

type Given = {
  readonly query: Readonly<Record<string, string>>;
  readonly path: (name: string) => string;
};

const hash = (query: Given["query"], name: string): string | undefined =>
  query[name] === undefined ? undefined : parseBytes32(query[name], name);
const account = (query: Given["query"], name: string): string | undefined =>
  query[name] === undefined ? undefined : parseAddress(query[name], name);
/** An id or an address. */
const subject = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : text.length === 42 ? parseAddress(text) : parseBytes32(text, "subject");
const span = (query: Given["query"]) => ({
  from: readCount(query, "from"),
  to: readCount(query, "to"),
  points: Math.max(1, Math.min(readCount(query, "points") ?? 200, MOST_POINTS)),
});

async function withClaims(
  db: IndexDatabase,
  records: Awaited<ReturnType<typeof recordsBy>> | ReturnType<typeof recordsBy>,
): Promise<RecordPage> {
  const items = [];
  for (const record of await records) {
    const claim = await summaryOf(db, record.claimId);
    if (claim !== undefined) items.push({ ...record, claim });
  }
  return { items };
}

/** The HTTP API of an index. `reading` is another connection than the one that indexes, so that pages never wait. */
export async function makeApi(given: {
  readonly reading: IndexDatabase;
  readonly writing: IndexDatabase;
  readonly claimBook: Place;
  readonly status: () => Status;
  readonly checks: Readonly<Record<string, HealthCheck>>;
  readonly metrics: Metrics;
  /** Told of errors that nobody foresaw. */
  readonly failed: (error: Error) => void;
}): Promise<Hono> {
  const { reading, writing, claimBook, status, checks, metrics, failed } = given;
  const app = await createHealthApp({ checks, metrics });
  const seconds = metrics.histogram(
    "request_seconds",
    "How long an answer took",
    [0.003, 0.01, 0.03, 0.1, 0.3, 1],
    ["route"],
  );
  // Pages of anywhere read it: it holds what a public chain says, and takes nothing that it does not check.
  app.use("/v1/*", async (context, next) => {
    if (context.req.method === "OPTIONS") {
      const allowed = {
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": "content-type",
      };
      return context.body(null, 204, { "access-control-allow-origin": "*", ...allowed });
    }
    await next();
    context.header("access-control-allow-origin", "*");
    return undefined;
  });
  app.get("/v1/status", (context) => context.json(status()));
  for (const [route, answer] of Object.entries(ROUTES)) {
    app.get(route, async (context) => {
      const done = seconds.startTimer({ route });
      const path = (name: string): string => context.req.param(name) ?? "";
      try {
        const given = { query: context.req.query(), path };
        // An answer is of one moment, of however many queries it is made.
        const moment = reading.transaction().setIsolationLevel("repeatable read");
        return context.json(await moment.execute((at) => answer(at, given)));
      } finally {
        done();
      }
    });
  }
  let posts = 0;
  app.post("/v1/records", async (context) => {
    if (Number(context.req.header("content-length") ?? MOST_BYTES + 1) > MOST_BYTES)
      throw new OnusError("CLAIM_FILE", {
        expected: `a body of at most ${MOST_BYTES} bytes`,
        found: "a longer one",
      });
    if (posts >= MOST_POSTS) throw new OnusError("INDEX_BUSY", { expected: MOST_POSTS });
    posts++;
    try {
      return context.json({ kept: await keepRecords(writing, claimBook, await context.req.text()) });
    } finally {
      posts--;
    }
  });
  app.notFound((context) => {
    const message = `there is no ${new URL(context.req.url).pathname}`;
    return context.json({ code: "NOT_INDEXED", message, hint: "docs/api.md lists every route" }, 404, {
      "access-control-allow-origin": "*",
    });
  });
  app.onError((error, context) => {
    if (!(error instanceof OnusError)) failed(error);
    return refusal(error, context);
  });
  return app;
}

const STATUSES: { readonly [code: string]: 404 | 503 | 507 } = {
  ...{ NOT_INDEXED: 404, INDEX_BUSY: 503, INDEX_FULL: 507 },
};

function refusal(error: Error, context: Context): Response {
  const open = { "access-control-allow-origin": "*" };
  if (!(error instanceof OnusError))
    return context.json({ code: "UNEXPECTED", message: "the index failed; its log says why" }, 500, open);
  const { code, message, hint } = error;
  return context.json({ code, message, hint }, STATUSES[code] ?? 400, open);
}
