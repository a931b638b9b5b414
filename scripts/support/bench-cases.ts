import type { Artifact } from "../../src/program/artifact.js";
import type { TensorData } from "../../src/program/dtype.js";
import { importOnnx } from "../../src/program/import-onnx.js";
import { evaluateOnce } from "../../src/run/evaluate.js";
import { benchModels } from "./bench-models.js";
import { realModels } from "./real-models.js";

/** A model with its inputs. */
export type BenchInput = { readonly artifact: Artifact; readonly inputs: readonly TensorData[] };

/** One that was imported for it. */
export type BenchCase = BenchInput & { readonly names: readonly string[]; readonly importMs: number };

const real =
  (name: string): (() => BenchCase) =>
  () => {
    const model = realModels.find((one) => one.name === name);
    if (model === undefined) throw new Error(`there is no model ${name}`);
    const onnx = model.bytes();
    const begin = performance.now();
    const { artifact, names } = importOnnx(onnx, { ...model.options, evaluate: evaluateOnce });
    const importMs = performance.now() - begin;
    return { artifact, names, inputs: artifact.inputs.map(model.input), importMs };
  };

/** Real models that are installed, by the names that benchmarks use. */
export const disputeCases: Readonly<Record<string, () => BenchCase>> = {
  "pp-ocr-rec": real("pp-ocr recogniser"),
  "pp-ocr-cls": real("pp-ocr classifier"),
  "pp-ocr-det": real("pp-ocr detector"),
  retinaface: real("retinaface"),
  "silero-vad": real("silero vad 5, with LSTM"),
};

const single =
  (name: string): (() => BenchInput) =>
  () => {
    const { artifact, input } = (benchModels[name] as (typeof benchModels)[string])();
    return { artifact, inputs: [input] };
  };

/** What claims are made of: the kernels that the engine is measured by, and the real models. */
export const claimCases: Readonly<Record<string, () => BenchInput>> = {
  ...Object.fromEntries(["matmul-512", "conv-3x3-64", "matmul-512-int8"].map((name) => [name, single(name)])),
  ...disputeCases,
};
