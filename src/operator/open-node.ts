import { mkdirSync } from "node:fs";
import { join } from "node:path";

import type { Signer } from "ethers";

import { requirePart } from "../chain/contracts.js";
import type { Contracts } from "../chain/contracts.js";
import { openSender } from "../chain/sender.js";
import { signReceipt } from "../chain/sign-receipt.js";
import { OnusError } from "../errors/onus-error.js";
import { MOST_STATEMENTS } from "../dispute/defend.js";
import { allocateTensor } from "../program/dtype.js";
import type { Log } from "../service/log.js";
import { openDatabase } from "../store/open-database.js";
import { openSenderJournal, senderJournalMigration } from "../store/sender-journal.js";
import { ZERO_HASH } from "../types/bytes32.js";
import { asSeconds } from "../types/seconds.js";
import { asWei } from "../types/wei.js";
import { openAlarms } from "./alarms.js";
import type { RaiseAlarm } from "./alarms.js";
import { readChainNews } from "./chain-news.js";
import type { ChainNews } from "./chain-news.js";
import { openComplaintAnswers } from "./claims/answer-complaints.js";
import { openHeldClaims } from "./claims/held-claims.js";
import { openClaimKeeper } from "./claims/keep-claims.js";
import { makeClaims } from "./claims/make-claims.js";
import { openSendOnce } from "./claims/send-once.js";
import { withdrawCredits } from "./claims/withdraw-credits.js";
import type { OperatorConfig } from "./config.js";
import { openModelRuns } from "./engine/run-models.js";
import type { Alter, ModelRuns } from "./engine/run-models.js";
import { openRunner } from "./engine/open-runner.js";
import { openTraceShelf } from "./engine/trace-shelf.js";
import { openArchive } from "./http/archive.js";
import type { Archive } from "./http/archive.js";
import { openClaimLedger } from "./ledger/claim-ledger.js";
import { LEDGER_MIGRATIONS } from "./ledger/migrations.js";
import { openRecordLedger } from "./ledger/record-ledger.js";
import { openModels } from "./open-models.js";
import type { OpenedModel } from "./open-models.js";
import type { OperatorMetrics } from "./operator-metrics.js";
import { mostUnstated } from "./policy/capacity.js";
import { checkTerms } from "./policy/check-terms.js";
import type { ChainSituation, Limits } from "./policy/why-refused.js";
import { openInferenceDesk } from "./promises/inference-desk.js";
import type { InferenceDesk } from "./promises/inference-desk.js";
import { openTally } from "./promises/tally.js";
import { whoServes } from "./who-serves.js";

/** Tensors of traces that stay in memory. */
const SHELF_BYTES = 256 * 2 ** 20;
/** Until an alarm that goes on is raised again. */
const QUIET_SECONDS = 300;
/** Blocks between two withdrawals of what answers have earned. */
const BLOCKS_PER_WITHDRAWAL = 300;

/** An operator node without its server and its clock. */
export type OperatorNode = {
  readonly models: readonly OpenedModel[];
  readonly desk: InferenceDesk;
  readonly archive: Archive;
  readonly situation: () => ChainSituation;
  /** What is promised beside the models' own terms. */
  readonly terms: () => object;
  /** Looks at the chain once, and begins what there is to do. */
  readonly step: () => Promise<void>;
  /** Waits until what was begun is done, or has failed. */
  readonly settle: () => Promise<void>;
  /** Whether nothing that was promised or claimed is undecided. */
  readonly isDone: () => boolean;
  readonly stop: () => Promise<void>;
};

export type NodeParts = {
  /** Connected to the account that signs and submits; its provider does not cache. */
  readonly contracts: Contracts;
  readonly config: OperatorConfig;
  /** Names the configuration in errors. */
  readonly path: string;
  readonly log: Log;
  readonly metrics: OperatorMetrics;
  readonly signal?: AbortSignal;
  /** Nothing new is promised, and what is pending waits for no company. */
  readonly isDraining?: boolean;
  /** Of tests that need a liar; no configuration leads here. */
  readonly alter?: Alter;
};

