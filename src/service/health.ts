import type { Hono } from "hono";

import { loadPeer } from "./load-peer.js";
import type { Metrics } from "./metrics.js";

/** Says what is wrong, in a sentence, or nothing. */
export type HealthCheck = () => string | undefined | Promise<string | undefined>;

/** Longest time a check may take, in milliseconds: a check that hangs is a problem. */
const MOST_MILLISECONDS = 5_000;

/**
 * The pages every program that keeps running has; routes of its own are added to it.
 *
 *     GET /healthz   200 { status: "ok" } or 503 { status: "failing", problems: { chain: "…" } }
 *     GET /metrics   for Prometheus
 */
export async function createHealthApp(parts: {
  readonly checks: Readonly<Record<string, HealthCheck>>;
  readonly metrics: Metrics;
}): Promise<Hono> {
  const { Hono } = await loadPeer("hono", "the HTTP server", () => import("hono"));
  const { registry } = parts.metrics;
  const app = new Hono();
  app.get("/healthz", async (context) => {
    const problems = await problemsOf(parts.checks);
    const isWell = Object.keys(problems).length === 0;
    return isWell ? context.json({ status: "ok" }) : context.json({ status: "failing", problems }, 503);
  });
  app.get("/metrics", async (context) =>
    context.body(await registry.metrics(), 200, { "content-type": registry.contentType }),
  );
  return app;
}

async function problemsOf(checks: Readonly<Record<string, HealthCheck>>): Promise<Record<string, string>> {
  const said = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await within(check)] as const),
  );
  return Object.fromEntries(
    said.flatMap(([name, problem]) => (problem === undefined ? [] : [[name, problem]])),
  );
}

async function within(check: HealthCheck): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${MOST_MILLISECONDS / 1_000} s`), MOST_MILLISECONDS);
  });
  try {
    return await Promise.race([late, Promise.resolve().then(check)]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}
