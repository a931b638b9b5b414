import { expect } from "chai";
import fc from "fast-check";
import { network } from "hardhat";

import { parentItem } from "../../src/claim/claim.js";
import { claimOneRecord } from "../../src/claim/claim-one-record.js";
import { findBinding } from "../../src/claim/find-binding.js";
import { commitParents, listOf, openItem, openParent, type Parent } from "../../src/claim/parent-list.js";
import { asAddress } from "../../src/types/address.js";
import { asBytes32, bytes32From, ZERO_HASH } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";

const { ethers } = await network.create();
const harness = await ethers.deployContract("TypesHarness");

const hexOf = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((raw) => `0x${Buffer.from(raw).toString("hex")}`);
const hashes = hexOf(32).map(asBytes32);
const books = fc.record({
  chainId: fc.bigInt({ min: 1n, max: 2n ** 64n }),
  contract: hexOf(20).map(asAddress),
});
const parents: fc.Arbitrary<Parent> = fc.record({
  claimId: hashes,
  recordIndex: fc.oneof(fc.constantFrom(0, 1, 2 ** 20 - 1, 2 ** 32 - 1), fc.nat()),
  book: books,
});
/** Around powers of two more often than elsewhere. */
const counts = fc.oneof(
  fc.constantFrom(0, 1, 2, 3, 4, 5, 31, 32, 33, 63, 64),
  fc.integer({ min: 0, max: 64 }),
);
const families = counts.chain((length) => fc.array(parents, { minLength: length, maxLength: length }));

describe("lineage: TypeScript and Solidity", () => {
  it("derive the same items and the same root of a list of parents", async () => {
    await fc.assert(
      fc.asyncProperty(families, async (family) => {
        const named = commitParents(family);
        expect(await harness.listRoot([...named.items])).to.equal(named.root);
        expect(named.count).to.equal(family.length);
        const [first] = family;
        if (first === undefined) return;
        const { book, claimId, recordIndex } = first;
        const item = await harness.recordItem({ claimId, recordIndex }, book.chainId, book.contract);
        expect(item).to.equal(named.items[0]);
        expect(item).to.equal(parentItem(first, book));
      }),
      { numRuns: 120 },
    );
  });

  it("agree on the proof of each parent, and on no proof of another one", async () => {
    await fc.assert(
      fc.asyncProperty(
        families.filter(({ length }) => length > 0),
        fc.nat(),
        fc.nat(),
        async (family, one, other) => {
          const named = commitParents(family);
          const [position, elsewhere] = [one % named.count, other % named.count];
          const opening = openParent(named, position);
          const item = named.items[position]!;
          await harness.requireItem(named.root, named.count, item, opening);
          if (named.items[elsewhere] === item) return;
          const [claimed, moved] = [
            harness.requireItem(named.root, named.count, named.items[elsewhere]!, opening),
            harness.requireItem(named.root, named.count, item, { ...opening, position: elsewhere }),
          ];
          for (const attempt of [claimed, moved]) {
            await expect(attempt).to.be.revertedWithCustomError(harness, "ItemNotInList");
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it("agree on a tensor that two lists have in common", async () => {
    const tensors = fc.array(hashes, { minLength: 1, maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(
        tensors,
        tensors,
        hashes,
        fc.nat(),
        fc.nat(),
        async (inputs, outputs, tensor, i, j) => {
          inputs[i % inputs.length] = tensor;
          outputs[j % outputs.length] = tensor;
          const found = findBinding(inputs, outputs);
          expect(found?.tensorRoot).to.equal(tensor);
          for (const [list, opening] of [
            [inputs, found!.input],
            [outputs, found!.output],
          ] as const) {
            await harness.requireItem(bytes32From(listOf(list).root), list.length, tensor, opening);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("claim: parents of a record", () => {
  const parent: Parent = {
    claimId: asBytes32(`0x${"11".repeat(32)}`),
    recordIndex: 3,
    book: { chainId: 1n, contract: asAddress(`0x${"22".repeat(20)}`) },
  };
  const terms = {
    operator: asAddress(`0x${"33".repeat(20)}`),
    modelId: ZERO_HASH,
    ...{ nonce: 0n, liability: asWei(1n), window: asSeconds(60n) },
  };
  const given = {
    requester: asAddress(`0x${"44".repeat(20)}`),
    salt: ZERO_HASH,
    roots: { input: ZERO_HASH, output: ZERO_HASH, trace: ZERO_HASH },
  };

  it("are committed by the record, one as itself, none as zero", () => {
    const alone = claimOneRecord(terms, { ...given, parents: [parent] }).record;
    expect([alone.parentsRoot, alone.parentsCount]).to.deep.equal([parentItem(parent, parent.book), 1]);
    const orphan = claimOneRecord(terms, given).record;
    expect([orphan.parentsRoot, orphan.parentsCount]).to.deep.equal([ZERO_HASH, 0]);
  });

  it("are 64 at most", () => {
    expect(commitParents(Array.from({ length: 64 }, () => parent)).count).to.equal(64);
    expect(() => commitParents(Array.from({ length: 65 }, () => parent)))
      .to.throw("at most 64 parents, not 65")
      .with.property("code", "TOO_MANY_PARENTS");
  });

  it("of which none is in common bind nothing", () => {
    expect(findBinding([ZERO_HASH], [given.salt.replace(/00$/, "01") as never])).to.equal(undefined);
    expect(findBinding([], [ZERO_HASH])).to.equal(undefined);
    expect(openItem(listOf([ZERO_HASH]), 0)).to.deep.equal({ position: 0, siblings: [] });
  });
});
