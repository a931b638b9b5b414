import { expect } from "chai";
import { network } from "hardhat";

import { commitParents } from "../../src/claim/parent-list.js";
import { asWei } from "../../src/types/wei.js";
import { recordGas } from "../support/gas.js";
import { lineageScene, type LineageScene, type Result } from "../support/lineage-scene.js";
import { bytes32, PHASE } from "../support/protocol.js";

const connection = await network.create();
const { networkHelpers } = connection;

/** What `requireClean` takes for a record: its opening, and all its parents. */
const ancestor = ({ opening, parents }: Result) => ({
  opening,
  parents: parents.map(({ claimId, recordIndex }) => ({ claimId, recordIndex })),
});

/** Two grandparents, one of them a parent twice over; two parents; a child of both. All FINAL but `late`. */
async function family(late?: "child" | "parent" | "grandparent") {
  const scene = await lineageScene(connection);
  const { claimed, parentOf, claimBook, ethers } = scene;
  const [oldest, shared] = [await claimed(), await claimed()];
  const one = await claimed({ parents: [parentOf(oldest!), parentOf(shared!)] });
  const other = await claimed({ parents: [parentOf(shared!)] });
  const batch = scene.draft([{}, {}, { parents: [parentOf(one), parentOf(other), parentOf(shared!)] }]);
  await scene.submit(batch);
  const child = batch[2]!;
  await networkHelpers.time.increase(60);
  const waiting = { child, parent: one, grandparent: oldest! };
  for (const { opening } of [oldest!, shared!, one, other, child]) {
    if (late !== undefined && waiting[late].opening === opening) continue;
    await claimBook.finalize(opening.claim);
  }
  const reader = await ethers.deployContract("ResultConsumer");
  const book = await claimBook.getAddress();
  return { ...scene, reader, bookAddress: book, oldest: oldest!, shared: shared!, one, other, child };
}
const finalFamily = () => family();

const wholeLine = ({ child, one, other, shared, oldest }: Awaited<ReturnType<typeof family>>) =>
  [child, one, other, shared, oldest].map(ancestor);

describe("OnusReader.requireClean", () => {
  it("accepts a record whose whole ancestry is FINAL, and leaves nothing unopened", async () => {
    const ground = await networkHelpers.loadFixture(finalFamily);
    const { reader, bookAddress } = ground;
    expect(await reader.requireClean(bookAddress, wholeLine(ground))).to.equal(0);
    expect(await reader.requireClean(bookAddress, wholeLine(ground).reverse())).to.equal(0);
    const gas = await reader.requireClean.estimateGas(bookAddress, wholeLine(ground));
    recordGas("requireClean, a child and four ancestors", gas);
  });

  it("counts each parent that the line names and does not open, once", async () => {
    const { reader, bookAddress, child, one, other, shared } = await networkHelpers.loadFixture(finalFamily);
    const lines: [line: Result[], unopened: number][] = [
      [[child], 3],
      [[child, one], 3],
      [[child, other], 2],
      [[child, one, other], 2],
      [[child, one, other, shared], 1],
      [[], 0],
    ];
    for (const [line, unopened] of lines) {
      expect(await reader.requireClean(bookAddress, line.map(ancestor))).to.equal(unopened);
    }
  });

  for (const late of ["child", "parent", "grandparent"] as const) {
    for (const falls of [false, true]) {
      it(`reverts with ClaimNotFinal while the ${late} is ${falls ? "FAULTED" : "OPEN"}`, async () => {
        const ground = await family(late);
        const { reader, bookAddress, oldest, one, child, fall } = ground;
        const { ref, opening } = { child, parent: one, grandparent: oldest }[late];
        if (falls) await fall({ opening } as Result);
        await expect(reader.requireClean(bookAddress, wholeLine(ground)))
          .to.be.revertedWithCustomError(reader, "ClaimNotFinal")
          .withArgs(ref.claimId, falls ? PHASE.FAULTED : PHASE.OPEN, PHASE.FINAL);
      });
    }
  }

  it("sees a parent's fault without its opening, and no further", async () => {
    const ground = await family("grandparent");
    const { reader, bookAddress, child, one, oldest, fall } = ground;
    await fall(oldest);
    expect(await reader.requireClean(bookAddress, [ancestor(child)])).to.equal(3);
    await expect(reader.requireClean(bookAddress, [child, one].map(ancestor))).to.be.revertedWithCustomError(
      reader,
      "ClaimNotFinal",
    );
  });

  it("reverts with WrongParentsCount and WrongParents for anything but all parents in their order", async () => {
    const { reader, bookAddress, child, one, shared } = await networkHelpers.loadFixture(finalFamily);
    const { opening, parents } = ancestor(child);
    const given = (refs: typeof parents) => reader.requireClean(bookAddress, [{ opening, parents: refs }]);
    await expect(given(parents.slice(1)))
      .to.be.revertedWithCustomError(reader, "WrongParentsCount")
      .withArgs(2, 3);
    await expect(given([])).to.be.revertedWithCustomError(reader, "WrongParentsCount").withArgs(0, 3);
    for (const forged of [
      parents.toReversed(),
      [parents[0]!, parents[1]!, { ...shared.ref, recordIndex: 1 }],
      [parents[0]!, parents[1]!, one.ref],
    ]) {
      await expect(given(forged)).to.be.revertedWithCustomError(reader, "WrongParents");
    }
  });

  it("reverts with WrongParents for a parent of another claim book, whatever became of it there", async () => {
    const { reader, bookAddress, claimed, shared, finalize, book } =
      await networkHelpers.loadFixture(finalFamily);
    const foreign = { ...shared.ref, book: { ...book, chainId: book.chainId + 1n } };
    const child = await claimed({ parents: [foreign] });
    await finalize(child);
    await expect(reader.requireClean(bookAddress, [ancestor(child)])).to.be.revertedWithCustomError(
      reader,
      "WrongParents",
    );
  });

  it("reverts with WrongParents for a record that hides a list behind a count of 0", async () => {
    const { reader, bookAddress, claimed, shared, finalize, parentOf } =
      await networkHelpers.loadFixture(finalFamily);
    const { root } = commitParents([parentOf(shared)]);
    const child = await claimed({ record: { parentsRoot: root } });
    await finalize(child);
    await expect(reader.requireClean(bookAddress, [ancestor(child)]))
      .to.be.revertedWithCustomError(reader, "WrongParents")
      .withArgs(bytes32(0), root);
  });

  it("takes 64 parents, and reverts with ParentsOutOfRange for 65", async () => {
    const { reader, bookAddress, claimed, shared, finalize, parentOf } =
      await networkHelpers.loadFixture(finalFamily);
    const parents = Array.from({ length: 64 }, () => parentOf(shared));
    for (const parentsCount of [64, 65]) {
      const child = await claimed({ parents, record: { parentsCount } });
      await finalize(child);
      const answer = reader.requireClean(bookAddress, [ancestor(child)]);
      if (parentsCount === 64) expect(await answer).to.equal(1);
      else {
        await expect(answer).to.be.revertedWithCustomError(reader, "ParentsOutOfRange").withArgs(65, 64);
      }
    }
  });

  it("reads every list of 0..9 parents as the tools write it", async () => {
    const { reader, bookAddress, claimed, shared, one, finalize, parentOf } =
      await networkHelpers.loadFixture(finalFamily);
    for (let count = 0; count <= 9; count++) {
      const parents = Array.from({ length: count }, (_, i) => parentOf(i % 2 === 0 ? shared : one));
      const child = await claimed({ parents });
      await finalize(child);
      expect(await reader.requireClean(bookAddress, [ancestor(child)])).to.equal(Math.min(count, 2));
    }
  });

  it("reverts with RecordNotInClaim for an opening that was changed", async () => {
    const { reader, bookAddress, one } = await networkHelpers.loadFixture(finalFamily);
    const { opening, parents } = ancestor(one);
    const forged = { ...opening, record: { ...opening.record, outputRoot: bytes32(1) } };
    await expect(
      reader.requireClean(bookAddress, [{ opening: forged, parents }]),
    ).to.be.revertedWithCustomError(reader, "RecordNotInClaim");
  });
});

