import { expect } from "chai";
import { network } from "hardhat";

import { findBinding, type TensorBinding } from "../../src/claim/find-binding.js";
import { listOf, openItem } from "../../src/claim/parent-list.js";
import { asBytes32, bytes32From, ZERO_HASH } from "../../src/types/bytes32.js";
import { recordGas } from "../support/gas.js";
import { binding, EDGE, lineageScene, statement } from "../support/lineage-scene.js";
import { ARTIFACT, publish } from "../support/protocol.js";

const connection = await network.create();
const { networkHelpers } = connection;

/** A child whose last input is the parent's last output, with the edge stated. */
async function statedEdge() {
  const scene = await lineageScene(connection);
  const parent = await scene.claimed();
  const inputs = [...scene.fresh(2), parent.outputs[1]!];
  const child = await scene.claimed({ inputs, parents: [scene.parentOf(parent)] });
  await scene.lineage.stateEdge(...statement(child, 0, parent));
  return { ...scene, parent, child };
}

describe("Lineage.bindEdge", () => {
  it("binds an edge by the tensor that went over it, for anyone, once", async () => {
    const scene = await networkHelpers.loadFixture(statedEdge);
    const { lineage, actors, child, parent, itemOf } = scene;
    const proof = binding(scene, child, parent);
    const bound = lineage.connect(actors.stranger).bindEdge(...proof);
    await expect(bound)
      .to.emit(lineage, "EdgeBound")
      .withArgs(child.ref.claimId, parent.ref.claimId, 0, 0, 2, 1, parent.outputs[1]);
    recordGas("bind an edge", (await (await bound).wait())!.gasUsed);
    expect(await lineage.edgeOf(await itemOf(child), await itemOf(parent))).to.equal(EDGE.BOUND);
    expect(await lineage.bindEdge.staticCall(...proof)).to.equal(false);
    await expect(lineage.bindEdge(...proof)).to.not.emit(lineage, "EdgeBound");
    // Stating it again does not loosen it.
    expect(await lineage.stateEdge.staticCall(...statement(child, 0, parent))).to.equal(false);
    expect(await lineage.edgeOf(await itemOf(child), await itemOf(parent))).to.equal(EDGE.BOUND);
  });

  it("binds a result of a model that follows another one", async () => {
    const scene = await networkHelpers.loadFixture(statedEdge);
    const { lineage, modelRegistry, actors, model, modelId, parent } = scene;
    const registry = modelRegistry.connect(actors.publisher);
    const successor = await registry.publish.staticCall(model.artifact, modelId, "file:model.onus");
    await registry.publish(model.artifact, modelId, "file:model.onus");
    const made = { inputs: [...scene.fresh(2), parent.outputs[1]!], parents: [scene.parentOf(parent)] };
    const child = await scene.claimed(made, { modelId: asBytes32(successor) });
    await lineage.stateEdge(...statement(child, 0, parent));
    const [opened, opener, proof] = binding(scene, child, parent);
    const childModel = { ...model, superseded: modelId };
    await expect(lineage.bindEdge(opened, opener, { ...proof, childModel })).to.emit(lineage, "EdgeBound");
  });

  it("reverts with EdgeNotStated between records with the same tensor of which neither names the other", async () => {
    const scene = await networkHelpers.loadFixture(statedEdge);
    const { lineage, claimed, parent, itemOf } = scene;
    const lookalike = await claimed({ inputs: [parent.outputs[0]!, ...scene.fresh(2)] });
    await expect(lineage.bindEdge(...binding(scene, lookalike, parent)))
      .to.be.revertedWithCustomError(lineage, "EdgeNotStated")
      .withArgs(await itemOf(lookalike), await itemOf(parent), EDGE.NONE);
  });

  it("reverts with ItemNotInList for tensors that are not an input of the one or not an output of the other", async () => {
    const scene = await networkHelpers.loadFixture(statedEdge);
    const { lineage, child, parent } = scene;
    const [opened, opener, proof] = binding(scene, child, parent);
    const other = findBinding(child.inputs, [child.inputs[0]!, parent.outputs[1]!])!;
    const swapped = findBinding(child.inputs.toReversed(), parent.outputs)!;
    const forged: TensorBinding[] = [
      { ...proof, tensorRoot: child.inputs[0]! },
      { ...proof, tensorRoot: parent.outputs[0]! },
      // Lists of another record: its own input among the parent's outputs, or the inputs in another order.
      other,
      { ...proof, input: swapped.input },
      { ...proof, output: { ...proof.output, position: 0 } },
      { ...proof, input: { ...proof.input, position: 1 } },
    ];
    for (const attempt of forged) {
      await expect(lineage.bindEdge(opened, opener, { ...proof, ...attempt })).to.be.revertedWithCustomError(
        lineage,
        "ItemNotInList",
      );
    }
  });

  it("takes nothing inside a tensor, and no list, for a tensor", async () => {
    const scene = await networkHelpers.loadFixture(statedEdge);
    const { lineage, claimed, parent, parentOf, fresh } = scene;
    // The child's third input is a tensor whose right half is the parent's output: one level deeper than the list is.
    const left = fresh(1)[0]!;
    const halves = findBinding([left, parent.outputs[1]!], parent.outputs)!;
    const whole = bytes32From(listOf([left, parent.outputs[1]!]).root);
    const child = await claimed({ inputs: [...fresh(2), whole], parents: [parentOf(parent)] });
    await lineage.stateEdge(...statement(child, 0, parent));
    const above = openItem(listOf(child.inputs), 2);
    const input = { position: 5, siblings: [left, ...above.siblings] };
    const forged = { ...halves, childModel: scene.model, parentModel: scene.model };
    await expect(lineage.bindEdge(child.opening, parent.opening, { ...forged, input }))
      .to.be.revertedWithCustomError(lineage, "PositionAbsent")
      .withArgs(5, 3);
    await expect(
      lineage.bindEdge(child.opening, parent.opening, { ...forged, input: { ...input, position: 2 } }),
    )
      .to.be.revertedWithCustomError(lineage, "SiblingsCount")
      .withArgs(3, 2);
  });

  it("reverts with PositionAbsent for an absent input, though its node is zero on both sides", async () => {
    const scene = await networkHelpers.loadFixture(statedEdge);
    const { lineage, child, parent } = scene;
    const [opened, opener, proof] = binding(scene, child, parent);
    await expect(
      lineage.bindEdge(opened, opener, {
        ...proof,
        tensorRoot: ZERO_HASH,
        input: { ...proof.input, position: 3 },
      }),
    )
      .to.be.revertedWithCustomError(lineage, "PositionAbsent")
      .withArgs(3, 3);
  });

  it("reverts with WrongModel for counts that are not those of the claims' models", async () => {
    const scene = await networkHelpers.loadFixture(statedEdge);
    const { lineage, child, parent, model, modelId } = scene;
    const [opened, opener, proof] = binding(scene, child, parent);
    const other = await publish(scene, ARTIFACT);
    const wrong = { ...model, artifact: ARTIFACT };
    await expect(lineage.bindEdge(opened, opener, { ...proof, childModel: wrong }))
      .to.be.revertedWithCustomError(lineage, "WrongModel")
      .withArgs(other, modelId);
    await expect(lineage.bindEdge(opened, opener, { ...proof, parentModel: wrong }))
      .to.be.revertedWithCustomError(lineage, "WrongModel")
      .withArgs(other, modelId);
  });

  it("reverts with RecordNotInClaim for a parent whose outputs were written anew", async () => {
    const scene = await networkHelpers.loadFixture(statedEdge);
    const { lineage, child, parent } = scene;
    const [opened, opener, proof] = binding(scene, child, parent);
    const forged = { ...opener, record: { ...opener.record, outputRoot: child.opening.record.inputRoot } };
    await expect(lineage.bindEdge(opened, forged, proof)).to.be.revertedWithCustomError(
      lineage,
      "RecordNotInClaim",
    );
  });
});
