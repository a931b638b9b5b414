import type { Hex, ModelDetail, ModelPage, ModelSummary } from "../audit/api-types.js";
import { OnusError } from "../errors/onus-error.js";
import type { IndexDatabase } from "./open-index.js";
import { pageOf } from "./pages.js";
import type { PageQuery } from "./pages.js";
import { sessionsAbout } from "./query-sessions.js";
import { showModel, showServed } from "./show-rows.js";

/** Most operators that a page about a model names. */
const MOST_SERVED = 200;
/** Most versions that a chain of models shows. */
const MOST_VERSIONS = 100;

export async function listModels(
  db: IndexDatabase,
  publisher: string | undefined,
  page: PageQuery,
): Promise<ModelPage> {
  let query = db.selectFrom("models").selectAll();
  if (publisher !== undefined) query = query.where("publisher", "=", publisher);
  return pageOf(query, page, (rows) => rows.map(showModel));
}

export async function modelDetail(db: IndexDatabase, id: string): Promise<ModelDetail> {
  const find = (key: string) => db.selectFrom("models").selectAll().where("id", "=", key).executeTakeFirst();
  const row = await find(id);
  if (row === undefined) throw new OnusError("NOT_INDEXED", { what: "model", id });
  const versions: ModelSummary[] = [showModel(row)];
  for (let key = row.superseded; key !== null && versions.length < MOST_VERSIONS;) {
    const former = await find(key);
    if (former === undefined) break;
    versions.unshift(showModel(former));
    key = former.superseded;
  }
  for (let key = row.successor; key !== null && versions.length < MOST_VERSIONS;) {
    const later = await find(key);
    if (later === undefined) break;
    versions.push(showModel(later));
    key = later.successor;
  }
  const servedBy = await db
    .selectFrom("serves")
    .selectAll()
    .where("model_id", "=", id)
    .orderBy("last_at", "desc")
    .orderBy("operator")
    .limit(MOST_SERVED)
    .execute();
  return {
    ...showModel(row),
    published: { block: row.block, log: row.log, tx: row.tx as Hex },
    artifact: JSON.parse(row.artifact) as ModelDetail["artifact"],
    versions,
    servedBy: servedBy.map(showServed),
    sessions: await sessionsAbout(db, id),
  };
}
