import { expect } from "chai";
import { toBeHex } from "ethers";

import { followChain } from "../../../src/chain/follow-chain.js";
import type { BlockMark, Follow } from "../../../src/chain/follow-chain.js";
import { hasAnvil } from "../../support/anvil.js";
import { startAnvilChain } from "../../support/anvil-chain.js";
import type { AnvilChain } from "../../support/anvil-chain.js";

/** A contract that logs the first word it is called with, as a topic: LOG1(0, 0, CALLDATALOAD(0)). */
const BELL = "0x00000000000000000000000000000000000be11a";
const BELL_CODE = "0x60003560006000a100";

describe("chain: following the chain", () => {
  let chain: AnvilChain;
  beforeEach(async function () {
    if (!hasAnvil) return this.skip();
    chain = await startAnvilChain();
    await chain.provider.send("anvil_setCode", [BELL, BELL_CODE]);
  });
  afterEach(async () => chain?.stop());

  const ring = async (note: number) => {
    await (
      await chain.wallet(0).sendTransaction({ to: BELL, data: toBeHex(note, 32), gasLimit: 100_000 })
    ).wait();
  };

  /** Keeps the notes of a chain as a program would: with their blocks, and the checkpoint beside them. */
  function keepNotes(options: Partial<Follow> = {}) {
    let notes: { note: number; block: number }[] = [];
    let checkpoint: readonly BlockMark[] = [];
    let rollbacks = 0;
    const store = { checkpoint: () => checkpoint };
    const follow: Follow = { provider: chain.provider, from: 0, addresses: [BELL], store, ...options };
    const follower = followChain(follow);
    const step = async () => {
      const changes = await follower.step();
      for (const change of changes) {
        if (change.kind === "rollback") {
          rollbacks++;
          notes = notes.filter(({ block }) => block <= change.toBlock);
        } else {
          const seen = change.logs.map(({ topics, blockNumber }) => ({
            note: Number(topics[0]),
            block: blockNumber,
          }));
          notes = [...notes, ...seen];
        }
        checkpoint = change.checkpoint;
      }
      return changes.length > 0;
    };
    const readAll = async () => {
      while (await step());
      return notes.map(({ note }) => note);
    };
    return { step, readAll, rollbacks: () => rollbacks, marks: () => checkpoint };
  }

  it("reads every log once, in the order of the chain, over steps and ranges", async () => {
    const kept = keepNotes({ range: 3 });
    for (const note of [1, 2, 3, 4, 5]) await ring(note);
    expect(await kept.readAll()).to.deep.equal([1, 2, 3, 4, 5]);
    for (const note of [6, 7]) await ring(note);
    expect(await kept.readAll()).to.deep.equal([1, 2, 3, 4, 5, 6, 7]);
    expect(kept.rollbacks()).to.equal(0);
  });

  it("forgets what a reorg of depth 5 took out, and reads what came in its place", async () => {
    const kept = keepNotes();
    for (const note of [1, 2, 3, 4, 5, 6, 7]) {
      await ring(note);
      await kept.readAll();
    }
    await chain.reorg(5);
    await ring(8);
    expect(await kept.readAll()).to.deep.equal([1, 2, 8]);
    expect(kept.rollbacks()).to.equal(1);
  });

  it("goes back behind the reorg where no nearer block was remembered", async () => {
    for (const note of [1, 2, 3, 4, 5, 6, 7]) await ring(note);
    const kept = keepNotes();
    await kept.readAll();
    await chain.reorg(5);
    await ring(8);
    expect(await kept.readAll()).to.deep.equal([1, 2, 8]);
  });

  it("remembers a block behind the last reorgs when it has caught up with many", async () => {
    await chain.mine(100);
    await ring(1);
    const kept = keepNotes();
    await kept.readAll();
    await chain.reorg(5);
    const [change] = await followChain({
      ...{ provider: chain.provider, from: 0, addresses: [BELL] },
      store: { checkpoint: kept.marks },
    }).step();
    expect(change?.kind === "rollback" && change.toBlock > 50).to.equal(true);
  });

  it("leaves the newest blocks for later where confirmations are asked for", async () => {
    const kept = keepNotes({ confirmations: 2 });
    for (const note of [1, 2, 3]) await ring(note);
    expect(await kept.readAll()).to.deep.equal([1]);
    await chain.mine(2);
    expect(await kept.readAll()).to.deep.equal([1, 2, 3]);
  });

  it("waits for a node that is behind", async () => {
    for (const note of [1, 2, 3]) await ring(note);
    const kept = keepNotes();
    await kept.readAll();
    const behind = {
      getBlockNumber: () => Promise.resolve(1),
      getBlock: () => Promise.resolve(null),
      getLogs: () => Promise.resolve([]),
    };
    const store = { checkpoint: kept.marks };
    const steps = followChain({ provider: behind, from: 0, addresses: [BELL], store }).step();
    expect(await steps).to.deep.equal([]);
  });

  it("asks for less where the node refuses, and says so where one block is too much", async () => {
    for (const note of [1, 2, 3, 4, 5, 6]) await ring(note);
    const { provider } = chain;
    const most = (blocks: number): Follow["provider"] => ({
      getBlock: (number) => provider.getBlock(number),
      getBlockNumber: () => provider.getBlockNumber(),
      getLogs: (filter) => {
        const { fromBlock, toBlock = fromBlock } = filter as { fromBlock?: number; toBlock?: number };
        if (Number(toBlock ?? 0) - Number(fromBlock ?? 0) >= blocks)
          return Promise.reject(new Error("range too wide"));
        return provider.getLogs(filter);
      },
    });
    expect(await keepNotes({ provider: most(2) }).readAll()).to.deep.equal([1, 2, 3, 4, 5, 6]);
    const refused = await keepNotes({ provider: most(0) })
      .readAll()
      .catch((error: Error) => error.message);
    expect(refused).to.equal("range too wide");
  });

  it("does not believe of the newest block that nothing happened, when who is asked has not got it yet", async () => {
    const kept: { isBehind: boolean } = { isBehind: false };
    const { provider } = chain;
    const many: Follow["provider"] = {
      getBlock: (number) => provider.getBlock(number),
      getBlockNumber: () => provider.getBlockNumber(),
      getLogs: (filter) => {
        if (!kept.isBehind) return provider.getLogs(filter);
        return "blockHash" in filter ? Promise.reject(new Error("unknown block")) : Promise.resolve([]);
      },
    };
    const notes = keepNotes({ provider: many });
    await ring(1);
    await notes.readAll();
    await ring(2);
    kept.isBehind = true;
    expect(await notes.step().catch((error: Error) => error.message)).to.equal("unknown block");
    kept.isBehind = false;
    expect(await notes.readAll()).to.deep.equal([1, 2]);
  });
});
