import { expect } from "chai";
import { network } from "hardhat";

import { agreementOf } from "../../scripts/support/agreement.js";
import { realModels } from "../../scripts/support/real-models.js";
import { elementEvidence } from "../../src/dispute/evidence.js";
import type { Artifact } from "../../src/program/artifact.js";
import { elementBytes } from "../../src/program/dtype.js";
import { BUDGET } from "../../src/program/planning/compile.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import type { Run } from "../../src/run/engine.js";
import { commitArtifact } from "../../src/trace/commit-artifact.js";
import { commitRun } from "../../src/trace/commit-run.js";
import { bench, judgeAll } from "../support/bench.js";
import { claimOfTrace } from "../support/claim-of-trace.js";
import { withFlippedBit } from "../support/forge-trace.js";
import { Random } from "../support/random.js";

const { ethers } = await network.create();

/** The recogniser and the classifier have tests of their own; models in tarballs are the nightly run's. */
const models = realModels.filter(
  ({ name, isInstalled }) => isInstalled && !/recogniser|classifier/.test(name),
);

/** What the referee says of `count` elements all over a run: as they are, or each with one bit flipped. */
async function verdicts(
  { artifact, run }: { artifact: Artifact; run: Run },
  { count, isFlipped }: { count: number; isFlipped: boolean },
): Promise<{ verdicts: readonly string[]; mostGas: number }> {
  const place = await bench(ethers);
  const committed = commitArtifact(artifact);
  const honest = commitRun(artifact, run);
  const first = artifact.inputs.length + artifact.weights.length;
  const random = new Random(count);
  const cases = Array.from({ length: count }, () => {
    const kernel = random.below(artifact.kernels.length);
    const entry = artifact.table[first + kernel] as TensorEntry;
    const element = random.below(entry.count);
    const bits = 8 * elementBytes(entry.dtype);
    const bit = bits * element + random.below(bits);
    const trace = isFlipped ? withFlippedBit(honest, { index: kernel, bit }) : honest;
    const { claim, exhibit } = claimOfTrace({ registry: place.registry, committed, trace });
    return { claim, evidence: elementEvidence(exhibit, { kernel, element }) };
  });
  const answers = await judgeAll(place, cases);
  return {
    verdicts: [...new Set(answers.map(({ verdict }) => verdict))],
    mostGas: Math.max(...answers.map(({ gas }) => gas)),
  };
}

describe("models of npm packages", function () {
  this.timeout(600_000);

  for (const model of models) {
    it(`${model.name}: within tolerance of onnxruntime, bits of the reference, 50 flipped bits convicted`, async () => {
      const { agreement, ...ran } = await agreementOf(model);
      expect(agreement.deviation).to.be.at.most(1);
      expect(agreement.sampled.elements).to.be.above(0);
      expect(agreement.sampled.differing).to.equal(0);
      expect(agreement.dearest.proof.gas).to.be.at.most(BUDGET.gas);
      const honest = await verdicts(ran, { count: 20, isFlipped: false });
      expect(honest.verdicts).to.deep.equal(["ElementAgrees"]);
      const flipped = await verdicts(ran, { count: 50, isFlipped: true });
      expect(flipped.verdicts).to.deep.equal(["Element"]);
      // The prediction is an upper estimate of the whole transaction, of which this is a part.
      expect(Math.max(honest.mostGas, flipped.mostGas)).to.be.below(agreement.dearest.proof.gas);
    });
  }
});
