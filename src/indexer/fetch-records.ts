import { setTimeout as sleep } from "node:timers/promises";

import { OnusError } from "../errors/onus-error.js";
import { Withheld } from "../service/download.js";
import type { Reach } from "../service/download.js";
import { hostOf } from "../service/log.js";
import type { Log } from "../service/log.js";
import type { Metrics } from "../service/metrics.js";
import { openOperatorEndpoint } from "../service/operator-endpoint.js";
import { decodeClaimFile } from "../store/claim-file.js";
import type { Place } from "../types/place.js";
import type { PostBounds } from "./bound-posts.js";
import { fetchPage } from "./fetch-page.js";
import { openFetchTable } from "./fetch-table.js";
import type { Concluded, FetchTable, FetchWork } from "./fetch-table.js";
import type { IndexDatabase } from "./open-index.js";

/** Operators that are asked at the same time; each is asked one thing at a time. */
const OPERATORS_AT_ONCE = 8;
/** Milliseconds for an answer to be under way. */
const PATIENCE = 10_000;
/** Milliseconds between two looks for what is due, and after a look that failed. */
const LOOK_EVERY = 1_000;
const TRY_EVERY = 5_000;
/** Milliseconds that are left to the indexing and to pages before more is begun. */
const BREATH = 50;

export type FetchOptions = Reach & {
  /** Records of one claim that are fetched, at most. */
  readonly most: number;
};

export type Fetching = {
  /** The index has read the chain up to this block: whatever it says of endpoints is the newest. */
  readonly caughtUp: (block: number) => void;
  /** Blocks after this one were replaced. */
  readonly rolledBack: (toBlock: number) => void;
  /** Asks for no more, and waits for what is under way. */
  readonly stop: () => Promise<void>;
};

export type FetchParts = {
  readonly reading: IndexDatabase;
  readonly writing: IndexDatabase;
  readonly claimBook: Place;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly options: FetchOptions;
  /** Unix seconds of this machine. */
  readonly now: () => number;
  readonly bounds?: PostBounds;
  readonly patience?: number;
  readonly lookEvery?: number;
};

/**
 * Asks operators in turn for the records of their claims beside the indexing, of each the newest claims first. Whatever comes is kept when
 * it opens to its claim; what does not come is asked for again, after pauses that grow, and at last no more.
 */
export function startFetching(parts: FetchParts): Fetching {
  const { log, now, options, lookEvery = LOOK_EVERY } = parts;
  const table = openFetchTable({ ...parts, most: options.most });
  const ending = new AbortController();
  const { signal } = ending;
  const counted = defineMetrics(parts.metrics);
  const known = openHorizon();
  /** Those who are being asked: one question for an operator, and for a host, at a time. */
  const busy = new Map<string, { readonly host: string; readonly work: Promise<void> }>();
  /** Who was asked when, counted in questions: those who always have something new would be asked alone otherwise. */
  const turns = new Map<string, number>();
  let questions = 0;

  let wake = (): void => undefined;

  const begin = (work: FetchWork, host: string): void => {
    const { operator } = work.claim;
    const asking = askOnce(work, { ...parts, table, counted, signal })
      .catch(async (error: unknown) => {
        if (signal.aborted) return;
        log.warn({ claim: work.claim.id, err: error }, "a fetch failed; it is tried again");
        await sleep(TRY_EVERY, undefined, { signal }).catch(() => undefined);
      })
      .finally(() => busy.delete(operator));
    busy.set(operator, { host, work: asking });
    turns.set(operator, ++questions);
  };
  /** Begins what is due, as far as there is room. */
  const beginDue = async (): Promise<void> => {
    const turnOf = (operator: string): number => turns.get(operator) ?? 0;
    const due = await table.dueOperators(now(), new Set(busy.keys()));
    for (const operator of due.toSorted((a, b) => turnOf(a) - turnOf(b))) {
      if (signal.aborted || busy.size >= OPERATORS_AT_ONCE) return;
      const work = await table.dueOf(operator, now());
      if (work === undefined || busy.has(operator)) continue;
      const host = hostOf(work.endpoint);
      if (![...busy.values()].some((other) => other.host === host)) begin(work, host);
    }
  };
  let looked = -Infinity;
  const look = async (): Promise<void> => {
    if (performance.now() - looked >= lookEvery) {
      await known.discover((after) => table.discover(after));
      await table.renew();
      counted.unfetched.set(await table.unfetched());
      looked = performance.now();
    }
    await beginDue();
  };

  const work = async (): Promise<void> => {
    await table.begin(options);
    while (!signal.aborted) {
      let rest = lookEvery;
      if (known.isCaughtUp())
        await look().catch((error: unknown) => {
          rest = TRY_EVERY;
          if (!signal.aborted) log.warn({ err: error }, "looking for records to fetch failed");
        });
      const resting = new AbortController();
      wake = () => resting.abort();
      const rested = sleep(rest, undefined, { signal: resting.signal }).catch(() => undefined);
      if (!signal.aborted) await Promise.race([rested, ...[...busy.values()].map((one) => one.work)]);
      wake();
      await sleep(Math.min(BREATH, lookEvery));
    }
    await Promise.all([...busy.values()].map((one) => one.work));
  };
  const working = work();
  working.catch((error: unknown) => log.error({ err: error }, "records are fetched no more"));
  return {
    ...known,
    stop: async () => {
      ending.abort();
      wake();
      await working.catch(() => undefined);
    },
  };
}

