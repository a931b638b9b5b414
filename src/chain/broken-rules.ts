import type { Parameters } from "./parameters.js";

/** An inequality that parameters do not keep; amounts in wei, times in seconds. */
export type BrokenRule = {
  readonly parameter: string;
  readonly actual: bigint;
  readonly relation: "at least" | "at most";
  readonly bound: bigint;
  /** How the bound comes about. */
  readonly because: string;
};

const DAY = 86_400n;
const MAX_WINDOW = 30n * DAY;
/** Two for each of the 16 rounds of a session. */
const EXTENSIONS = 32n;

/**
 * Every inequality of Onus.sol's constructor that `parameters` break, all of them and before anything is sent: the
 * constructor names only the first one, and costs gas to ask.
 */
export function brokenRules(parameters: Parameters): readonly BrokenRule[] {
  const { inclusionDelay, work, minWindow, clock, clockExtension, proofTime, exitDelay } = parameters;
  const reaction = inclusionDelay + work;
  const hardEnd = minWindow + 2n * clock + EXTENSIONS * clockExtension + proofTime;
  const atLeast = (parameter: keyof Parameters, bound: bigint, because: string): BrokenRule => ({
    ...{ parameter, actual: BigInt(parameters[parameter]), relation: "at least", bound, because },
  });
  const atMost = (parameter: keyof Parameters, bound: bigint, because: string): BrokenRule => ({
    ...{ parameter, actual: BigInt(parameters[parameter]), relation: "at most", bound, because },
  });
  const rules: readonly BrokenRule[] = [
    atLeast("minWindow", reaction, "inclusionDelay + work"),
    atMost("minWindow", MAX_WINDOW, "30 days, the longest window of a claim"),
    atLeast("clock", reaction, "inclusionDelay + work"),
    atLeast("proofTime", reaction, "inclusionDelay + work"),
    atMost("clockExtension", clock / 2n, "clock / 2"),
    atLeast("exitDelay", hardEnd, "minWindow + 2 × clock + 32 × clockExtension + proofTime"),
    atMost("keyNotice", exitDelay / 2n, "exitDelay / 2"),
    atLeast("minLiability", 1n, "1 wei"),
    atLeast("baseBond", 1n, "1 wei"),
    atLeast("halfLife", 1n, "1 s"),
  ];
  return rules.filter(({ actual, relation, bound }) =>
    relation === "at least" ? actual < bound : actual > bound,
  );
}
