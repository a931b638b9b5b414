import { expect } from "chai";
import { sql } from "kysely";

import { postedOf } from "../../../scripts/support/seed-history.js";
import { MIGRATIONS } from "../../../src/indexer/migrations.js";
import { openIndex } from "../../../src/indexer/open-index.js";
import type { IndexDatabase } from "../../../src/indexer/open-index.js";
import { apiOf, exported, openSeededIndex, seededLife } from "../../support/seeded-index.js";

const pragma = async (db: IndexDatabase, text: string): Promise<number> => {
  const { rows } = await sql.raw<Record<string, number>>(`PRAGMA ${text}`).execute(db);
  return Object.values(rows[0] ?? {})[0] ?? 0;
};

const codeOf = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => "none",
    (error: { code?: string }) => error.code ?? "unknown",
  );

describe("indexer: the file of an index", function () {
  this.timeout(60_000);

  it("a full disk takes a batch back whole, refuses posts, and is gone on from when there is room", async () => {
    const { chain, history } = await seededLife(20, 3);
    const index = await openSeededIndex(chain);
    await index.catchUp();
    const { post, get, failures } = await apiOf(index, chain);
    const before = await exported(index.reading);
    const indexed = index.indexing.indexed();
    const full = (await pragma(index.writing, "page_count")) + 3;
    await pragma(index.writing, `max_page_count = ${full}`);
    for (let block = 0; block < 60; block++) await history.grow(3);
    expect(await codeOf(index.catchUp())).to.equal("SQLITE_FULL");
    expect(await codeOf(index.catchUp())).to.equal("SQLITE_FULL");
    expect(await exported(index.reading)).to.equal(before);
    expect(index.indexing.indexed()).to.deep.equal(indexed);
    const statuses = new Set<number>();
    for (const claim of history.claims.slice(0, 40)) statuses.add((await post(postedOf(claim, 0))).status);
    expect(statuses.has(500)).to.equal(true);
    expect(failures[0]).to.include({ code: "SQLITE_FULL" });
    expect(await get("/v1/overview")).to.have.property("claims");
    await pragma(index.writing, `max_page_count = ${4 * full}`);
    await index.catchUp();
    const other = await openSeededIndex(chain, 7);
    await other.catchUp();
    expect(await exported(index.reading)).to.equal(await exported(other.reading));
    await other.close();
    await index.close();
  });

  it("of an older program is counted when it is opened: what was posted before has its bounds too", async () => {
    const { chain, history } = await seededLife(20, 3);
    const index = await openSeededIndex(chain);
    await index.catchUp();
    const { post } = await apiOf(index, chain);
    const claim = history.claims.find(({ parent }) => parent !== undefined)!;
    for (const one of [claim, history.claims[0]!])
      expect((await post(postedOf(one, 0))).status).to.equal(200);
    const counts = () => index.writing.selectFrom("posted_counts").selectAll().orderBy("holder").execute();
    const counted = await counts();
    expect(counted.find(({ holder }) => holder === claim.id)).to.include({ kept: 3, records: 1 });
    expect(counted.find(({ holder }) => holder === "all")).to.include({ kept: 4, records: 0 });
    await index.writing.schema.dropTable("posted_counts").execute();
    await index.writing.schema.dropIndex("operators_lower").execute();
    const { sql: again } = MIGRATIONS.find(({ name }) => name === "004 posted counts")!;
    for (const statement of again.split(";").filter((text) => text.trim() !== ""))
      await sql.raw(statement).execute(index.writing);
    expect(await counts()).to.deep.equal(counted);
    await index.close();
  });

  it("has one index that writes it: a second one is refused", async () => {
    const { chain } = await seededLife(2);
    const index = await openSeededIndex(chain);
    expect(await codeOf(openIndex(index.file))).to.equal("DATABASE_IN_USE");
    await index.catchUp();
    await index.close();
  });
});
