import type { Metrics } from "../service/metrics.js";
import type { ClaimTable } from "./claim-table.js";

export type WatchMetrics = ReturnType<typeof defineWatchMetrics>;

/** What a watchtower counts. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- its type is its metrics
export function defineWatchMetrics(metrics: Metrics, table: ClaimTable) {
  const claims = metrics.gauge("followed_claims", "claims that are followed, by verdict and phase", [
    "verdict",
    "phase",
  ]);
  return {
    checks: metrics.counter("checks_total", "checks made, by what they came to", ["verdict"]),
    records: metrics.counter("checked_records_total", "records that were run and compared"),
    runSeconds: metrics.histogram(
      "run_seconds",
      "time that the runs of one check took",
      [0.001, 0.01, 0.1, 1, 10, 100],
    ),
    moves: metrics.counter("moves_total", "moves performed on chain, by kind and what became of them", [
      "move",
      "status",
    ]),
    courtesies: metrics.counter("courtesies_total", "notes and pushes of taint, by what became of them", [
      "call",
      "status",
    ]),
    failures: metrics.counter("failures_total", "steps that failed and are tried again", ["step"]),
    rollbacks: metrics.counter("rollbacks_total", "reorgs that took out blocks that were read"),
    gasPaid: metrics.counter("gas_paid_wei", "what transactions cost"),
    won: metrics.counter("won_wei", "shares of penalties that were pulled"),
    block: metrics.gauge("followed_blocks", "the newest block that was read"),
    claims,
    /** Reads what the table holds. */
    refresh: (): void => {
      claims.reset();
      for (const { verdict, phase, count } of table.counts()) claims.set({ verdict, phase }, count);
    },
  };
}
