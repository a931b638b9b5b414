import { expect } from "chai";
import { network } from "hardhat";

import { ZERO_HASH } from "../../src/types/bytes32.js";
import { recordGas } from "../support/gas.js";
import { binding, EDGE, lineageScene, statement, TAINT, type Result } from "../support/lineage-scene.js";

const connection = await network.create();
const { networkHelpers } = connection;

const CLEAN = [BigInt(TAINT.NOT_PUSHED), 0n, ZERO_HASH];
const tainted = (depth: number, cause: Result) => [BigInt(TAINT.TAINTED), BigInt(depth), cause.ref.claimId];

/** Grandparent, parent and child, both edges bound; and a stepchild of the parent whose edge is only stated. */
async function threeGenerations() {
  const scene = await lineageScene(connection);
  const { claimed, parentOf, fresh, lineage } = scene;
  const grandparent = await claimed({}, { operator: scene.actors.otherOperator.address as never });
  const parent = await claimed({
    inputs: [grandparent.outputs[0]!, ...fresh(2)],
    parents: [parentOf(grandparent)],
  });
  const child = await claimed({ inputs: [parent.outputs[0]!, ...fresh(2)], parents: [parentOf(parent)] });
  const stepchild = await claimed({ parents: [parentOf(parent)] });
  for (const [below, above] of [
    [parent, grandparent],
    [child, parent],
    [stepchild, parent],
  ] as const) {
    await lineage.stateEdge(...statement(below, 0, above));
  }
  await lineage.bindEdge(...binding(scene, parent, grandparent));
  await lineage.bindEdge(...binding(scene, child, parent));
  const taintOf = async ({ ref }: Result) => {
    const { stated, bound } = await lineage.taintOf(ref);
    return { stated: [...stated], bound: [...bound] };
  };
  return { ...scene, grandparent, parent, child, stepchild, taintOf };
}