export async function openOperatorNode(parts: NodeParts): Promise<OperatorNode> {
  const { contracts, config, path, log, metrics } = parts;
  requirePart(contracts, "inquiry");
  requirePart(contracts, "receiptCourt");
  const { operator, account } = await whoServes(contracts, config.operator);
  const parameters = await contracts.onus.parameters();
  const deployment = {
    minLiability: asWei(parameters.minLiability),
    minWindow: asSeconds(parameters.minWindow),
    exitDelay: asSeconds(parameters.exitDelay),
    inclusionDelay: asSeconds(parameters.inclusionDelay),
  };
  const { submitMargin } = config;
  for (const terms of config.models) checkTerms(terms, { deployment, submitMargin, path });
  const models = await openModels(contracts, config.models);

  mkdirSync(config.directory, { recursive: true });
  const database = openDatabase(join(config.directory, "operator.sqlite"), [
    senderJournalMigration,
    ...LEDGER_MIGRATIONS,
  ]);
  const records = openRecordLedger(database);
  const claims = openClaimLedger(database, operator);
  requireModels({
    path,
    models,
    undecided: [...records.pending(), ...claims.undecided().map((one) => one.claim)],
  });
  const tally = openTally(records, claims);

  const runner = openRunner({ artifacts: models.map(({ file }) => file), workers: config.workers });
  const runs = openModelRuns({ runner, models, alter: parts.alter });
  await measure(runs, models);
  const shelf = openTraceShelf(SHELF_BYTES);
  const held = openHeldClaims({ records, models, runs, shelf });

  let news: ChainNews = await readNews();
  let seenAt = performance.now();
  const age = (): number => (performance.now() - seenAt) / 1_000;
  const situation = (): ChainSituation => ({ ...news, age: age() });
  const limits = (): Limits => ({
    ...{ openLiability: config.limits.openLiability, gasPrice: config.limits.gasPrice },
    ...{ queue: config.limits.queue, chainAge: Number(config.limits.chainAge) },
    unstated: mostUnstated(
      {
        ...{ traceSeconds: runs.traceSeconds(), workers: config.workers },
        ...{ statementSeconds: Number(config.statementTime), perTransaction: MOST_STATEMENTS },
      },
      asSeconds(parameters.clock),
    ),
  });
  const places = { claimBook: contracts.claimPlace, court: contracts.courtPlace };
  const desk = openInferenceDesk({
    ...{ operator, models, records, tally, runs, places, situation, limits },
    keptOutputBytes: config.keptOutputBytes,
    sign: (receipt) => signReceipt(receipt, { signer: contracts.runner as Signer, court: places.court }),
    retiredAt: (modelId) => news.retiredAt.get(modelId),
  });
  const raise: RaiseAlarm = openAlarms({
    ...{ command: config.alarmCommand, quietSeconds: QUIET_SECONDS },
    now: () => performance.now() / 1_000,
    log: (alarm) => {
      metrics.alarms.inc({ alarm: alarm.alarm });
      log.error({ ...alarm }, "alarm");
    },
  });
  const sender = await openSender({
    ...{ runner: contracts.runner, journal: openSenderJournal(database) },
    confirmations: Math.max(1, config.confirmations),
    tell: (event) => {
      if (event.event === "included") metrics.gasSpent.inc(Number(event.gasUsed));
      log.info({ ...event }, "transaction");
    },
    ...(parts.signal && { signal: parts.signal }),
  });
  const send = openSendOnce(sender, () => news.block);
  const keeper = openClaimKeeper({
    ...{ contracts, claims, send, limits, submitMargin, raise },
    tend: {
      ...{ contracts, models, held, send },
      tell: ({ claimId }, move, { status }) => {
        metrics.moves.inc({ move: move.kind });
        log.info({ claim: claimId, move: move.kind, status }, "move");
      },
      fail: ({ claimId }, recordIndex, error) =>
        raise({ alarm: "question-unanswerable", claimId, reason: `record ${recordIndex}: ${String(error)}` }),
    },
    tell: ({ claimId, claim }, change) => log.info({ claim: claimId, records: claim.n }, `claim ${change}`),
    fail: (what, { claimId }, error) => {
      if (parts.signal?.aborted === true) return;
      log.warn({ err: error, claim: claimId }, `could not ${what}: tried again`);
    },
  });

  const answerComplaints = openComplaintAnswers({
    ...{ contracts, operator, records, claims, held, send, raise },
    clock: asSeconds(parameters.clock),
    tell: ({ hash }) => log.info({ receipt: hash }, "complaint answered"),
  });
  const jobs = new Map<string, Promise<void>>();
  /** Begins what is not under way already: a transaction that waits for its block keeps nobody from looking. */
  const begin = (what: string, work: () => Promise<void>): void => {
    if (jobs.has(what)) return;
    const done = work()
      .catch((error: unknown) => {
        if (parts.signal?.aborted !== true) log.warn({ err: error }, `could not ${what}: tried again`);
      })
      .finally(() => jobs.delete(what));
    jobs.set(what, done);
  };

  function readNews(): Promise<ChainNews> {
    const { confirmations } = config;
    const ids = models.map(({ modelId }) => modelId);
    return readChainNews(contracts, { operator, account, models: ids, confirmations });
  }

  const alarmAbout = ({ openSessions, openComplaints, isJailed, isActive }: ChainNews): void => {
    if (openSessions > 0) raise({ alarm: "session-opened", openSessions });
    if (openComplaints > 0) raise({ alarm: "complaint-made", openComplaints });
    if (isJailed) raise({ alarm: "operator-jailed" });
    if (!isActive) raise({ alarm: "key-inactive" });
  };

  const count = (): void => {
    for (const [state, claimed] of Object.entries(claims.counts())) metrics.claims.set({ state }, claimed);
    metrics.undecided.set(tally.undecided());
    metrics.capacity.set(limits().unstated);
    metrics.openSessions.set(news.openSessions);
    metrics.openComplaints.set(news.openComplaints);
    metrics.freeStake.set(Number(news.freeStake));
    metrics.lockedStake.set(Number(news.lockedStake));
    metrics.promised.set(Number(tally.promisedLiability([])));
    metrics.chainAge.set(age());
  };

  const claiming = {
    ...{ operator, claimBook: contracts.claimPlace, models, records, claims, tally, submitMargin },
    isDraining: parts.isDraining === true,
  };
  if (claiming.isDraining) await desk.stop();
  let withdrawnAt = news.block;
  const step = async (): Promise<void> => {
    let latest: ChainNews;
    try {
      latest = await readNews();
    } catch (error) {
      metrics.chainAge.set(age());
      if (age() > limits().chainAge) raise({ alarm: "chain-silent", seconds: Math.floor(age()) });
      throw error;
    }
    seenAt = performance.now();
    alarmAbout(latest);
    if (!latest.isJailed) {
      for (const { made, because } of makeClaims(claiming, latest)) {
        log.info({ claim: made.claimId, records: made.claim.n, because }, "claim made");
      }
    }
    // Ledger and stake of one block: what moved from one to the other is counted once.
    await keeper.follow(latest, () => {
      news = latest;
      tally.refresh();
    });
    if (latest.openComplaints > 0) begin("answer complaints", () => answerComplaints(latest));
    records.forgetDecided();
    if (sender.unsettled() > 0) begin("look after transactions", () => sender.watch());
    if (latest.block - withdrawnAt >= BLOCKS_PER_WITHDRAWAL && latest.openSessions === 0) {
      withdrawnAt = latest.block;
      begin("withdraw", () => withdrawCredits({ contracts, account, send, block: latest.block }));
    }
    count();
  };

  const settle = async (): Promise<void> => {
    await keeper.settle();
    await Promise.all(jobs.values());
  };

  return {
    ...{ models, desk, situation, step, settle },
    isDone: () => tally.undecided() === 0 && claims.undecided().length === 0,
    archive: openArchive({ records, claims, held, desk, models, claimBook: places.claimBook }),
    terms: () => ({
      ...{
        operator,
        signer: account,
        chainId: contracts.deployment.chainId,
        onus: contracts.deployment.onus,
      },
      inclusionDelay: deployment.inclusionDelay,
      limits: limits(),
    }),
    stop: async () => {
      await desk.stop();
      await settle();
      await runner.close();
      database.close();
    },
  };
}

/** What was promised or claimed has to be answered for: its model is not taken out of the configuration before. */
function requireModels(given: {
  readonly path: string;
  readonly models: readonly OpenedModel[];
  readonly undecided: readonly { readonly modelId: string }[];
}): void {
  const { path, models, undecided } = given;
  const missing = undecided.find(({ modelId }) => models.every((model) => model.modelId !== modelId));
  if (missing === undefined) return;
  const problem = `model ${missing.modelId} has records that are not decided, and is not among the models`;
  throw new OnusError("OPERATOR_CONFIG", { path, problem });
}

/** Runs each model once on zeros, so that its pace is known before anything is promised. */
async function measure(runs: ModelRuns, models: readonly OpenedModel[]): Promise<void> {
  for (const { modelId, committed } of models) {
    const { inputs, table } = committed.artifact;
    const zeros = table.slice(0, inputs.length).map(({ dtype, count }) => allocateTensor(dtype, count));
    // Twice: the first run compiles.
    for (let run = 0; run < 2; run++) {
      await runs.trace({ modelId, requestId: ZERO_HASH, inputs: zeros }, "request");
    }
  }
}
