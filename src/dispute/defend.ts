import { rootsOf } from "../trace/commit-run.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { Seconds } from "../types/seconds.js";
import { answerFor } from "./answer-for.js";
import { openTurns, soonest } from "./clocks.js";
import type { DisputeView, SessionView } from "./dispute-view.js";
import type { OperatorHoldings } from "./holdings.js";
import type { Move, TraceStatement } from "./move.js";

/** Traces stated in one transaction: about 85,000 gas each. */
export const MOST_STATEMENTS = 100;

/**
 * What an honest operator does now about one of its claims. Pure: same view, same holdings, same second, same move.
 *
 * It answers what is due first among all that it can answer, each question once, whoever asks; ends sessions that no
 * longer ask; and takes its stake back when the claim is final.
 */
export function nextOperatorMove(view: DisputeView, own: OperatorHoldings, now: Seconds): Move {
  if (view.phase === "faulted") return { kind: "rest", because: "decided" };
  if (view.phase === "final") {
    const unsettled = view.sessions.find(({ stage }) => stage === "closed");
    if (unsettled !== undefined) return { kind: "settle", session: unsettled.id };
    return { kind: "rest", because: "decided" };
  }
  const turns = openTurns(view, now);
  const due = turns
    .flatMap(({ session, turn }) => (turn.of === "answerer" ? [{ session, deadline: turn.deadline }] : []))
    .sort((a, b) => Number(a.deadline - b.deadline))
    .map(({ session }) => session);
  const answer = firstAnswer(own, due);
  if (answer !== undefined) return answer;

  const over = turns.find(({ turn }) => turn.of === "nobody" && turn.because !== "silence");
  if (over !== undefined) return { kind: "close", session: over.session.id };
  if (view.phase === "open" && now >= view.finalizableAt) return { kind: "finalize" };
  const until = soonest(view, turns);
  return until === undefined ? { kind: "rest", because: "silent" } : { kind: "wait", until };
}

/** The answer that is due first; all traces that are asked for are stated together with the first of them. */
function firstAnswer(own: OperatorHoldings, due: readonly SessionView[]): Move | undefined {
  for (const { id, question } of due) {
    if (question.form !== "trace") {
      const data = answerFor(question, own);
      if (data !== undefined) return { kind: "answer", session: id, to: question, data };
      continue;
    }
    const statements = statementsFor(due, own);
    if (statements.length > 0) return { kind: "state-traces", statements };
  }
  return undefined;
}

/** Each record's trace once, paid for by the session that is due first. */
function statementsFor(due: readonly SessionView[], own: OperatorHoldings): TraceStatement[] {
  const stated = new Set<Bytes32>();
  const statements: TraceStatement[] = [];
  for (const { id, question } of due) {
    if (question.form !== "trace" || stated.has(question.key)) continue;
    if (statements.length === MOST_STATEMENTS) break;
    stated.add(question.key);
    const recordIndex = question.place.record;
    const trace = own.trace(recordIndex);
    if (trace === undefined) continue;
    statements.push({ recordIndex, traceRoot: rootsOf(trace.lists).trace, session: id });
  }
  return statements;
}
