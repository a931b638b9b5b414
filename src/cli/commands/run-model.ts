import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { OnusError } from "../../errors/onus-error.js";
import type { OnnxTensor } from "../../model/onnx/graph.js";
import { encodeNpy } from "../../model/tensor-file/npy.js";
import type { Artifact, Port } from "../../program/artifact.js";
import { decodeArtifactFile } from "../../program/artifact-file.js";
import type { TensorData } from "../../program/dtype.js";
import { loopEngine, prepareModel, referenceEngine, type Engine } from "../../run/engine.js";
import { evaluateOnce } from "../../run/evaluate.js";
import { wasmEngine } from "../../run/wasm/wasm-engine.js";
import { defaultCacheDirectory, importCached } from "../../store/import-cache.js";
import type { Reporter } from "../reporter.js";
import { inputData } from "../input-data.js";
import { readExtents, readTensor, splitName, type ImportWishes } from "./import-options.js";

/** As commander hands them over. */
export type RunModelOptions = ImportWishes & {
  readonly input?: readonly string[];
  readonly out: string;
  readonly engine: string;
  readonly cache: boolean;
};

export type RunResult = {
  readonly engine: string;
  readonly outputs: readonly (Port & { readonly file: string })[];
  /** Of the run alone, without reading, importing and writing. */
  readonly runSeconds: number;
};

/** Everything that computes, by the name a person types. */
const ENGINES: Readonly<Record<string, Engine>> = {
  wasm: wasmEngine,
  loops: loopEngine,
  reference: referenceEngine,
};

/** Runs a model once and writes every output as a .npy file. */
export async function runModel(
  model: string,
  options: RunModelOptions,
  reporter: Reporter,
): Promise<RunResult> {
  const engine = Object.hasOwn(ENGINES, options.engine) ? ENGINES[options.engine] : undefined;
  if (engine === undefined) {
    const expected = Object.keys(ENGINES).join(" or ");
    throw new OnusError("MALFORMED_VALUE", { name: "--engine", expected, found: options.engine });
  }
  const given = new Map(
    await Promise.all(
      (options.input ?? []).map(async (text) => {
        const [name, file] = splitName(text, "--input", "NAME=FILE");
        return [name, await readTensor(file)] as const;
      }),
    ),
  );
  const artifact = await openModel(model, given, options);
  const inputs = inputsOf(artifact, given);

  const progress = reporter.progress("running", artifact.kernels.length);
  const start = performance.now();
  const { tensors } = prepareModel(artifact, engine).run(inputs, {
    onKernel: (done) => progress.update(done),
  });
  const runSeconds = (performance.now() - start) / 1000;
  progress.stop();

  await mkdir(options.out, { recursive: true });
  const first = tensors.length - artifact.outputs.length;
  const outputs = await Promise.all(
    artifact.outputs.map(async (port, index) => {
      const file = join(options.out, fileNameOf(port.name, index));
      await writeFile(file, encodeNpy({ ...port, data: tensors[first + index] as TensorData }));
      return { ...port, file };
    }),
  );
  return { engine: engine.name, outputs, runSeconds };
}

export const describeRun = ({ outputs, runSeconds }: RunResult): string =>
  [
    ...outputs.map(({ name, shape, dtype, file }) => `${name}  ${dtype} [${shape.join(", ")}]  ${file}`),
    `ran in ${runSeconds.toFixed(2)} s`,
  ].join("\n");

/** An artifact from a .onus file, or imported from an ONNX file for inputs of the shapes that are given. */
async function openModel(
  model: string,
  given: ReadonlyMap<string, OnnxTensor>,
  options: RunModelOptions,
): Promise<Artifact> {
  const bytes = await readFile(model).catch((cause: unknown) => {
    throw new OnusError("FILE_MISSING", { path: model }, { cause });
  });
  if (model.endsWith(".onus")) return decodeArtifactFile(bytes).artifact;
  const { dims = {}, shapes = {}, constants = {} } = await readExtents(options);
  const own = Object.fromEntries([...given].map(([name, { shape }]) => [name, shape]));
  const directory = options.cache ? defaultCacheDirectory() : null;
  const wanted = { dims, shapes: { ...own, ...shapes }, constants, evaluate: evaluateOnce };
  return (await importCached(bytes, wanted, directory)).artifact;
}

function inputsOf({ inputs }: Artifact, given: ReadonlyMap<string, OnnxTensor>): TensorData[] {
  const missing = inputs.map(({ name }) => name).filter((name) => !given.has(name));
  if (missing.length > 0) throw new OnusError("INPUT_MISSING", { missing });
  const known = inputs.map(({ name }) => name);
  for (const input of given.keys())
    if (!known.includes(input)) throw new OnusError("UNKNOWN_INPUT", { input, known: known.join(", ") });
  return inputs.map((port) => inputData(port, given.get(port.name) as OnnxTensor));
}

/** A file name from an ONNX tensor name, which may hold anything; the number keeps two apart. */
const fileNameOf = (name: string, index: number): string =>
  `${index}-${name.replaceAll(/[^\w.-]+/g, "_").slice(0, 80)}.npy`;
