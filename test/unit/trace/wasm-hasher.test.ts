import { expect } from "chai";

import { nobleHasher } from "../../../src/trace/noble-hasher.js";
import { rootOfBytes } from "../../../src/trace/tree.js";
import { createWasmHasher } from "../../../src/trace/wasm-hasher.js";
import { startNodeThread } from "../../../src/threads/start-node-thread.js";
import { Random } from "../../support/random.js";

const bytesOf = (count: number): Uint8Array => {
  const random = new Random(count);
  return Uint8Array.from({ length: count }, () => random.below(256));
};

describe("trace: the WebAssembly hasher", () => {
  const hasher = createWasmHasher();

  it("hashes leaves and pairs like the plain one, one, odd, even and more than a chunk of them", () => {
    for (const count of [0, 1, 2, 3, 7, 1023, 1024, 1025, 2049]) {
      for (const [name, blockBytes] of [
        ["leaves", 128],
        ["pairs", 64],
      ] as const) {
        const input = bytesOf(count * blockBytes);
        const [own, plain] = [new Uint8Array(count * 32), new Uint8Array(count * 32)];
        hasher[name](input, own);
        nobleHasher[name](input, plain);
        expect(Buffer.from(own).equals(Buffer.from(plain)), `${count} ${name}`).to.equal(true);
      }
    }
  });

  it("writes hashes over the beginning of their own input", () => {
    const input = bytesOf(5_000 * 64);
    const expected = new Uint8Array(5_000 * 32);
    nobleHasher.pairs(input, expected);
    hasher.pairs(input, input);
    expect(Buffer.from(input.subarray(0, expected.length)).equals(Buffer.from(expected))).to.equal(true);
  });

  it("leads to the same roots with a second thread", () => {
    const shared = createWasmHasher({ count: 1, startThread: startNodeThread });
    for (const count of [1, 70_001, 1_000_003]) {
      const bytes = bytesOf(count);
      expect(rootOfBytes(bytes, shared)).to.deep.equal(rootOfBytes(bytes, nobleHasher));
    }
    shared.close();
  });

  it("leads to the same roots", () => {
    for (const count of [1, 127, 128, 129, 4_095, 70_001]) {
      const bytes = bytesOf(count);
      expect(rootOfBytes(bytes, hasher)).to.deep.equal(rootOfBytes(bytes, nobleHasher));
    }
  });
});
