/**
 * `npm run bench -- engine [--json] [--rounds N] [MODEL …]`: the engine beside onnxruntime. In every round each side runs
 * once, so that whatever else the machine does slows all of them; ratios are medians over rounds.
 */
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";

import * as ort from "onnxruntime-node";

import { meaningOf } from "../../src/program/check-kernel.js";
import type { TensorData } from "../../src/program/dtype.js";
import { prepareModel } from "../../src/run/engine.js";
import type { Run } from "../../src/run/engine.js";
import { evaluateElement, store } from "../../src/run/interpreter.js";
import { threadedWasmEngine, wasmEngine } from "../../src/run/wasm/wasm-engine.js";
import { startNodeThread } from "../../src/threads/start-node-thread.js";
import { benchModels, exposeAll, inputName } from "../support/bench-models.js";
import type { BenchModel } from "../support/bench-models.js";

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  options: { json: { type: "boolean" }, rounds: { type: "string", default: "15" } },
  allowPositionals: true,
});
const rounds = Number(values.rounds);
const THREADS = [1, 2];
/** Elements of each kernel that the definition is asked for. */
const SAMPLES = 8;

type Row = {
  readonly model: string;
  readonly threads: number;
  readonly onnxruntimeMs: number;
  readonly exposedMs: number;
  readonly onusMs: number;
  readonly ratio: number;
  readonly exposedRatio: number;
  readonly prepareMs: number;
  readonly firstRunMs: number;
  readonly traceMs: number;
  /** Of WebAssembly, weights and threads' scratch included. */
  readonly memoryBytes: number;
  readonly bitIdentical: boolean;
  readonly maxAbsDiff: number;
};

const median = (samples: readonly number[]): number =>
  [...samples].sort((a, b) => a - b)[samples.length >> 1] as number;

/** Threads that onnxruntime leaves spinning after a run would slow whoever runs next; they give up sooner than this. */
const PAUSE_MS = 15;

async function timed(work: () => unknown): Promise<number> {
  await setTimeout(PAUSE_MS);
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

async function measure(name: string, model: BenchModel, threads: number): Promise<Row> {
  const { onnx, artifact, input, shape } = model;
  const session = (bytes: Uint8Array) =>
    ort.InferenceSession.create(bytes, { logSeverityLevel: 3, intraOpNumThreads: threads });
  const plain = await session(onnx);
  const exposed = await session(exposeAll(onnx));
  const type = input instanceof Float32Array ? "float32" : "int8";
  const feeds = { [inputName(onnx)]: new ort.Tensor(type, input as Float32Array, shape) };
  const prepareBegin = performance.now();
  const helpers = { count: threads - 1, startThread: startNodeThread };
  const prepared = prepareModel(artifact, threads === 1 ? wasmEngine : threadedWasmEngine(helpers));
  const prepareMs = performance.now() - prepareBegin;
  const firstRunMs = await timed(() => prepared.runForOutputs([input]));
  const expected = await plain.run(feeds);
  for (let warm = 0; warm < 3; warm++) prepared.runForOutputs([input]);

  const samples: { plain: number; exposed: number; onus: number; trace: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    samples.push({
      plain: await timed(() => plain.run(feeds)),
      onus: await timed(() => prepared.runForOutputs([input])),
      exposed: await timed(() => exposed.run(feeds)),
      trace: await timed(() => prepared.run([input])),
    });
  }
  await plain.release();
  await exposed.release();
  const run = prepared.run([input]);
  prepared.close();
  const outputs = run.tensors.slice(-artifact.outputs.length);
  const difference = artifact.outputs.map(({ name: output }, number) =>
    largestDifference(outputs[number] as TensorData, expected[output]?.data as Float32Array | Int32Array),
  );
  return {
    model: name,
    threads,
    onnxruntimeMs: median(samples.map((one) => one.plain)),
    exposedMs: median(samples.map((one) => one.exposed)),
    onusMs: median(samples.map((one) => one.onus)),
    ratio: median(samples.map((one) => one.plain / one.onus)),
    exposedRatio: median(samples.map((one) => one.exposed / one.onus)),
    prepareMs,
    firstRunMs,
    traceMs: median(samples.map((one) => one.trace)),
    memoryBytes: prepared.memoryBytes ?? 0,
    bitIdentical: agreesWithReference(model, run),
    maxAbsDiff: Math.max(...difference),
  };
}

function largestDifference(own: TensorData, theirs: Float32Array | Int32Array | undefined): number {
  if (theirs === undefined || theirs.length !== own.length) return Infinity;
  let most = 0;
  for (const [at, value] of own.entries()) most = Math.max(most, Math.abs(value - (theirs[at] as number)));
  return most;
}

/** Sampled elements of every kernel against the definition, bit for bit. */
function agreesWithReference({ artifact }: BenchModel, { tensors }: Run): boolean {
  const first = artifact.inputs.length + artifact.weights.length;
  return artifact.kernels.every((descriptor, number) => {
    const meaning = meaningOf(descriptor, first + number, artifact.table);
    if (!("kernel" in meaning)) return true;
    const own = tensors[first + number] as TensorData;
    const meant = own.slice();
    for (let sample = 0; sample < SAMPLES; sample++) {
      const at = Math.floor((sample * (own.length - 1)) / (SAMPLES - 1));
      store(meant, at, evaluateElement(meaning.kernel, tensors, at));
    }
    return Buffer.from(own.buffer, own.byteOffset, own.byteLength).equals(
      Buffer.from(meant.buffer, meant.byteOffset, meant.byteLength),
    );
  });
}

const rows: Row[] = [];
for (const [name, make] of Object.entries(benchModels)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  try {
    const model = make();
    for (const threads of THREADS) {
      const row = await measure(name, model, threads);
      rows.push(row);
      if (values.json !== true) {
        const ms = (value: number) => `${value.toFixed(2)} ms`;
        console.log(
          `${name}, ${threads} thread(s): onnxruntime ${ms(row.onnxruntimeMs)}, exposed ${ms(row.exposedMs)}, ` +
            `onus ${ms(row.onusMs)} (ratio ${row.ratio.toFixed(3)}, of exposed ${row.exposedRatio.toFixed(2)}), ` +
            `trace ${ms(row.traceMs)}, prepare ${ms(row.prepareMs)}, first ${ms(row.firstRunMs)}, ` +
            `bit-identical ${row.bitIdentical}, max difference ${row.maxAbsDiff.toExponential(1)}`,
        );
      }
    }
  } catch (error) {
    console.error(`onus: no row for ${name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
if (values.json === true) console.log(JSON.stringify({ engine: rows }, undefined, 2));
