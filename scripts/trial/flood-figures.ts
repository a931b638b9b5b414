import { bondFor } from "../../src/dispute/deposit.js";
import type { DisputeView, InquiryRules } from "../../src/dispute/dispute-view.js";
import { commitRun } from "../../src/trace/commit-run.js";
import type { Ledger } from "./ledger.js";
import type { Settlement } from "./chronicle.js";
import { PARTY } from "./scene.js";
import { classifierWorld } from "./worlds.js";

/** What it costs to ask about every record of a batch at once, and to answer. */
export type FloodFigures = {
  readonly records: number;
  /** Wei of bonds, all of which are locked until the claim is decided. */
  readonly bondsWei: bigint;
  readonly burnedWei: bigint;
  /** Wei from the asker's deposits to the operator: for gas, and for the time its stake was held. */
  readonly paidWei: bigint;
  readonly delayWei: bigint;
  readonly askerGas: bigint;
  /** Stating, closing and settling. */
  readonly operatorGas: bigint;
};

/** The projection that is asked for. */
export const PROJECTED_RECORDS = 20_000;

/** As it was played, to the wei. */
export function floodOf(
  { claim, sessions }: DisputeView,
  ledger: Ledger,
  settlements: readonly Settlement[],
): FloodFigures {
  const sum = <Item>(items: readonly Item[], of: (item: Item) => bigint): bigint =>
    items.reduce((total, item) => total + of(item), 0n);
  const gasOf = (who: string, labels: readonly string[]): bigint =>
    sum(
      ledger.entries.filter((entry) => entry.who === who && labels.includes(entry.label)),
      ({ gas }) => gas,
    );
  return {
    records: claim.n,
    bondsWei: sum(sessions, ({ bond }) => bond),
    burnedWei: sum(settlements, ({ burned }) => burned),
    paidWei: sum(settlements, ({ paid }) => paid),
    delayWei: sum(settlements, ({ delayFee }) => delayFee),
    askerGas: gasOf(PARTY.attacker, ["open-many"]),
    operatorGas: gasOf(PARTY.operator, ["state-traces", "answer", "close", "settle"]),
  };
}

/** The same for more records: bonds by their formula, all else by the record. */
export function projectFlood(measured: FloodFigures, rules: InquiryRules, records: number): FloodFigures {
  let bondsWei = 0n;
  let burnedWei = 0n;
  for (let open = 0; open < records; open++) {
    const bond = bondFor(rules, open);
    bondsWei += bond;
    burnedWei += (bond + 3n) / 4n;
  }
  const scaled = (amount: bigint): bigint => (amount * BigInt(records)) / BigInt(measured.records);
  return {
    records,
    bondsWei,
    burnedWei,
    paidWei: scaled(measured.paidWei),
    delayWei: scaled(measured.delayWei),
    askerGas: scaled(measured.askerGas),
    operatorGas: scaled(measured.operatorGas),
  };
}

/** Seconds in which one trace of the classifier is hashed here, on one core. */
export async function hashingSeconds(): Promise<number> {
  const { committed, traces } = await classifierWorld();
  const run = traces[0]?.run;
  if (run === undefined) return 0;
  const started = performance.now();
  commitRun(committed.artifact, run);
  return (performance.now() - started) / 1000;
}
