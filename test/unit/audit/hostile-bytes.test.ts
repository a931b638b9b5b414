import { MerklePatriciaTrie } from "@ethereumjs/mpt";
import { encode } from "@ethereumjs/rlp";
import { expect } from "chai";
import { hexlify, keccak256 } from "ethers";
import fc from "fast-check";

import { readCall, readHeader, readLogs, walkProof } from "../../../src/audit/read-proof.js";
import { itemOf, trieOf } from "../../../src/chain/read-evidence.js";
import { asBytes32 } from "../../../src/types/bytes32.js";

type Nested = Uint8Array | Nested[];
const bytes = (length: number, fill = 0): Uint8Array => new Uint8Array(length).fill(fill);
const hex = (node: Nested): `0x${string}` => hexlify(encode(node)) as `0x${string}`;
const rootOf = (node: Nested) => asBytes32(keccak256(encode(node)));
const reads = (value: unknown): boolean => value !== undefined;

/** Whatever RLP can hold; lists of 2, 15 and 17 items, and strings of 20 and 32 bytes, are what readers look for. */
const nested = fc.letrec<{ node: Nested }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    fc.uint8Array({ maxLength: 9 }),
    fc.constantFrom(bytes(20), bytes(32), bytes(32, 1), Uint8Array.of(0x20), Uint8Array.of(0x30)),
    ...[2, 4, 15, 17].map((size) => fc.array(tie("node"), { minLength: size, maxLength: size })),
    fc.array(tie("node"), { maxLength: 5 }),
  ),
})).node;

