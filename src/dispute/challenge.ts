import { depthOf } from "../program/tensor-table.js";
import type { Seconds } from "../types/seconds.js";
import { asWei } from "../types/wei.js";
import type { Wei } from "../types/wei.js";
import { openTurns, soonest, windowEnd } from "./clocks.js";
import type { OpenTurn } from "./clocks.js";
import { SESSIONS_OF_HEADROOM, answerBytes, baseFeeSoon, bondFor, depositFor } from "./deposit.js";
import type { DisputeView, SessionView } from "./dispute-view.js";
import type { ChallengerHoldings } from "./holdings.js";
import type { Insight } from "./insight.js";
import { lookIntoClaim } from "./look-into-claim.js";
import type { Move, RestReason } from "./move.js";
import { proofMove } from "./proof-move.js";
import { sessionId } from "./question.js";
import type { Question } from "./question.js";

/** Questions that an honest challenger pays for to get at an input or artifact that is withheld: four sessions. */
export const MOST_QUESTIONS = 64;

/**
 * What an honest challenger does now. Pure: same view, same holdings, same second, same move.
 *
 * It asks only where the claim is not what its own run says, or where it cannot see what the claim rests on. It asks one
 * question at a time, reads whatever was answered to anybody, and proves as soon as it can. When the claim has agreed,
 * it ends what it began.
 *
 * Of the operator's trees it knows what answers show, and of its own it builds those of the one tensor in question and
 * of what that is made from: no second trace is ever in memory.
 */
export function nextChallengerMove(view: DisputeView, own: ChallengerHoldings, now: Seconds): Move {
  if (view.phase === "final" || view.phase === "faulted") return afterVerdict(view, own);
  const turns = openTurns(view, now);
  const mine = turns.filter(({ session }) => session.asker === own.address);
  const unanswered = mine.find(isSilent);
  if (unanswered !== undefined) return { kind: "time-out", session: unanswered.session.id };

  const insights = lookIntoClaim(view, own);
  const proven = insights.find((one) => one.kind === "fault" || one.kind === "evidence");
  if (proven !== undefined) return proofMove(view, proven, own.address);

  const { question, reason } = whatToAsk(insights, questionsLeft(view, own));
  const asking = question === undefined ? undefined : ask(view, own, { question, mine, now });
  return asking ?? withoutQuestion(view, own, { turns, reason, now });
}

/** A question in a session of one's own, or in a new one; undefined while another one waits, or when it is too late. */
function ask(
  view: DisputeView,
  own: ChallengerHoldings,
  { question, mine, now }: { question: Question; mine: readonly OpenTurn[]; now: Seconds },
): Move | undefined {
  const ready = mine.find(({ turn }) => turn.of === "asker");
  if (ready !== undefined) {
    const { session } = ready;
    return { kind: "ask", session: session.id, question, value: topUp(view, session, question) };
  }
  if (mine.some(({ turn }) => turn.of === "answerer") || now >= windowEnd(view)) return undefined;
  return { kind: "open", nonce: freeNonce(view, own), question, value: firstDeposit(view, question) };
}

/** What is left to do when nothing can be asked now: wait, help an end along, or end what one began. */
function withoutQuestion(
  view: DisputeView,
  own: ChallengerHoldings,
  { turns, reason, now }: { turns: readonly OpenTurn[]; reason: RestReason; now: Seconds },
): Move {
  const isMine = ({ session }: OpenTurn): boolean => session.asker === own.address;
  const waiting = turns.find((one) => isMine(one) && one.turn.of === "answerer");
  const answered = turns.find((one) => isMine(one) && one.turn.of !== "answerer");
  if (waiting === undefined) {
    // Whoever asked is paid, and everybody's deposit returns: nothing better is left for anybody.
    const silent = turns.find(isSilent);
    if (silent !== undefined) return { kind: "time-out", session: silent.session.id };
  }
  if (answered !== undefined) return { kind: "close", session: answered.session.id };
  if (waiting?.turn.of === "answerer") return { kind: "wait", until: waiting.turn.deadline };

  const isOwed = view.sessions.some(({ asker, stage }) => asker === own.address && stage === "closed");
  if (!isOwed) return { kind: "rest", because: reason };
  // A deposit returns when the claim is decided.
  const over = turns.find(({ turn }) => turn.of === "nobody");
  if (over !== undefined) return { kind: "close", session: over.session.id };
  if (view.phase === "open" && now >= view.finalizableAt) return { kind: "finalize" };
  const until = soonest(view, turns);
  return until === undefined ? { kind: "rest", because: reason } : { kind: "wait", until };
}

function afterVerdict(view: DisputeView, own: ChallengerHoldings): Move {
  const unsettled = view.sessions.find(
    ({ asker, stage }) => asker === own.address && (stage === "open" || stage === "closed"),
  );
  if (unsettled !== undefined) return { kind: "settle", session: unsettled.id };
  return { kind: "rest", because: "decided" };
}

/** The first question worth asking, and why one would rest without it. */
function whatToAsk(
  insights: readonly Insight[],
  left: number,
): { readonly question: Question | undefined; readonly reason: RestReason } {
  const asks = insights.flatMap((one) => (one.kind === "ask" ? [one] : []));
  const worth = asks.find(({ withheld }) => withheld === undefined || left > 0);
  if (worth !== undefined) return { question: worth.question, reason: "window over" };
  const reasons = insights.flatMap((one): RestReason[] => {
    if (one.kind === "rest") return [one.because];
    return one.kind === "ask" && one.withheld !== undefined ? [`unchecked: ${one.withheld}`] : [];
  });
  return { question: undefined, reason: reasons.find((reason) => reason !== "agrees") ?? "agrees" };
}

function questionsLeft(view: DisputeView, { address, mostQuestions = MOST_QUESTIONS }: ChallengerHoldings) {
  const asked = view.sessions.filter(({ asker }) => asker === address).map(({ rounds }) => rounds);
  return mostQuestions - asked.reduce((sum, rounds) => sum + rounds, 0);
}

const isSilent = ({ turn }: OpenTurn): boolean => turn.of === "nobody" && turn.because === "silence";

/** The least nonce that none of one's sessions has. */
function freeNonce({ claimId, sessions, places }: DisputeView, { address }: ChallengerHoldings): bigint {
  const taken = new Set(sessions.map(({ id }) => id));
  let nonce = 0n;
  while (taken.has(sessionId({ subject: claimId, asker: address, nonce }, places.inquiry))) nonce++;
  return nonce;
}

/** With room for sessions that others open, and for the base fee's rise, before it is included. */
function firstDeposit({ rules, claim, openSessions, baseFee }: DisputeView, question: Question): Wei {
  return depositFor(rules, {
    bond: bondFor(rules, openSessions + SESSIONS_OF_HEADROOM),
    liability: claim.liability,
    answerBytes: answerBytes(question, depthOf(claim.n)),
    baseFee: baseFeeSoon(baseFee),
    owed: asWei(0n),
    payees: 0,
  });
}

/** What the deposit of a session lacks for one more question. */
function topUp({ rules, claim, baseFee }: DisputeView, session: SessionView, question: Question): Wei {
  const { bond, owed, payees, deposit } = session;
  const needed = depositFor(rules, {
    ...{ bond, owed, payees, liability: claim.liability },
    answerBytes: answerBytes(question, depthOf(claim.n)),
    baseFee: baseFeeSoon(baseFee),
  });
  return asWei(needed > deposit ? needed - deposit : 0n);
}
