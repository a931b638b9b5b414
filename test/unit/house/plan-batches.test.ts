import { expect } from "chai";

import { planBatches } from "../../../scripts/test/plan-batches.js";

const namesOf = (files: readonly string[]): string[] =>
  planBatches(files, { together: false }).map(({ name }) => name);

describe("planBatches", () => {
  it("puts a directory in one batch, a contract in one batch, and heavy files alone and first", () => {
    const files = [
      "test/contracts/ClaimBook.finalize.test.ts",
      "test/contracts/ClaimBook.submit.test.ts",
      "test/contracts/Referee.judge.test.ts",
      "test/properties/kernels.test.ts",
      "test/properties/tree.test.ts",
      "test/unit/trace/root.test.ts",
      "test/unit/trace/tree.test.ts",
    ];
    expect(namesOf(files)).to.deep.equal([
      "test/properties/kernels.test.ts",
      "test/properties/tree.test.ts",
      "test/contracts/ClaimBook",
      "test/contracts/Referee",
      "test/unit/trace",
    ]);
  });

  it("gives every file to exactly one batch, and Solidity tests to their own runner", () => {
    const files = ["test/contracts/Tree.t.sol", "test/unit/run/a.test.ts", "test/e2e/b.test.ts"];
    const batches = planBatches(files, { together: false });
    expect(batches.flatMap((batch) => batch.files))
      .to.have.members(files)
      .and.have.lengthOf(3);
    expect(
      batches.filter(({ runner }) => runner === "solidity").flatMap((batch) => batch.files),
    ).to.deep.equal(["test/contracts/Tree.t.sol"]);
  });

  it("keeps files that were asked for by name in one process", () => {
    expect(
      planBatches(["test/e2e/b.test.ts", "test/unit/run/a.test.ts"], { together: true }),
    ).to.have.lengthOf(1);
  });
});
