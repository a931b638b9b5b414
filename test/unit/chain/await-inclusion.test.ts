import { expect } from "chai";

import { awaitInclusion } from "../../../src/chain/await-inclusion.js";
import type { OnItsWay } from "../../../src/chain/await-inclusion.js";
import { isOnusError } from "../../../src/errors/onus-error.js";

type Sent = { readonly hash: string; readonly tip: bigint; readonly most: bigint; readonly nonce: number };

/**
 * A chain that includes the transaction that `includes` names after so many pauses; every transaction is named by its
 * number.
 */
async function wait(given: {
  value?: bigint;
  includes: (sent: readonly Sent[], pauses: number) => string | undefined;
  takenAfter?: number;
  refuses?: boolean;
  patience?: number;
}) {
  const { value = 0n, includes, takenAfter = Infinity, refuses = false, patience = 1_000 } = given;
  const sent: Sent[] = [{ hash: "0", tip: 1_000n, most: 5_000n, nonce: 7 }];
  let pauses = 0;
  const way = {
    runner: {
      sendTransaction: (request: { maxPriorityFeePerGas: bigint; maxFeePerGas: bigint; nonce: number }) => {
        if (refuses) return Promise.reject(new Error("nonce too low"));
        const { maxPriorityFeePerGas: tip, maxFeePerGas: most, nonce } = request;
        sent.push({ hash: `${sent.length}`, tip, most, nonce });
        return Promise.resolve(sent.at(-1));
      },
    },
    provider: {
      getTransactionReceipt: (hash: string) =>
        Promise.resolve(includes(sent, pauses) === hash ? { hash, status: 1 } : null),
      getTransactionCount: () => Promise.resolve(pauses > takenAfter ? 8 : 7),
    },
    call: "Inquiry.answer",
    request: { from: "0x01", value, maxFeePerGas: 5_000n, maxPriorityFeePerGas: 1_000n },
    sent: { hash: "0", nonce: 7 },
    patience,
    pause: () => Promise.resolve(++pauses),
  } as unknown as OnItsWay;
  const outcome = await awaitInclusion(way).catch((error: unknown) => error);
  return { outcome, sent, pauses };
}
const hashOf = (outcome: unknown) => (outcome as { hash: string }).hash;

describe("chain: waiting for inclusion", () => {
  it("ends with the receipt, without a pause where it is there at once", async () => {
    const { outcome, sent, pauses } = await wait({ includes: () => "0" });
    expect(hashOf(outcome)).to.equal("0");
    expect({ sent: sent.length, pauses }).to.deep.equal({ sent: 1, pauses: 0 });
  });

  it("pays no more before the patience is over: four looks of a quarter second", async () => {
    const { sent, pauses } = await wait({ includes: (_, paused) => (paused === 4 ? "0" : undefined) });
    expect({ sent: sent.length, pauses }).to.deep.equal({ sent: 1, pauses: 4 });
  });

  it("then sends again in the same place, a quarter dearer each time, and takes whichever is included", async () => {
    const { outcome, sent } = await wait({ includes: (made) => (made.length === 3 ? "1" : undefined) });
    expect(hashOf(outcome)).to.equal("1");
    expect(sent.slice(1)).to.deep.equal([
      { hash: "1", tip: 1_251n, most: 6_251n, nonce: 7 },
      { hash: "2", tip: 1_564n, most: 7_814n, nonce: 7 },
    ]);
  });

  it("raises the price eight times and no more, however long it takes", async () => {
    const { sent } = await wait({ includes: (_, paused) => (paused > 100 ? "8" : undefined) });
    expect(sent).to.have.lengthOf(9);
  });

  it("raises it once where a deposit was reckoned for such fees", async () => {
    const { sent } = await wait({ value: 1n, includes: (_, paused) => (paused > 100 ? "1" : undefined) });
    expect(sent).to.have.lengthOf(2);
  });

  it("goes on where the node takes no replacement", async () => {
    const { outcome } = await wait({
      refuses: true,
      includes: (_, paused) => (paused > 20 ? "0" : undefined),
    });
    expect(hashOf(outcome)).to.equal("0");
  });

  it("ends with TRANSACTION_LOST where the place is taken and none of its own is included", async () => {
    const { outcome } = await wait({ includes: () => undefined, takenAfter: 10 });
    expect(isOnusError(outcome, "TRANSACTION_LOST")).to.equal(true);
  });

  it("looks once more where the place is taken: it may be by its own", async () => {
    const { outcome } = await wait({
      includes: (_, paused) => (paused > 4 ? "0" : undefined),
      takenAfter: 3,
    });
    expect(hashOf(outcome)).to.equal("0");
  });
});
