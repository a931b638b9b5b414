import { LIMITS } from "../program/kernel.js";
import { LEAF_BYTES } from "../program/tensor-table.js";
import { NODE_BYTES } from "../trace/tree.js";
import { asWei } from "../types/wei.js";
import type { Wei } from "../types/wei.js";
import { longestSession } from "./clocks.js";
import type { InquiryRules } from "./dispute-view.js";
import type { QuestionKey } from "./question.js";

/** Of the base fee at a question, at most so many times is paid for its answer and what follows it. */
const MAX_FEE_RISE = 4n;
/** So many open sessions against one answerer double a bond. */
const SESSIONS_TO_DOUBLE = 16n;
const LIABILITY_UNIT = 10n ** 18n;
/** Whoever answers and whoever closes may be accounts to which nothing was owed before. */
const PAYEES_TO_COME = 2n;
/** Of RECORD before its path: requester 20, five words, parents count 1, index 4. */
const RECORD_BYTES = 20 + 5 * 32 + 1 + 4;

/** Most bytes of an answer. @param recordDepth of the claim's list of records */
export function answerBytes({ form, levels }: QuestionKey, recordDepth: number): number {
  switch (form) {
    case "record":
      return RECORD_BYTES + NODE_BYTES * recordDepth;
    case "trace":
      return NODE_BYTES;
    case "nodes":
      return NODE_BYTES * 2 ** levels;
    case "leaves":
      return LEAF_BYTES * 2 ** levels;
    case "descriptor":
      return LIMITS.descriptorBytes;
  }
}

/** The bond of a new session, or complaint, beside `openSessions` others against the same answerer, rounded up. */
export function bondFor({ baseBond }: Pick<InquiryRules, "baseBond">, openSessions: number): Wei {
  const grown = baseBond * BigInt(openSessions) + SESSIONS_TO_DOUBLE - 1n;
  return asWei(baseBond + grown / SESSIONS_TO_DOUBLE);
}

/** What a question must find in its session (docs/spec/inquiry.md, "Money"). */
export type Exposure = {
  readonly bond: Wei;
  /** Of the claim; 0 for models. */
  readonly liability: Wei;
  readonly answerBytes: number;
  /** Wei per gas of the block in which it is asked. */
  readonly baseFee: Wei;
  /** What the session owes already, and to how many accounts. */
  readonly owed: Wei;
  readonly payees: number;
};

/** Least deposit with which a question is asked, to the wei. */
export function depositFor(rules: InquiryRules, exposure: Exposure): Wei {
  const { bond, liability, answerBytes: bytes, baseFee, owed, payees } = exposure;
  const delay = (rules.delayRate * liability * longestSession(rules)) / LIABILITY_UNIT;
  const gas =
    rules.answerGas +
    rules.answerByteGas * BigInt(bytes) +
    rules.closeGas +
    rules.settleGas * (1n + BigInt(payees) + PAYEES_TO_COME);
  return asWei(bond + delay + owed + gas * MAX_FEE_RISE * baseFee);
}

/** Full blocks by which the base fee may rise, an eighth each, before a question is included. */
const BLOCKS_OF_HEADROOM = 8;
/** Sessions of others that may be opened before. */
export const SESSIONS_OF_HEADROOM = 16;

/** A base fee that the next blocks do not exceed; what it makes a deposit too large returns. */
export function baseFeeSoon(baseFee: Wei): Wei {
  let fee: bigint = baseFee;
  // An eighth, rounded up, and at least one wei: EIP-1559 rounds it down, but not to nothing.
  for (let block = 0; block < BLOCKS_OF_HEADROOM; block++) fee += (fee + 7n) / 8n + 1n;
  return asWei(fee);
}
