import { setTimeout as sleep } from "node:timers/promises";

import type { Result } from "ethers";

import type { Status } from "../audit/api-types.js";
import { connectContracts } from "../chain/contracts.js";
import type { Deployment } from "../chain/deployment.js";
import { openProvider } from "../chain/open-provider.js";
import { openMetrics } from "../service/metrics.js";
import { openLog } from "../service/log.js";
import { runDaemon } from "../service/run-daemon.js";
import { serveHttp } from "../service/serve-http.js";
import { startFetching } from "./fetch-records.js";
import type { FetchOptions } from "./fetch-records.js";
import { indexChain } from "./index-chain.js";
import { makeApi } from "./make-api.js";
import { openIndex, readIndex } from "./open-index.js";

export type IndexerOptions = {
  readonly rpc: string;
  readonly deployment: Deployment;
  /** File of the database; it is made when it is not there. */
  readonly db: string;
  readonly host: string;
  readonly port: number;
  readonly confirmations: number;
  readonly range?: number;
  /** Asks operators for the records of their claims. */
  readonly fetch?: FetchOptions;
};

/** Milliseconds between two looks for a new block, and between two tries of a node that fails. */
const LOOK_EVERY = 500;
const TRY_EVERY = 5_000;
/** Seconds without a look that went well, after which the program says that it is not. */
const LATE_SECONDS = 120;

/** Indexes a deployment and answers questions about it, until it is asked to end. */
export async function runIndexer(options: IndexerOptions): Promise<void> {
  const log = await openLog({ name: "indexer" });
  await runDaemon({ log, run: (signal) => work(options, log, signal) });
}

async function work(
  options: IndexerOptions,
  log: Awaited<ReturnType<typeof openLog>>,
  signal: AbortSignal,
): Promise<void> {
  const { rpc, deployment, db, host, port, confirmations, range } = options;
  const provider = await openProvider(rpc);
  const parameters = await connectContracts(deployment, provider).onus.parameters();
  const writing = await openIndex(db);
  const reading = await readIndex(db);
  const metrics = await openMetrics("indexer");
  const height = metrics.gauge("height_blocks", "The last block that was read");
  const events = metrics.counter("events_total", "Events that were read");
  const reorgs = metrics.counter("reorgs_total", "Reorgs that took back what was read");
  const indexing = await indexChain({
    ...{ db: writing, provider, deployment, confirmations },
    constants: { halfLife: Number(parameters.halfLife) },
    ...(range !== undefined && { range }),
  });
  let lastWell = Date.now();
  const status = (): Status => {
    const indexed = indexing.indexed();
    return {
      chainId: deployment.chainId,
      deployment,
      fromBlock: deployment.fromBlock,
      ...(indexed && { indexed }),
      parameters: textsOf((parameters as unknown as Result).toObject()),
    };
  };
  const late = (): string | undefined => {
    const seconds = Math.round((Date.now() - lastWell) / 1_000);
    return seconds > LATE_SECONDS ? `the chain was last read ${seconds} s ago` : undefined;
  };
  const claimBook = { chainId: BigInt(deployment.chainId), contract: deployment.claimBook };
  const failed = (error: Error): void => log.error({ err: error }, "a request failed");
  const app = await makeApi({
    reading,
    writing,
    claimBook,
    status,
    checks: { chain: late },
    metrics,
    failed,
  });
  const server = await serveHttp({ app, host, port });
  log.info({ url: server.url, db, onus: deployment.onus }, "indexing");
  const fetching =
    options.fetch &&
    startFetching({
      ...{ reading, writing, claimBook, log, metrics, options: options.fetch },
      now: () => Math.floor(Date.now() / 1_000),
    });
  try {
    while (!signal.aborted) {
      const change = await indexing.step().catch((error: unknown) => {
        log.warn({ err: error }, "reading on failed");
        return "failed" as const;
      });
      if (change === "failed") {
        await sleep(TRY_EVERY, undefined, { signal }).catch(() => undefined);
        continue;
      }
      lastWell = Date.now();
      height.set(indexing.indexed()?.number ?? 0);
      if (change?.kind === "logs") events.inc(change.logs.length);
      if (change?.kind === "rollback") {
        reorgs.inc();
        fetching?.rolledBack(change.toBlock);
        log.warn({ to_blocks: change.toBlock }, "blocks were replaced: taking back what came of them");
      }
      if (change !== undefined) continue;
      fetching?.caughtUp(indexing.indexed()?.number ?? 0);
      await sleep(LOOK_EVERY, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    await fetching?.stop();
    await server.close();
    await reading.destroy();
    await writing.destroy();
    provider.destroy();
  }
}

const textsOf = (values: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
