import type { WithheldKind } from "../service/download.js";
import { RECORD_BYTES } from "../service/operator-endpoint.js";

/** Tries after which a claim, or an endpoint, is asked no more: about five days after the first. */
export const LAST_TRY = 10;
/** Seconds until the second try; each later pause is so many times longer, up to a day. */
const FIRST_PAUSE = 30;
const TIMES_LONGER = 4;
const LONGEST_PAUSE = 86_400;

/**
 * What became of the records of a claim. `kept in part`: it has more than are wanted, or than there is room for; `kept
 * without lists`: its output files are not all found by their roots, or its parents not known; `away`: pending when its
 * operator's endpoint was given up.
 */
export type FetchOutcome = "kept" | "kept in part" | "kept without lists" | "away" | WithheldKind;

/** Seconds to wait after this many tries without success, 1 or more. */
export const pauseAfter = (tries: number): number =>
  Math.min(LONGEST_PAUSE, FIRST_PAUSE * TIMES_LONGER ** (tries - 1));

/**
 * Whether what came to nothing says something about the endpoint, and not about the claim alone. A claim that is not
 * known there is said so at once, and costs nobody anything: claims may be made without the node.
 */
export const isOfEndpoint = (kind: WithheldKind): boolean => kind !== "refusal";

/** What a page is bounded by. */
export type PageBounds = { readonly from: number; readonly count: number; readonly mostBytes: number };

/** Records of one answer, and bytes of it: read and hashed in one go, beside the indexing. */
const MOST_AT_ONCE = 100;
const MOST_BYTES = 8 * 2 ** 20;
const PAGE_BYTES = 4_096;
/** Hex digits and quotes of a hash; the page may be indented. */
const HASH_BYTES = 96;

/** The next page of a claim, as large as is read at once. */
export function nextPage(of: {
  readonly from: number;
  /** Records that are wanted, and that the claim has. */
  readonly most: number;
  readonly n: number;
  /** Tensors of a record: inputs and outputs. */
  readonly tensors: number;
}): PageBounds {
  const { from, most, n, tensors } = of;
  const depth = 20;
  const each = RECORD_BYTES + HASH_BYTES * (tensors + depth);
  const fitting = Math.max(1, Math.floor((MOST_BYTES - PAGE_BYTES) / each));
  const count = Math.min(MOST_AT_ONCE, fitting, Math.min(most, n) - from);
  return { from, count, mostBytes: PAGE_BYTES + each * count };
}
