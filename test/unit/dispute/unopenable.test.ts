import { expect } from "chai";

import type { Artifact } from "../../../src/program/artifact.js";
import { prepareModel } from "../../../src/run/engine.js";
import { commitArtifact } from "../../../src/trace/commit-artifact.js";
import { commitRun } from "../../../src/trace/commit-run.js";
import { disputeBetweenBoth } from "../../support/dispute-players.js";
import { withFlippedBit } from "../../support/forge-trace.js";
import { CHALLENGER } from "../../support/staged-claim.js";
import { wideModel } from "../../support/wide-model.js";

const wide = wideModel({ inputs: 1, weights: 2, kernels: 5, outputs: 1, elements: 40 });

/** A lie about the last kernel of an artifact that its publisher made to be unprovable. */
function disputeOn(artifact: Artifact) {
  const committed = commitArtifact(artifact);
  const own = commitRun(artifact, prepareModel(artifact).run(wide.inputsFrom("unopenable")));
  const told = { committed, own, n: 2, index: 1 };
  const lied = disputeBetweenBoth({ ...told, theirs: withFlippedBit(own, { index: 2, bit: 40 }) });
  return { lied, kept: disputeBetweenBoth({ ...told, theirs: own }) };
}

const { artifact } = wide.committed;
const hostile: Readonly<Record<string, Artifact>> = {
  "a descriptor too long to be opened": {
    ...artifact,
    kernels: artifact.kernels.map((one, kernel) => (kernel === 2 ? new Uint8Array(8_193) : one)),
  },
  "a weight of another depth than its table says": {
    ...artifact,
    weights: artifact.weights.map((one, index) =>
      index === 1 ? Uint8Array.of(...one, ...new Uint8Array(400)) : one,
    ),
  },
};

describe("dispute: an artifact of which a part cannot be opened", () => {
  for (const [what, made] of Object.entries(hostile)) {
    it(`because of ${what} makes a wrong claim fall by silence, and leaves a right one alone`, () => {
      const { lied, kept } = disputeOn(made);
      expect(lied.arena.phase).to.equal("faulted");
      expect(lied.arena.beneficiary).to.equal(CHALLENGER);
      const kinds = lied.played.moves.filter(({ from }) => from === CHALLENGER).map(({ move }) => move.kind);
      expect(kinds.slice(-2)).to.deep.equal(["time-out", "settle"]);
      expect(kinds).to.not.include("convict");
      expect(kept.arena.phase).to.equal("final");
      expect(kept.arena.sessions).to.deep.equal([]);
    });
  }
});
