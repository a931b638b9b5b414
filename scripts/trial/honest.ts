import { nextChallengerMove } from "../../src/dispute/challenge.js";
import { nextOperatorMove } from "../../src/dispute/defend.js";
import type { DisputeView } from "../../src/dispute/dispute-view.js";
import type { ChallengerHoldings, HeldRecord, OperatorHoldings } from "../../src/dispute/holdings.js";
import { artifactFromAnswers } from "../../src/dispute/withheld-artifact.js";
import { inputFromAnswers } from "../../src/dispute/withheld-input.js";
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
    own = learn(view, own);
    return deedOf(nextChallengerMove(view, own, asSeconds(BigInt(now))));
  };
}

function learn(view: DisputeView, own: ChallengerHoldings): ChallengerHoldings {
  const committed = own.committed ?? artifactFromAnswers(view);
  if (committed === undefined) return own;
  const known = { ...own, committed };
  const records = known.records.map((held): HeldRecord => {
    const inputs =
      held.run === undefined || isOther(view, held) ? inputFromAnswers(view, known, held) : undefined;
    if (inputs === undefined) return held;
    const { artifact } = committed;
    return { ...held, run: commitRun(artifact, prepareModel(artifact).run(inputs)) };
  });
  return { ...known, records };
}

/** Whether a run is of another input than the record's. */
const isOther = (_view: DisputeView, { run, record }: HeldRecord): boolean =>
  run !== undefined && record !== undefined && run.roots.input !== record.inputRoot;

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
