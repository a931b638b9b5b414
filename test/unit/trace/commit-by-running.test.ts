import { expect } from "chai";

import type { Model } from "../../../src/run/engine.js";
import { commitByRunning } from "../../../src/trace/commit-by-running.js";
import { commitRun } from "../../../src/trace/commit-run.js";
import { wideModel } from "../../support/wide-model.js";

const KERNELS = 12;
const wide = wideModel({ inputs: 2, weights: 1, kernels: KERNELS, outputs: 3, elements: 33 });
const { artifact } = wide.committed;
const inputs = wide.inputsFrom("by running");

/** The model, and how often it ran. */
function counted(): { model: Model; runs: () => number } {
  let runs = 0;
  const runForOutputs: Model["runForOutputs"] = (...given) => {
    runs++;
    return wide.model.runForOutputs(...given);
  };
  return { model: { ...wide.model, runForOutputs }, runs: () => runs };
}

describe("trace: a commitment that keeps no run", () => {
  it("is the commitment of the run, list by list and tensor by tensor", () => {
    const kept = commitRun(artifact, wide.model.run(inputs));
    const { model } = counted();
    const own = commitByRunning(model, inputs);
    expect(own.roots).to.deep.equal(kept.roots);
    expect(own.lists).to.deep.equal(kept.lists);
    for (const list of ["input", "trace", "output"] as const) {
      for (let index = 0; index < kept.lists[list].count; index++) {
        expect(own.tensor(list, index).levels).to.deep.equal(kept.tensor(list, index).levels);
      }
    }
  });

  it("runs the model once for the lists, then once for a tensor, however often that is asked for", () => {
    const { model, runs } = counted();
    const own = commitByRunning(model, inputs);
    expect(runs()).to.equal(1);
    own.tensor("trace", 4);
    own.tensor("trace", 4);
    own.tensor("input", 1);
    expect(runs()).to.equal(2);
    own.tensor("output", 2);
    own.tensor("trace", KERNELS - 1);
    expect(runs()).to.equal(3);
  });

  it("keeps what one kernel and eight loads need, and forgets what was asked for longest ago", () => {
    const { model, runs } = counted();
    const own = commitByRunning(model, inputs);
    for (let kernel = 0; kernel < 9; kernel++) own.tensor("trace", kernel);
    own.tensor("trace", 0);
    expect(runs()).to.equal(10);
    own.tensor("trace", 9);
    own.tensor("trace", 0);
    expect(runs()).to.equal(11);
    own.tensor("trace", 1);
    expect(runs()).to.equal(12);
  });
});
