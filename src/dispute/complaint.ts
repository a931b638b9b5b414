import { brokenTerm } from "../claim/keeps-promise.js";
import type { Inclusion } from "../claim/keeps-promise.js";
import type { SignedReceipt } from "../claim/receipt.js";
import { asSeconds } from "../types/seconds.js";
import type { Seconds } from "../types/seconds.js";
import { asWei } from "../types/wei.js";
import type { Wei } from "../types/wei.js";
import { baseFeeSoon, bondFor, SESSIONS_OF_HEADROOM } from "./deposit.js";
import type { CourtRules, ReceiptMove, ReceiptView } from "./receipt-view.js";

/** Of the base fee at a complaint, at most so many times is paid for its answer. */
const MAX_FEE_RISE = 4n;
/** Bytes of proof in the largest claim. */
const MOST_PROOF_BYTES = 20n * 32n;

/** What a consumer has in hand. */
export type ComplainantHoldings = {
  readonly signed: SignedReceipt;
  /** The claim that the operator says keeps its promise; it was submitted, and in time. */
  readonly inclusion?: Inclusion;
  /** An operator's contract signed, not a key: it may take its word back until somebody presented it. */
  readonly isDeniable?: boolean;
};

/**
 * What a consumer does now about a receipt whose claim it cannot find. Pure: same view, same holdings, same second, same
 * move. It presents early what could be disowned, and what a pause would outlast.
 */
export function nextComplainantMove(view: ReceiptView, own: ComplainantHoldings, now: Seconds): ReceiptMove {
  const { stage, receipt, rules, deadline } = view;
  if (stage === "answered") return { kind: "rest", because: "kept" };
  if (stage === "broken") return { kind: "rest", because: "broken" };
  if (stage === "complained") {
    return now < deadline ? { kind: "wait", until: deadline } : { kind: "time-out-complaint", receipt };
  }
  const { signed, inclusion, isDeniable = false } = own;
  const presentable = now < presentationEnd(view);
  if (stage === "none" && !presentable) return { kind: "rest", because: "too late" };
  if (stage === "none" && isDeniable) return { kind: "present", signed };
  if (inclusion !== undefined && brokenTerm(receipt, inclusion) === undefined) {
    return { kind: "rest", because: "kept" };
  }
  const age = unpausedAt(view, now);
  if (age >= rules.exitDelay / 2n) return { kind: "rest", because: "too late" };
  const left = receipt.inclusionDeadline - receipt.issuedAt - age;
  if (left <= 0n) return { kind: "complain", signed, value: complaintValue(view) };
  if (stage === "none" && (view.isPaused || now + left >= presentationEnd(view))) {
    return { kind: "present", signed };
  }
  return { kind: "wait", until: asSeconds(now + left) };
}

/**
 * What an operator, or anybody who holds its claim, does now about a complaint. Pure: same view, same inclusion, same
 * second, same move.
 */
export function nextAccusedMove(
  { stage, receipt, deadline }: ReceiptView,
  inclusion: Inclusion | undefined,
  now: Seconds,
): ReceiptMove {
  if (stage === "answered") return { kind: "rest", because: "kept" };
  if (stage === "broken") return { kind: "rest", because: "broken" };
  if (stage !== "complained") return { kind: "rest", because: "not accused" };
  if (now >= deadline) return { kind: "rest", because: "silent" };
  if (inclusion !== undefined && brokenTerm(receipt, inclusion) === undefined) {
    return { kind: "answer-complaint", receipt, inclusion };
  }
  return { kind: "wait", until: deadline };
}

/** From when on nobody can present the receipt any more. */
export function presentationEnd({ receipt, rules }: Pick<ReceiptView, "receipt" | "rules">): Seconds {
  return asSeconds(receipt.issuedAt + rules.exitDelay / 2n);
}

/** Least deposit of a complaint, to the wei. */
export function complaintDeposit(
  rules: CourtRules,
  { openComplaints, baseFee }: Pick<ReceiptView, "openComplaints" | "baseFee">,
): Wei {
  const gas = rules.answerGas + rules.answerByteGas * MOST_PROOF_BYTES;
  return asWei(bondFor(rules, openComplaints) + gas * MAX_FEE_RISE * baseFee);
}

/** Enough for the next blocks, whatever others do in them; what is not used returns. */
function complaintValue({ rules, openComplaints, baseFee }: ReceiptView): Wei {
  return complaintDeposit(rules, {
    openComplaints: openComplaints + SESSIONS_OF_HEADROOM,
    baseFee: baseFeeSoon(baseFee),
  });
}

/** Time since the receipt in which claims were not paused; a pause that lasts now lasts until then. */
function unpausedAt({ unpaused, readAt, isPaused }: ReceiptView, now: Seconds): bigint {
  return isPaused || now < readAt ? unpaused : unpaused + now - readAt;
}
