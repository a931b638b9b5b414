import { expect } from "chai";
import type { Provider } from "ethers";

import { chainNow } from "../../../src/chain/chain-now.js";

/** A node whose newest block is of `latest`, and that shows a pending one or answers otherwise. */
const node = (latest: number, pending: () => Promise<unknown>): Provider =>
  ({ getBlock: () => Promise.resolve({ timestamp: latest }), send: pending }) as unknown as Provider;
const block = (timestamp: number) => () => Promise.resolve({ timestamp: `0x${timestamp.toString(16)}` });
const year2100 = 4_102_444_800;

describe("chain: the time of the next block", () => {
  it("is the pending block's, whatever the clock here says", async () => {
    expect(await chainNow(node(1_000, block(1_001)))).to.equal(1_001n);
    expect(await chainNow(node(year2100, block(year2100 + 60)))).to.equal(BigInt(year2100 + 60));
  });

  it("is the clock's where the node shows no block beyond the newest", async () => {
    for (const pending of [
      block(1_000),
      () => Promise.resolve(null),
      () => Promise.reject(new Error("what?")),
    ]) {
      const now = await chainNow(node(1_000, pending));
      expect(Number(now)).to.be.closeTo(Math.floor(Date.now() / 1000), 5);
    }
  });

  it("is after the newest block's in any case", async () => {
    expect(await chainNow(node(year2100, block(year2100)))).to.equal(BigInt(year2100 + 1));
  });
});
