import { expect } from "chai";
import type { Filter, FilterByBlockHash, Log } from "ethers";

import { firstBlockAt } from "../../../src/chain/first-block-at.js";
import { readLogs } from "../../../src/chain/read-logs.js";
import { asSeconds } from "../../../src/types/seconds.js";

const TOPIC = "0x01";
const query = { address: "0x02", topics: [TOPIC] };

/** A node with one log in every tenth block that answers at most `most` blocks at a time, and notes what it was asked. */
function node(most: number) {
  const asked: [from: number, to: number][] = [];
  const topics: Filter["topics"][] = [];
  const getLogs = (filter: Filter | FilterByBlockHash): Promise<Log[]> => {
    const {
      fromBlock: from,
      toBlock: to,
      topics: wanted,
    } = filter as { fromBlock: number; toBlock: number } & Filter;
    if (to - from + 1 > most) return Promise.reject(new Error("query exceeds max block range"));
    asked.push([from, to]);
    topics.push(wanted);
    const blocks = Array.from({ length: to - from + 1 }, (_, i) => from + i).filter(
      (number) => number % 10 === 0,
    );
    return Promise.resolve(blocks.map((blockNumber) => ({ blockNumber, index: 0 }) as Log));
  };
  return { provider: { getLogs }, asked, topics };
}

describe("chain: logs of many blocks", () => {
  it("are asked for in stretches that meet and do not overlap", async () => {
    const { provider, asked } = node(1_000);
    const logs = await readLogs(provider, query, { from: 5, to: 2_007 }, 1_000);
    expect(asked).to.deep.equal([
      [5, 1_004],
      [1_005, 2_004],
      [2_005, 2_007],
    ]);
    expect(logs.map(({ blockNumber }) => blockNumber)).to.deep.equal(
      Array.from({ length: 200 }, (_, i) => 10 * (i + 1)),
    );
  });

  it("are asked for in shorter stretches where the node refuses long ones, and none is lost", async () => {
    const { provider, asked } = node(150);
    const logs = await readLogs(provider, query, { from: 0, to: 999 }, 1_000);
    expect(logs).to.have.lengthOf(100);
    expect(asked[0]).to.deep.equal([0, 124]);
  });

  it("fail as the node does when not even one block is answered", async () => {
    const failure = await readLogs(node(0).provider, query, { from: 0, to: 9 }, 10).catch(
      (error: unknown) => error,
    );
    expect(failure).to.have.property("message", "query exceeds max block range");
  });

  it("are not asked for where no topic is wanted", async () => {
    const { provider, asked } = node(1_000);
    expect(await readLogs(provider, { ...query, topics: [TOPIC, []] }, { from: 0, to: 9 })).to.deep.equal([]);
    expect(asked).to.deep.equal([]);
  });

  it("are asked for by a hundred topics at a time", async () => {
    const { provider, topics } = node(1_000);
    const many = Array.from({ length: 201 }, (_, i) => `0x${i}`);
    await readLogs(provider, { ...query, topics: [TOPIC, null, many] }, { from: 0, to: 1 });
    expect(topics).to.deep.equal([
      [TOPIC, null, many.slice(0, 100)],
      [TOPIC, null, many.slice(100, 200)],
      [TOPIC, null, many.slice(200)],
    ]);
  });

  it("come in the order of the chain, whatever the topics", async () => {
    const { provider } = node(1_000);
    const many = Array.from({ length: 101 }, (_, i) => `0x${i}`);
    const logs = await readLogs(provider, { ...query, topics: [many] }, { from: 0, to: 20 });
    expect(logs.map(({ blockNumber }) => blockNumber)).to.deep.equal([0, 0, 10, 10, 20, 20]);
  });
});

describe("chain: the first block at a time", () => {
  const times = [100, 102, 102, 102, 104, 107];
  const provider = {
    getBlock: (number: unknown) => Promise.resolve({ timestamp: times[number as number] } as never),
  };
  const cases: [time: bigint, block: number][] = [
    [0n, 0],
    [100n, 0],
    [101n, 1],
    [102n, 1],
    [103n, 4],
    [107n, 5],
    [108n, 6],
  ];
  for (const [time, block] of cases) {
    it(`is ${block} at ${time}`, async () => {
      expect(await firstBlockAt(provider, asSeconds(time), { from: 0, to: 5 })).to.equal(block);
    });
  }

  it("is never before the span", async () => {
    expect(await firstBlockAt(provider, asSeconds(0n), { from: 2, to: 5 })).to.equal(2);
  });
});
