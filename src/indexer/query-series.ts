import type { Kysely } from "kysely";

import type { ModelSeries, OperatorSeries, StandingPoint } from "../audit/api-types.js";
import type { IndexDatabase } from "./open-index.js";
import { firstBlockFrom } from "./query-claims.js";

/** Unix seconds, inclusive and exclusive, and the most points that are shown of them. */
type SeriesSpan = {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly points: number;
};

export async function operatorSeries(
  db: IndexDatabase,
  address: string,
  span: SeriesSpan,
): Promise<OperatorSeries> {
  const columns = ["time", "stake", "locked", "exiting"];
  const of = { table: "exposure", key: "operator", value: address, columns } as const;
  const exposure = await thinned<OperatorSeries["exposure"][number]>(db, of, span);
  return { exposure, standing: await standingSeries(db, address, span) };
}

export async function modelSeries(db: IndexDatabase, id: string, span: SeriesSpan): Promise<ModelSeries> {
  return { standing: await standingSeries(db, id, span) };
}

const standingSeries = (
  db: IndexDatabase,
  subject: string,
  span: SeriesSpan,
): Promise<readonly StandingPoint[]> => {
  const columns = ["time", "finalised", "faulted"];
  return thinned(db, { table: "standing_points", key: "subject", value: subject, columns }, span);
};

/** A row of a series, as this page looks at it. */
type Series = Readonly<Record<string, Record<string, string | number> & { block: number; log: number }>>;

/**
 * The last row of each of at most `points` stretches of equally many rows, so that the last of all stays. Rows are ranked
 * in the index of their places; only those that are shown are looked at.
 */
async function thinned<Point>(
  index: IndexDatabase,
  {
    table,
    key,
    value,
    columns,
  }: Readonly<Record<"table" | "key" | "value", string>> & {
    readonly columns: readonly string[];
  },
  { from, to, points }: SeriesSpan,
): Promise<readonly Point[]> {
  const db = index as unknown as Kysely<Series>;
  let rows = db.selectFrom(table).where(key, "=", value);
  if (from !== undefined) rows = rows.where("block", ">=", await firstBlockFrom(index, from));
  if (to !== undefined) rows = rows.where("block", "<", await firstBlockFrom(index, to));
  const { count } = await rows.select(({ fn }) => fn.countAll().as("count")).executeTakeFirstOrThrow();
  if (Number(count) === 0) return [];
  const ranked = rows.select(["block", "log"]).select(({ fn }) =>
    fn
      .agg<number>("row_number")
      .over((over) => over.orderBy("block").orderBy("log"))
      .as("rank"),
  );
  const found = await db
    .selectFrom(ranked.as("r"))
    .innerJoin(`${table} as t`, (join) => join.onRef("t.block", "=", "r.block").onRef("t.log", "=", "r.log"))
    .select(columns.map((column) => `t.${column}` as const))
    .where(`t.${key}`, "=", value)
    // A stretch ends with rank r iff floor(r × points / count) is more than of r - 1.
    .where(({ eb, parens }) => eb(eb(parens("r.rank", "*", points), "%", Number(count)), "<", points))
    .orderBy("r.block")
    .orderBy("r.log")
    .execute();
  return found as unknown as readonly Point[];
}
