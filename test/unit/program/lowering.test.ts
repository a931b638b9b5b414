import { expect } from "chai";

import { compositeCases } from "../../support/composite-cases.js";
import { deviationOf } from "../../support/lowering-case.js";
import { loweringCases } from "../../support/lowering-cases.js";
import { lowerings } from "../../../src/program/lowering/registry.js";

const cases = [...loweringCases, ...compositeCases];

describe("lowering", function () {
  this.timeout(60_000);

  for (const [title, one] of cases) {
    it(`${title}: the reference agrees with onnxruntime`, async () => {
      expect(await deviationOf(one)).to.be.below(2e-6);
    });
  }

  it("has a case for every operator of the registry", () => {
    const covered = new Set(cases.flatMap(([, one]) => one.nodes.map(({ operator }) => operator)));
    expect(Object.keys(lowerings).filter((operator) => !covered.has(operator))).to.deep.equal([]);
  });
});
