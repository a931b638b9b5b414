import type { ModelSeries, OperatorSeries, StandingPoint } from "../audit/api-types.js";
import type { IndexDatabase } from "./open-index.js";

type SeriesSpan = { readonly from: number; readonly to: number; readonly points: number };

export async function operatorSeries(
  db: IndexDatabase,
  address: string,
  span: SeriesSpan,
): Promise<OperatorSeries> {
  const rows = await db
    .selectFrom("exposure")
    .select(["time", "stake", "locked", "exiting"])
    .where("operator", "=", address)
    .where("time", ">=", span.from)
    .where("time", "<", span.to)
    .orderBy("block")
    .orderBy("log")
    .execute();
  return { exposure: thinned(rows, span.points), standing: await standingSeries(db, address, span) };
}

export async function modelSeries(db: IndexDatabase, id: string, span: SeriesSpan): Promise<ModelSeries> {
  return { standing: await standingSeries(db, id, span) };
}

async function standingSeries(
  db: IndexDatabase,
  subject: string,
  { from, to, points }: SeriesSpan,
): Promise<readonly StandingPoint[]> {
  const rows = await db
    .selectFrom("standing_points")
    .select(["time", "finalised", "faulted"])
    .where("subject", "=", subject)
    .where("time", ">=", from)
    .where("time", "<", to)
    .orderBy("block")
    .orderBy("log")
    .execute();
  return thinned(rows, points);
}

/** The last of each stretch, so that the last of all stays. */
function thinned<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items;
  const stretch = items.length / most;
  return Array.from({ length: most }, (_, at) => items[Math.ceil((at + 1) * stretch) - 1] as Item);
}
