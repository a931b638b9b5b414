import { claimId } from "../claim/claim.js";
import type { Claim } from "../claim/claim.js";
import { PHASES, STAGES } from "../dispute/dispute-view.js";
import type { Stage } from "../dispute/dispute-view.js";
import type { Contracts } from "./contracts.js";
import type { ChainMove } from "./move-call.js";
import type { Refusal } from "./send.js";

/** Moves that end in a fault, or serve only a claim that has not fallen. */
const accusations: readonly ChainMove["kind"][] = [
  ...(["convict", "open", "ask", "time-out", "open-job", "advance-job", "finish-job"] as const),
];

/**
 * Whether a refusal says that somebody did already what the move wants done. Pure: some refusals leave it open, see
 * `isSoOnChain`.
 */
export function saysAlreadyDone(move: ChainMove, { name, values }: Refusal): boolean {
  const { actual } = values;
  switch (name) {
    case "AlreadyAnswered":
      return move.kind === "answer" || move.kind === "time-out";
    // An asker chooses its own nonces: the session is one's own.
    case "SessionExists":
      return move.kind === "open";
    // The question that waits for its answer is the one that was to be asked.
    case "NotAnswered":
      return move.kind === "ask" && values["key"] === move.question.key;
    case "TraceAlreadyStated":
      return move.kind === "state-traces" && isStatedSo(move.statements, values);
    case "WrongStage":
      return isOver(move, STAGES[Number(actual)]);
    case "WrongPhase": {
      const phase = PHASES[Number(actual)];
      return move.kind === "finalize" ? phase === "final" : phase === "faulted";
    }
    case "JobAlreadyOpen":
      return move.kind === "open-job";
    // Of a stage that was done in part, the rest counts: nobody is refused for it.
    case "StageDone":
      return move.kind === "advance-job";
    default:
      return false;
  }
}

/** Whether what a move wants done is so by now: what a refusal without a reason, or with another one, leaves open. */
export async function isSoOnChain(contracts: Contracts, claim: Claim, move: ChainMove): Promise<boolean> {
  const { claims, inquiry } = contracts;
  const phase = PHASES[Number((await claims.stateOf(claimId(claim, contracts.claimPlace))).phase)];
  if (accusations.includes(move.kind) && phase === "faulted") return true;
  switch (move.kind) {
    case "finalize":
      return phase === "final";
    // Whoever asks wants the answer.
    case "open":
    case "ask":
      return (await inquiry.answeredAt(move.question.key)) !== 0n;
    case "answer":
      return (await inquiry.answeredAt(move.to.key)) !== 0n;
    case "state-traces": {
      const id = claimId(claim, contracts.claimPlace);
      const roots = await Promise.all(
        move.statements.map(({ recordIndex }) => inquiry.statedTrace(id, recordIndex)),
      );
      return move.statements.every(({ traceRoot }, at) => roots[at] === traceRoot);
    }
    case "close":
    case "settle":
    case "time-out":
      return isOver(move, STAGES[Number((await inquiry.sessionOf(move.session)).stage)]);
    case "convict":
    case "open-job":
    case "advance-job":
    case "finish-job":
      return false;
  }
}

/** A trace is stated once and for good: another root than ours is no success. */
function isStatedSo(
  statements: Extract<ChainMove, { kind: "state-traces" }>["statements"],
  stated: Refusal["values"],
): boolean {
  return statements.some(
    ({ recordIndex, traceRoot }) =>
      BigInt(recordIndex) === stated["recordIndex"] && traceRoot === stated["traceRoot"],
  );
}

/** Whether a session is past what the move wants of it. */
function isOver(move: ChainMove, stage: Stage | undefined): boolean {
  if (stage === "settled") return true;
  return stage === "closed" && move.kind !== "settle";
}
