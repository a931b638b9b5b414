import { expect } from "chai";

import { benchModels } from "../../../scripts/support/bench-models.js";
import { claimCases, disputeCases } from "../../../scripts/support/bench-cases.js";
import { missingRows } from "../../../scripts/support/bench-rows.js";
import type { BenchResult } from "../../../scripts/support/bench-rows.js";

const models = (cases: object) => Object.keys(cases).map((model) => ({ model }));

/** As the benchmarks make it from their lists of models. */
const whole: Required<BenchResult> = {
  engine: [1, 2].flatMap((threads) => models(benchModels).map((row) => ({ ...row, threads }))),
  hash: {},
  claimOverhead: models(claimCases),
  dispute: models(disputeCases),
};

describe("house: the rows of the benchmark", () => {
  it("are all there when every benchmark has measured all of its models", () => {
    expect(missingRows(whole)).to.deep.equal([]);
  });

  it("are missed one by one", () => {
    for (const key of ["engine", "claimOverhead", "dispute"] as const) {
      whole[key].forEach((_, left) => {
        const rows = whole[key].filter((_row, number) => number !== left);
        expect(missingRows({ ...whole, [key]: rows }), `${key} without row ${left}`).to.have.length(1);
      });
    }
    const { hash: _, ...withoutHash } = whole;
    expect(missingRows(withoutHash)).to.deep.equal(["hashing"]);
  });

  it("are told apart by threads", () => {
    const engine = whole.engine.filter(({ model, threads }) => model !== "retinaface" || threads !== 2);
    expect(missingRows({ ...whole, engine })).to.deep.equal(["the engine, 2 thread(s), of retinaface"]);
  });
});