describe("audit: hostile bytes", () => {
  it("whatever the bytes are, readers say what they read or that it is nothing", () => {
    fc.assert(
      fc.property(nested, fc.nat(300), fc.constantFrom([], [1], [2], [0x7e], [0x80]), (node, index, type) => {
        const encoded = Uint8Array.of(...type, ...encode(node));
        const walk = walkProof(rootOf(node), index, [hex(node)]);
        if (walk.ok) expect(walk.value).to.be.instanceOf(Uint8Array);
        const header = readHeader(hexlify(encoded) as `0x${string}`);
        if (header !== undefined) {
          expect(header.number).to.satisfy(Number.isSafeInteger);
          expect(header.time).to.satisfy((time: number) => time < 2 ** 40);
        }
        for (const log of readLogs(encoded) ?? []) {
          expect(log.address).to.match(/^0x[0-9a-f]{40}$/);
          for (const topic of log.topics) expect(topic).to.match(/^0x[0-9a-f]{64}$/);
        }
        const call = readCall(encoded);
        if (call !== undefined) expect(call.to).to.match(/^0x[0-9a-f]{40}$/);
      }),
      { numRuns: 2_000 },
    );
  });

  it("a list deeper than the stack is no list", () => {
    const deep = bytes(400_000, 0xc1);
    deep[deep.length - 1] = 0xc0;
    expect(readLogs(deep)).to.equal(undefined);
    expect(readCall(deep)).to.equal(undefined);
    expect(readHeader(hexlify(deep) as `0x${string}`)).to.equal(undefined);
  });

  describe("headers", () => {
    const fields = (change: Record<number, Nested> = {}): Nested[] =>
      Array.from(
        { length: 16 },
        (_, at) => change[at] ?? (at === 8 || at === 11 ? Uint8Array.of(1, 0) : bytes(32, 1)),
      );

    it("have their number and time in a few bytes", () => {
      expect(readHeader(hex(fields()))).to.include({ number: 256, time: 256 });
      expect(readHeader(hex(fields({ 8: bytes(6, 255) })))?.number).to.equal(2 ** 48 - 1);
      expect(readHeader(hex(fields({ 11: bytes(5, 255) })))?.time).to.equal(2 ** 40 - 1);
      for (const change of [
        { 8: bytes(7, 255) },
        { 11: bytes(6, 1) },
        { 8: [bytes(1)] },
        { 11: [] },
        { 0: bytes(31) },
      ])
        expect(readHeader(hex(fields(change))), JSON.stringify(change)).to.equal(undefined);
      expect(readHeader(hex(fields().slice(0, 14)))).to.equal(undefined);
      expect(readHeader(`${hex(fields())}00`)).to.equal(undefined);
    });
  });

  describe("receipts", () => {
    const log: Nested = [bytes(20, 1), [bytes(32, 2)], bytes(5)];
    const receipt = (logs: Nested): Uint8Array =>
      encode([Uint8Array.of(1), Uint8Array.of(9), bytes(256), logs]);

    it("are read with every type and without one, and with what chains append", () => {
      for (const type of [[], [1], [2], [3], [4], [0x7e]])
        expect(readLogs(Uint8Array.of(...type, ...receipt([log])))).to.have.length(1);
      const before = encode([bytes(32, 3), Uint8Array.of(9), bytes(256), [log, log]]);
      expect(readLogs(before)).to.have.length(2);
      const ofDeposit = encode([Uint8Array.of(1), bytes(1, 9), bytes(256), [log], bytes(1, 7), bytes(1, 1)]);
      expect(readLogs(Uint8Array.of(0x7e, ...ofDeposit))).to.have.length(1);
    });

    it("with a log of another form are none", () => {
      const [address, topics, data] = log as [Nested, Nested[], Nested];
      for (const wrong of [
        bytes(3),
        [],
        [address, topics],
        [bytes(19), topics, data],
        [[address], topics, data],
        [address, bytes(32), data],
        [address, [bytes(31)], data],
        [address, [topics], data],
        [address, Array.from({ length: 5 }, () => bytes(32)), data],
        [address, topics, [data]],
        [address, topics, data, data],
      ] satisfies Nested[])
        expect(reads(readLogs(receipt([log, wrong]))), JSON.stringify(wrong)).to.equal(false);
    });
  });

  describe("tries", () => {
    it("an item that the trie does not hold has no proof, and its neighbours' is none", async () => {
      const { trie, root } = await trieOf(Array.from({ length: 200 }, (_, at) => bytes(40, at)));
      const proofOf = async (index: number) => (await itemOf(trie, 0, index)).proof;
      for (const index of [0, 1, 127, 128, 199]) {
        const walk = walkProof(asBytes32(root), index, await proofOf(index));
        expect(walk.ok && walk.value[0]).to.equal(index);
        for (const other of [index + 1, 200, 255, 256, 2 ** 32, 2 ** 53 - 1])
          expect(walkProof(asBytes32(root), other, await proofOf(index)).ok).to.equal(false);
      }
      for (const absent of [200, 300])
        expect(walkProof(asBytes32(root), absent, await proofOf(absent)).ok).to.equal(false);
    });

    it("nodes within nodes, values of branches and short values are followed as a trie has them", async () => {
      const trie = new MerklePatriciaTrie();
      for (const index of [1, 2, 16, 17]) await trie.put(encode(index), Uint8Array.of(index));
      await trie.put(Uint8Array.of(1, 0x23), Uint8Array.of(99));
      const root = asBytes32(hexlify(trie.root()));
      for (const index of [1, 2, 16, 17]) {
        const { proof } = await itemOf(trie, 0, index);
        const walk = walkProof(root, index, proof);
        expect(walk.ok && walk.value[0]).to.equal(index);
        expect(walkProof(root, index, [...proof, proof[0]!]).ok).to.equal(false);
      }
    });

    it("a list in the place of a value is none", () => {
      const branch = Array.from({ length: 17 }, (): Nested => bytes(0));
      branch[16] = [bytes(1, 5)];
      const extension: Nested = [Uint8Array.of(0x00, 0x07), branch];
      expect(walkProof(rootOf(extension), 7, [hex(extension)]).ok).to.equal(false);
      const leaf: Nested = [Uint8Array.of(0x20, 0x07), [bytes(1, 5)]];
      expect(walkProof(rootOf(leaf), 7, [hex(leaf)]).ok).to.equal(false);
    });
  });
});
