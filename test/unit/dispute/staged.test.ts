import { expect } from "chai";

import { proofPlan } from "../../../src/dispute/plan-stages.js";
import type { Artifact } from "../../../src/program/artifact.js";
import { encodeKernel } from "../../../src/program/codec.js";
import { prepareModel } from "../../../src/run/engine.js";
import { commitArtifact } from "../../../src/trace/commit-artifact.js";
import { commitRun } from "../../../src/trace/commit-run.js";
import { DisputeArena } from "../../support/dispute-arena.js";
import { challengerWith, operatorWith } from "../../support/dispute-players.js";
import { withFlippedBit } from "../../support/forge-trace.js";
import { playDispute } from "../../support/play-dispute.js";
import type { Player } from "../../support/play-dispute.js";
import { CHALLENGER, stageClaim } from "../../support/staged-claim.js";
import { randomFloats } from "../../support/tiny-tensors.js";

const K = 30_000;

/** Two sums of K exponentials each: far too long for one transaction. */
const artifact: Artifact = {
  inputs: [{ name: "x", shape: [2, K], dtype: "f32" }],
  outputs: [{ name: "y", shape: [2], dtype: "f32" }],
  table: [
    { count: 2 * K, dtype: "f32" },
    { count: 2, dtype: "f32" },
  ],
  weights: [],
  kernels: [
    encodeKernel({
      ...{ shape: [2], reduce: [K], reducer: "sum", dtype: "f32", tail: [{ op: "acc" }] },
      loads: [
        {
          ...{ tensor: 0, dtype: "f32", pad: 0 },
          dims: [
            { size: 2, offset: 0, coefficients: [1, 0] },
            { size: K, offset: 0, coefficients: [0, 1] },
          ],
        },
      ],
      body: [{ op: "load", arg: 0 }, { op: "f32.exp" }],
    }),
  ],
};
const committed = commitArtifact(artifact);
const own = commitRun(artifact, prepareModel(artifact).run([randomFloats([2, K], { seed: "staged" })]));
const theirs = withFlippedBit(own, { index: 0, bit: 32 + 5 });
const claim = stageClaim({ committed, own, theirs, onDemand: true });

function dispute(playersOf: (challenging: Player) => readonly Player[]) {
  const arena = new DisputeArena(claim, () => false);
  const plan = proofPlan(claim.exhibit, { kernel: 0, element: 1 });
  if (plan.kind !== "staged") throw new Error("one transaction is enough");
  arena.staged = plan;
  const players = [operatorWith(claim.operator), ...playersOf(challengerWith(claim.challenger))];
  return { arena, kinds: playDispute(arena, players).moves.map(({ move }) => move.kind) };
}

describe("dispute: a proof in stages", () => {
  it("is opened, advanced and finished by the challenger alone, after the questions", () => {
    const { arena, kinds } = dispute((challenging) => [challenging]);
    expect(arena.phase).to.equal("faulted");
    expect(arena.beneficiary).to.equal(CHALLENGER);
    const stages = kinds.filter((kind) => kind === "advance-job");
    expect(stages.length).to.be.within(3, 30);
    expect(kinds).to.deep.equal([
      ...["open", "state-traces", "ask", "answer", "open-job"],
      ...stages,
      ...["finish-job", "settle"],
    ]);
  });

  it("goes on from wherever it was left", () => {
    let moves = 0;
    const { arena, kinds } = dispute((challenging) => [
      {
        address: CHALLENGER,
        // Every other time it does not get to move.
        next: (view, now) =>
          moves++ % 2 === 0 && view.phase === "contested"
            ? { kind: "wait", until: (now + 1n) as typeof now }
            : challenging.next(view, now),
      },
    ]);
    expect(arena.phase).to.equal("faulted");
    expect(kinds.filter((kind) => kind === "open-job")).to.have.lengthOf(1);
  });
});
