import { nextChallengerMove } from "../../src/dispute/challenge.js";
import { nextOperatorMove } from "../../src/dispute/defend.js";
import type { ChallengerHoldings, OperatorHoldings } from "../../src/dispute/holdings.js";
import { holdingsFromAnswers } from "../../src/dispute/holdings-from-answers.js";
import { prepareModel } from "../../src/run/engine.js";
import { commitRun } from "../../src/trace/commit-run.js";
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

/** Learns what answers show before it decides: an artifact or an input that nobody handed over. */
export function challengerMind(given: ChallengerHoldings): Mind {
  let own = given;
  return (view, now) => {
    own = holdingsFromAnswers(view, own, ({ artifact }, inputs) =>
      commitRun(artifact, prepareModel(artifact).run(inputs)),
    );
    return deedOf(nextChallengerMove(view, own, asSeconds(BigInt(now))));
  };
}

export const holdingsOf = ({ committed, records, trace }: Claimed): OperatorHoldings => ({
  committed,
  records,
  trace,
});

/** Whoever claimed what is right, and answers what is asked. */
export function honestOperator({ ground, spec, claimed }: Scene): Actor {
  const mind = operatorMind(holdingsOf(claimed));
  const { account } = ground.as(PARTY.operator);
  return { role: "operator", isHonest: true, account, next: spec.isSlow ? answerLate(mind) : mind };
}

/** Whoever looks into the claim with what it holds and what the chain shows. */
export function honestChallenger({ ground, spec }: Scene, own: ChallengerHoldings): Actor {
  const mind = challengerMind(own);
  const { account } = ground.as(PARTY.challenger);
  return { role: "challenger", isHonest: true, account, next: spec.isSlow ? askLate(mind) : mind };
}
