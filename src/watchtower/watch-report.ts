import { join } from "node:path";

import { readDatabase } from "../store/open-database.js";
import type { Database } from "../store/open-database.js";
import { WATCHTOWER_MIGRATIONS } from "./migrations.js";
import { DATABASE_FILE } from "./options.js";

/** One claim, with what its checks came to and what was paid for. */
export type ReportLine = {
  readonly claimId: string;
  readonly operator: string;
  readonly modelId: string;
  readonly records: number;
  readonly phase: string;
  /** Undefined: not looked into yet. */
  readonly verdict?: string;
  readonly detail?: string;
  readonly checks: number;
  readonly recordsRun: number;
  readonly runSeconds: number;
  /** Gas of one's own transactions, in wei. */
  readonly paidWei: bigint;
};

export type WatchReport = {
  readonly claims: readonly ReportLine[];
  /** How many claims have which verdict. */
  readonly verdicts: Readonly<Record<string, number>>;
  readonly runSeconds: number;
  readonly paidWei: bigint;
};

/** What a watchtower found, whether or not it runs. */
export function readWatchReport(directory: string): WatchReport {
  const database = readDatabase(join(directory, DATABASE_FILE), WATCHTOWER_MIGRATIONS);
  try {
    return reportOf(database);
  } finally {
    database.close();
  }
}

export function reportOf(database: Database): WatchReport {
  const costs = new Map<string, bigint>();
  const paid = database.prepare("SELECT claim_id, paid_wei FROM costs").all() as CostRow[];
  for (const { claim_id, paid_wei } of paid)
    costs.set(claim_id, (costs.get(claim_id) ?? 0n) + BigInt(paid_wei));
  const rows = database.prepare(CLAIMS).all() as ClaimRow[];
  const claims = rows.map((row): ReportLine => {
    const { verdict, detail, checks, phase } = row;
    return {
      ...{ claimId: row.claim_id, operator: row.operator, modelId: row.model_id, records: row.n, phase },
      ...(verdict !== null && { verdict }),
      ...(detail !== null && { detail }),
      ...{ checks, recordsRun: row.records, runSeconds: row.run_seconds },
      paidWei: costs.get(row.claim_id) ?? 0n,
    };
  });
  const verdicts: Record<string, number> = {};
  for (const { verdict = "not yet" } of claims) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
  return {
    claims,
    verdicts,
    runSeconds: claims.reduce((sum, one) => sum + one.runSeconds, 0),
    paidWei: [...costs.values()].reduce((sum, one) => sum + one, 0n),
  };
}

/** Newest first; the detail of the last check. */
const CLAIMS = `
  SELECT c.claim_id, c.operator, c.model_id, c.n, c.phase, c.verdict,
    (SELECT detail FROM checks WHERE claim_id = c.claim_id ORDER BY number DESC LIMIT 1) AS detail,
    count(k.number) AS checks, coalesce(sum(k.records), 0) AS records, coalesce(sum(k.run_seconds), 0.0) AS run_seconds
  FROM claims c LEFT JOIN checks k USING (claim_id) GROUP BY c.number ORDER BY c.number DESC`;

type CostRow = { readonly claim_id: string; readonly paid_wei: string };

type ClaimRow = {
  readonly claim_id: string;
  readonly operator: string;
  readonly model_id: string;
  readonly n: number;
  readonly phase: string;
  readonly verdict: string | null;
  readonly detail: string | null;
  readonly checks: number;
  readonly records: number;
  readonly run_seconds: number;
};
