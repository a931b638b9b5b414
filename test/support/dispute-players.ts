import { expect } from "chai";

import { nextChallengerMove } from "../../src/dispute/challenge.js";
import { nextOperatorMove } from "../../src/dispute/defend.js";
import type { ChallengerHoldings, OperatorHoldings } from "../../src/dispute/holdings.js";
import { asSeconds } from "../../src/types/seconds.js";
import type { Seconds } from "../../src/types/seconds.js";
import { DisputeArena } from "./dispute-arena.js";
import { judgeEvidence } from "./judge-evidence.js";
import { playDispute } from "./play-dispute.js";
import type { Played, Player } from "./play-dispute.js";
import { OPERATOR, stageClaim } from "./staged-claim.js";
import type { StagedClaim, Told } from "./staged-claim.js";

/** Whoever holds this, and answers whatever can be answered with it. */
export const operatorWith = (own: OperatorHoldings): Player => ({
  address: OPERATOR,
  next: (view, now) => nextOperatorMove(view, own, now),
});

/** An honest challenger, of whom it is checked that it does the same again, and leaves what it sees as it is. */
export const challengerWith = (own: ChallengerHoldings): Player => ({
  address: own.address,
  next(view, now) {
    const before = structuredClone(view);
    const move = nextChallengerMove(view, own, now);
    expect(nextChallengerMove(view, own, now)).to.deep.equal(move);
    expect(view).to.deep.equal(before);
    return move;
  },
});

/** The same player for `answers` answers, silent from then on. */
export function silentAfter(answers: number, player: Player): Player {
  let given = 0;
  return {
    address: player.address,
    next(view, now) {
      const move = player.next(view, now);
      if (move.kind !== "answer" && move.kind !== "state-traces") return move;
      return given++ < answers ? move : { kind: "rest", because: "silent" };
    },
  };
}

/** The same player, who does everything in the last second in which it is still good. */
export function inTheLastSecond(player: Player): Player {
  const at = (deadline: Seconds, now: Seconds) =>
    now + 1n < deadline ? asSeconds(deadline - 1n) : undefined;
  return {
    address: player.address,
    next(view, now) {
      const move = player.next(view, now);
      if (move.kind !== "answer" && move.kind !== "state-traces") return move;
      const due = view.sessions
        .filter(({ stage, question }) => stage === "open" && !view.answers.answeredAt.has(question.key))
        .map(({ askedAt, answererLeft }) => askedAt + answererLeft)
        .reduce((least, deadline) => (deadline < least ? deadline : least));
      const until = at(asSeconds(due), now);
      return until === undefined ? move : { kind: "wait", until };
    },
  };
}

export type Dispute = { readonly arena: DisputeArena; readonly claim: StagedClaim; readonly played: Played };

/** A dispute about what an operator told, between players made from what each has. */
export function disputeOf(told: Told, playersOf: (claim: StagedClaim) => readonly Player[]): Dispute {
  const claim = stageClaim(told);
  const arena = new DisputeArena(
    claim,
    (evidence) => judgeEvidence(evidence, claim.exhibit, told.own) !== undefined,
  );
  return { arena, claim, played: playDispute(arena, playersOf(claim)) };
}

/** What an honest challenger and an operator that answers all it can make of it. */
export const disputeBetweenBoth = (told: Told): Dispute =>
  disputeOf(told, ({ operator, challenger }) => [operatorWith(operator), challengerWith(challenger)]);
