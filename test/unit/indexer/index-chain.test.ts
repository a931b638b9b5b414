import { expect } from "chai";

import { seededChain } from "../../../scripts/support/seeded-chain.js";
import { UNDO_BLOCKS } from "../../../src/indexer/apply-change.js";
import { openIndex } from "../../../src/indexer/open-index.js";
import { indexChain } from "../../../src/indexer/index-chain.js";
import { exported, HALF_LIFE, openSeededIndex, seededLife } from "../../support/seeded-index.js";

describe("indexer: from events to tables", () => {
  it("gives the same bytes from zero as from life with three reorgs, whatever the batches", async () => {
    const { chain, history } = await seededLife(20);
    const live = await openSeededIndex(chain);
    await live.catchUp();
    for (const depth of [3, 8, 1]) {
      chain.drop(depth);
      for (let block = 0; block <= depth; block++) await history.grow(2);
      await live.catchUp();
      for (let block = 0; block < 4; block++) {
        await history.grow(2);
        await live.catchUp();
      }
    }
    const fromZero = await openSeededIndex(chain, 5);
    await fromZero.catchUp();
    const [one, other] = [await exported(live.reading), await exported(fromZero.reading)];
    expect(one.length).to.be.greaterThan(50_000);
    expect(one).to.equal(other);
    await live.close();
    await fromZero.close();
  });

  it("folds everything again after a reorg that is deeper than what it can take back", async () => {
    const { chain, history } = await seededLife(6);
    const live = await openSeededIndex(chain);
    await live.catchUp();
    for (let block = 0; block < UNDO_BLOCKS + 40; block++) await chain.add([]);
    await live.catchUp();
    chain.drop(UNDO_BLOCKS + 43);
    for (let block = 0; block < UNDO_BLOCKS + 45; block++)
      await (block < 9 ? history.grow(1) : chain.add([]));
    await live.catchUp();
    const fromZero = await openSeededIndex(chain);
    await fromZero.catchUp();
    expect(await exported(live.reading)).to.equal(await exported(fromZero.reading));
    await live.close();
    await fromZero.close();
  });

  it("refuses a database of another deployment", async () => {
    const db = await openIndex(":memory:");
    const given = { db, constants: { halfLife: HALF_LIFE } };
    const [one, other] = [seededChain(), seededChain(undefined, 1)];
    await indexChain({ ...given, provider: one.node, deployment: one.deployment });
    const again = indexChain({ ...given, provider: other.node, deployment: other.deployment });
    const code = await again.then(
      () => "none",
      (error: { code: string }) => error.code,
    );
    expect(code).to.equal("INDEX_OF_ANOTHER");
    await db.destroy();
  });

  it("keeps its sums: every count and amount is what its claims add up to", async () => {
    const { chain } = await seededLife(90, 11);
    const index = await openSeededIndex(chain);
    await index.catchUp();
    const db = index.reading;
    const claims = await db.selectFrom("claims").selectAll().execute();
    const operators = await db.selectFrom("operators").selectAll().execute();
    const sum = (values: readonly string[]): string =>
      values.reduce((total, value) => total + BigInt(value), 0n).toString();
    expect(claims.filter(({ phase }) => phase === "FAULTED")).to.have.length.greaterThan(3);
    for (const operator of operators) {
      const own = claims.filter((claim) => claim.operator === operator.address);
      const locked = own.filter(({ phase }) => phase === "OPEN" || phase === "CONTESTED");
      expect(operator.locked).to.equal(sum(locked.map(({ liability }) => liability)));
      expect(operator.final).to.equal(own.filter(({ phase }) => phase === "FINAL").length);
      const fallen = own.filter(({ phase }) => phase === "FAULTED");
      expect(operator.faulted).to.equal(sum(fallen.map(({ liability }) => liability)));
      expect(operator.stake).to.equal((10n ** 24n - BigInt(operator.faulted)).toString());
    }
    const totals = await db.selectFrom("totals").selectAll().execute();
    const total = (name: string): string | undefined => totals.find((row) => row.name === name)?.value;
    expect(total("locked")).to.equal(sum(operators.map(({ locked }) => locked)));
    expect(total("stake")).to.equal(sum(operators.map(({ stake }) => stake)));
    expect(total("claims OPEN")).to.equal(String(claims.filter(({ phase }) => phase === "OPEN").length));
    await index.close();
  });
});
