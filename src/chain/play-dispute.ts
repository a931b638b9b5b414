import type { DisputeView } from "../dispute/dispute-view.js";
import type { Move, RestReason } from "../dispute/move.js";
import { isOnusError, OnusError } from "../errors/onus-error.js";
import type { Bytes32 } from "../types/bytes32.js";
import { asSeconds } from "../types/seconds.js";
import type { Seconds } from "../types/seconds.js";
import { toJson } from "../types/to-json.js";
import type { ChainMove } from "./move-call.js";
import type { Performed } from "./perform-move.js";

/** One side of a dispute: what it sees, how it decides, and how it acts. */
export type Player = {
  /** `keys`: as in `readDispute`. */
  readonly read: (keys: ReadonlySet<Bytes32>) => Promise<DisputeView>;
  /** Unix seconds of the next block. */
  readonly now: () => Promise<Seconds>;
  readonly decide: (view: DisputeView, now: Seconds) => Move;
  readonly perform: (move: ChainMove) => Promise<Performed>;
  /** Whether a question was answered to anybody. */
  readonly isAnswered: (key: Bytes32) => Promise<boolean>;
  readonly pause: (duration: Seconds) => Promise<void>;
  readonly tell: (step: Step) => void;
};

export type Step =
  | { readonly step: "performed"; readonly move: ChainMove; readonly performed: Performed }
  | { readonly step: "waits"; readonly until: Seconds }
  /** It is tried again. */
  | { readonly step: "failed"; readonly error: unknown };

/** How far a side came: to rest, or to the end of the one step that was asked for. */
export type Played = {
  readonly view: DisputeView;
  readonly end: { readonly kind: "rest"; readonly because: RestReason } | { readonly kind: "once" };
};

/** Failures in a row, or moves that change nothing, after which whoever plays has to be told. */
const MOST_FAILURES = 10;

/**
 * Plays one side of a dispute until nothing is left to do, or for one step. Whatever is known is read from the chain
 * before every step: a player that was interrupted is simply started again.
 *
 * @param options.poll between two looks at the chain while there is nothing to do; others may act at any time
 */
export async function playDispute(
  player: Player,
  options: { readonly poll: Seconds; readonly once?: boolean },
): Promise<Played> {
  const keys = new Set<Bytes32>();
  let failures = 0;
  let idle = "";
  for (;;) {
    try {
      const view = await player.read(keys);
      const now = await player.now();
      const move = player.decide(view, now);
      if (move.kind === "rest") return { view, end: move };
      if (move.kind === "wait") {
        player.tell({ step: "waits", until: move.until });
        if (options.once) return { view, end: { kind: "once" } };
        failures = 0;
        await player.pause(atMost(options.poll, move.until - now));
        continue;
      }
      if (await learns(player, move, keys)) continue;
      // What changed nothing a moment ago changes nothing now: the node may be behind.
      const isRepeated = toJson(move) === idle;
      if (isRepeated) await player.pause(options.poll);
      const performed = await player.perform(move);
      player.tell({ step: "performed", move, performed });
      if (options.once) return { view, end: { kind: "once" } };
      idle = performed.status === "done" ? "" : toJson(move);
      if (performed.status === "done" || !isRepeated) failures = 0;
      else if (++failures > MOST_FAILURES) {
        throw new OnusError("NO_PROGRESS", { move: move.kind, because: performed.because });
      }
    } catch (error) {
      if (!mayPass(error) || ++failures > MOST_FAILURES) throw error;
      player.tell({ step: "failed", error });
      await player.pause(options.poll);
    }
  }
}

/** Whether what a question asks for is known to the chain already: then it is read, and nothing is asked. */
async function learns(player: Player, move: ChainMove, keys: Set<Bytes32>): Promise<boolean> {
  if (move.kind !== "open" && move.kind !== "ask") return false;
  const { key } = move.question;
  if (keys.has(key) || !(await player.isAnswered(key))) return false;
  keys.add(key);
  return true;
}

/** Nodes fail and come back, and a refusal may be of a moment; what the catalogue knows besides stays as it is. */
const mayPass = (error: unknown): boolean =>
  !(error instanceof OnusError) || isOnusError(error, "REVERTED") || isOnusError(error, "TRANSACTION_LOST");

/** At least a second: a chain's clock may stand still until its next block. */
function atMost(poll: Seconds, left: bigint): Seconds {
  const least = left < poll ? left : poll;
  return asSeconds(least < 1n ? 1n : least);
}
