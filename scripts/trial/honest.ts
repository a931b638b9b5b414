import { nextChallengerMove } from "../../src/dispute/next-challenger-move.js";
import { nextOperatorMove } from "../../src/dispute/next-operator-move.js";
import type { ChallengerHoldings, OperatorHoldings } from "../../src/dispute/holdings.js";
import { asSeconds } from "../../src/types/seconds.js";
import { deedOf } from "./actor.js";
import type { Actor } from "./actor.js";
import type { Claimed } from "./claimed.js";
import { answerLate, askLate } from "./pace.js";
import type { Mind } from "./pace.js";
import { PARTY } from "./scene.js";
import type { Scene } from "./scene.js";

export const operatorMind =
  (own: OperatorHoldings): Mind =>
  (view, now) =>
    deedOf(nextOperatorMove(view, own, asSeconds(BigInt(now))));

export const challengerMind =
  (own: ChallengerHoldings): Mind =>
  (view, now) =>
    deedOf(nextChallengerMove(view, own, asSeconds(BigInt(now))));

export const holdingsOf = ({ committed, records, trace }: Claimed): OperatorHoldings => ({
  committed,
  records,
  trace,
});

/** Whoever claimed what is right, and answers what is asked. */
export function honestOperator({ ground, spec, claimed }: Scene): Actor {
  const mind = operatorMind(holdingsOf(claimed));
  const { account } = ground.as(PARTY.operator);
  account.isBlind = spec.isBlind;
  return { role: "operator", isHonest: true, account, next: spec.isSlow ? answerLate(mind) : mind };
}

/** Whoever looks into the claim with what it holds and what the chain shows. */
export function honestChallenger({ ground, spec }: Scene, own: ChallengerHoldings): Actor {
  const mind = challengerMind(own);
  const { account } = ground.as(PARTY.challenger);
  account.isBlind = spec.isBlind;
  return { role: "challenger", isHonest: true, account, next: spec.isSlow ? askLate(mind) : mind };
}
