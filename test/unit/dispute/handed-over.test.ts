import { expect } from "chai";

import type { HeldRecord } from "../../../src/dispute/holdings.js";
import { commitRun } from "../../../src/trace/commit-run.js";
import type { CommittedTrace } from "../../../src/trace/committed-trace.js";
import { challengerWith, disputeOf, operatorWith } from "../../support/dispute-players.js";
import { withFlippedBit } from "../../support/forge-trace.js";
import { CHALLENGER } from "../../support/staged-claim.js";
import type { Told } from "../../support/staged-claim.js";
import { wideModel } from "../../support/wide-model.js";

const wide = wideModel({ inputs: 2, weights: 1, kernels: 9, outputs: 2, elements: 600 });
const { committed } = wide;
const own = commitRun(committed.artifact, wide.model.run(wide.inputsFrom("handed over")));
const theirs = withFlippedBit(own, { index: 5, bit: 9 });
const wrong: Told = { committed, own, theirs, n: 3, index: 1 };

/** How the challenger's dispute goes with these records in its hands. */
function movesWith(told: Told, change: (held: HeldRecord) => readonly HeldRecord[]): string[] {
  const { played } = disputeOf(told, ({ operator, challenger }) => [
    operatorWith(operator),
    challengerWith({ ...challenger, records: challenger.records.flatMap(change) }),
  ]);
  return played.moves.filter(({ from }) => from === CHALLENGER).map(({ move }) => move.kind);
}

const ASKED = ["open", "ask", "ask", "convict", "settle"];

describe("dispute: a trace that was handed over", () => {
  const withTrace = (handedOver: CommittedTrace) => (held: HeldRecord) => [{ ...held, handedOver }];

  it("convicts without a question when it is what the record commits to", () => {
    expect(movesWith(wrong, withTrace(theirs))).to.deep.equal(["convict"]);
  });

  it("convicts once the trace is stated when the record leaves that open", () => {
    const output = withFlippedBit(own, { index: 8, bit: 9 });
    const told = { ...wrong, theirs: output, onDemand: true };
    expect(movesWith(told, withTrace(output))).to.deep.equal(["open", "convict", "settle"]);
  });

  it("is put aside when it is of something else, or lacks the tensor in question", () => {
    expect(movesWith(wrong, withTrace(own))).to.deep.equal(ASKED);
    expect(movesWith(wrong, withTrace(withFlippedBit(own, { index: 4, bit: 9 })))).to.deep.equal(ASKED);
    expect(movesWith(wrong, withTrace({ ...theirs, tensor: () => undefined }))).to.deep.equal(ASKED);
  });

  it("does not make a right claim wrong", () => {
    expect(movesWith({ ...wrong, theirs: own }, withTrace(theirs))).to.deep.equal([]);
  });
});

describe("dispute: a challenger that looks into several records", () => {
  it("finds the wrong one among them, wherever it stands", () => {
    const beside = (held: HeldRecord, index: number): HeldRecord => ({ index, run: held.run! });
    const listed = (told: Told) => {
      const { played } = disputeOf(told, ({ operator, challenger, records }) => [
        operatorWith(operator),
        challengerWith({
          ...challenger,
          recordList: records,
          records: [0, 1, 2].map((index) => beside(challenger.records[0]!, index)),
        }),
      ]);
      return played.moves.filter(({ from }) => from === CHALLENGER).map(({ move }) => move.kind);
    };
    for (const index of [0, 1, 2]) expect(listed({ ...wrong, index })).to.deep.equal(ASKED);
    expect(listed({ ...wrong, theirs: own })).to.deep.equal([]);
  });

  it("uses one run for every record of the same input", () => {
    const elsewhere = (held: HeldRecord): readonly HeldRecord[] => {
      const { run: _, ...rest } = held;
      return [rest, { index: 9, run: held.run! }];
    };
    expect(movesWith(wrong, elsewhere)).to.deep.equal(ASKED);
  });
});
