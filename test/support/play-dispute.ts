import type { DisputeView } from "../../src/dispute/dispute-view.js";
import type { Move } from "../../src/dispute/move.js";
import type { Address } from "../../src/types/address.js";
import { asSeconds } from "../../src/types/seconds.js";
import type { Seconds } from "../../src/types/seconds.js";
import type { DisputeArena } from "./dispute-arena.js";

/** Somebody who acts on what the chain shows. */
export type Player = {
  readonly address: Address;
  next(view: DisputeView, now: Seconds): Move;
};

export type Played = {
  /** Every transaction, in order. */
  readonly moves: readonly { readonly from: Address; readonly at: Seconds; readonly move: Move }[];
  /** How each player ended. */
  readonly ends: ReadonlyMap<Address, Move>;
};

/**
 * Lets players move in turn until all of them rest, or wait for nothing that comes. Time stands still while somebody
 * moves, and then goes on to the first moment that somebody waits for.
 */
export function playDispute(arena: DisputeArena, players: readonly Player[]): Played {
  const moves: { from: Address; at: Seconds; move: Move }[] = [];
  const ends = new Map<Address, Move>();
  for (let steps = 0; steps < 2_000; steps++) {
    const idle: Move[] = [];
    for (const player of players) {
      const move = player.next(frozen(arena.view()), arena.now);
      ends.set(player.address, move);
      if (move.kind === "wait" || move.kind === "rest") {
        idle.push(move);
        continue;
      }
      arena.send(player.address, move);
      moves.push({ from: player.address, at: arena.now, move });
    }
    if (idle.length < players.length) continue;
    const times = idle.flatMap((move) => (move.kind === "wait" ? [move.until] : []));
    const until = times.reduce<bigint | undefined>(
      (least, time) => (least === undefined || time < least ? time : least),
      undefined,
    );
    if (until === undefined) return { moves, ends };
    if (until <= arena.now) throw new Error(`somebody waits at ${arena.now} for ${until}`);
    arena.now = asSeconds(until);
  }
  throw new Error("the dispute does not end");
}

/** Plays on chain state that nobody may write to. */
function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value) && !Object.isFrozen(value)) {
    Object.freeze(value);
    const inner = value instanceof Map ? [...value.values()] : Object.values(value);
    for (const one of inner) frozen(one);
  }
  return value;
}
