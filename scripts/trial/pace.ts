import { deadlineOf, turnOf, windowEnd } from "../../src/dispute/clocks.js";
import type { DisputeView, SessionView } from "../../src/dispute/dispute-view.js";
import { asSeconds } from "../../src/types/seconds.js";
import { orEarlier } from "./actor.js";
import type { Deed } from "./actor.js";

/** What somebody would do, if the chain showed this. */
export type Mind = (view: DisputeView, now: number) => Deed;

/** Answers every question in the last second in which it may be answered. */
export function answerLate(mind: Mind): Mind {
  return (view, now) => {
    const isEarly = (session: SessionView): boolean =>
      isWaiting(view, session, now) && now < lastSecond(session);
    const early = view.sessions.filter((session) => session.stage === "open" && isEarly(session));
    const others = view.sessions.filter((session) => !early.includes(session));
    const deed = mind({ ...view, sessions: others }, now);
    return early.length === 0 ? deed : orEarlier(deed, Math.min(...early.map(lastSecond)));
  };
}

/** Opens in the last second of the window, and asks in the last second of its clock. */
export function askLate(mind: Mind): Mind {
  return (view, now) => {
    const deed = mind(view, now);
    if (deed.kind !== "move") return deed;
    const { move } = deed;
    const until = move.kind === "open" ? Number(windowEnd(view)) - 1 : askedUntil(view, move, now);
    return until === undefined || now >= until ? deed : { kind: "wait", until };
  };
}

function askedUntil(view: DisputeView, move: { kind: string }, now: number): number | undefined {
  if (move.kind !== "ask") return undefined;
  const session = view.sessions.find(({ id }) => id === (move as { session?: string }).session);
  const turn = session && turnOf(session, view, asSeconds(BigInt(now)));
  return turn?.of === "asker" ? Number(turn.deadline) - 1 : undefined;
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
