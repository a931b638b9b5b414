import { expect } from "chai";

import { hasAnvil } from "../support/anvil.js";
import { operatorScene, requestNumber, sceneModel, stepAndSettle } from "../support/operator-scene.js";
import type { OperatorScene } from "../support/operator-scene.js";
import { rootOfTensors } from "../../src/trace/commit-ends.js";

const CHAIN = 31_351;

describe("e2e: an operator node", function () {
  this.timeout(120_000);
  let scene: OperatorScene;

  before(async function () {
    if (!hasAnvil) return this.skip();
    scene = await operatorScene(CHAIN);
  });
  after(() => scene?.stop());

  it("promises, claims in one transaction, and takes its stake back when the window is over", async () => {
    const node = await scene.openNode();
    await node.step();
    const served = [];
    for (let salt = 1; salt <= 4; salt++)
      served.push(await node.desk.serve(scene.modelId, requestNumber(salt)));
    expect(rootOfTensors(served[0]!.outputs)).to.equal(sceneModel.trace.roots.output);
    await stepAndSettle(node);
    const [line] = node.archive.claims(1e9, 10).claims;
    expect(line).to.include({ state: "open", records: 4 });
    await scene.pass(61);
    await stepAndSettle(node);
    await scene.mine(3);
    await stepAndSettle(node);
    expect(node.archive.claims(1e9, 10).claims[0]).to.include({ state: "final" });
    await node.stop();
  });
});
