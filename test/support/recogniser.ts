import { imageToTensor } from "../../scripts/support/ocr.js";
import { ocrModels } from "../../scripts/support/ocr-models.js";
import { drawTextLine } from "../../scripts/support/text-line.js";
import { importOnnx } from "../../src/program/import-onnx.js";
import { prepareModel } from "../../src/run/engine.js";
import type { Model } from "../../src/run/engine.js";
import { evaluateOnce } from "../../src/run/evaluate.js";
import { commitArtifact } from "../../src/trace/commit-artifact.js";
import type { CommittedArtifact } from "../../src/trace/commit-artifact.js";
import { commitRun } from "../../src/trace/commit-run.js";
import type { Trace } from "../../src/trace/commit-run.js";

export type Recogniser = {
  readonly model: Model;
  readonly committed: CommittedArtifact;
  readonly trace: Trace;
};

let made: Recogniser | undefined;

/** The recogniser at 1×3×48×320 and its trace on one line of text; made once a process. */
export function recogniser(): Recogniser {
  if (made !== undefined) return made;
  const { bytes, shape } = ocrModels.recogniser;
  const { artifact } = importOnnx(bytes(), { shapes: { x: shape }, evaluate: evaluateOnce });
  const model = prepareModel(artifact);
  const line = imageToTensor(drawTextLine("TOTAL DUE 1,840.00", 320, 48));
  made = { model, committed: commitArtifact(artifact), trace: commitRun(artifact, model.run([line])) };
  return made;
}
