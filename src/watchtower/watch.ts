import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { providerOf, requirePart } from "../chain/contracts.js";
import { openSender } from "../chain/sender.js";
import type { SenderEvent } from "../chain/sender.js";
import { accountOf } from "../chain/transact.js";
import { isOnusError, OnusError } from "../errors/onus-error.js";
import { createHealthApp } from "../service/health.js";
import type { Log } from "../service/log.js";
import { openMetrics } from "../service/metrics.js";
import { serveHttp } from "../service/serve-http.js";
import type { HttpServer } from "../service/serve-http.js";
import { openDatabase } from "../store/open-database.js";
import { openLogStore } from "../store/log-store.js";
import { openSenderJournal } from "../store/sender-journal.js";
import { parseAddress } from "../types/address.js";
import type { Bytes32 } from "../types/bytes32.js";
import { toJson } from "../types/to-json.js";
import { openArtifactShelf } from "./artifact-shelf.js";
import { openClaimTable } from "./claim-table.js";
import type { ClaimTable } from "./claim-table.js";
import { collectWinnings } from "./collect-winnings.js";
import { openCourtesies } from "./courtesies.js";
import type { Courtesies } from "./courtesies.js";
import { openCourtesyTable } from "./courtesy-table.js";
import { openKnownChain } from "./follow-claims.js";
import type { KnownChain } from "./follow-claims.js";
import { claimOfKey } from "./key-of-call.js";
import { WATCHTOWER_MIGRATIONS } from "./migrations.js";
import { DATABASE_FILE } from "./options.js";
import type { WatchOptions } from "./options.js";
import { openTaskPool } from "./task-pool.js";
import { secondsNow, tendClaims } from "./tend-claims.js";
import { defineWatchMetrics } from "./watch-metrics.js";
import type { WatchMetrics } from "./watch-metrics.js";
import { reportOf } from "./watch-report.js";

/** Claims that are looked into, and disputes that are played, at the same time: in all, and of one operator. */
const AT_ONCE = {
  check: { limit: 8, perOperator: 2 },
  play: { limit: 8, perOperator: 8 },
  courtesy: 2,
} as const;
/** Looks at the chain without success, in a row, after which something is wrong. */
const FAILURES_OF_CONCERN = 5;
/** Until a step that failed is tried again, in seconds. */
const RETRY_SECONDS = 5;

/**
 * Watches claims until `signal` is aborted: follows the chain, checks what is claimed, disputes what is wrong, collects
 * what that is worth. Whatever it knows is in its database before it acts on it, so it may end at any instruction.
 *
 * @param started called with the address of its pages
 */
