import type { Artifact } from "../../src/program/artifact.js";
import { prepareModel, referenceEngine } from "../../src/run/engine.js";
import { commitArtifact } from "../../src/trace/commit-artifact.js";
import type { CommittedArtifact } from "../../src/trace/commit-artifact.js";
import { commitRun } from "../../src/trace/commit-run.js";
import type { Trace } from "../../src/trace/commit-run.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";

/** A model of two kernels or more that also gives away what its last but one kernel makes. */
export function withTwoOutputs({
  committed,
  trace,
}: {
  readonly committed: CommittedArtifact;
  readonly trace: Trace;
}): { committed: CommittedArtifact; trace: Trace } {
  const { table, inputs, outputs } = committed.artifact;
  const { count, dtype } = table.at(-2) as TensorEntry;
  const artifact: Artifact = {
    ...committed.artifact,
    outputs: [{ name: "between", shape: [count], dtype }, ...outputs],
  };
  const run = prepareModel(artifact, referenceEngine).run(trace.run.tensors.slice(0, inputs.length));
  return { committed: commitArtifact(artifact), trace: commitRun(artifact, run) };
}
