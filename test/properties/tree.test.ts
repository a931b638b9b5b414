import { expect } from "chai";
import fc from "fast-check";
import { network } from "hardhat";

import { openPositions, rootFromOpening, treeOfBytes, treeOfItems, type Tree } from "../../src/trace/tree.js";

const { ethers } = await network.create();
const harness = await ethers.deployContract("TreeHarness");
const twin = await ethers.deployContract("TreeTwin");

const hex = (bytes: Uint8Array): string => ethers.hexlify(bytes);

/** Sizes weigh the edges of powers of two, where depth and absent nodes change. */
const sizes = fc.oneof(
  fc.integer({ min: 1, max: 300 }),
  fc.constantFrom(1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 65, 128, 129, 255, 256, 257),
);

const bytesFrom = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => {
    const mixed = Math.imul(i + 1, 0x9e3779b1) + seed;
    return Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b) >>> 24;
  });

/** Clusters of positions: neighbours and gaps of one, rather than a uniform sprinkle. */
const positionSets = (size: number): fc.Arbitrary<number[]> =>
  fc
    .array(fc.tuple(fc.nat(size - 1), fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 6 })
    .map((runs) => {
      const set = new Set<number>();
      for (const [first, count] of runs)
        for (let i = first; i < Math.min(size, first + count); i++) set.add(i);
      return [...set].sort((a, b) => a - b);
    });

const cases = sizes.chain((size) =>
  fc.record({
    size: fc.constant(size),
    seed: fc.integer(),
    cut: fc.nat(127),
    positions: positionSets(2 ** Math.ceil(Math.log2(size))),
  }),
);

/** Cuts a position set into ranges at random places, so that neighbouring ranges occur too. */
function rangesOf(positions: readonly number[], seed: number): { first: number; count: number }[] {
  const ranges: { first: number; count: number }[] = [];
  positions.forEach((position, i) => {
    const last = ranges.at(-1);
    const splitsHere = (Math.imul(seed, i + 1) >>> 3) % 3 === 0;
    if (last && last.first + last.count === position && !splitsHere) last.count++;
    else ranges.push({ first: position, count: 1 });
  });
  return ranges;
}

const itemsAt = (tree: Tree, positions: readonly number[]): Uint8Array[] =>
  positions.map((p) => {
    const item = new Uint8Array(32);
    item.set(tree.source.subarray(p * 32, (p + 1) * 32));
    return item;
  });

describe("Tree: an opening leads to the root", () => {
  it("for leaf ranges, in TypeScript, the library and its plain twin alike", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ size, seed, cut, positions }) => {
        const tree = treeOfBytes(bytesFrom(size * 128 - cut, seed));
        const stream = openPositions(tree, positions);
        const expected = [hex(tree.root), BigInt(stream.length)];
        const ours = rootFromOpening({ form: "bytes", positions, depth: tree.depth, stream });
        expect([hex(ours.root), BigInt(ours.consumed)]).to.deep.equal(expected);
        const [root, consumed] = await harness.leafRanges(rangesOf(positions, seed), tree.depth, stream);
        expect([root, consumed]).to.deep.equal(expected);
        expect([...(await twin.rootOfLeaves(positions, tree.depth, stream))]).to.deep.equal(expected);
      }),
      { numRuns: 150 },
    );
  });

  it("for list items, in TypeScript, the library and its plain twin alike", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ size, seed, positions }) => {
        const tree = treeOfItems(bytesFrom(size * 32, seed));
        const stream = openPositions(tree, positions);
        const items = itemsAt(tree, positions);
        const expected = [hex(tree.root), BigInt(stream.length)];
        const ours = rootFromOpening({
          form: "list",
          positions,
          depth: tree.depth,
          stream,
          items: Buffer.concat(items),
        });
        expect([hex(ours.root), BigInt(ours.consumed)]).to.deep.equal(expected);
        expect([...(await harness.items(positions, items, tree.depth, stream))]).to.deep.equal(expected);
        expect([...(await twin.rootOfItems(positions, items, tree.depth, stream))]).to.deep.equal(expected);
      }),
      { numRuns: 100 },
    );
  });

  it("for all nodes below one, in TypeScript, the library and its plain twin alike", async () => {
    const wholes = fc.record({ levels: fc.integer({ min: 0, max: 8 }), seed: fc.integer() });
    await fc.assert(
      fc.asyncProperty(wholes, async ({ levels, seed }) => {
        const nodes = bytesFrom(32 * 2 ** levels, seed);
        const tree = treeOfItems(nodes);
        const positions = Array.from({ length: 2 ** levels }, (_, i) => i);
        // What stands behind the nodes is not theirs.
        const stream = Buffer.concat([nodes, bytesFrom(64, seed + 1)]);
        const [root, consumed] = await harness.subtree(levels, stream);
        expect([root, consumed]).to.deep.equal([hex(tree.root), BigInt(nodes.length)]);
        expect((await twin.rootOfItems(positions, itemsAt(tree, positions), levels, "0x"))[0]).to.equal(root);
      }),
      { numRuns: 40 },
    );
  });

  it("for single leaves and nodes, by the path loop", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ size, seed, positions }) => {
        const tree = treeOfBytes(bytesFrom(size * 128, seed));
        const index = positions[0]!;
        const stream = openPositions(tree, [index]);
        const expected = [hex(tree.root), BigInt(stream.length)];
        expect([...(await harness.leaf(index, tree.depth, stream))]).to.deep.equal(expected);
        const node = ethers.keccak256(stream.subarray(0, 128));
        const [root] = await harness.path(node, index, tree.depth, stream.subarray(128));
        expect(root).to.equal(hex(tree.root));
      }),
      { numRuns: 40 },
    );
  });

  it("agrees with the twin on depth", async () => {
    for (const count of [0, 1, 2, 3, 4, 5, 8, 9, 65_535, 65_536, 65_537, 2 ** 22, 2 ** 22 + 1]) {
      expect(await harness.depthOf(count)).to.equal(await twin.depthOf(count));
    }
    expect(await harness.absentLeaf()).to.equal(ethers.keccak256(new Uint8Array(128)));
  });
});

