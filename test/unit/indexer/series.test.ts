import { expect } from "chai";

import type { ModelSeries, OperatorSeries } from "../../../src/audit/api-types.js";
import { apiOf, openSeededIndex, seededLife } from "../../support/seeded-index.js";

describe("indexer: time series", () => {
  it("shows the last of equal stretches, whatever their number, and of a span what lies in it", async () => {
    const life = await seededLife(70, 5);
    const index = await openSeededIndex(life.chain);
    await index.catchUp();
    const { get } = await apiOf(index, life.chain);
    const operators = index.reading.selectFrom("operators").select("address");
    const [row] = await operators.orderBy("final", "desc").limit(1).execute();
    const at = `/v1/operators/${row!.address}/series`;
    const all = (await get<OperatorSeries>(`${at}?points=2000`)).exposure;
    const count = all.length;
    expect(count).to.be.greaterThan(30);
    for (let points = 1; points <= count + 1; points++) {
      const { exposure } = await get<OperatorSeries>(`${at}?points=${points}`);
      const shown = Math.min(points, count);
      const ends = Array.from({ length: shown }, (_, k) => Math.floor(((k + 1) * count + shown - 1) / shown));
      expect(exposure).to.deep.equal(ends.map((end) => all[end - 1]));
    }
    const [from, to] = [all[9]!.time, all[count - 5]!.time];
    const within = all.filter(({ time }) => time >= from && time < to);
    const span = await get<OperatorSeries>(`${at}?points=2000&from=${from}&to=${to}`);
    expect(span.exposure).to.deep.equal(within);
    expect((await get<OperatorSeries>(`${at}?from=${to}&to=${from}`)).exposure).to.deep.equal([]);
    expect(await get<ModelSeries>(`/v1/models/0x${"12".repeat(32)}/series`)).to.deep.equal({ standing: [] });
    await index.close();
  });
});
