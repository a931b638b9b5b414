import type { CommittedArtifact } from "../../src/trace/commit-artifact.js";
import { commitRun } from "../../src/trace/commit-run.js";
import type { Trace } from "../../src/trace/commit-run.js";
import { randomKernel } from "./kernel-generator.js";
import { Random } from "./random.js";
import { modelAround } from "./single-kernel.js";
import { wideModel } from "./wide-model.js";

/** A model with an own run of it. */
export type OwnRun = { readonly committed: CommittedArtifact; readonly own: Trace };

const made = new Map<number, OwnRun>();

/** A model of 1 to 5 kernels, or one of many with several inputs and outputs; the same for the same seed, made once. */
export function someModel(seed: number): OwnRun {
  const known = made.get(seed) ?? (seed % 4 === 0 ? someWideModel(seed) : someSmallModel(seed));
  made.set(seed, known);
  return known;
}

function someSmallModel(seed: number): OwnRun {
  const random = new Random(seed);
  const kernel = randomKernel(seed);
  const inputs = random.below(kernel.data.length + 1);
  const { committed, trace } = modelAround(kernel, inputs, random.below(inputs + 1));
  return { committed, own: trace };
}

function someWideModel(seed: number): OwnRun {
  const random = new Random(seed);
  const { committed, model, inputsFrom } = wideModel({
    inputs: random.between(1, 5),
    weights: random.between(0, 3),
    kernels: random.pick([5, 9, 65, 70]),
    outputs: random.pick([1, 3, 5]),
    elements: random.pick([1, 31, 33, 600]),
  });
  return { committed, own: commitRun(committed.artifact, model.run(inputsFrom(`${seed}`))) };
}
