import type { Hex, OperatorDetail, OperatorPage } from "../audit/api-types.js";
import { OnusError } from "../errors/onus-error.js";
import type { IndexDatabase } from "./open-index.js";
import { pageOf } from "./pages.js";
import type { PageQuery } from "./pages.js";
import { listClaims } from "./query-claims.js";
import { showOperator, showServed } from "./show-rows.js";

/** Most models that a page about an operator names, and newest faults. */
const MOST_SERVED = 200;
const MOST_FAULTS = 50;

export async function listOperators(
  db: IndexDatabase,
  status: "ACTIVE" | "JAILED" | undefined,
  page: PageQuery,
): Promise<OperatorPage> {
  let query = db.selectFrom("operators").selectAll();
  if (status !== undefined) query = query.where("jailed_at", status === "JAILED" ? "is not" : "is", null);
  return pageOf(query, page, (rows) => rows.map(showOperator));
}

export async function operatorDetail(db: IndexDatabase, address: string): Promise<OperatorDetail> {
  const row = await db.selectFrom("operators").selectAll().where("address", "=", address).executeTakeFirst();
  if (row === undefined) throw new OnusError("NOT_INDEXED", { what: "operator", id: address });
  const [signers, serves, faults] = await Promise.all([
    db
      .selectFrom("signers")
      .selectAll()
      .where("operator", "=", address)
      .orderBy("active_from")
      .orderBy("address")
      .execute(),
    db
      .selectFrom("serves")
      .selectAll()
      .where("operator", "=", address)
      .orderBy("last_at", "desc")
      .orderBy("model_id")
      .limit(MOST_SERVED)
      .execute(),
    listClaims(db, { operator: address, phase: "FAULTED" }, { limit: MOST_FAULTS }),
  ]);
  return {
    ...showOperator(row),
    ...(row.exit_ready_at !== null && { exitReadyAt: row.exit_ready_at }),
    signers: signers.map(({ address: signer, active_from, revoked_at }) => ({
      address: signer as Hex,
      activeFrom: active_from,
      ...(revoked_at !== null && { revokedAt: revoked_at }),
    })),
    serves: serves.map(showServed),
    faults: faults.items,
  };
}
