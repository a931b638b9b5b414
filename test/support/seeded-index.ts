import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { seedHistory } from "../../scripts/support/seed-history.js";
import type { History } from "../../scripts/support/seed-history.js";
import { seededChain } from "../../scripts/support/seeded-chain.js";
import type { SeededChain } from "../../scripts/support/seeded-chain.js";
import type { Status } from "../../src/audit/api-types.js";
import { indexChain } from "../../src/indexer/index-chain.js";
import type { Indexing } from "../../src/indexer/index-chain.js";
import { exportIndex } from "../../src/indexer/export-index.js";
import { makeApi } from "../../src/indexer/make-api.js";
import { openIndex, readIndex } from "../../src/indexer/open-index.js";
import type { IndexDatabase } from "../../src/indexer/open-index.js";
import { openMetrics } from "../../src/service/metrics.js";

export const HALF_LIFE = 3_600;

/** An index of a chain in a file of its own, and a second connection that reads it. */
export type SeededIndex = {
  readonly file: string;
  readonly writing: IndexDatabase;
  readonly reading: IndexDatabase;
  readonly indexing: Indexing;
  readonly catchUp: () => Promise<void>;
  readonly close: () => Promise<void>;
};

export async function openSeededIndex(chain: SeededChain, range = 10_000): Promise<SeededIndex> {
  const directory = mkdtempSync(join(tmpdir(), "onus-index-"));
  const file = join(directory, "index.db");
  const writing = await openIndex(file);
  const reading = await readIndex(file);
  const { node: provider, deployment } = chain;
  const indexing = await indexChain({
    ...{ db: writing, provider, deployment, constants: { halfLife: HALF_LIFE }, range },
  });
  return {
    file,
    writing,
    reading,
    indexing,
    catchUp: async () => {
      while ((await indexing.step()) !== undefined);
    },
    close: async () => {
      await writing.destroy();
      await reading.destroy();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A small history: `blocks` blocks of three claims, of which one in ten falls. */
export async function seededLife(
  blocks: number,
  seed = 7,
): Promise<{ readonly chain: SeededChain; readonly history: History }> {
  const chain = seededChain();
  const history = await seedHistory(chain, { seed, faultOneIn: 10 });
  for (let block = 0; block < blocks; block++) await history.grow(3);
  return { chain, history };
}

export async function exported(db: IndexDatabase): Promise<string> {
  let text = "";
  for await (const line of exportIndex(db)) text += line;
  return text;
}

/** The API of an index, asked without a socket. */
export type AskApi = {
  /** What it did not foresee. */
  readonly failures: readonly Error[];
  readonly ask: (path: string, request?: RequestInit) => Promise<Response>;
  readonly get: <Answer>(path: string) => Promise<Answer>;
  /** To /v1/records, as a client sends it. */
  readonly post: (body: string) => Promise<Response>;
};

export async function apiOf(
  { reading, writing }: Pick<SeededIndex, "reading" | "writing">,
  { deployment }: SeededChain,
): Promise<AskApi> {
  const failures: Error[] = [];
  const app = await makeApi({
    ...{ reading, writing, checks: {}, metrics: await openMetrics("indexer") },
    failed: (error) => failures.push(error),
    claimBook: { chainId: BigInt(deployment.chainId), contract: deployment.claimBook },
    status: (): Status => ({ chainId: deployment.chainId, deployment, fromBlock: 0, parameters: {} }),
  });
  const ask = async (path: string, request: RequestInit = {}): Promise<Response> =>
    app.request(path, request);
  return {
    failures,
    ask,
    get: async <Answer>(path: string) => (await (await ask(path)).json()) as Answer,
    post: (body) => {
      const headers = { "content-length": String(Buffer.byteLength(body)) };
      return ask("/v1/records", { method: "POST", body, headers });
    },
  };
}
