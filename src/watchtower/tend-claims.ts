import { chainNow } from "../chain/chain-now.js";
import { providerOf } from "../chain/contracts.js";
import type { Sender } from "../chain/sender.js";
import { openOperatorEndpoint } from "../service/operator-endpoint.js";
import { decodeClaimFile } from "../store/claim-file.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { ArtifactShelf } from "./artifact-shelf.js";
import { checkClaim } from "./check-claim.js";
import { chooseRecords } from "./choose-records.js";
import type { Check, ClaimTable, Held, WatchedClaim } from "./claim-table.js";
import type { KnownChain } from "./follow-claims.js";
import { nextAfterCheck, nextAfterPlay } from "./next-after.js";
import type { Situation } from "./next-after.js";
import type { WatchOptions } from "./options.js";
import { playClaim } from "./play-claim.js";
import type { PlayMemory } from "./play-claim.js";
import type { WatchMetrics } from "./watch-metrics.js";

/** Looks after which a play that waits is looked at again, in case the chain's clock jumps. */
const LOOKS_OF_PATIENCE = 10;
/** Plays whose runs stay in memory. */
const MOST_MEMORIES = 8;

export type Tending = {
  /** Looks into one claim off chain. */
  readonly check: (watched: WatchedClaim) => Promise<void>;
  /** Takes one step about one claim on chain. */
  readonly play: (watched: WatchedClaim) => Promise<void>;
};

/** What is done about single claims. Each writes down what follows before it ends, and may be repeated. */
export function tendClaims(parts: {
  readonly options: WatchOptions;
  readonly chain: KnownChain;
  readonly table: ClaimTable;
  readonly artifacts: ArtifactShelf;
  readonly sender: Sender;
  readonly counted: WatchMetrics;
  /** Decides which records are checked. */
  readonly secret: Uint8Array;
  readonly signal: AbortSignal;
}): Tending {
  const { options, chain, table, artifacts, sender, counted, secret, signal } = parts;
  const { contracts, log, asks, spread, mostArtifactBytes, pollMilliseconds, allowsPrivate } = options;
  const provider = providerOf(contracts);
  const memories = new Map<Bytes32, PlayMemory>();

  const situationOf = async ({ claim, blockNumber, attempts }: WatchedClaim): Promise<Situation> => {
    const [submission, now] = await Promise.all([provider.getBlock(blockNumber), chainNow(provider)]);
    const window = Number(claim.window);
    const windowLeft = (submission?.timestamp ?? Number(now)) + window - Number(now);
    return { now: secondsNow(), window, windowLeft, attempts };
  };

  const check = async (watched: WatchedClaim): Promise<void> => {
    const { claim, claimId } = watched;
    const milliseconds = Number(options.endpointTime) * 1_000;
    const { held, ...found } = await checkClaim(watched, {
      ...{ artifacts, mostArtifactBytes },
      model: chain.model(claim.modelId),
      endpoint: openOperatorEndpoint(chain.endpoint(claim.operator), {
        ...{ milliseconds, allowsPrivate, signal },
        ...{ claimPlace: contracts.claimPlace, readClaimFile: decodeClaimFile },
      }),
      chosen: chooseRecords(secret, { claimId, n: claim.n, sample: options.sample }),
      stated: chain.stated(claimId),
      clock: () => performance.now() / 1_000,
    });
    const hasSessions = chain.askers(claimId).length > 0;
    const next = nextAfterCheck(found.verdict, { ...(await situationOf(watched)), asks, hasSessions });
    memories.delete(claimId);
    // What is held may be all that anybody will ever hand over.
    const kept = next.task === "play" ? better(table.held(claimId), held) : undefined;
    table.conclude(watched, found, next, kept);
    tellCheck(watched, found);
  };

  const tellCheck = ({ claimId, claim }: WatchedClaim, found: Check): void => {
    const { verdict, records, runSeconds, detail } = found;
    counted.checks.inc({ verdict });
    counted.records.inc(records);
    if (records > 0) counted.runSeconds.observe(runSeconds);
    const cost = { records, run_seconds: runSeconds };
    log.info({ claim: claimId, operator: claim.operator, verdict, ...cost, detail }, "checked");
  };

  const play = async (watched: WatchedClaim): Promise<void> => {
    const { claim, claimId } = watched;
    const model = chain.model(claim.modelId);
    if (model === undefined) return table.goOn(watched, { task: "rest" });
    const memory = memories.get(claimId) ?? { keys: new Set<Bytes32>(), sent: new Map<string, number>() };
    memories.set(claimId, memory);
    for (const oldest of memories.keys()) if (memories.size > MOST_MEMORIES) memories.delete(oldest);
    const played = await playClaim(watched, {
      ...{ contracts, sender, logs: chain, block: chain.block(), model, asks, spread, memory },
      ready: await artifacts.find(model.identity.artifactId),
      held: table.held(claimId),
    });
    switch (played.step) {
      case "performed": {
        const { move, performed, block } = played;
        counted.moves.inc({ move: move.kind, status: performed.status });
        log.info({ claim: claimId, move: move.kind, status: performed.status }, "moved");
        return table.goOn(watched, { task: "play", afterBlock: block });
      }
      case "waits": {
        const seconds = Math.min(played.seconds, Math.ceil((pollMilliseconds * LOOKS_OF_PATIENCE) / 1_000));
        return table.goOn(watched, { task: "play", lookAt: secondsNow() + seconds });
      }
      case "rests": {
        memories.delete(claimId);
        log.info({ claim: claimId, verdict: played.verdict }, "rests");
        return table.goOn(watched, nextAfterPlay(played.verdict, await situationOf(watched)));
      }
    }
  };
  return { check, play };
}

/** Unix seconds of this machine. */
export const secondsNow = (): number => Math.floor(Date.now() / 1_000);

/** What was handed over before, where it was more. */
const better = (before: Held | undefined, now: Held | undefined): Held | undefined =>
  before?.inputs !== undefined && now?.inputs === undefined ? before : now;