describe("Tree: an opening that was tampered with leads elsewhere", () => {
  it("when one bit of the stream is flipped", async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.nat(), async ({ size, seed, positions }, where) => {
        const tree = treeOfBytes(bytesFrom(size * 128, seed));
        const stream = openPositions(tree, positions);
        const bit = where % (stream.length * 8);
        stream[bit >> 3]! ^= 1 << (bit & 7);
        const [root] = await harness.leafRanges(rangesOf(positions, seed), tree.depth, stream);
        expect(root).to.not.equal(hex(tree.root));
      }),
      { numRuns: 60 },
    );
  });

  it("when another position or another depth is named", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ size, seed, positions }) => {
        const tree = treeOfBytes(bytesFrom(size * 128, seed));
        const index = positions[0]!;
        // Two absent positions may have the same siblings, and then open alike.
        if (size < 2 || index >= size) return;
        const stream = openPositions(tree, [index]);
        const [moved] = await harness.leafRanges([{ first: index ^ 1, count: 1 }], tree.depth, stream);
        expect(moved).to.not.equal(hex(tree.root));
        const padded = ethers.concat([stream, new Uint8Array(32)]);
        const [deeper, taken] = await harness.leafRanges(
          [{ first: index, count: 1 }],
          tree.depth + 1,
          padded,
        );
        expect(deeper).to.not.equal(hex(tree.root));
        expect(taken).to.equal(BigInt(stream.length + 32));
        if (index >> (tree.depth - 1) === 0) {
          const [shallower] = await harness.leafRanges([{ first: index, count: 1 }], tree.depth - 1, stream);
          expect(shallower).to.not.equal(hex(tree.root));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("and extra siblings stay unread, so that the caller sees them", async () => {
    const tree = treeOfBytes(bytesFrom(9 * 128, 1));
    const stream = ethers.concat([openPositions(tree, [3, 4]), new Uint8Array(32)]);
    const [root, consumed] = await harness.leafRanges([{ first: 3, count: 2 }], tree.depth, stream);
    expect(root).to.equal(hex(tree.root));
    expect(consumed).to.equal(BigInt((stream.length - 2) / 2 - 32));
  });
});

describe("Tree: what cannot be opened is refused by name", () => {
  const stream = new Uint8Array(1024);

  it("reverts with NothingOpened for no positions", async () => {
    await expect(harness.leafRanges([], 3, stream)).to.be.revertedWithCustomError(harness, "NothingOpened");
    await expect(harness.items([], [], 3, stream)).to.be.revertedWithCustomError(harness, "NothingOpened");
  });

  it("reverts with PositionOutOfRange from 2^depth on", async () => {
    await expect(harness.leafRanges([{ first: 7, count: 2 }], 3, stream))
      .to.be.revertedWithCustomError(harness, "PositionOutOfRange")
      .withArgs(8, 8);
    await expect(harness.path(ethers.ZeroHash, 8, 3, stream))
      .to.be.revertedWithCustomError(harness, "PositionOutOfRange")
      .withArgs(8, 8);
    await expect(harness.items([2n ** 200n], [ethers.ZeroHash], 3, stream))
      .to.be.revertedWithCustomError(harness, "PositionOutOfRange")
      .withArgs(2n ** 200n, 8);
  });

  it("reverts with PositionsNotAscending for empty, repeated and descending ranges", async () => {
    await expect(harness.leafRanges([{ first: 2, count: 0 }], 3, stream))
      .to.be.revertedWithCustomError(harness, "PositionsNotAscending")
      .withArgs(2, 0);
    const overlap = [
      { first: 2, count: 3 },
      { first: 4, count: 1 },
    ];
    await expect(harness.leafRanges(overlap, 3, stream))
      .to.be.revertedWithCustomError(harness, "PositionsNotAscending")
      .withArgs(4, 5);
    await expect(harness.items([3, 3], [ethers.ZeroHash, ethers.ZeroHash], 3, stream))
      .to.be.revertedWithCustomError(harness, "PositionsNotAscending")
      .withArgs(3, 4);
  });
});

describe("Tree: cost", () => {
  it("of a path level stays under 165 gas", async () => {
    const [, , shallow] = await harness.path(ethers.ZeroHash, 0, 1, new Uint8Array(32));
    const [, , deep] = await harness.path(ethers.ZeroHash, 0, 21, new Uint8Array(32 * 21));
    expect((deep - shallow) / 20n).to.be.lessThan(165n);
  });

  it("of a leaf in a range, its share of the folding included, stays under 300 gas", async () => {
    const [, , few] = await harness.leafRanges([{ first: 0, count: 32 }], 10, new Uint8Array(128 * 32 + 320));
    const [, , many] = await harness.leafRanges(
      [{ first: 0, count: 64 }],
      10,
      new Uint8Array(128 * 64 + 320),
    );
    expect((many - few) / 32n).to.be.lessThan(300n);
  });
});
