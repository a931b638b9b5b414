import type { Seconds } from "../types/seconds.js";

const DAY = 86_400;
/** The longest claims are the cheapest way: what they count does not decay before they are decided. Days. */
const LONGEST_WINDOW = 30;
/** What a year of locked stake is taken to cost, as a part of it: the delay rate of the public deployments. */
const YEARLY = 0.1;

/** What it takes at the least to make a standing by claiming to oneself: figures to look at, in stake token, not wei. */
export type ForgingCost = {
  /** Locked without a break for `days` days, in claims of the longest window. */
  readonly lockedFor: (days: number) => number;
  /** Locked for ever, once it is reached, to keep it. */
  readonly lockedForEver: number;
  /** Of the lock, at 10 % a year. */
  readonly cost: number;
};

/** docs/spec/standing.md, what it costs to forge. @param standing in stake token × days */
export function forgingCost(standing: number, halfLife: Seconds): ForgingCost {
  const halfLifeDays = Number(halfLife) / DAY;
  return {
    lockedFor: (days) => standing / gained(days, halfLifeDays),
    lockedForEver: (standing * Math.LN2) / halfLifeDays,
    cost: (standing / 365) * YEARLY,
  };
}

/** Days that one unit of stake has counted for after `days`, the last claim as long as it fits. */
function gained(days: number, halfLifeDays: number): number {
  let sum = 0;
  for (let left = days; left > 0; left -= LONGEST_WINDOW) {
    sum += Math.min(left, LONGEST_WINDOW) * 2 ** -((days - left) / halfLifeDays);
  }
  return sum;
}
