import { asSeconds } from "../types/seconds.js";
import type { Seconds } from "../types/seconds.js";
import type { DisputeView, InquiryRules, SessionView } from "./dispute-view.js";

/** Whose turn a session is at, and until when; deadlines are exclusive (docs/spec/inquiry.md, "Sessions and clocks"). */
export type Turn =
  /** The question waits for its answer: from `deadline` on, silence convicts. */
  | { readonly of: "answerer"; readonly deadline: Seconds }
  /** The answer did not come in time, whatever came since. */
  | { readonly of: "nobody"; readonly because: "silence" }
  /** The asker may ask on before `deadline`, and close at any time. */
  | { readonly of: "asker"; readonly deadline: Seconds }
  /** Anybody may close. */
  | { readonly of: "nobody"; readonly because: "clock over" | "rounds used up" };

export function turnOf(session: SessionView, view: DisputeView, now: Seconds): Turn {
  const { rules, answers } = view;
  const silence = deadlineOf(session);
  const answeredAt = answers.answeredAt.get(session.question.key);
  if (answeredAt === undefined || answeredAt >= silence) {
    return now < silence ? { of: "answerer", deadline: silence } : { of: "nobody", because: "silence" };
  }
  if (session.rounds >= rules.rounds) return { of: "nobody", because: "rounds used up" };
  // Of a question that was answered before it was put, it is the asker's turn at once.
  const begins = answeredAt < session.askedAt ? session.askedAt : answeredAt;
  const deadline = asSeconds(begins + raised(session.askerLeft, rules));
  return now < deadline ? { of: "asker", deadline } : { of: "nobody", because: "clock over" };
}

/** From when on silence convicts. */
export function deadlineOf({ askedAt, answererLeft }: SessionView): Seconds {
  return asSeconds(askedAt + answererLeft);
}

/** The first second in which a claim cannot be contested any more. */
export function windowEnd({ submittedAt, claim }: Pick<DisputeView, "submittedAt" | "claim">): Seconds {
  return asSeconds(submittedAt + claim.window);
}

/** The longest time a session can hold a claim: both clocks, an extension a turn, and the proof time. */
export function longestSession({ clock, clockExtension, proofTime, rounds }: InquiryRules): Seconds {
  return asSeconds(2n * clock + 2n * BigInt(rounds) * clockExtension + proofTime);
}

/** A turn begins with at least the extension. */
function raised(left: Seconds, { clockExtension }: InquiryRules): bigint {
  return left < clockExtension ? clockExtension : left;
}

/** An open session and whose turn it is at. */
export type OpenTurn = { readonly session: SessionView; readonly turn: Turn };

export function openTurns(view: DisputeView, now: Seconds): OpenTurn[] {
  return view.sessions
    .filter(({ stage }) => stage === "open")
    .map((session) => ({ session, turn: turnOf(session, view, now) }));
}

/** When time alone next changes what can be done: a clock runs out, or the claim becomes final. */
export function soonest(
  { phase, finalizableAt }: DisputeView,
  turns: readonly OpenTurn[],
): Seconds | undefined {
  const ends = turns.flatMap(({ turn }) => (turn.of === "nobody" ? [] : [turn.deadline]));
  if (phase === "open") ends.push(finalizableAt);
  return ends.reduce<Seconds | undefined>(
    (least, end) => (least === undefined || end < least ? end : least),
    undefined,
  );
}