describe("CleanLedger, a consumer of results made from results", () => {
  const ledgerFor = ({ ethers, claimBook }: LineageScene, least: bigint) =>
    claimBook.getAddress().then((book) => ethers.deployContract("CleanLedger", [book, least]));

  it("enters a record whose whole ancestry is FINAL and backed, once", async () => {
    const ground = await networkHelpers.loadFixture(finalFamily);
    const ledger = await ledgerFor(ground, 333n);
    const item = await ground.itemOf(ground.child);
    await expect(ledger.enter(wholeLine(ground)))
      .to.emit(ledger, "Entered")
      .withArgs(item, ground.child.opening.record.outputRoot);
    await expect(ledger.enter(wholeLine(ground)))
      .to.be.revertedWithCustomError(ledger, "AlreadyEntered")
      .withArgs(item);
  });

  it("refuses a line that leaves an ancestor out", async () => {
    const ground = await networkHelpers.loadFixture(finalFamily);
    const ledger = await ledgerFor(ground, 0n);
    await expect(ledger.enter(wholeLine(ground).slice(0, -1)))
      .to.be.revertedWithCustomError(ledger, "AncestorsMissing")
      .withArgs(1);
  });

  it("refuses a record with less behind it than it asks for", async () => {
    const ground = await networkHelpers.loadFixture(finalFamily);
    const ledger = await ledgerFor(ground, asWei(334n));
    await expect(ledger.enter(wholeLine(ground)))
      .to.be.revertedWithCustomError(ledger, "LiabilityPerRecordTooSmall")
      .withArgs(333, 334);
  });

  it("refuses an ancestor with less behind it than it asks for, whatever the record has", async () => {
    const scene = await lineageScene(connection);
    const [parent, ...others] = scene.draft([{}, {}, {}]);
    await scene.submit([parent!, ...others]);
    const child = await scene.claimed({ parents: [scene.parentOf(parent!)] });
    for (const result of [parent!, child]) await scene.finalize(result);
    const ledger = await ledgerFor(scene, 334n);
    await expect(ledger.enter([child, parent!].map(ancestor)))
      .to.be.revertedWithCustomError(ledger, "LiabilityPerRecordTooSmall")
      .withArgs(333, 334);
  });
});
