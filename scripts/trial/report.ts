import type { CaseResult } from "./case.js";
import type { FloodFigures } from "./flood-figures.js";
import { KINDS } from "./plan.js";
import type { Kind } from "./plan.js";

export type Spread = { readonly p50: number; readonly max: number };
export type Costs = Readonly<Record<string, Spread & { readonly count: number }>>;

/** What a trial found. Amounts in wei are decimal strings when printed. */
export type Report = {
  readonly cases: number;
  readonly seed: number;
  readonly honest: { readonly played: number; readonly faulted: number; readonly netLossWei: bigint };
  readonly lying: { readonly played: number; readonly faulted: number; readonly escaped: number };
  /** Questions about trace and artifact in one dispute. */
  readonly rounds: Spread & {
    /** Of single records of the classifier. */
    readonly classifier: Spread;
    /** Questions about records and inputs. */
    readonly recordAndInput: Spread;
  };
  /** Of one transaction, by what it does. */
  readonly gas: {
    readonly operator: Costs;
    readonly challenger: Costs;
    /** Of all transactions of a dispute about a single record of the classifier whose trace was withheld. */
    readonly withheldDispute: Spread & { readonly count: number };
  };
  /** Cases by kind. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Cases on the classifier, and over 64 records or more. */
  readonly classifier: number;
  readonly batches: number;
  /** Of transactions that somebody else's came before. */
  readonly raceLossWei: bigint;
  /** The largest batch that was asked about at once, and the same for 20,000 records. */
  readonly flood?: FloodReport;
  readonly failures: readonly Failure[];
  readonly seconds: number;
};

export type FloodReport = {
  readonly measured: FloodFigures;
  readonly projected: FloodFigures;
  /** Seconds to hash one trace of the classifier, on one core. */
  readonly hashingSeconds: number;
};

export type Failure = {
  readonly case: number;
  readonly kind: Kind;
  readonly what: string;
  /** The command that plays it again. */
  readonly replay: string;
};

export function reportOf(
  results: readonly CaseResult[],
  { seed, seconds, flood }: { seed: number; seconds: number; flood?: FloodReport | undefined },
): Report {
  const honest = results.filter(({ wrong }) => wrong === undefined);
  const lying = results.filter(({ wrong }) => wrong !== undefined);
  const asked = lying.filter(({ rounds }) => rounds.deep + rounds.shallow > 0);
  const single = asked.filter(({ spec }) => spec.model === "classifier" && spec.n === 1);
  const withheld = single.filter(({ spec, rounds }) => spec.onDemand && rounds.deep > 0);
  const sum = (of: (result: CaseResult) => bigint): bigint =>
    results.reduce((total, result) => total + of(result), 0n);
  return {
    cases: results.length,
    seed,
    honest: {
      played: honest.length,
      faulted: honest.filter(({ verdict }) => verdict === "faulted").length,
      netLossWei: sum(({ netLoss }) => netLoss),
    },
    lying: {
      played: lying.length,
      faulted: lying.filter(({ verdict }) => verdict === "faulted").length,
      escaped: lying.filter(({ verdict }) => verdict !== "faulted").length,
    },
    rounds: {
      ...spreadOf(asked.map(({ rounds }) => rounds.deep)),
      classifier: spreadOf(single.map(({ rounds }) => rounds.deep)),
      recordAndInput: spreadOf(asked.map(({ rounds }) => rounds.shallow)),
    },
    gas: {
      operator: costsOf(results, "operator"),
      challenger: costsOf(results, "challenger"),
      withheldDispute: {
        ...spreadOf(withheld.map(({ disputeGas }) => disputeGas)),
        count: withheld.length,
      },
    },
    kinds: Object.fromEntries(
      KINDS.map((kind) => [kind, results.filter(({ spec }) => spec.kind === kind).length]),
    ),
    classifier: results.filter(({ spec }) => spec.model === "classifier").length,
    batches: results.filter(({ spec }) => spec.n >= 64).length,
    raceLossWei: sum(({ raceLoss }) => raceLoss),
    ...(flood === undefined ? {} : { flood }),
    failures: results.flatMap((result) => failuresOf(result, seed)),
    seconds,
  };
}

