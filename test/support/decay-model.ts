/** Halving in exact integers: 60 decimal places, where the chain has 18. */
export const PLACES = 10n ** 60n;

/** ln 2 × 10^60, rounded down. */
const LN2 = 693147180559945309417232121458176568075500134360255254120680n;

/** 2^(part / whole) × 10^60 for 0 ≤ part < whole, to within a few units. */
export function growthOf(part: bigint, whole: bigint): bigint {
  const x = (LN2 * part) / whole;
  let [sum, term] = [PLACES, PLACES];
  for (let n = 1n; term !== 0n; n++) {
    term = (term * x) / (PLACES * n);
    sum += term;
  }
  return sum;
}

/** amount × 2^(-age / halfLife) × 10^60; at most 10^-59 of it too small or too large. */
export function decayed(amount: bigint, age: bigint, halfLife: bigint): bigint {
  const factor = growthOf(age % halfLife, halfLife);
  return ((amount * PLACES * PLACES) / factor) >> (age / halfLife);
}
