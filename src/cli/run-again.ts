import type { Bundle } from "../audit/bundle.js";
import { OnusError } from "../errors/onus-error.js";
import type { Artifact } from "../program/artifact.js";
import { elementBytes } from "../program/dtype.js";
import type { TensorData } from "../program/dtype.js";
import { LEAF_BYTES } from "../program/tensor-table.js";
import { prepareModel, tensorOfBytes } from "../run/engine.js";
import { readArtifact } from "../store/read-artifact.js";
import { commitEnds, rootOfTensors } from "../trace/commit-ends.js";
import { commitRun } from "../trace/commit-run.js";
import { ZERO_HASH } from "../types/bytes32.js";
import type { Reporter } from "./reporter.js";

export type RanAgain = "agrees" | "the input is not in the bundle";

/** Runs the record of a bundle again, where the bundle has its input and the artifact is its model's. */
export function runAgain({ statement, evidence }: Bundle, path: string, reporter: Reporter): RanAgain {
  const committed = readArtifact(path);
  const { model, record } = statement;
  if (committed.id !== model.artifactId)
    throw new OnusError("ARTIFACT_MISMATCH", {
      model: model.id,
      expected: model.artifactId,
      found: committed.id,
    });
  if (evidence.inputs === null || record === null) return "the input is not in the bundle";
  const { artifact } = committed;
  const inputs = inputsOf(artifact, evidence.inputs);
  if (rootOfTensors(inputs) !== record.inputRoot)
    throw new OnusError("INPUT_NOT_OF_MODEL", { found: "it has more bytes than the model takes" });
  const progress = reporter.progress("running it again", artifact.kernels.length);
  const run = prepareModel(artifact).run(inputs, { onKernel: (done) => progress.update(done) });
  progress.stop();
  const trace = record.traceRoot === ZERO_HASH ? record.statedTrace : record.traceRoot;
  // Hashing the trace takes as long as the run: only one that was stated can be wrong.
  const { output, trace: computed } =
    trace === null ? commitEnds(artifact, run) : commitRun(artifact, run).roots;
  if (output !== record.outputRoot)
    throw new OnusError("RERUN_DIFFERS", { what: "output", stated: record.outputRoot, computed: output });
  if (trace !== null && computed !== trace)
    throw new OnusError("RERUN_DIFFERS", { what: "trace", stated: trace, computed });
  return "agrees";
}

/** Throws INPUT_NOT_OF_MODEL where the bytes are fewer than the model's. */
function inputsOf({ table }: Artifact, inputs: readonly string[]): TensorData[] {
  return inputs.map((hex, at) => {
    const entry = table[at] as Artifact["table"][number];
    const bytes = Buffer.from(hex.slice(2), "hex");
    // What a leaf lacks are zeros: the root does not tell them apart.
    const padded = new Uint8Array(LEAF_BYTES * Math.ceil(bytes.length / LEAF_BYTES));
    padded.set(bytes);
    const expected = entry.count * elementBytes(entry.dtype);
    if (padded.length < expected)
      throw new OnusError("INPUT_NOT_OF_MODEL", {
        found: `input ${at} has ${bytes.length} bytes, not ${expected}`,
      });
    return tensorOfBytes(padded, entry);
  });
}
