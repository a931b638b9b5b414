import { expect } from "chai";

import type { ClaimDetail } from "../../../src/audit/api-types.js";
import { apiOf, exported, openSeededIndex, seededLife } from "../../support/seeded-index.js";

/** An index whose first claim is OPEN, and becomes FINAL behind the first query of whoever reads by `growing`. */
async function indexThatGrows() {
  const { chain, history } = await seededLife(40, 3);
  const index = await openSeededIndex(chain);
  await index.catchUp();
  let hasGrown = false;
  const growing = index.reading.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      if (hasGrown) return result;
      hasGrown = true;
      for (let block = 0; block < 15; block++) await history.grow(3);
      await index.catchUp();
      return result;
    },
  });
  return { index, chain, growing, hasGrown: () => hasGrown, id: history.claims[0]!.id };
}

describe("indexer: while blocks come in", () => {
  it("an answer is of one moment", async () => {
    const { index, chain, growing, hasGrown, id } = await indexThatGrows();
    const { get } = await apiOf({ reading: growing, writing: index.writing }, chain);
    const claimNow = async () => {
      const { phase, timeline } = await get<ClaimDetail>(`/v1/claims/${id}`);
      return [phase, timeline.some(({ name }) => name === "ClaimFinalized")];
    };
    expect(await claimNow()).to.deep.equal(["OPEN", false]);
    expect(hasGrown()).to.equal(true);
    expect(await claimNow()).to.deep.equal(["FINAL", true]);
    await index.close();
  });

  it("an export is of one moment", async () => {
    const { index, growing, hasGrown } = await indexThatGrows();
    const before = await exported(index.reading);
    expect(await exported(growing)).to.equal(before);
    expect(hasGrown()).to.equal(true);
    expect(await exported(index.reading)).to.not.equal(before);
    await index.close();
  });
});