/** What must not be in a case: a loss, a fault, an escape, or something that does not come out even. */
export function failuresOf(
  { spec, verdict, wrong, violations, netLoss }: CaseResult,
  seed: number,
): Failure[] {
  const found = [...violations];
  if (wrong === undefined && verdict === "faulted") found.push("fault: an honest operator was convicted");
  if (wrong !== undefined && verdict !== "faulted")
    found.push(`escape: ${wrong}, and the claim is ${verdict}`);
  if (netLoss > 0n) found.push(`loss: honest parties lost ${netLoss} wei`);
  const { number, kind } = spec;
  const replay = `npm run trial -- --seed ${seed} --case ${number}`;
  return found.map((what) => ({ case: number, kind, what, replay }));
}

function costsOf(results: readonly CaseResult[], role: string): Costs {
  const spent = results.flatMap(({ spent }) => spent.filter((one) => one.role === role));
  const byLabel = Map.groupBy(spent, ({ label }) => label);
  const costs = [...byLabel].map(
    ([label, all]) => [label, { ...spreadOf(all.map(({ gas }) => gas)), count: all.length }] as const,
  );
  return Object.fromEntries(costs.sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return { p50: sorted[Math.floor((sorted.length - 1) / 2)] ?? 0, max: sorted.at(-1) ?? 0 };
}

/** For people. */
export function tableOf(report: Report): string {
  const { honest, lying, rounds, gas } = report;
  const rows = (title: string, costs: Costs): string[] => [
    "",
    line(title, "transactions", "gas p50", "gas max"),
    ...Object.entries(costs).map(([label, { count, p50, max }]) => line(`  ${label}`, count, p50, max)),
  ];
  const lines = [
    "",
    line("kind of case", "played"),
    ...Object.entries(report.kinds).map(([kind, count]) => line(`  ${kind}`, count)),
    ...rows("operators", gas.operator),
    ...rows("challengers", gas.challenger),
    "",
    `  right claims     ${honest.played} played, ${honest.faulted} faulted, honest parties lost ${honest.netLossWei} wei`,
    `  wrong claims     ${lying.played} played, ${lying.faulted} faulted, ${lying.escaped} escaped`,
    `  lost races       ${report.raceLossWei} wei`,
    `  where            ${report.classifier} cases on the classifier, ${report.batches} over 64 records or more`,
    `  questions        ${rounds.p50} of a dispute in the middle, ${rounds.max} at most; on the classifier ${rounds.classifier.max}`,
    `                   and ${rounds.recordAndInput.max} about records and inputs`,
    `  withheld trace   ${count(gas.withheldDispute.max)} gas at most in ${gas.withheldDispute.count} whole disputes about the classifier`,
    ...floodLines(report.flood),
    `  time             ${report.seconds.toFixed(1)} s`,
    ...report.failures.map(({ kind, what, replay }) => `\n  FAILED ${kind}: ${what}\n         ${replay}`),
  ];
  return lines.join("\n");
}

function floodLines(flood: FloodReport | undefined): string[] {
  if (flood === undefined) return [];
  const { measured, projected, hashingSeconds } = flood;
  const hours = (projected.records * hashingSeconds) / 3_600;
  const cells = (of: (figures: FloodFigures) => string) => [of(measured), of(projected)];
  return [
    "",
    line("asked about at once, records", measured.records, projected.records),
    line("  asker: bonds locked", ...cells(({ bondsWei }) => ether(bondsWei))),
    line("  asker: bonds burned", ...cells(({ burnedWei }) => ether(burnedWei))),
    line("  asker: paid and owed for delay", ...cells(({ paidWei, delayWei }) => ether(paidWei + delayWei))),
    line("  asker: gas", ...cells(({ askerGas }) => count(Number(askerGas)))),
    line("  operator: gas", ...cells(({ operatorGas }) => count(Number(operatorGas)))),
    line("  operator: hashing the classifier", "", `${hours.toFixed(1)} h`),
    "",
  ];
}

const ether = (wei: bigint): string => `${(Number(wei / 10n ** 12n) / 10 ** 6).toFixed(4)} ether`;
const count = (value: number | string): string =>
  typeof value === "number" ? value.toLocaleString("en-US") : value;
const line = (title: string, ...cells: readonly (number | string)[]): string =>
  title.padEnd(32) + cells.map((cell) => count(cell).padStart(14)).join("");
