import { deadlineOf, turnOf, windowEnd } from "../../src/dispute/clocks.js";
import type { DisputeView, SessionView } from "../../src/dispute/dispute-view.js";
import { asSeconds } from "../../src/types/seconds.js";
import type { Move } from "../../src/dispute/move.js";
import { ZERO_HASH } from "../../src/types/bytes32.js";
import { orEarlier } from "./actor.js";
import type { Deed } from "./actor.js";

/** What somebody would do, if the chain showed this. */
export type Mind = (view: DisputeView, now: number) => Deed;

/** Seconds from what somebody sees to what it can do about it: less than a turn is ever given. */
export const REACTION = 1_800;

/** Answers every question in the last second in which it may be answered, never before it could have found out. */
export function answerLate(mind: Mind): Mind {
  return (view, now) => {
    const dueAt = (session: SessionView): number =>
      Math.max(lastSecond(session), Number(session.askedAt) + REACTION);
    const early = view.sessions.filter(
      (session) => session.stage === "open" && isWaiting(view, session, now) && now < dueAt(session),
    );
    const others = view.sessions.filter((session) => !early.includes(session));
    const deed = mind({ ...view, sessions: others }, now);
    return early.length === 0 ? deed : orEarlier(deed, Math.min(...early.map(dueAt)));
  };
}

/** Opens in the last second of the window, asks in the last second of its clock, proves in the last of its time. */
export function askLate(mind: Mind): Mind {
  return (view, now) => {
    const deed = mind(view, now);
    if (deed.kind !== "move") return deed;
    const until = latest(view, deed.move, now);
    return until === undefined || now >= until ? deed : { kind: "wait", until };
  };
}

/** Unix seconds in which a move is late enough; undefined where nothing is gained by waiting. */
function latest(view: DisputeView, move: Move, now: number): number | undefined {
  if (move.kind === "open") return Number(windowEnd(view)) - 1;
  if (move.kind === "ask") {
    const session = view.sessions.find(({ id }) => id === move.session);
    const turn = session && turnOf(session, view, asSeconds(BigInt(now)));
    if (turn?.of !== "asker") return undefined;
    const answeredAt = Number(view.answers.answeredAt.get(session?.question.key ?? ZERO_HASH));
    return Math.max(Number(turn.deadline) - 1, answeredAt + REACTION);
  }
  if (move.kind !== "convict" && move.kind !== "open-job") return undefined;
  // Until every answer is as old as a proof may be, and the window is over.
  const ends = view.sessions.flatMap(({ question, stage }) => {
    const answeredAt = view.answers.answeredAt.get(question.key);
    return stage !== "open" || answeredAt === undefined ? [] : [Number(answeredAt + view.rules.proofTime)];
  });
  return Math.max(Number(view.finalizableAt), ...ends) - 1;
}

/** Leaves some questions without an answer. */
export function leaveUnanswered(mind: Mind, leaves: (session: SessionView) => boolean): Mind {
  return (view, now) => {
    const sessions = view.sessions.filter(
      (session) => session.stage !== "open" || !isWaiting(view, session, now) || !leaves(session),
    );
    return mind({ ...view, sessions }, now);
  };
}

const isWaiting = (view: DisputeView, session: SessionView, now: number): boolean =>
  turnOf(session, view, asSeconds(BigInt(now))).of === "answerer";

const lastSecond = (session: SessionView): number => Number(deadlineOf(session)) - 1;
