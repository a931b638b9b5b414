import { expect } from "chai";

import { openIndex } from "../../../src/indexer/open-index.js";
import type { IndexDatabase } from "../../../src/indexer/open-index.js";
import { modelSeries, operatorSeries } from "../../../src/indexer/query-series.js";

const OPERATOR = "0x00000000000000000000000000000000000000Aa";
/** Of this many rows, floating point puts the end of the last of 7 stretches behind the last row. */
const ROWS = 29;

/** Rows of one operator among those of another: two a block, a minute between blocks. */
async function oneSeries(): Promise<IndexDatabase> {
  const db = await openIndex(":memory:");
  for (let row = 0; row < ROWS; row++) {
    const [block, log] = [10 + (row >> 1), 2 * (row & 1)];
    const place = { block, log, time: 60 * block };
    if (log === 0) await db.insertInto("blocks").values({ block, hash: "0x", time: place.time }).execute();
    for (const operator of [OPERATOR, "other"])
      await db
        .insertInto("exposure")
        .values({ ...place, operator, stake: String(row), locked: "0", exiting: "0" })
        .execute();
  }
  return db;
}

describe("indexer: time series", () => {
  it("shows the last of equal stretches, whatever their number, and of a span what lies in it", async () => {
    const db = await oneSeries();
    const shown = async (span: { points: number; from?: number; to?: number }) =>
      (await operatorSeries(db, OPERATOR, span)).exposure.map(({ stake }) => Number(stake));
    for (let points = 1; points <= ROWS + 1; points++) {
      const stretches = Math.min(points, ROWS);
      const ends = Array.from({ length: stretches }, (_, k) =>
        Math.ceil(((k + 1) * ROWS) / stretches - 1e-9),
      );
      expect(await shown({ points })).to.deep.equal(ends.map((end) => end - 1));
    }
    expect(await shown({ points: 99, from: 60 * 12, to: 60 * 14 })).to.deep.equal([4, 5, 6, 7]);
    expect(await shown({ points: 2, from: 60 * 12 - 1, to: 60 * 14 })).to.deep.equal([5, 7]);
    expect(await shown({ points: 9, from: 60 * 14, to: 60 * 12 })).to.deep.equal([]);
    expect(await modelSeries(db, "nobody", { points: 9 })).to.deep.equal({ standing: [] });
    await db.destroy();
  });
});
