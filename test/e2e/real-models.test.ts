import { expect } from "chai";

import { agreementOf } from "../../scripts/support/agreement.js";
import { realModels } from "../../scripts/support/real-models.js";
import { BUDGET } from "../../src/program/planning/compile.js";

/** The recogniser and the classifier have tests of their own; models in tarballs are the nightly run's. */
const models = realModels.filter(
  ({ name, isInstalled }) => isInstalled && !/recogniser|classifier/.test(name),
);

describe("models of npm packages", function () {
  this.timeout(300_000);

  for (const model of models) {
    it(`${model.name}: within tolerance of onnxruntime, bits of the reference, provable in one transaction`, async () => {
      const { deviation, sampled, dearest } = await agreementOf(model);
      expect(deviation).to.be.at.most(1);
      expect(sampled.elements).to.be.above(0);
      expect(sampled.differing).to.equal(0);
      expect(dearest.proof.gas).to.be.at.most(BUDGET.gas);
    });
  }
});
