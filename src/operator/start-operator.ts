import { setTimeout as sleep } from "node:timers/promises";

import { createHealthApp } from "../service/health.js";
import { openMetrics } from "../service/metrics.js";
import { serveHttp } from "../service/serve-http.js";
import { isOnusError } from "../errors/onus-error.js";
import { addRoutes } from "./http/add-routes.js";
import { openIntake } from "./intake.js";
import { openOperatorNode } from "./open-node.js";
import type { NodeParts } from "./open-node.js";
import { defineOperatorMetrics } from "./operator-metrics.js";
import type { OperatorMetrics } from "./operator-metrics.js";
import type { InferenceDesk } from "./promises/inference-desk.js";

/** Where a running node is reached. */
export type Listening = { readonly url: string; readonly port: number };

/**
 * Runs an operator node until `signal` is aborted, or until nothing is left where it is draining. What it promised and claimed stands in its ledger: started again, it
 * goes on where it was, however it ended.
 *
 * @param parts.listening called once requests are taken
 */
export async function startOperator(
  parts: Omit<NodeParts, "metrics" | "signal"> & {
    readonly signal: AbortSignal;
    readonly listening?: (at: Listening) => void;
  },
): Promise<void> {
  const { config, log, signal } = parts;
  const metrics = await openMetrics("operator");
  const counted = defineOperatorMetrics(metrics);
  const node = await openOperatorNode({ ...parts, metrics: counted });
  const desk = countedDesk(node.desk, counted);
  const app = await createHealthApp({
    metrics,
    checks: {
      chain: () => {
        const { age } = node.situation();
        return age > Number(config.limits.chainAge) ? `no news for ${Math.floor(age)} s` : undefined;
      },
      operator: () => (node.situation().isJailed ? "it was convicted, and only answers" : undefined),
      key: () => (node.situation().isActive ? undefined : "it may not sign for the operator"),
    },
  });
  const { models, archive, terms } = node;
  addRoutes(app, {
    ...{ desk, models, archive, terms },
    mostArriving: () => config.limits.queue,
    fail: (error) => log.error({ err: error }, "request failed"),
  });
  const intake =
    config.intake === undefined ? undefined : openIntake({ directory: config.intake, desk, models });
  // Before anything new is promised: what is due may be due now.
  await look(node.step, log);
  const server = await serveHttp({ app, ...config.listen }).catch(async (error: unknown) => {
    // A port that is taken: the models' threads would keep the process alive.
    await node.stop();
    throw error;
  });
  try {
    log.info({ url: server.url, models: models.map(({ modelId }) => modelId) }, "listening");
    parts.listening?.(server);
    while (!signal.aborted && !(parts.isDraining === true && node.isDone())) {
      await pause(Number(config.poll) * 1_000, signal);
      if (signal.aborted) break;
      await look(node.step, log);
      await intake?.step();
    }
  } finally {
    await server.close();
    await node.stop();
  }
}

/** A node of the chain fails and comes back. */
async function look(step: () => Promise<void>, log: NodeParts["log"]): Promise<void> {
  await step().catch((error: unknown) =>
    log.warn({ err: error }, "could not look at the chain: tried again"),
  );
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}

function countedDesk(desk: InferenceDesk, metrics: OperatorMetrics): InferenceDesk {
  return {
    ...desk,
    async serve(modelId, request) {
      const begin = performance.now();
      try {
        const served = await desk.serve(modelId, request);
        metrics.inferences.inc();
        metrics.inferenceSeconds.observe((performance.now() - begin) / 1_000);
        return served;
      } catch (error) {
        metrics.refusals.inc({ code: isOnusError(error) ? error.code : "UNEXPECTED" });
        throw error;
      }
    },
  };
}
