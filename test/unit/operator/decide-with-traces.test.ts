import { expect } from "chai";

import { nextOperatorMove } from "../../../src/dispute/defend.js";
import type { DisputeView } from "../../../src/dispute/dispute-view.js";
import type { OperatorHoldings } from "../../../src/dispute/holdings.js";
import { decideWithTraces } from "../../../src/operator/claims/decide-with-traces.js";
import type { ClaimTraces } from "../../../src/operator/claims/decide-with-traces.js";
import { commitRun } from "../../../src/trace/commit-run.js";
import type { Seconds } from "../../../src/types/seconds.js";
import { challengerWith, disputeOf, operatorWith } from "../../support/dispute-players.js";
import { withFlippedBit } from "../../support/forge-trace.js";
import { wideModel } from "../../support/wide-model.js";

const wide = wideModel({ inputs: 2, weights: 1, kernels: 70, outputs: 3, elements: 600 });
const { committed } = wide;
const own = commitRun(committed.artifact, wide.model.run(wide.inputsFrom("silence")));
const theirs = withFlippedBit(own, { index: committed.artifact.kernels.length - 1, bit: 9 });

/** Every moment of a dispute at which the operator, that holds everything, had to decide. */
function moments() {
  const seen: { readonly view: DisputeView; readonly now: Seconds }[] = [];
  let holdings: OperatorHoldings | undefined;
  disputeOf({ committed, own, theirs, onDemand: true }, ({ operator, challenger }) => {
    holdings = operator;
    const player = operatorWith(operator);
    return [
      {
        address: player.address,
        next(view, now) {
          seen.push({ view: structuredClone(view), now });
          return player.next(view, now);
        },
      },
      challengerWith(challenger),
    ];
  });
  return { seen, holdings: holdings! };
}

/** Nothing is there before it was loaded, and tensors are gone again with the next load. */
function coldTraces(holdings: OperatorHoldings) {
  const listed = new Set<number>();
  const whole = new Set<number>();
  const loads: number[] = [];
  const traces: ClaimTraces = {
    find: (index) => (listed.has(index) ? holdings.trace(index) : undefined),
    isWhole: (index) => whole.has(index),
    load: async (index) => {
      loads.push(index);
      listed.add(index);
      whole.clear();
      whole.add(index);
    },
  };
  return { traces, loads };
}

describe("operator: deciding with traces that are computed when they are needed", () => {
  const { seen, holdings } = moments();

  it("moves as one that holds every trace would, at every moment of a dispute", async () => {
    const kinds = new Set<string>();
    for (const { view, now } of seen) {
      const { traces } = coldTraces(holdings);
      const fail = () => expect.fail("nothing fails");
      const move = await decideWithTraces({ view, own: holdings, traces, now, fail });
      expect(move).to.deep.equal(nextOperatorMove(view, holdings, now));
      kinds.add(move.kind);
    }
    expect([...kinds]).to.include.members(["state-traces", "answer"]);
  });

  it("computes nothing where nobody asks about a trace, and one trace where somebody does", async () => {
    for (const { view, now } of seen) {
      const { traces, loads } = coldTraces(holdings);
      const move = await decideWithTraces({ view, own: holdings, traces, now, fail: () => undefined });
      if (move.kind === "wait" || move.kind === "rest") expect(loads).to.deep.equal([]);
      if (move.kind === "state-traces") expect(loads).to.deep.equal([0]);
    }
  });

  it("answers what else it can when a trace cannot be computed, and says so", async () => {
    const asked = seen.find(
      ({ view, now }) => nextOperatorMove(view, holdings, now).kind === "state-traces",
    )!;
    const failed: number[] = [];
    const traces: ClaimTraces = {
      ...{ find: () => undefined, isWhole: () => false },
      load: () => Promise.reject(new Error("the input is gone")),
    };
    const move = await decideWithTraces({
      ...{ ...asked, own: holdings, traces },
      fail: (index) => failed.push(index),
    });
    expect(failed).to.deep.equal([0]);
    expect(["wait", "rest"]).to.include(move.kind);
  });
});
