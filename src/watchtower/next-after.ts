import type { Next } from "./claim-table.js";
import { isUnchecked } from "./verdict.js";
import type { Verdict } from "./verdict.js";

/** Checks that come to nothing before the chain is asked: an endpoint may be away for a moment. */
const PATIENT_CHECKS = 2;
/** Between two checks of one claim, in seconds. */
const LEAST_PAUSE = 1;
const MOST_PAUSE = 300;
/** Doublings of the pause. */
const MOST_DOUBLINGS = 5;

/** Where a claim stands when a step about it is over. */
export type Situation = {
  /** Unix seconds of this machine. */
  readonly now: number;
  /** Seconds of the claim's window that are left on chain; 0 or less when it is over. */
  readonly windowLeft: number;
  /** Seconds. */
  readonly window: number;
  readonly attempts: number;
};

/** What follows a check off chain. Only what was not seen is looked for again, and only while it can be contested. */
export function nextAfterCheck(
  verdict: Verdict,
  situation: Situation & {
    /** Whether questions are paid for that only show what is withheld. */
    readonly asks: boolean;
    /** Whether anybody asked about the claim: what was answered to others serves too. */
    readonly hasSessions: boolean;
  },
): Next {
  if (verdict === "differs") return { task: "play", verdict, attempts: 0 };
  if (!isUnchecked(verdict)) return { task: "rest", verdict, attempts: 0 };
  const attempts = situation.attempts + 1;
  const mayPlay = verdict !== "unchecked: model unknown" && situation.windowLeft > 0;
  if (mayPlay && (situation.hasSessions || (situation.asks && attempts >= PATIENT_CHECKS))) {
    return { task: "play", verdict, attempts };
  }
  return { ...again(situation, attempts), verdict, attempts };
}

/** What follows when nothing is left to do on chain. */
export function nextAfterPlay(rested: Verdict | "decided", situation: Situation): Next {
  if (rested === "decided") return { task: "rest" };
  if (!isUnchecked(rested)) return { task: "rest", verdict: rested };
  return { ...again(situation, situation.attempts), verdict: rested };
}

function again({ now, window, windowLeft }: Situation, attempts: number): Next {
  if (windowLeft <= 0) return { task: "rest" };
  const pause = Math.min(MOST_PAUSE, Math.max(LEAST_PAUSE, window / 60));
  const doubled = pause * 2 ** Math.min(attempts - 1, MOST_DOUBLINGS);
  // Looked at once more before it is too late.
  return {
    task: "check",
    lookAt: Math.floor(now + Math.min(doubled, Math.max(LEAST_PAUSE, windowLeft / 2))),
  };
}
