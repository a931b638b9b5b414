/**
 * `npm run bench:index [-- --claims N --json]`: how long a history of 100,000 claims takes to index, an audit to answer,
 * and the slowest page to come. The chain is a seeded one (scripts/support/seeded-chain.ts): its logs go the way of a
 * node's, making them by transactions would take hours. Pages are asked for over HTTP, three times, the median counts.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Command } from "commander";

import { verifyBundle } from "../../src/audit/verify-bundle.js";
import { bundleTools } from "../../src/chain/bundle-tools.js";
import { collectBundle } from "../../src/chain/collect-bundle.js";
import { askIndex } from "../../src/cli/ask-index.js";
import type { EvidencePlan, RecordPage, Status } from "../../src/audit/api-types.js";
import { keepRecords } from "../../src/indexer/keep-records.js";
import { indexChain } from "../../src/indexer/index-chain.js";
import { makeApi } from "../../src/indexer/make-api.js";
import { openIndex, readIndex } from "../../src/indexer/open-index.js";
import { openMetrics } from "../../src/service/metrics.js";
import { serveHttp } from "../../src/service/serve-http.js";
import { encodeBundle } from "../../src/store/bundle-file.js";
import { asBytes32 } from "../../src/types/bytes32.js";
import { parseCommand } from "../support/parse-command.js";
import { postedOf, seedHistory } from "../support/seed-history.js";
import { seededChain } from "../support/seeded-chain.js";

/** Claims of one block, made in as few transactions as there are tens of them. */
const A_BLOCK = 40;

const command = new Command("bench index")
  .option("--claims <count>", "claims of the history", "100000")
  .option("--json", "print one JSON object");
await parseCommand(command);
const { claims: wanted, json = false } = command.opts<{ claims: string; json?: boolean }>();
const count = Number(wanted);
const say = (text: string): void => {
  if (!json) console.error(text);
};

const chain = seededChain();
const history = await seedHistory(chain, { faultOneIn: 2_000, together: 10 });
const started = performance.now();
for (let made = 0; made < count; made += A_BLOCK) await history.grow(Math.min(A_BLOCK, count - made));
say(`seeded ${count} claims in ${seconds(started)} s`);

const directory = mkdtempSync(join(tmpdir(), "onus-bench-index-"));
const file = join(directory, "index.db");
const writing = await openIndex(file);
const { deployment, node } = chain;
const indexing = await indexChain({
  ...{ db: writing, provider: node, deployment, constants: { halfLife: 3_600 }, range: 200 },
});
const indexed = performance.now();
while ((await indexing.step()) !== undefined);
const indexSeconds = seconds(indexed);
say(`indexed in ${indexSeconds} s`);

const reading = await readIndex(file);
const claimBook = { chainId: BigInt(deployment.chainId), contract: deployment.claimBook };
const status = (): Status => ({ chainId: deployment.chainId, deployment, fromBlock: 0, parameters: {} });
const metrics = await openMetrics("indexer");
const app = await makeApi({
  reading,
  writing,
  claimBook,
  status,
  checks: {},
  metrics,
  failed: console.error,
});
const server = await serveHttp({ app, port: 0 });

// Every record of a thousand claims is known; the one that is audited lies in the middle of the history.
const step = Math.max(1, Math.floor(history.claims.length / 1_000));
for (let at = 0; at < history.claims.length; at += step) {
  const claim = history.claims[at];
  if (claim !== undefined) await keepRecords(writing, claimBook, postedOf(claim, 0));
}
const middle = history.claims[step * Math.floor(history.claims.length / step / 2)];
if (middle === undefined) throw new Error("there is no claim to audit");

const audit = async (): Promise<void> => {
  const root = asBytes32(middle.records[0]?.outputRoot ?? "");
  const { items } = await askIndex<RecordPage>(server.url, `/v1/outputs/${root}`);
  const [item] = items;
  if (item === undefined) throw new Error("the index does not know the output");
  const plan = await askIndex<EvidencePlan>(server.url, `/v1/evidence/${item.claimId}?record=${item.index}`);
  const about = { recordIndex: item.index, tensorRoot: root, receipt: null, inputs: null };
  const limits = { mostHeaders: 4_096, mostLinks: 1_024 };
  const bundle = await collectBundle({ node, deployment, plan, about, limits });
  verifyBundle(bundle, bundleTools);
  const { headers, links } = bundle.evidence;
  say(`bundle of ${encodeBundle(bundle).length} bytes, ${headers.length} headers, ${links.length} links`);
};
const auditMs = await median(audit);

const { claim } = middle;
const faulted = await askIndex<{ items: { id: string }[] }>(server.url, "/v1/claims?phase=FAULTED&limit=1");
const sessions = await askIndex<{ items: { id: string; subject: string }[] }>(
  server.url,
  "/v1/sessions?limit=1",
);
const deep = await askIndex<{ next?: string }>(server.url, "/v1/claims?limit=200");
const pages = [
  ...[
    "overview",
    "activity?bucket=3600",
    "events",
    "events?name=ClaimFaulted",
    "claims",
    "claims?phase=FINAL",
  ],
  ...[`claims?limit=200&cursor=${deep.next ?? "0.0"}`, `claims?operator=${claim.operator}`],
  ...[`claims?operator=${claim.operator}&phase=FAULTED`, `claims?model=${claim.modelId}&phase=FAULTED`],
  ...["claims?fault=Element", `claims?from=${chain.now() - 9_000}`, `claims/${middle.id}`],
  ...[`claims/${faulted.items[0]?.id ?? middle.id}`, `evidence/${middle.id}`, "operators"],
  ...[
    `operators/${claim.operator}`,
    `operators/${claim.operator}/series`,
    `events?subject=${claim.operator}`,
  ],
  ...[
    "models",
    `models/${claim.modelId}`,
    `models/${claim.modelId}/series`,
    `events?subject=${claim.modelId}`,
  ],
  ...["sessions", "sessions?stage=OPEN", `sessions/${sessions.items[0]?.id ?? ""}`, "receipts"],
  ...[`lineage/${middle.id}/0`, `search?q=${middle.id}`, `search?q=${middle.id.slice(0, 10)}`],
  ...[`search?q=${claim.operator}`, `outputs/${middle.records[0]?.outputRoot ?? ""}`],
];
let slowest = { page: "", ms: 0 };
for (const page of pages) {
  const ms = await median(() => askIndex(server.url, `/v1/${page}`));
  say(`${ms.toFixed(1).padStart(8)} ms  /v1/${page}`);
  if (ms > slowest.ms) slowest = { page, ms };
}
const result = {
  claims: history.claims.length,
  indexSeconds,
  auditMs: Math.round(auditMs),
  slowestApiMs: Number(slowest.ms.toFixed(1)),
  rssMB: Math.round(process.memoryUsage().rss / 2 ** 20),
};
await server.close();
await reading.destroy();
await writing.destroy();
rmSync(directory, { recursive: true, force: true });
console.log(
  json
    ? JSON.stringify(result)
    : `${result.claims} claims: indexed in ${indexSeconds} s, audit ${result.auditMs} ms, ` +
        `slowest page ${result.slowestApiMs} ms (/v1/${slowest.page}), ${result.rssMB} MB with the chain in memory`,
);

function seconds(since: number): number {
  return Number(((performance.now() - since) / 1_000).toFixed(1));
}

async function median(act: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let turn = 0; turn < 3; turn++) {
    const start = performance.now();
    await act();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[1] ?? 0;
}