describe("Lineage.pushTaint", () => {
  it("taints a child of a record whose claim is FAULTED, for anyone", async () => {
    const { lineage, actors, grandparent, parent, fall, taintOf } =
      await networkHelpers.loadFixture(threeGenerations);
    await fall(grandparent);
    expect(await taintOf(parent)).to.deep.equal({ stated: CLEAN, bound: CLEAN });
    const pushed = lineage.connect(actors.stranger).pushTaint(parent.ref, grandparent.ref);
    const cause = grandparent.ref.claimId;
    await expect(pushed)
      .to.emit(lineage, "TaintPushed")
      .withArgs(parent.ref.claimId, cause, cause, 0, 0, EDGE.BOUND, 1);
    const receipt = (await (await pushed).wait())!;
    expect(receipt.logs).to.have.length(1);
    recordGas("push taint over a bound edge", receipt.gasUsed);
    expect(await taintOf(parent)).to.deep.equal({
      stated: tainted(1, grandparent),
      bound: tainted(1, grandparent),
    });
  });

  it("reaches grandchildren that were FINAL before their ancestor fell", async () => {
    const { lineage, claimBook, grandparent, parent, child, finalize, fall, taintOf } =
      await networkHelpers.loadFixture(threeGenerations);
    await finalize(child);
    await finalize(parent);
    await fall(grandparent);
    await lineage.pushTaint(parent.ref, grandparent.ref);
    await lineage.pushTaint(child.ref, parent.ref);
    const expected = tainted(2, grandparent);
    expect(await taintOf(child)).to.deep.equal({ stated: expected, bound: expected });
    expect((await claimBook.stateOf(child.ref.claimId)).phase).to.equal(3);
  });

  it("says of a path with an edge that is only stated that it is stated", async () => {
    const { lineage, grandparent, parent, stepchild, fall, taintOf } =
      await networkHelpers.loadFixture(threeGenerations);
    await fall(grandparent);
    await lineage.pushTaint(parent.ref, grandparent.ref);
    await expect(lineage.pushTaint(stepchild.ref, parent.ref))
      .to.emit(lineage, "TaintPushed")
      .withArgs(
        ...([stepchild.ref.claimId, parent.ref.claimId, grandparent.ref.claimId] as const),
        ...([0, 0, EDGE.STATED, 2] as const),
      );
    expect(await taintOf(stepchild)).to.deep.equal({ stated: tainted(2, grandparent), bound: CLEAN });
  });

  it("carries bound taint over an edge that was bound after the push", async () => {
    const scene = await networkHelpers.loadFixture(threeGenerations);
    const { lineage, claimed, parentOf, fresh, grandparent, fall, taintOf } = scene;
    const late = await claimed({
      inputs: [...fresh(2), grandparent.outputs[1]!],
      parents: [parentOf(grandparent)],
    });
    await lineage.stateEdge(...statement(late, 0, grandparent));
    await fall(grandparent);
    await lineage.pushTaint(late.ref, grandparent.ref);
    expect((await taintOf(late)).bound).to.deep.equal(CLEAN);
    await lineage.bindEdge(...binding(scene, late, grandparent));
    expect(await lineage.pushTaint.staticCall(late.ref, grandparent.ref)).to.equal(true);
    await lineage.pushTaint(late.ref, grandparent.ref);
    expect((await taintOf(late)).bound).to.deep.equal(tainted(1, grandparent));
  });

  it("changes and emits nothing the second time", async () => {
    const { lineage, grandparent, parent, fall } = await networkHelpers.loadFixture(threeGenerations);
    await fall(grandparent);
    await lineage.pushTaint(parent.ref, grandparent.ref);
    expect(await lineage.pushTaint.staticCall(parent.ref, grandparent.ref)).to.equal(false);
    await expect(lineage.pushTaint(parent.ref, grandparent.ref)).to.not.emit(lineage, "TaintPushed");
  });

  it("shortens a label when a nearer ancestor falls, whichever is pushed first", async () => {
    const { lineage, grandparent, parent, child, fall, taintOf } =
      await networkHelpers.loadFixture(threeGenerations);
    await fall(grandparent);
    await lineage.pushTaint(parent.ref, grandparent.ref);
    await lineage.pushTaint(child.ref, parent.ref);
    await fall(parent);
    expect((await taintOf(parent)).bound).to.deep.equal(tainted(0, parent));
    await lineage.pushTaint(child.ref, parent.ref);
    expect((await taintOf(child)).bound).to.deep.equal(tainted(1, parent));
  });

  it("keeps a shorter stated path beside a longer bound one, and hands on both", async () => {
    const scene = await networkHelpers.loadFixture(threeGenerations);
    const { lineage, claimed, parentOf, fresh, grandparent, parent, fall, taintOf } = scene;
    // Bound to the parent, and named after the grandparent as well.
    const shortcut = await claimed({
      inputs: [parent.outputs[0]!, ...fresh(2)],
      parents: [parentOf(parent), parentOf(grandparent)],
    });
    const last = await claimed({
      inputs: [shortcut.outputs[0]!, ...fresh(2)],
      parents: [parentOf(shortcut)],
    });
    await lineage.stateEdge(...statement(shortcut, 0, parent));
    await lineage.stateEdge(...statement(shortcut, 1, grandparent));
    await lineage.stateEdge(...statement(last, 0, shortcut));
    await lineage.bindEdge(...binding(scene, shortcut, parent));
    await lineage.bindEdge(...binding(scene, last, shortcut));
    await fall(grandparent);
    const snapshot = await networkHelpers.takeSnapshot();
    const pushes = [
      [parent, grandparent],
      [shortcut, parent],
      [shortcut, grandparent],
      [last, shortcut],
    ] as const;
    for (const order of [
      [0, 1, 2, 3],
      [2, 3, 0, 1, 3],
      [0, 1, 3, 2, 3],
    ]) {
      for (const push of order) await lineage.pushTaint(pushes[push]![0].ref, pushes[push]![1].ref);
      expect(await taintOf(shortcut)).to.deep.equal({
        stated: tainted(1, grandparent),
        bound: tainted(2, grandparent),
      });
      expect(await taintOf(last)).to.deep.equal({
        stated: tainted(2, grandparent),
        bound: tainted(3, grandparent),
      });
      await snapshot.restore();
    }
  });

  it("is not needed for the records of a FAULTED claim", async () => {
    const { child, fall, taintOf } = await networkHelpers.loadFixture(threeGenerations);
    await fall(child);
    expect(await taintOf(child)).to.deep.equal({ stated: tainted(0, child), bound: tainted(0, child) });
  });

  it("reverts with ParentNotTainted while no ancestor is FAULTED or nobody pushed it that far", async () => {
    const { lineage, grandparent, parent, child, fall, itemOf } =
      await networkHelpers.loadFixture(threeGenerations);
    await expect(lineage.pushTaint(parent.ref, grandparent.ref))
      .to.be.revertedWithCustomError(lineage, "ParentNotTainted")
      .withArgs(await itemOf(grandparent));
    await fall(grandparent);
    await expect(lineage.pushTaint(child.ref, parent.ref))
      .to.be.revertedWithCustomError(lineage, "ParentNotTainted")
      .withArgs(await itemOf(parent));
  });

  it("does not flow from a child to its parent, nor to a sibling, nor to a record beside it", async () => {
    const { lineage, parent, child, stepchild, fall, itemOf } =
      await networkHelpers.loadFixture(threeGenerations);
    await fall(child);
    const beside = { ...parent.ref, recordIndex: 1 };
    const attempts = [
      [parent.ref, child.ref, await itemOf(parent), await itemOf(child)],
      [stepchild.ref, child.ref, await itemOf(stepchild), await itemOf(child)],
      [beside, child.ref, await lineage.itemOf(beside), await itemOf(child)],
      [child.ref, child.ref, await itemOf(child), await itemOf(child)],
    ] as const;
    for (const [to, from, toItem, fromItem] of attempts) {
      await expect(lineage.pushTaint(to, from))
        .to.be.revertedWithCustomError(lineage, "EdgeNotStated")
        .withArgs(toItem, fromItem, EDGE.NONE);
    }
  });

  it("names the least claim id of two causes at the same depth, in either order", async () => {
    const { lineage, claimed, parentOf, fall, taintOf, actors } =
      await networkHelpers.loadFixture(threeGenerations);
    const first = await claimed();
    const second = await claimed({}, { operator: actors.otherOperator.address as never });
    const child = await claimed({ parents: [parentOf(first), parentOf(second)] });
    await lineage.stateEdge(...statement(child, 0, first));
    await lineage.stateEdge(...statement(child, 1, second));
    await fall(first);
    await fall(second);
    const least = BigInt(first.ref.claimId) < BigInt(second.ref.claimId) ? first : second;
    const snapshot = await networkHelpers.takeSnapshot();
    for (const order of [
      [first, second],
      [second, first],
    ]) {
      for (const parent of order) await lineage.pushTaint(child.ref, parent.ref);
      expect((await taintOf(child)).stated).to.deep.equal(tainted(1, least));
      await snapshot.restore();
    }
  });
});