export async function watch(
  options: WatchOptions,
  signal: AbortSignal,
  started: (url: string) => void = () => undefined,
): Promise<void> {
  const { contracts, log, directory, pollMilliseconds } = options;
  requirePart(contracts, "inquiry");
  if (options.courtesies) for (const part of ["standing", "lineage"] as const) requirePart(contracts, part);
  mkdirSync(directory, { recursive: true });
  const database = openDatabase(join(directory, DATABASE_FILE), WATCHTOWER_MIGRATIONS);
  const problems: { chain?: string; account?: string } = {};
  let server: HttpServer | undefined;
  let failures = 0;
  const metrics = await openMetrics("watchtower");
  const table = openClaimTable(database, options.followed);
  const counted = defineWatchMetrics(metrics, table);
  const pool = openTaskPool(({ kind, of }, error) => {
    if (signal.aborted) return;
    counted.failures.inc({ step: kind });
    log.warn({ step: kind, claim: of, err: error }, "failed; it is tried again");
    if (isOnusError(error, "FUNDS_MISSING")) problems.account = error.message;
  });
  const book = ({ key, call, hash, gasUsed, paid }: Extract<SenderEvent, { event: "included" }>): void => {
    const claimId = claimOfKey(key);
    if (claimId !== undefined) table.paid({ key, claimId, call, hash, gasUsed, paid });
    counted.gasPaid.inc(Number(paid));
  };
  try {
    const account = parseAddress(await accountOf(contracts.runner));
    const { onus, chainId } = contracts.deployment;
    const place = `chain ${chainId}, ${onus}, ${account}`;
    const kept = table.setting("place", () => place);
    if (kept !== place)
      throw new OnusError("DATABASE_OF_OTHERS", { directory, actual: kept, expected: place });
    const store = openLogStore<Bytes32>(database);
    const chain = openKnownChain({ contracts, provider: providerOf(contracts), store, table, account });
    const checks = { chain: () => problems.chain, account: () => problems.account };
    const app = await createHealthApp({ metrics, checks });
    app.get("/report", (context) =>
      context.body(toJson(reportOf(database)), 200, { "content-type": "application/json" }),
    );
    server = await serveHttp({ app, ...options.listen });
    log.info({ url: server.url, account, onus, chain: chainId }, "watching");
    started(server.url);

    const { fees, confirmations } = options;
    const sender = await openSender({
      ...{ runner: contracts.runner, journal: openSenderJournal(database), fees, confirmations, signal },
      tell: (told) => {
        log.info(fieldsOf(told), "transaction");
        if (told.event !== "included") return;
        book(told);
        delete problems.account;
      },
    });
    const artifacts = openArtifactShelf(options.artifacts, join(directory, "artifacts"));
    const secret = Buffer.from(
      table.setting("secret", () => randomBytes(32).toString("hex")),
      "hex",
    );
    const tending = tendClaims({ options, chain, table, artifacts, sender, counted, secret, signal });
    const courtesies = options.courtesies
      ? openCourtesies({
          ...{ options, sender, counted, lists: openCourtesyTable(database, options.followed) },
          sinceBlock: await blockOfFirstStart(options, table),
        })
      : undefined;

    while (!signal.aborted) {
      try {
        await catchUp(chain, { log, counted, signal });
        failures = 0;
        delete problems.chain;
      } catch (error) {
        if (++failures >= FAILURES_OF_CONCERN) problems.chain = (error as Error).message;
        counted.failures.inc({ step: "follow" });
        log.warn({ step: "follow", err: error }, "failed; it is tried again");
      }
      for (const task of ["check", "play"] as const) {
        const { limit: atOnce, perOperator } = AT_ONCE[task];
        // Those under way are due as well.
        const due = { now: secondsNow(), block: chain.block(), limit: 2 * atOnce, perOperator };
        for (const watched of table.due(task, due)) {
          const failed = (): void => table.goOn(watched, { task, lookAt: secondsNow() + RETRY_SECONDS });
          pool.begin({ kind: task, of: watched.claimId, atOnce, act: () => tending[task](watched), failed });
        }
      }
      for (const watched of courtesies?.due() ?? []) {
        const task = { kind: "courtesy", of: watched.claimId, atOnce: AT_ONCE.courtesy };
        const { act, failed } = courtesies as Courtesies;
        pool.begin({ ...task, act: () => act(watched), failed: () => failed(watched) });
      }
      pool.begin({ kind: "settle", act: () => sender.watch() });
      const unpulled = table.unpulled(account);
      pool.begin({
        kind: "collect",
        act: () =>
          collectWinnings({ contracts, sender, unpulled, won: (share) => counted.won.inc(Number(share)) }),
      });
      await sleep(pollMilliseconds, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    await pool.drain();
    await server?.close();
    database.close();
  }
}

/** What was decided before is not made up for: a chain may be full of it. */
async function blockOfFirstStart({ contracts }: WatchOptions, table: ClaimTable): Promise<number> {
  const newest = await providerOf(contracts).getBlockNumber();
  return Number(table.setting("courtesies since block", () => `${newest}`));
}

/** Reads on until nothing is new. */
async function catchUp(
  chain: KnownChain,
  { log, counted, signal }: { log: Log; counted: WatchMetrics; signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    const changes = await chain.follower.step();
    if (changes.length === 0) break;
    for (const change of changes) {
      chain.apply(change);
      if (change.kind !== "rollback") continue;
      counted.rollbacks.inc();
      log.warn({ to_block: change.toBlock }, "blocks that were read are in the chain no more");
    }
  }
  counted.block.set(chain.block());
  counted.refresh();
}

/** An event with the units of its amounts in their names. */
function fieldsOf(told: SenderEvent): Record<string, unknown> {
  const units: Readonly<Record<string, string>> = {
    ...{ actual: "actual_wei_per_gas", expected: "most_wei_per_gas", price: "most_wei_per_gas" },
    ...{ paid: "paid_wei", gasUsed: "used_gas" },
  };
  return Object.fromEntries(Object.entries(told).map(([name, value]) => [units[name] ?? name, value]));
}
