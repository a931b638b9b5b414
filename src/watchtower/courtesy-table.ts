import type { Database } from "../store/open-database.js";
import { claimOfRow, IS_FOLLOWED, listsOf } from "./claim-table.js";
import type { ClaimRow, Followed, WatchedClaim } from "./claim-table.js";

export type Courted = WatchedClaim & {
  /** Unix seconds; 0: nobody has looked yet. */
  readonly courtesyAt: number;
};

export type CourtesyTable = {
  /** Decided claims about which something may be done for others, the longest due first. */
  readonly due: (at: {
    readonly now: number;
    readonly sinceBlock: number;
    readonly limit: number;
  }) => Courted[];
  /** @param at unix seconds; null: nothing is left to do. A claim that a reorg opened again is not written. */
  readonly lookAt: (claim: WatchedClaim, at: number | null) => void;
};

/** What is still owed to others, in the table of the claims. Every method has written to the disk when it returns. */
export function openCourtesyTable(database: Database, followed: Followed): CourtesyTable {
  const due = database.prepare(
    `SELECT * FROM claims WHERE phase <> 'open' AND courtesy_at <= @now AND decided_block > @sinceBlock
       AND ${IS_FOLLOWED} ORDER BY courtesy_at, number LIMIT @limit`,
  );
  const lookAt = database.prepare("UPDATE claims SET courtesy_at = ? WHERE number = ? AND phase <> 'open'");
  return {
    due: (at) =>
      (due.all({ ...at, ...listsOf(followed) }) as (ClaimRow & { readonly courtesy_at: number })[]).map(
        (row) => ({ ...claimOfRow(row), courtesyAt: row.courtesy_at }),
      ),
    lookAt: ({ number }, at) => void lookAt.run(at, number),
  };
}
