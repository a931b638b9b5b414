import type { Reporter } from "../../src/cli/reporter.js";
import { isLie, playCase } from "./case.js";
import type { CaseResult } from "./case.js";
import { rulesOf } from "./chronicle.js";
import { PROJECTED_RECORDS, hashingSeconds, projectFlood } from "./flood-figures.js";
import { deployGround } from "./ground.js";
import type { Ground, Replacements } from "./ground.js";
import { planCase, planTrial } from "./plan.js";
import type { CaseSpec } from "./plan.js";
import { reportOf } from "./report.js";
import type { FloodReport, Report } from "./report.js";

export type Trial = {
  readonly cases: number;
  readonly seed: number;
  /** Plays this case alone. */
  readonly only?: number;
  /** Plays these cases alone. */
  readonly filter?: (spec: CaseSpec) => boolean;
  /** Contracts with other code than the repository's. */
  readonly replacements?: Replacements;
  readonly reporter?: Reporter;
};

/** A chain keeps 40 kB of every transaction, also of those that were taken back: after so many it makes room for another. */
const MOST_TRANSACTIONS = 8_000;

/** Plays a trial and says what came out; a case that cannot be played to its end is a failure like any other. */
export async function runTrial(trial: Trial): Promise<Report> {
  const { cases, seed, only, filter = () => true, replacements = {}, reporter } = trial;
  const started = performance.now();
  const specs = (only === undefined ? planTrial({ cases, seed }) : [planCase(only, seed)]).filter(filter);
  let ground = await deployGround(replacements);
  const progress = reporter?.progress("disputes", specs.length);
  const results: CaseResult[] = [];
  for (const spec of specs) {
    if (ground.chain.sent > MOST_TRANSACTIONS) {
      await ground.chain.close();
      ground = await deployGround(replacements);
    }
    results.push(await playToTheEnd(ground, spec));
    progress?.update(results.length);
  }
  progress?.stop();
  const flood = await floodReport(ground, results);
  return reportOf(results, { seed, flood, seconds: (performance.now() - started) / 1000 });
}

async function floodReport(
  { parameters }: Ground,
  results: readonly CaseResult[],
): Promise<FloodReport | undefined> {
  const floods = results.flatMap(({ flood }) => (flood === undefined ? [] : [flood]));
  const [measured] = floods.sort((a, b) => b.records - a.records);
  if (measured === undefined) return undefined;
  const projected = projectFlood(measured, rulesOf(parameters), PROJECTED_RECORDS);
  return { measured, projected, hashingSeconds: await hashingSeconds() };
}

async function playToTheEnd(ground: Ground, spec: CaseSpec): Promise<CaseResult> {
  try {
    return await playCase(ground, spec);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      ...{ spec, verdict: "undecided", violations: [`the case broke off: ${text}`] },
      ...(isLie(spec.kind) ? { wrong: "nobody knows" } : {}),
      ...{ netLoss: 0n, raceLoss: 0n },
      ...{ rounds: { deep: 0, shallow: 0 }, spent: [], disputeGas: 0, seconds: 0 },
    };
  }
}
