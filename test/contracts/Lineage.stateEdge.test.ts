import { expect } from "chai";
import { network } from "hardhat";

import { commitParents, openParent } from "../../src/claim/parent-list.js";
import { bytes32From, ZERO_HASH } from "../../src/types/bytes32.js";
import type { Place } from "../../src/types/place.js";
import { recordGas } from "../support/gas.js";
import { EDGE, lineageScene, statement, type Result } from "../support/lineage-scene.js";
import { bytes32 } from "../support/protocol.js";

const connection = await network.create();
const { networkHelpers } = connection;

/** Three parents, the last of them the second record of a claim over three, and a child that names them all. */
async function childOfThree() {
  const scene = await lineageScene(connection);
  const batch = scene.draft([{}, {}, {}]);
  await scene.submit(batch);
  const parents = [await scene.claimed(), await scene.claimed(), batch[1]!];
  const child = await scene.claimed({ parents: parents.map(scene.parentOf) });
  return { ...scene, parents, child };
}

describe("Lineage.stateEdge", () => {
  it("keeps and emits an edge to each parent that the child names, for anyone", async () => {
    const { lineage, actors, child, parents, itemOf } = await networkHelpers.loadFixture(childOfThree);
    for (const [position, parent] of parents.entries()) {
      const stated = lineage.connect(actors.stranger).stateEdge(...statement(child, position, parent));
      await expect(stated)
        .to.emit(lineage, "EdgeStated")
        .withArgs(child.ref.claimId, parent.ref.claimId, 0, parent.ref.recordIndex);
      if (position === 0) recordGas("state an edge, three parents", (await (await stated).wait())!.gasUsed);
      expect(await lineage.edgeOf(await itemOf(child), await itemOf(parent))).to.equal(EDGE.STATED);
    }
  });

  it("leaves an edge alone that is there", async () => {
    const { lineage, child, parents } = await networkHelpers.loadFixture(childOfThree);
    const edge = statement(child, 1, parents[1]!);
    expect(await lineage.stateEdge.staticCall(...edge)).to.equal(true);
    await lineage.stateEdge(...edge);
    expect(await lineage.stateEdge.staticCall(...edge)).to.equal(false);
    await expect(lineage.stateEdge(...edge)).to.not.emit(lineage, "EdgeStated");
  });

  it("takes claims that are FINAL or FAULTED as well", async () => {
    const { lineage, child, parents, finalize, fall } = await networkHelpers.loadFixture(childOfThree);
    await finalize(child);
    await fall(parents[0]!);
    await expect(lineage.stateEdge(...statement(child, 0, parents[0]!))).to.emit(lineage, "EdgeStated");
  });

  it("reverts with ClaimUnknown while child or parent was not submitted", async () => {
    const { lineage, draft, submit, parentOf } = await networkHelpers.loadFixture(childOfThree);
    const [parent] = draft([{}]);
    const [child] = draft([{ parents: [parentOf(parent!)] }]);
    const edge = statement(child!, 0, parent!);
    const unknown = (result: Result) =>
      expect(lineage.stateEdge(...edge))
        .to.be.revertedWithCustomError(lineage, "ClaimUnknown")
        .withArgs(result.ref.claimId);
    await unknown(parent!);
    await submit([parent!]);
    await unknown(child!);
    await submit([child!]);
    await lineage.stateEdge(...edge);
  });

  it("reverts with ItemNotInList for a record that the child does not name, or names elsewhere", async () => {
    const { lineage, child, parents, claimed } = await networkHelpers.loadFixture(childOfThree);
    const stranger = await claimed();
    const [opening, path] = statement(child, 0, parents[0]!);
    const attempts = [
      lineage.stateEdge(opening, path, stranger.opening.claim, 0),
      lineage.stateEdge(opening, path, parents[1]!.opening.claim, 0),
      lineage.stateEdge(opening, { ...path, position: 1 }, parents[0]!.opening.claim, 0),
      // The right claim, another of its records.
      lineage.stateEdge(opening, statement(child, 2, parents[2]!)[1], parents[2]!.opening.claim, 0),
    ];
    for (const attempt of attempts) {
      await expect(attempt).to.be.revertedWithCustomError(lineage, "ItemNotInList");
    }
  });

  it("reverts with PositionAbsent from the number of parents on", async () => {
    const { lineage, child, parents } = await networkHelpers.loadFixture(childOfThree);
    const [opening, path, claim] = statement(child, 0, parents[0]!);
    await expect(lineage.stateEdge(opening, { ...path, position: 3 }, claim, 0))
      .to.be.revertedWithCustomError(lineage, "PositionAbsent")
      .withArgs(3, 3);
  });

  it("reverts with PositionAbsent for a record without parents, whatever root it carries", async () => {
    const { lineage, claimed, parentOf } = await networkHelpers.loadFixture(childOfThree);
    const parent = await claimed();
    const { root } = commitParents([parentOf(parent)]);
    const child = await claimed({ record: { parentsRoot: root, parentsCount: 0 } });
    await expect(lineage.stateEdge(child.opening, { position: 0, siblings: [] }, parent.opening.claim, 0))
      .to.be.revertedWithCustomError(lineage, "PositionAbsent")
      .withArgs(0, 0);
  });

  it("reverts with SiblingsCount unless there are as many as the list is deep", async () => {
    const { lineage, child, parents } = await networkHelpers.loadFixture(childOfThree);
    const [opening, path, claim] = statement(child, 0, parents[0]!);
    for (const siblings of [path.siblings.slice(1), [...path.siblings, ZERO_HASH]]) {
      await expect(lineage.stateEdge(opening, { position: 0, siblings }, claim, 0))
        .to.be.revertedWithCustomError(lineage, "SiblingsCount")
        .withArgs(siblings.length, 2);
    }
  });

  it("finds no parent under a count that is not the list's", async () => {
    const { lineage, parents, claimed, parentOf } = await networkHelpers.loadFixture(childOfThree);
    const named = parents.map(parentOf);
    for (const parentsCount of [1, 2, 5]) {
      const child = await claimed({ parents: named, record: { parentsCount } });
      const { siblings } = openParent(commitParents(named), 0);
      const depth = Math.ceil(Math.log2(parentsCount));
      // As deep as the count says, from below and from above.
      for (const from of [siblings.slice(0, depth), siblings.slice(-depth || siblings.length)]) {
        const padded = [...from, ...Array.from({ length: depth }, () => ZERO_HASH)].slice(0, depth);
        await expect(
          lineage.stateEdge(child.opening, { position: 0, siblings: padded }, parents[0]!.opening.claim, 0),
        ).to.be.revertedWithCustomError(lineage, "ItemNotInList");
      }
    }
  });

  it("reverts with ParentsOutOfRange for a record that commits to 65, and takes the last of 64", async () => {
    const { lineage, claimed, parentOf } = await networkHelpers.loadFixture(childOfThree);
    const parent = await claimed();
    const parents = Array.from({ length: 64 }, () => parentOf(parent));
    const child = await claimed({ parents });
    const stated = await lineage.stateEdge(...statement(child, 63, parent));
    recordGas("state an edge, 64 parents", (await stated.wait())!.gasUsed);
    const greedy = await claimed({ parents, record: { parentsCount: 65 } });
    await expect(lineage.stateEdge(...statement(greedy, 0, parent)))
      .to.be.revertedWithCustomError(lineage, "ParentsOutOfRange")
      .withArgs(65, 64);
  });

  it("reverts with ParentIndexOutOfRange for a record that the parent's claim does not have", async () => {
    const { lineage, claimed, parentOf } = await networkHelpers.loadFixture(childOfThree);
    const parent = await claimed();
    const child = await claimed({ parents: [{ ...parentOf(parent), recordIndex: 1 }] });
    await expect(lineage.stateEdge(child.opening, { position: 0, siblings: [] }, parent.opening.claim, 1))
      .to.be.revertedWithCustomError(lineage, "ParentIndexOutOfRange")
      .withArgs(1, 1);
  });

  it("reverts with RecordNotInClaim for a child that differs in one field", async () => {
    const { lineage, child, parents } = await networkHelpers.loadFixture(childOfThree);
    const [opening, ...rest] = statement(child, 0, parents[0]!);
    const forged = { ...opening, record: { ...opening.record, salt: bytes32(1) } };
    await expect(lineage.stateEdge(forged, ...rest)).to.be.revertedWithCustomError(
      lineage,
      "RecordNotInClaim",
    );
  });

  it("takes no parent of another claim book or chain", async () => {
    const { lineage, parents, claimed, parentOf, actors } = await networkHelpers.loadFixture(childOfThree);
    const native = parentOf(parents[0]!);
    const elsewhere = [
      { ...native, book: { ...native.book, chainId: native.book.chainId + 1n } },
      {
        ...native,
        book: { ...native.book, contract: actors.stranger.address as typeof native.book.contract },
      },
    ];
    for (const parent of elsewhere) {
      const child = await claimed({ parents: [parent] });
      await expect(lineage.stateEdge(...statement(child, 0, parents[0]!))).to.be.revertedWithCustomError(
        lineage,
        "ItemNotInList",
      );
    }
  });

  it("takes no node of the list for a parent", async () => {
    const { lineage, parents, claimed, parentOf } = await networkHelpers.loadFixture(childOfThree);
    // The root over two items of which one is a list itself: the items of that one are nobody's parents here.
    const inner = commitParents(parents.slice(0, 2).map(parentOf));
    const child = await claimed({
      record: { parentsRoot: bytes32From(inner.tree.root), parentsCount: 1 },
    });
    await expect(
      lineage.stateEdge(child.opening, openParent(inner, 0), parents[0]!.opening.claim, 0),
    ).to.be.revertedWithCustomError(lineage, "SiblingsCount");
  });
});

