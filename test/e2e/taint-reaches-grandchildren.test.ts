import { expect } from "chai";
import { network } from "hardhat";

import type { LineageGraph, Status } from "../../src/audit/api-types.js";
import { finalizeClaim } from "../../src/chain/finalize-claim.js";
import { noteClaim } from "../../src/chain/note-claim.js";
import { readEdge, readTaint } from "../../src/chain/read-lineage.js";
import { readStanding } from "../../src/chain/read-standing.js";
import { parentItem } from "../../src/claim/claim.js";
import { indexChain } from "../../src/indexer/index-chain.js";
import { makeApi } from "../../src/indexer/make-api.js";
import { openIndex } from "../../src/indexer/open-index.js";
import { openMetrics } from "../../src/service/metrics.js";
import { decayed, PLACES } from "../support/decay-model.js";
import { PHASE } from "../support/protocol.js";
import { realLineage, type Heir } from "../support/real-lineage.js";

const connection = await network.create();
const { time } = connection.networkHelpers;
const { ethers } = connection;

const NOT_PUSHED = { status: "not-pushed" } as const;
const UNTOUCHED = { stated: NOT_PUSHED, bound: NOT_PUSHED };

/**
 * A wrong result that nobody has looked at yet, and three generations made from it, each from the output of the one before;
 * an adviser that names the child and took in nothing of it; an honest result, and one made from that. Everything but the
 * wrong one is FINAL. Every edge is shown by a stranger.
 */
async function finalDescendants() {
  const scene = await realLineage(connection);
  const { claimed, outputOf, state, bind, operator, otherOperator, stranger } = scene;
  const madeFrom = (parent: Heir) => claimed(operator, { inputs: outputOf(parent), parents: [parent] });
  const ancestor = await claimed(otherOperator, { lie: true, seconds: 3_000n });
  const child = await madeFrom(ancestor);
  const grandchild = await madeFrom(child);
  const greatGrandchild = await madeFrom(grandchild);
  const adviser = await claimed(operator, { parents: [child] });
  const honest = await claimed(operator);
  const sibling = await madeFrom(honest);
  const bound = [
    [child, ancestor],
    [grandchild, child],
    [greatGrandchild, grandchild],
    [sibling, honest],
  ] as const;
  for (const [below, above] of bound) {
    await state(below, above);
    await bind(below, above);
  }
  await state(adviser, child);
  await time.increase(60);
  const decided = [child, grandchild, greatGrandchild, adviser, honest, sibling];
  for (const { claim } of decided) await finalizeClaim(stranger.contracts, claim);
  return { ...scene, ancestor, child, grandchild, greatGrandchild, adviser, honest, sibling, decided };
}

type Scene = Awaited<ReturnType<typeof finalDescendants>>;

