import { expect } from "chai";
import { network } from "hardhat";

import { bindEdge } from "../../src/chain/bind-edge.js";
import { connectContracts } from "../../src/chain/contracts.js";
import { finalizeClaim } from "../../src/chain/finalize-claim.js";
import { pushTaintCall } from "../../src/chain/lineage-calls.js";
import { noteClaim, noteClaimCall } from "../../src/chain/note-claim.js";
import { planCalls } from "../../src/chain/plan-call.js";
import { pushTaint } from "../../src/chain/push-taint.js";
import { readEdge, readTaint } from "../../src/chain/read-lineage.js";
import { readPublication } from "../../src/chain/read-model.js";
import { readStanding } from "../../src/chain/read-standing.js";
import { showForeignParent } from "../../src/chain/show-foreign-parent.js";
import { stateEdge } from "../../src/chain/state-edge.js";
import { parentItem } from "../../src/claim/claim.js";
import { findBinding } from "../../src/claim/find-binding.js";
import { commitParents, openParent, type Parent } from "../../src/claim/parent-list.js";
import { asAddress, ZERO_ADDRESS } from "../../src/types/address.js";
import { lineageScene } from "../support/lineage-scene.js";
import { bytes32 } from "../support/protocol.js";

const connection = await network.create();
const { networkHelpers } = connection;

/** The scene's deployment, as an account that has nothing to do with any of it. */
async function bystander() {
  const scene = await lineageScene(connection);
  const at = async (part: { getAddress: () => Promise<string> }) => asAddress(await part.getAddress());
  const deployment = {
    chainId: 31_337,
    ...{ onus: await at(scene.onus), token: await at(scene.token), fromBlock: 0 },
    ...{ transcendental: ZERO_ADDRESS, evaluator: ZERO_ADDRESS, referee: await at(scene.referee) },
    ...{ modelRegistry: await at(scene.modelRegistry), operatorRegistry: await at(scene.operatorRegistry) },
    ...{ claimBook: await at(scene.claimBook), workbench: ZERO_ADDRESS, inquiry: ZERO_ADDRESS },
    ...{ receiptCourt: ZERO_ADDRESS, standing: await at(scene.standing), lineage: await at(scene.lineage) },
  };
  const foreign: Parent = {
    ...{ claimId: bytes32(9), recordIndex: 4 },
    book: { chainId: 10n, contract: asAddress(scene.actors.guardian.address) },
  };
  const parent = await scene.claimed();
  const child = await scene.claimed({
    inputs: [...scene.fresh(1), parent.outputs[1]!, ...scene.fresh(1)],
    parents: [foreign, scene.parentOf(parent)],
  });
  return { ...scene, deployment, foreign, parent, child };
}

describe("lineage and standing, from the library", () => {
  it("a stranger shows where a result comes from, and taints it when that falls", async () => {
    const { deployment, actors, foreign, parent, child, book, fall } =
      await networkHelpers.loadFixture(bystander);
    const contracts = connectContracts(deployment, actors.stranger);
    const named = commitParents(child.parents);
    const [childItem, item] = [parentItem(child.ref, book), parentItem(parent.ref, book)];
    const edge = () => readEdge(contracts, { child: childItem, parent: item });

    expect(await edge()).to.equal("none");
    await showForeignParent(contracts, {
      ...{ child: child.opening, path: openParent(named, 0), parent: foreign },
    });
    expect(await readEdge(contracts, { child: childItem, parent: named.items[0]! })).to.equal("foreign");
    const { claim, recordIndex } = parent.opening;
    const statement = { child: child.opening, path: openParent(named, 1), parent: { claim, recordIndex } };
    await stateEdge(contracts, statement);
    expect(await edge()).to.equal("stated");
    // Somebody did it already.
    expect((await stateEdge(contracts, statement)).logs).to.deep.equal([]);
    const model = await readPublication(contracts, claim.modelId);
    await bindEdge(contracts, {
      ...{ child: child.opening, parent: parent.opening, childModel: model, parentModel: model },
      binding: findBinding(child.inputs, parent.outputs)!,
    });
    expect(await edge()).to.equal("bound");

    expect(await readTaint(contracts, child.ref)).to.deep.equal({
      stated: { status: "not-pushed" },
      bound: { status: "not-pushed" },
    });
    await fall(parent);
    const push = { child: child.ref, parent: parent.ref };
    const [planned] = await planCalls(contracts, [pushTaintCall(contracts, push)]);
    expect(planned).to.deep.include({ call: "Lineage.pushTaint", atRisk: { of: "nothing" } });
    await pushTaint(contracts, push);
    const taint = { status: "tainted", depth: 1, cause: parent.ref.claimId } as const;
    expect(await readTaint(contracts, child.ref)).to.deep.equal({ stated: taint, bound: taint });
  });

  it("a refusal is told by its name", async () => {
    const { deployment, actors, parent, child } = await networkHelpers.loadFixture(bystander);
    const contracts = connectContracts(deployment, actors.stranger);
    expect(await reasonOf(pushTaint(contracts, { child: child.ref, parent: parent.ref }))).to.match(
      /EdgeNotStated\(child: 0x[0-9a-f]{64}, parent: 0x[0-9a-f]{64}, actual: 0\)/,
    );
    expect(await reasonOf(noteClaim(contracts, parent.opening.claim))).to.match(/ClaimUndecided\(/);
  });

  it("a stranger notes claims, once, and anybody reads the standings", async () => {
    const { deployment, actors, modelId, parent, child, fall } = await networkHelpers.loadFixture(bystander);
    const contracts = connectContracts(deployment, actors.stranger);
    await networkHelpers.time.increase(60);
    await finalizeClaim(contracts, child.opening.claim);
    await fall(parent);
    const [planned] = await planCalls(contracts, [noteClaimCall(contracts, child.opening.claim)]);
    expect(planned).to.deep.include({ call: "Standing.note" });
    expect(await noteClaim(contracts, child.opening.claim)).to.not.equal(undefined);
    expect(await noteClaim(contracts, child.opening.claim)).to.equal(undefined);
    await noteClaim(contracts, parent.opening.claim);
    // Somebody was quicker while it was on its way.
    const answers = [false, true];
    const isNoted = { value: () => Promise.resolve(answers.shift()) };
    const late = { ...contracts, standing: Object.create(contracts.standing, { isNoted }) as never };
    expect(await noteClaim(late, parent.opening.claim)).to.equal(undefined);
    expect(answers).to.deep.equal([]);
    const ofOperator = await readStanding(contracts, { operator: asAddress(actors.operator.address) });
    expect(ofOperator.finalized > 57_000n && ofOperator.faulted > 57_000n).to.equal(true);
    expect(await readStanding(contracts, { modelId })).to.deep.equal(ofOperator);
    const nobody = { operator: asAddress(actors.stranger.address) };
    expect(await readStanding(contracts, nobody)).to.deep.equal({ finalized: 0n, faulted: 0n });
  });

  it("says which part a deployment lacks", async () => {
    const { deployment, actors, child } = await networkHelpers.loadFixture(bystander);
    const without = { ...deployment, standing: ZERO_ADDRESS, lineage: ZERO_ADDRESS };
    const contracts = connectContracts(without, actors.stranger);
    const { claim } = child.opening;
    expect(await reasonOf(noteClaim(contracts, claim))).to.include("has no standing");
    expect(await reasonOf(readTaint(contracts, child.ref))).to.include("has no lineage");
  });
});

const reasonOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => "nothing",
    (error: Error) => error.message,
  );