describe("Lineage.showForeignParent", () => {
  const elsewhere = { chainId: 10n, contract: `0x${"ab".repeat(20)}` } as never as Place;

  async function childOfForeign() {
    const scene = await lineageScene(connection);
    const parent = { claimId: bytes32(77), recordIndex: 5, book: elsewhere };
    const native = await scene.claimed();
    const child = await scene.claimed({ parents: [parent, scene.parentOf(native)] });
    const path = openParent(commitParents(child.parents), 0);
    const shown = [child.opening, path, 10n, `0x${"ab".repeat(20)}`, bytes32(77), 5] as const;
    return { ...scene, child, native, shown };
  }

  it("emits the parent once, and trusts it in nothing", async () => {
    const { lineage, child, shown, itemOf, ethers } = await networkHelpers.loadFixture(childOfForeign);
    await expect(lineage.showForeignParent(...shown))
      .to.emit(lineage, "ForeignParentShown")
      .withArgs(child.ref.claimId, bytes32(77), 0, 10, ethers.getAddress(`0x${"ab".repeat(20)}`), 5);
    expect(await lineage.showForeignParent.staticCall(...shown)).to.equal(false);
    await expect(lineage.showForeignParent(...shown)).to.not.emit(lineage, "ForeignParentShown");
    const { items } = commitParents(child.parents);
    expect(await lineage.edgeOf(await itemOf(child), items[0]!)).to.equal(EDGE.FOREIGN);
    await expect(
      lineage.pushTaint(child.ref, { claimId: bytes32(77), recordIndex: 5 }),
    ).to.be.revertedWithCustomError(lineage, "EdgeNotStated");
  });

  it("reverts with ItemNotInList for what the child does not name", async () => {
    const { lineage, shown } = await networkHelpers.loadFixture(childOfForeign);
    const [opening, path, chainId, book, claim] = shown;
    await expect(
      lineage.showForeignParent(opening, path, chainId, book, claim, 6),
    ).to.be.revertedWithCustomError(lineage, "ItemNotInList");
  });

  it("shows a parent of another claim book of this chain, and one of another chain's book at this address", async () => {
    const scene = await lineageScene(connection);
    const { chainId, contract } = scene.book;
    const claimId = bytes32(77);
    const places = [
      { chainId, contract: elsewhere.contract },
      { chainId: chainId + 1n, contract },
    ];
    const child = await scene.claimed({ parents: places.map((book) => ({ claimId, recordIndex: 0, book })) });
    for (const [position, book] of places.entries()) {
      const path = openParent(commitParents(child.parents), position);
      const shown = [child.opening, path, book.chainId, book.contract, claimId, 0] as const;
      await expect(scene.lineage.showForeignParent(...shown)).to.emit(scene.lineage, "ForeignParentShown");
    }
  });

  it("reverts with ParentNotForeign for a parent of this claim book", async () => {
    const { lineage, child, native, book } = await networkHelpers.loadFixture(childOfForeign);
    const path = openParent(commitParents(child.parents), 1);
    await expect(
      lineage.showForeignParent(child.opening, path, book.chainId, book.contract, native.ref.claimId, 0),
    )
      .to.be.revertedWithCustomError(lineage, "ParentNotForeign")
      .withArgs(native.ref.claimId);
  });
});