/** Each step uses what the last one left. */
describe("e2e: an ancestor falls when its descendants are final", function () {
  this.timeout(180_000);
  let scene: Scene;
  const item = ({ ref }: Heir) => parentItem(ref, scene.book);
  const taintOf = ({ ref }: Heir) => readTaint(scene.stranger.contracts, ref);
  const tainted = (depth: number) =>
    ({ status: "tainted", depth, cause: scene.ancestor.ref.claimId }) as const;
  const edge = (child: Heir, parent: Heir) =>
    readEdge(scene.stranger.contracts, { child: item(child), parent: item(parent) });
  /** What `requireClean` says to a consumer about a line of records with all their parents. */
  const clean = async (...line: readonly Heir[]): Promise<bigint> => {
    const reader = await ethers.deployContract("ResultConsumer");
    const ancestors = line.map(({ opening, parents }) => ({
      opening,
      parents: parents.map(({ claimId, recordIndex }) => ({ claimId, recordIndex })),
    }));
    return reader.requireClean(scene.deployment.claimBook, ancestors);
  };
  const refusesForTheAncestor = async (phase: number): Promise<void> => {
    const { ancestor, child, grandchild, greatGrandchild } = scene;
    const reader = await ethers.getContractFactory("ResultConsumer");
    for (const line of [[greatGrandchild, grandchild, child, ancestor], [grandchild, child], [child]]) {
      await expect(clean(...line))
        .to.be.revertedWithCustomError(reader, "ClaimNotFinal")
        .withArgs(ancestor.ref.claimId, phase, PHASE.FINAL);
    }
  };

  before(async () => (scene = await finalDescendants()));

  it("binds what took in an output, and states what only names its parent", async () => {
    const { ancestor, child, grandchild, greatGrandchild, adviser, honest, sibling } = scene;
    for (const [below, above] of [
      [child, ancestor],
      [grandchild, child],
      [greatGrandchild, grandchild],
      [sibling, honest],
    ] as const) {
      expect(await edge(below, above)).to.equal("bound");
    }
    expect(await edge(adviser, child)).to.equal("stated");
    expect(await edge(grandchild, ancestor)).to.equal("none");
    expect(() => scene.bind(adviser, child)).to.throw("no tensor in common");
  });

  it("nothing can be pushed while the ancestor is open, and a consumer of the line is refused all the same", async () => {
    const { ancestor, child, stranger } = scene;
    const { lineage } = stranger.contracts;
    await expect(lineage.pushTaint(child.ref, ancestor.ref))
      .to.be.revertedWithCustomError(lineage, "ParentNotTainted")
      .withArgs(item(ancestor));
    await refusesForTheAncestor(PHASE.OPEN);
  });

  it("one wrong element convicts the ancestor; its descendants stay FINAL and read NOT_PUSHED", async () => {
    const { ancestor, convict, decided, stranger } = scene;
    await convict(ancestor);
    const { claims } = stranger.contracts;
    expect((await claims.stateOf(ancestor.ref.claimId)).phase).to.equal(PHASE.FAULTED);
    expect(await taintOf(ancestor)).to.deep.equal({ stated: tainted(0), bound: tainted(0) });
    for (const heir of decided) {
      expect((await claims.stateOf(heir.ref.claimId)).phase).to.equal(PHASE.FINAL);
      expect(await taintOf(heir)).to.deep.equal(UNTOUCHED);
    }
    await refusesForTheAncestor(PHASE.FAULTED);
  });

  it("reverts with ParentNotTainted for a push in the wrong order, and with EdgeNotStated past a generation", async () => {
    const { ancestor, child, grandchild, greatGrandchild, adviser, sibling, honest, stranger } = scene;
    const { lineage } = stranger.contracts;
    for (const [below, above] of [
      [grandchild, child],
      [greatGrandchild, grandchild],
      [adviser, child],
      [sibling, honest],
    ] as const) {
      await expect(lineage.pushTaint(below.ref, above.ref))
        .to.be.revertedWithCustomError(lineage, "ParentNotTainted")
        .withArgs(item(above));
    }
    await expect(lineage.pushTaint(grandchild.ref, ancestor.ref))
      .to.be.revertedWithCustomError(lineage, "EdgeNotStated")
      .withArgs(item(grandchild), item(ancestor), 0);
  });

  it("a stranger pushes edge by edge, and each generation is tainted by its own push", async () => {
    const { ancestor, child, grandchild, greatGrandchild, adviser, push } = scene;
    for (const [depth, [below, above]] of (
      [
        [child, ancestor],
        [grandchild, child],
        [greatGrandchild, grandchild],
      ] as const
    ).entries()) {
      expect(await taintOf(below)).to.deep.equal(UNTOUCHED);
      expect((await push(below, above)).logs).to.have.length(1);
      const label = tainted(depth + 1);
      expect(await taintOf(below)).to.deep.equal({ stated: label, bound: label });
    }
    expect(await taintOf(adviser)).to.deep.equal(UNTOUCHED);
    await push(adviser, child);
    expect(await taintOf(adviser)).to.deep.equal({ stated: tainted(2), bound: NOT_PUSHED });
    expect((await push(adviser, child)).logs, "again, which changes nothing").to.deep.equal([]);
  });

  it("does not reach what was made from an honest result", async () => {
    const { honest, sibling, stranger } = scene;
    const { lineage } = stranger.contracts;
    await expect(lineage.pushTaint(sibling.ref, honest.ref)).to.be.revertedWithCustomError(
      lineage,
      "ParentNotTainted",
    );
    for (const heir of [honest, sibling]) expect(await taintOf(heir)).to.deep.equal(UNTOUCHED);
  });

  it("a consumer is refused after the pushes as before them; what its line leaves out it is told, not spared", async () => {
    const { child, grandchild, greatGrandchild, honest, sibling } = scene;
    await refusesForTheAncestor(PHASE.FAULTED);
    expect(await clean(sibling, honest)).to.equal(0n);
    // These lines open no child of the ancestor, so they say nothing about it: one parent is left unopened.
    expect(await clean(greatGrandchild, grandchild)).to.equal(1n);
    expect(await clean(greatGrandchild)).to.equal(1n);
    expect((await taintOf(child)).bound.status).to.equal("tainted");
  });

  it("noted, every claim counts by its own verdict: taint takes nothing from a standing and adds nothing", async () => {
    const { ancestor, decided, stranger, operator, otherOperator, modelId } = scene;
    for (const { claim } of [ancestor, ...decided]) await noteClaim(stranger.contracts, claim);
    const now = BigInt(await time.latest());
    const { halfLife } = await stranger.contracts.onus.parameters();
    const weights = await Promise.all(
      [ancestor, ...decided].map(async ({ claim, ref }) => {
        const { submittedAt, decidedAt } = await stranger.contracts.claims.stateOf(ref.claimId);
        const locked = decidedAt - submittedAt;
        const counted = ref === ancestor.ref && locked < claim.window ? claim.window : locked;
        return decayed(claim.liability * counted, now - decidedAt, halfLife);
      }),
    );
    const [faulted, ...stood] = weights as [bigint, ...bigint[]];
    const finalized = stood.reduce((sum, weight) => sum + weight, 0n);
    const near = (read: bigint, expected: bigint): void => {
      const off = read * PLACES - expected;
      expect(off < expected / 10n ** 15n && -off < expected / 10n ** 15n, `${read}`).to.equal(true);
    };
    const ofMaker = await readStanding(stranger.contracts, { operator: operator.address });
    expect(ofMaker.faulted).to.equal(0n);
    near(ofMaker.finalized, finalized);
    const ofLiar = await readStanding(stranger.contracts, { operator: otherOperator.address });
    expect(ofLiar.finalized).to.equal(0n);
    near(ofLiar.faulted, faulted);
    const ofModel = await readStanding(stranger.contracts, { modelId });
    expect(ofModel).to.deep.equal({ finalized: ofMaker.finalized, faulted: ofLiar.faulted });
  });

  it("an index of the events shows the same graph, with the same taint", async () => {
    const { ancestor, child, grandchild, greatGrandchild, adviser, honest, sibling } = scene;
    const { deployment, stranger, book } = scene;
    const db = await openIndex(":memory:");
    const parameters = await stranger.contracts.onus.parameters();
    const indexing = await indexChain({
      ...{ db, provider: ethers.provider, deployment },
      constants: { halfLife: Number(parameters.halfLife) },
    });
    while ((await indexing.step()) !== undefined);
    const { chainId } = deployment;
    const app = await makeApi({
      ...{ reading: db, writing: db, claimBook: book, checks: {}, metrics: await openMetrics("indexer") },
      status: (): Status => ({ chainId, deployment, fromBlock: 0, parameters: {} }),
      failed: (error) => {
        throw error;
      },
    });
    const lineage = async ({ ref }: Heir): Promise<LineageGraph> =>
      (await (await app.request(`/v1/lineage/${ref.claimId}/0`)).json()) as LineageGraph;
    const shown = ({ nodes }: LineageGraph, { ref }: Heir) => {
      const { phase, taint, distance } = nodes.find(({ claimId }) => claimId === ref.claimId)!;
      return [distance, phase, taint];
    };

    const down = await lineage(ancestor);
    expect(down.nodes).to.have.length(5);
    expect(shown(down, ancestor)).to.deep.equal([0, "FAULTED", "TAINTED"]);
    for (const [heir, distance] of [
      ...([[child, 1] as const, [grandchild, 2] as const] as const),
      ...([[adviser, 2] as const, [greatGrandchild, 3] as const] as const),
    ]) {
      expect(shown(down, heir)).to.deep.equal([distance, "FINAL", "TAINTED"]);
    }
    const kinds = down.edges.map(({ parent, child: below, kind }) => [parent.claimId, below.claimId, kind]);
    expect(kinds).to.have.deep.members([
      [ancestor.ref.claimId, child.ref.claimId, "bound"],
      [child.ref.claimId, grandchild.ref.claimId, "bound"],
      [grandchild.ref.claimId, greatGrandchild.ref.claimId, "bound"],
      [child.ref.claimId, adviser.ref.claimId, "stated"],
    ]);
    const up = await lineage(greatGrandchild);
    expect(shown(up, ancestor)).to.deep.equal([-3, "FAULTED", "TAINTED"]);
    const beside = await lineage(sibling);
    expect(beside.nodes).to.have.length(2);
    for (const heir of [honest, sibling])
      expect(shown(beside, heir).slice(1)).to.deep.equal(["FINAL", "NOT_PUSHED"]);
    await db.destroy();
  });
});