type AskParts = FetchParts & {
  readonly table: FetchTable;
  readonly counted: ReturnType<typeof defineMetrics>;
  readonly signal: AbortSignal;
};

/** One question, and what comes of it. */
async function askOnce(work: FetchWork, parts: AskParts): Promise<void> {
  const { table, counted, log, signal, claimBook, options, now, patience = PATIENCE } = parts;
  const { claim, next, endpoint: uri } = work;
  const endpoint = openOperatorEndpoint(uri, {
    ...{ milliseconds: patience, claimPlace: claimBook, readClaimFile: decodeClaimFile, signal },
    ...options,
  });
  const about = { claim: claim.id, operator: claim.operator };
  let concluded: Concluded;
  try {
    const page = await fetchPage(work, { endpoint, claimBook, most: options.most });
    concluded = await table.keep(work, page);
    const kept = next + page.opened.length;
    counted.records.inc(page.opened.length);
    counted.fetches.inc({ outcome: concluded.outcome ?? "more to come" });
    if (concluded.outcome !== undefined)
      log.info({ ...about, outcome: concluded.outcome, kept_records: kept }, "records fetched");
  } catch (error) {
    if (error instanceof OnusError && error.code === "INDEX_FULL") {
      counted.fetches.inc({ outcome: await table.full(work) });
      return log.warn({ ...about, err: error }, "no room for more records of this claim");
    }
    if (!(error instanceof Withheld)) throw error;
    concluded = await table.miss(work, error.kind, now());
    counted.fetches.inc({ outcome: error.kind });
    const { outcome, lookAt } = concluded;
    const told = { ...about, endpoint: hostOf(uri), kind: error.kind, reason: error.message };
    if (outcome !== undefined) log.info({ ...told, outcome }, "records withheld; they are asked for no more");
    else log.debug({ ...told, tries: work.tries + 1, again_at: lookAt }, "records withheld");
  }
}

/** Up to where claims are known to be taken up. A reorg that comes while one looks takes that back. */
function openHorizon() {
  let newest: number | undefined;
  let taken = -1;
  let lowest = Infinity;
  return {
    isCaughtUp: () => newest !== undefined,
    caughtUp: (block: number): void => void (newest = block),
    rolledBack: (toBlock: number): void => {
      taken = Math.min(taken, toBlock);
      lowest = Math.min(lowest, toBlock);
      if (newest !== undefined) newest = Math.min(newest, toBlock);
    },
    discover: async (look: (after: number) => Promise<boolean>): Promise<void> => {
      const upTo = newest;
      if (upTo === undefined || upTo <= taken) return;
      lowest = Infinity;
      if (await look(taken)) taken = Math.min(upTo, lowest);
    },
  };
}

function defineMetrics(metrics: Metrics) {
  return {
    fetches: metrics.counter("fetches_total", "Questions to operators' endpoints, by what came of them", [
      "outcome",
    ]),
    records: metrics.counter("fetched_records_total", "Records that endpoints handed out and that were kept"),
    unfetched: metrics.gauge("unfetched_claims", "Claims whose records are still asked for"),
  };
}