describe("a record that were its own ancestor", () => {
  it("cannot be made: what it names is in its claim's id", async () => {
    const { lineage, draft, submit, parentOf } = await networkHelpers.loadFixture(threeGenerations);
    // Each attempt names the one before it, as a record that wants to name itself has to guess its own id.
    let [guess] = draft([{}], { nonce: 99n });
    const seen = new Set<string>([guess!.ref.claimId]);
    for (let attempt = 0; attempt < 50; attempt++) {
      const [next] = draft([{ ...guess!, parents: [parentOf(guess!)] }], { nonce: 99n });
      expect(seen.has(next!.ref.claimId)).to.equal(false);
      seen.add(next!.ref.claimId);
      guess = next;
    }
    await submit([guess!]);
    const path = statement(guess!, 0, guess!)[1];
    await expect(
      lineage.stateEdge(guess!.opening, path, guess!.opening.claim, 0),
    ).to.be.revertedWithCustomError(lineage, "ItemNotInList");
  });

  it("cannot be made of two records of one claim either", async () => {
    const { lineage, draft, submit, parentOf } = await networkHelpers.loadFixture(threeGenerations);
    const [first] = draft([{}, {}], { nonce: 98n });
    const pair = draft([{}, { parents: [parentOf(first!)] }], { nonce: 98n });
    await submit(pair);
    await expect(lineage.stateEdge(...statement(pair[1]!, 0, pair[0]!))).to.be.revertedWithCustomError(
      lineage,
      "ItemNotInList",
    );
  });
});
