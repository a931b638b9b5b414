import type { Counter, Gauge, Histogram } from "prom-client";

import type { Metrics } from "../service/metrics.js";

/** What an operator node counts, for Prometheus; docs/flows/operator.md explains what to watch. */
export type OperatorMetrics = {
  readonly [counter in "inferences" | "gasSpent"]: Counter;
} & {
  readonly refusals: Counter<"code">;
  readonly inferenceSeconds: Histogram;
  readonly alarms: Counter<"alarm">;
  readonly moves: Counter<"move">;
  readonly claims: Gauge<"state">;
} & {
  readonly [
    gauge in
      | "undecided"
      | "capacity"
      | "openSessions"
      | "openComplaints"
      | "freeStake"
      | "lockedStake"
      | "promised"
      | "chainAge"
  ]: Gauge;
};

/** Upper bounds, in seconds. */
const RUN_BUCKETS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];

export const defineOperatorMetrics = (metrics: Metrics): OperatorMetrics => ({
  inferences: metrics.counter("inferences_total", "Inferences that were promised"),
  refusals: metrics.counter("refusals_total", "Requests that were refused, by error code", ["code"]),
  inferenceSeconds: metrics.histogram(
    "inference_seconds",
    "From an accepted request to its receipt",
    RUN_BUCKETS,
  ),
  alarms: metrics.counter("alarms_total", "Alarms that were raised, by kind", ["alarm"]),
  moves: metrics.counter("moves_total", "Transactions about open claims, by kind", ["move"]),
  claims: metrics.gauge("ledger_claims", "Claims in the ledger, by state", ["state"]),
  undecided: metrics.gauge("undecided_records", "Records that may be asked for"),
  capacity: metrics.gauge("answerable_records", "Records that could be answered for in half the clock"),
  openSessions: metrics.gauge("open_sessions", "Sessions open against the operator"),
  openComplaints: metrics.gauge("open_complaints_total", "Complaints that wait for an answer"),
  freeStake: metrics.gauge("free_stake_wei", "Stake that is neither locked nor exiting"),
  lockedStake: metrics.gauge("locked_stake_wei", "Stake behind undecided claims"),
  promised: metrics.gauge("promised_liability_wei", "Stake that claims not on chain yet will lock"),
  chainAge: metrics.gauge("chain_age_seconds", "Time since the node last answered"),
  gasSpent: metrics.counter("spent_gas_total", "Gas of transactions of this process"),
});
