import { OnusError } from "../errors/onus-error.js";
import type { IndexTransaction } from "./open-index.js";

/**
 * Most rows of records and their lists that are kept: about one claim, about the claims of one operator, in all. A claim
 * costs whoever makes it gas and a lock, and each of its records may be posted with lists: without bounds, one stranger
 * fills the disk of everybody who indexes. A row is half a kilobyte, with its indexes.
 */
export type PostBounds = { readonly claim: number; readonly operator: number; readonly all: number };
const POST_BOUNDS: PostBounds = { claim: 16_384, operator: 1_000_000, all: 8_000_000 };

/** Who holds the rows of all. */
const ALL = "all";

/**
 * Writes posted rows about claims, and counts them. What was known before costs nothing; what goes beyond a bound throws
 * INDEX_FULL, which takes the transaction back.
 */
export async function withinBounds(
  transaction: IndexTransaction,
  claimIds: Iterable<string>,
  { write, bounds = POST_BOUNDS }: { readonly write: () => Promise<void>; readonly bounds?: PostBounds },
): Promise<void> {
  const ids = [...new Set(claimIds)];
  const before = new Map<string, number>();
  for (const id of ids) before.set(id, (await counted(transaction, id)).kept);
  await write();
  for (const id of ids) {
    const now = await counted(transaction, id);
    const added = now.kept - (before.get(id) ?? 0);
    if (added === 0) continue;
    await add(transaction, id, { kept: added, records: now.records, most: bounds.claim });
    const claim = await transaction.selectFrom("claims").select("operator").where("id", "=", id).execute();
    for (const { operator } of claim)
      await add(transaction, operator, { kept: added, records: 0, most: bounds.operator });
    await add(transaction, ALL, { kept: added, records: 0, most: bounds.all });
  }
}

/** Rows of one claim; its bound keeps this short. */
async function counted(
  transaction: IndexTransaction,
  id: string,
): Promise<{ readonly kept: number; readonly records: number }> {
  const [records, lists] = [
    await transaction
      .selectFrom("posted_records")
      .select(({ fn }) => fn.countAll().as("count"))
      .where("claim_id", "=", id)
      .executeTakeFirstOrThrow(),
    await transaction
      .selectFrom("posted_tensors")
      .select(({ fn }) => fn.countAll().as("count"))
      .where("claim_id", "=", id)
      .executeTakeFirstOrThrow(),
  ];
  return { records: Number(records.count), kept: Number(records.count) + Number(lists.count) };
}

async function add(
  transaction: IndexTransaction,
  holder: string,
  { kept, records, most }: { readonly kept: number; readonly records: number; readonly most: number },
): Promise<void> {
  const row = await transaction
    .insertInto("posted_counts")
    .values({ holder, kept, records })
    .onConflict((conflict) =>
      conflict.column("holder").doUpdateSet(({ eb, ref }) => ({
        kept: eb("posted_counts.kept", "+", ref("excluded.kept")),
        records: ref("excluded.records"),
      })),
    )
    .returning("kept")
    .executeTakeFirstOrThrow();
  if (row.kept > most) throw new OnusError("INDEX_FULL", { holder, actual: row.kept, expected: most });
}
