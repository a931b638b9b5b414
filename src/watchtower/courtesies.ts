import { providerOf } from "../chain/contracts.js";
import { pushTaintCall } from "../chain/lineage-calls.js";
import type { Call } from "../chain/move-call.js";
import { noteClaimCall } from "../chain/note-claim.js";
import { readPushes } from "../chain/read-pushes.js";
import type { Sender } from "../chain/sender.js";
import { delayOf } from "./courtesy.js";
import type { Courted, CourtesyTable } from "./courtesy-table.js";
import { keyOfCall } from "./key-of-call.js";
import type { WatchOptions } from "./options.js";
import { secondsNow } from "./tend-claims.js";
import type { WatchMetrics } from "./watch-metrics.js";

/**
 * How far descendants are followed. A record is pushed to when it is tainted by that, at most twice for ever, and whoever
 * showed its edge paid about as much; a shorter path alone is left to those who want it.
 */
const LIMITS = { depth: 64, most: 100, reach: "first" } as const;
/** Until a look that came to nothing is repeated, in seconds. */
const RETRY_SECONDS = 5;
/** Looks at the chain between two looks for edges that were shown since, at the least. */
const LOOKS_BETWEEN = 10;
/** Claims that are looked at in one round. */
const MOST_DUE = 16;

export type Courtesies = {
  readonly due: () => readonly Courted[];
  /** Takes care of one claim; may be repeated. */
  readonly act: (watched: Courted) => Promise<void>;
  readonly failed: (watched: Courted) => void;
};

/**
 * What brings nobody anything and helps everybody: a decided claim is noted for standing, and the taint of a fallen one
 * pushed to what was made from its records. For edges that are shown later it looks again, at growing intervals.
 *
 * @param parts.sinceBlock claims that were decided up to here are others' business
 */
export function openCourtesies(parts: {
  readonly options: WatchOptions;
  readonly sender: Sender;
  readonly lists: CourtesyTable;
  readonly counted: WatchMetrics;
  readonly sinceBlock: number;
}): Courtesies {
  const { options, sender, lists, counted, sinceBlock } = parts;
  const { contracts, log, spread, pollMilliseconds } = options;
  const { standing, claims } = contracts;
  const provider = providerOf(contracts);

  const send = async (watched: Courted, call: Call, key: string): Promise<boolean> => {
    const { status } = await sender.send({ key, call });
    counted.courtesies.inc({ call: call.call, status });
    log.info({ claim: watched.claimId, call: call.call, status }, "courtesy");
    return status === "done";
  };

  /** False while the claim is not decided for good: a reorg may have opened it again. */
  const note = async (watched: Courted): Promise<boolean> => {
    const { claim, claimId } = watched;
    if (await standing.isNoted(claimId)) return true;
    const call = noteClaimCall(contracts, claim);
    return (await send(watched, call, keyOfCall(claimId, call))) || (await standing.isNoted(claimId));
  };

  const push = async (watched: Courted): Promise<void> => {
    const { claimId } = watched;
    const block = await provider.getBlockNumber();
    const { pushes } = await readPushes(contracts, { claimId }, LIMITS);
    for (const edge of pushes) {
      const call = pushTaintCall(contracts, edge);
      // An edge may be bound later, and a reorg may take a push back: each look has keys of its own.
      if (!(await send(watched, call, `${keyOfCall(claimId, call)} ${block}`))) return;
    }
  };

  return {
    due: () => lists.due({ now: secondsNow(), sinceBlock, limit: MOST_DUE }),
    failed: (watched) => lists.lookAt(watched, secondsNow() + RETRY_SECONDS),
    act: async (watched) => {
      const { claimId, phase, courtesyAt } = watched;
      const wait = delayOf(watched, sender.account, spread);
      if (courtesyAt === 0 && wait > 0n) return lists.lookAt(watched, secondsNow() + Number(wait));
      if (!(await note(watched))) return lists.lookAt(watched, secondsNow() + RETRY_SECONDS);
      if (phase === "final") return lists.lookAt(watched, null);
      await push(watched);
      const { decidedAt } = await claims.stateOf(claimId);
      const least = Math.ceil((LOOKS_BETWEEN * pollMilliseconds) / 1_000);
      const age = secondsNow() - Number(decidedAt);
      lists.lookAt(watched, secondsNow() + Math.max(least, age));
    },
  };
}
