import type { Inclusion } from "../claim/keeps-promise.js";
import type { Receipt, SignedReceipt } from "../claim/receipt.js";
import type { Address } from "../types/address.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { Seconds } from "../types/seconds.js";
import type { Wei } from "../types/wei.js";

/** In the order of IReceiptCourt.Stage. */
export const RECEIPT_STAGES = ["none", "presented", "complained", "answered", "broken"] as const;
export type ReceiptStage = (typeof RECEIPT_STAGES)[number];

/** What a deployment fixes about receipts. */
export type CourtRules = {
  readonly clock: Seconds;
  readonly exitDelay: Seconds;
  readonly keyNotice: Seconds;
  readonly baseBond: Wei;
  readonly answerGas: bigint;
  readonly answerByteGas: bigint;
};

/** What the chain shows of one receipt, the same for everybody. */
export type ReceiptView = {
  readonly receipt: Receipt;
  readonly hash: Bytes32;
  readonly stage: ReceiptStage;
  /** Who complained; zero where nobody did. */
  readonly complainant: Address;
  /** From when on silence convicts; 0 where nobody complained. */
  readonly deadline: Seconds;
  readonly rules: CourtRules;
  /** When the chain was read, and how much time had passed since the receipt in which claims were not paused. */
  readonly readAt: Seconds;
  readonly unpaused: Seconds;
  readonly isPaused: boolean;
  /** Complaints that wait for an answer of the operator, over all its receipts. */
  readonly openComplaints: number;
  /** Wei per gas of the next block. */
  readonly baseFee: Wei;
};

/** What somebody may do next about a receipt. A move describes a transaction; it does not send one. */
export type ReceiptMove =
  | { readonly kind: "present"; readonly signed: SignedReceipt }
  | { readonly kind: "complain"; readonly signed: SignedReceipt; readonly value: Wei }
  | { readonly kind: "answer-complaint"; readonly receipt: Receipt; readonly inclusion: Inclusion }
  | { readonly kind: "time-out-complaint"; readonly receipt: Receipt }
  /** Nothing to do before then; unix seconds. While claims are paused it may be later than that. */
  | { readonly kind: "wait"; readonly until: Seconds }
  | { readonly kind: "rest"; readonly because: ReceiptRest };

/**
 * Why there is nothing left to do. `kept`: a claim holds the record as promised. `broken`: the penalty is booked. `too late`:
 * half an exit delay has passed. `not accused`: nobody complains. `silent`: no claim was shown in time.
 */
export type ReceiptRest = "kept" | "broken" | "too late" | "not accused" | "silent";
