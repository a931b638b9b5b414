import { expect } from "chai";

import { KINDS, LARGEST_BATCH, planCase, planTrial } from "../../../scripts/trial/plan.js";
import { SILENT_AFTER } from "../../../scripts/trial/liars.js";

describe("the plan of a trial", () => {
  for (const seed of [1, 2, 3]) {
    it(`of 400 cases, seed ${seed}, has every kind at least 10 times, 40 cases on the classifier and 40 batches`, () => {
      const plan = planTrial({ cases: 400, seed });
      for (const kind of KINDS) {
        expect(plan.filter((spec) => spec.kind === kind).length, kind).to.be.at.least(10);
      }
      expect(plan.filter(({ model }) => model === "classifier").length).to.be.at.least(40);
      expect(plan.filter(({ n }) => n >= 64).length).to.be.at.least(40);
      const floods = plan.filter(({ kind }) => kind === "asks every record at once");
      expect(floods.filter(({ n }) => n === LARGEST_BATCH).length).to.be.at.least(10);
      expect(LARGEST_BATCH).to.equal(4_096);
    });

    it(`of 400 cases, seed ${seed}, has eager traces and traces on demand, slow and blind parties, in every kind`, () => {
      const plan = planTrial({ cases: 400, seed });
      for (const kind of KINDS) {
        const own = plan.filter((spec) => spec.kind === kind);
        for (const trait of ["onDemand", "isSlow", "isBlind"] as const) {
          const values = new Set(own.map((spec) => spec[trait]));
          expect([...values], `${kind}: ${trait}`).to.have.members([true, false]);
        }
      }
    });
  }

  it("has a liar that falls silent after every number of answers", () => {
    const turns = planTrial({ cases: 400, seed: 1 }).filter(({ kind }) => kind === "falls silent");
    const rounds = new Set(turns.map(({ turn }) => SILENT_AFTER[turn % SILENT_AFTER.length]));
    expect([...rounds]).to.have.members([0, 1, 2, 3, 4, 5]);
  });

  it("gives the same case for the same seed, whatever came before it, and another for another seed", () => {
    expect(planCase(7, 1)).to.deep.equal(planTrial({ cases: 9, seed: 1 })[7]);
    expect(planCase(7, 1).seed).not.to.equal(planCase(7, 2).seed);
    expect(planCase(7, 1).seed).not.to.equal(planCase(8, 1).seed);
  });

  it("leaves room for an absent record in every list that is to have one", () => {
    for (const { n } of planTrial({ cases: 2_400, seed: 5 }).filter(
      ({ kind }) => kind === "absent node in the records",
    )) {
      expect(n & (n - 1), `${n} records`).not.to.equal(0);
    }
  });
});
