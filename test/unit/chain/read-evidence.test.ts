import { expect } from "chai";

import { readLogs, walkProof } from "../../../src/audit/read-proof.js";
import { itemOf, proveReceipts, readHeaderBytes, trieOf } from "../../../src/chain/read-evidence.js";
import type { RawNode } from "../../../src/chain/read-evidence.js";
import { hexlify } from "ethers";
import { asBytes32 } from "../../../src/types/bytes32.js";
import { seededLife } from "../../support/seeded-index.js";

describe("chain: evidence of a node", () => {
  it("proves every item of tries of 1 to 300 items, long and short ones, and none as another", async () => {
    for (const count of [1, 2, 3, 16, 17, 127, 128, 129, 300]) {
      const items = Array.from({ length: count }, (_, at) =>
        new Uint8Array(1 + ((at * 7) % 90)).fill(1 + (at % 255)),
      );
      const { trie, root } = await trieOf(items);
      for (const index of [0, 1, 2, 15, 16, 126, 127, 128, 129, 255, 256, 299].filter((at) => at < count)) {
        const { proof } = await itemOf(trie, 0, index);
        const walk = walkProof(asBytes32(root), index, proof);
        expect(walk.ok && hexlify(walk.value)).to.equal(hexlify(items[index]!));
        for (const other of [index + 1, index + 16, index ^ 1]) {
          const wrong = walkProof(asBytes32(root), other, proof);
          // Short items stand inside the nodes above them: a path to one may show its neighbours, as what they are.
          if (wrong.ok) expect(hexlify(wrong.value)).to.equal(hexlify(items[other]!));
        }
      }
    }
  });

  it("refuses a node whose receipts or header are not the block's", async () => {
    const { chain } = await seededLife(6);
    const lying = (change: (answer: never) => unknown, method: string): RawNode => ({
      send: async (name, parameters) => {
        const answer = await chain.node.send(name, parameters);
        return name === method ? change(answer as never) : answer;
      },
    });
    const [first] = (await chain.node.send("eth_getBlockReceipts", ["0x3"])) as { transactionHash: string }[];
    const fewer = lying((receipts: readonly object[]) => receipts.slice(1), "eth_getBlockReceipts");
    const none = lying(() => null, "eth_getBlockReceipts");
    const older = lying((block: object) => ({ ...block, timestamp: "0x1" }), "eth_getBlockByNumber");
    for (const attempt of [
      proveReceipts(fewer, 3, [first!.transactionHash]),
      proveReceipts(none, 3, [first!.transactionHash]),
      readHeaderBytes(older, [3]),
    ]) {
      const code = await attempt.then(
        () => "none",
        (error: { code: string }) => error.code,
      );
      expect(code).to.equal("EVIDENCE_MISSING");
    }
    const [proven] = await proveReceipts(chain.node, 3, [first!.transactionHash]);
    expect(proven).to.include({ block: 3, index: 0 });
    expect(readLogs(new Uint8Array([1, 2, 3]))).to.equal(undefined);
  });

  it("takes receipts one by one from a node that does not give a block's", async () => {
    const { chain } = await seededLife(6);
    const asked: string[] = [];
    const older: RawNode = {
      send: async (method, parameters) => {
        asked.push(method);
        if (method === "eth_getBlockReceipts") throw new Error("the method does not exist");
        if (method !== "eth_getTransactionReceipt") return chain.node.send(method, parameters);
        const all = (await chain.node.send("eth_getBlockReceipts", ["0x3"])) as { transactionHash: string }[];
        return all.find(({ transactionHash }) => transactionHash === parameters[0]) ?? null;
      },
    };
    const all = (await chain.node.send("eth_getBlockReceipts", ["0x3"])) as { transactionHash: string }[];
    const hashes = all.map(({ transactionHash }) => transactionHash);
    expect(await proveReceipts(older, 3, hashes)).to.deep.equal(await proveReceipts(chain.node, 3, hashes));
    expect(asked.filter((method) => method === "eth_getTransactionReceipt")).to.have.length(all.length);
  });

  it("says that a block was replaced when a transaction is not in it", async () => {
    const { chain } = await seededLife(6);
    const code = await proveReceipts(chain.node, 3, [`0x${"77".repeat(32)}`]).catch((error) => error.message);
    expect(code).to.contain("the block was replaced");
  });
});
