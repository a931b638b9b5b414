import type { Hex, ReceiptDetail, ReceiptPage } from "../audit/api-types.js";
import { OnusError } from "../errors/onus-error.js";
import type { IndexDatabase } from "./open-index.js";
import { pageOf } from "./pages.js";
import type { PageQuery } from "./pages.js";
import { eventsAbout } from "./query-events.js";
import { showReceipt, showShares } from "./show-rows.js";

export async function listReceipts(
  db: IndexDatabase,
  filter: { readonly operator?: string | undefined; readonly stage?: string | undefined },
  page: PageQuery,
): Promise<ReceiptPage> {
  let query = db.selectFrom("receipts").selectAll();
  for (const column of ["operator", "stage"] as const) {
    const value = filter[column];
    if (value !== undefined) query = query.where(column, "=", value);
  }
  return pageOf(query, page, (rows) => rows.map(showReceipt));
}

export async function receiptDetail(db: IndexDatabase, hash: string): Promise<ReceiptDetail> {
  const row = await db.selectFrom("receipts").selectAll().where("hash", "=", hash).executeTakeFirst();
  if (row === undefined) throw new OnusError("NOT_INDEXED", { what: "receipt", id: hash });
  const penalty = await db.selectFrom("penalties").selectAll().where("id", "=", hash).executeTakeFirst();
  return {
    ...showReceipt(row),
    outputRoot: row.output_root as Hex,
    inputRoot: row.input_root as Hex,
    ...(penalty && { shares: showShares(penalty, 1) }),
    timeline: await eventsAbout(db, hash),
  };
}
