import { expect } from "chai";
import type { Log } from "ethers";

import { seedHistory } from "../../../scripts/support/seed-history.js";
import { seededChain } from "../../../scripts/support/seeded-chain.js";
import type { SeededChain } from "../../../scripts/support/seeded-chain.js";
import type { Follow } from "../../../src/chain/follow-chain.js";
import { indexChain } from "../../../src/indexer/index-chain.js";
import { openIndex } from "../../../src/indexer/open-index.js";
import { exported, HALF_LIFE, openSeededIndex, seededLife } from "../../support/seeded-index.js";

type Node = Follow["provider"];
type GetLogs = (filter: { fromBlock: number; toBlock: number }) => Promise<readonly Log[]>;

/** A chain whose node answers in its own way. */
const answering = (chain: SeededChain, change: (own: GetLogs) => GetLogs): SeededChain => {
  const own = chain.node.getLogs.bind(chain.node) as unknown as GetLogs;
  return { ...chain, node: { ...chain.node, getLogs: change(own) as unknown as Node["getLogs"] } };
};

async function bytesOf(chain: SeededChain): Promise<string> {
  const index = await openSeededIndex(chain);
  await index.catchUp();
  const bytes = await exported(index.reading);
  await index.close();
  return bytes;
}

describe("indexer: what a node may answer", function () {
  this.timeout(60_000);

  it("logs that come twice, or out of order, make the same bytes", async () => {
    const { chain } = await seededLife(30);
    const expected = await bytesOf(chain);
    expect(await bytesOf(answering(chain, (own) => async (at) => [...(await own(at))].reverse()))).to.equal(
      expected,
    );
    const twice = answering(chain, (own) => async (at) => [...(await own(at)), ...(await own(at))]);
    expect(await bytesOf(twice)).to.equal(expected);
  });

  it("a node that refuses more than so many results is asked for less", async () => {
    const { chain } = await seededLife(30);
    let refused = 0;
    const narrow = answering(chain, (own) => async (at) => {
      const logs = await own(at);
      if (logs.length <= 60) return logs;
      refused++;
      throw new Error("query returns more than 60 results");
    });
    expect(await bytesOf(narrow)).to.equal(await bytesOf(chain));
    expect(refused).to.be.greaterThan(2);
  });

  it("logs of another fork, of two forks at once or of blocks not asked for are not believed", async () => {
    const { chain, history } = await seededLife(12);
    const last = await chain.node.getBlockNumber();
    const gone = (await chain.node.getLogs({ fromBlock: 0, toBlock: last })) as readonly Log[];
    chain.drop(4);
    for (let block = 0; block < 6; block++) await history.grow(3);
    const expected = await bytesOf(chain);
    const before = gone.filter(({ blockNumber }) => blockNumber > last - 4);
    const whole = (await chain.node.getLogs({ fromBlock: 0, toBlock: last + 2 })) as readonly Log[];
    const lies: readonly ((own: readonly Log[]) => readonly Log[])[] = [
      () => gone,
      (own) => [...own.filter(({ blockNumber }) => blockNumber <= last - 4), ...before],
      (own) =>
        own.map((log) =>
          log.index > 0 ? log : (before.find(({ blockNumber: at }) => at === log.blockNumber) ?? log),
        ),
      (own) => [...own, ...whole.filter(({ blockNumber }) => blockNumber === own.at(-1)!.blockNumber + 1)],
    ];
    for (const lie of lies) {
      let isLying = true;
      const index = await openSeededIndex(
        answering(chain, (own) => async (at) => (isLying ? lie(await own(at)) : own(at))),
        5,
      );
      const failed = await index.catchUp().then(
        () => false,
        () => true,
      );
      expect(failed).to.equal(true);
      isLying = false;
      await index.catchUp();
      expect(await exported(index.reading)).to.equal(expected);
      await index.close();
    }
  });

  it("a reorg deeper than the confirmations is taken back all the same", async () => {
    const { chain, history } = await seededLife(25);
    const db = await openIndex(":memory:");
    const { node: provider, deployment } = chain;
    const indexing = await indexChain({
      db,
      provider,
      deployment,
      constants: { halfLife: HALF_LIFE },
      confirmations: 3,
    });
    const catchUp = async (): Promise<void> => {
      while ((await indexing.step()) !== undefined);
    };
    await catchUp();
    expect(indexing.indexed()?.number).to.equal((await provider.getBlockNumber()) - 3);
    chain.drop(9);
    for (let block = 0; block < 12; block++) await history.grow(2);
    await catchUp();
    for (let block = 0; block < 3; block++) await chain.add([]);
    await catchUp();
    const other = await openSeededIndex(chain);
    await other.catchUp();
    // The empty blocks on top tell nothing.
    expect(await exported(db)).to.equal(await exported(other.reading));
    await other.close();
    await db.destroy();
  });

  it("another chain under the same address and id replaces everything that was read", async () => {
    const { chain } = await seededLife(10, 1);
    const index = await openSeededIndex(chain);
    await index.catchUp();
    const anew = seededChain();
    const history = await seedHistory(anew, { seed: 2, faultOneIn: 10 });
    for (let block = 0; block < 14; block++) await history.grow(2);
    const { node: provider, deployment } = anew;
    const indexing = await indexChain({
      db: index.writing,
      provider,
      deployment,
      constants: { halfLife: HALF_LIFE },
    });
    while ((await indexing.step()) !== undefined);
    expect(await exported(index.reading)).to.equal(await bytesOf(anew));
    await index.close();
  });
});

describe("indexer: what a stranger may put on chain", () => {
  it("a foreign parent at an index that no record has is an event, and no edge", async () => {
    const chain = seededChain();
    const [child, parent, book] = ["22", "33", "44"].map((two) => `0x${two.repeat(32)}`);
    const shown = (index: bigint) => ({
      part: "lineage" as const,
      name: "ForeignParentShown",
      args: [child, parent, 0, 5n, book!.slice(0, 42), index],
    });
    await chain.add([{ events: [shown(2n ** 255n), shown(2n ** 32n), shown(2n ** 32n - 1n)] }]);
    const index = await openSeededIndex(chain);
    await index.catchUp();
    const edges = await index.reading.selectFrom("edges").select("parent_idx").execute();
    expect(edges).to.deep.equal([{ parent_idx: 2 ** 32 - 1 }]);
    expect(await index.reading.selectFrom("events").select("log").execute()).to.have.length(3);
    await index.close();
  });
});
