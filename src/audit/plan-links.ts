import { HISTORY_WINDOW } from "./read-link.js";

/**
 * A link is ten times as long as a header, more or less: 6 kB on a chain with 10^8 accounts, where eight nodes lead to an
 * account and five to a slot.
 */
const HEADERS_A_LINK = 10;

/** Two blocks with events and none between; `to` is the earlier one. */
export type Gap = { readonly from: number; readonly to: number };

/** How many headers lie between. */
export const headersBetween = ({ from, to }: Gap): number => from - to - 1;

/** Whether the headers between two blocks are less to carry than a link. */
export const isShort = (gap: Gap): boolean => headersBetween(gap) <= HEADERS_A_LINK;

/**
 * The blocks on the way back over a gap, each known to the one before it: as few as there can be, the gap's own ends
 * included. Steps are of one length, so that the last leads to no block whose child is there already. Every block with an
 * event needs a tie of its own: nothing is won by linking past one.
 */
export function hopsOver({ from, to }: Gap): readonly number[] {
  const length = from - to;
  const steps = Math.ceil(length / HISTORY_WINDOW);
  return Array.from({ length: steps + 1 }, (_, step) => from - Math.floor((length * step) / steps));
}
