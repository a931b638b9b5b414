/**
 * `npm run bench -- engine [--json] [--rounds N] [--wide] [MODEL …]`: the engine beside onnxruntime, on one thread and on
 * two. Contestants take turns, so that whatever else the machine does slows all of them; ratios are medians. On one thread
 * a turn is one run; on two it is a few, after one that wakes the threads, which both sides would otherwise wait for. `--wide`: with V8's experimental 256-bit vectors (docs/decisions/0017-engine-in-webassembly.md).
 */
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";

import * as ort from "onnxruntime-node";

import { meaningOf } from "../../src/program/check-kernel.js";
import type { TensorData } from "../../src/program/dtype.js";
import { prepareModel } from "../../src/run/engine.js";
import type { Model, Run } from "../../src/run/engine.js";
import { evaluateElement, store } from "../../src/run/interpreter.js";
import { threadedWasmEngine, wasmEngine } from "../../src/run/wasm/wasm-engine.js";
import { startNodeThread } from "../../src/threads/start-node-thread.js";
import { benchModels, exposeAll, inputName } from "../support/bench-models.js";
import type { BenchModel } from "../support/bench-models.js";
import { largestLiveBytes, weightBytes } from "../support/largest-live.js";
import { QUIET_MS, median, progress, sampleRun } from "../support/measure.js";

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  options: {
    json: { type: "boolean" },
    rounds: { type: "string", default: "9" },
    wide: { type: "boolean", default: false },
  },
  allowPositionals: true,
});
if (values.wide) setFlagsFromString("--experimental-wasm-revectorize");
const rounds = Number(values.rounds);
const THREADS = [1, 2] as const;
const SINGLE_RUNS = 30;
/** Elements of each kernel that the definition is asked for. */
const SAMPLES = 8;

type Row = {
  readonly model: string;
  readonly threads: number;
  readonly onnxruntimeMs: number;
  /** With every intermediate tensor an output. */
  readonly exposedMs: number;
  readonly onusMs: number;
  /** With every intermediate tensor copied out. */
  readonly traceMs: number;
  /** onnxruntime / ours. */
  readonly ratio: number;
  /** The same of turns of a few runs, where each side finds its own data in the caches. */
  readonly warmRatio: number;
  /** Both with all intermediate tensors. */
  readonly exposedRatio: number;
  /** One thread / this. */
  readonly speedup: number;
  readonly prepareMs: number;
  readonly firstRunMs: number;
  /** Of WebAssembly, weights and threads' scratch included. */
  readonly memoryBytes: number;
  /** That / (weights + the largest tensors that live together). */
  readonly memoryTimes: number;
  readonly bitIdentical: boolean;
  readonly maxAbsDiff: number;
};

/** What takes part with so many threads, and what it took in each round, in milliseconds. */
type Contestants = {
  readonly threads: number;
  readonly model: Model;
  readonly prepareMs: number;
  readonly firstRunMs: number;
  readonly expected: ort.InferenceSession.OnnxValueMapType;
  readonly runs: { readonly [name in Contest]: () => unknown };
  readonly samples: { readonly [name in Contest]: number[] };
  readonly release: () => Promise<void>;
};
const CONTESTS = ["plain", "onus", "exposed", "trace"] as const;
type Contest = (typeof CONTESTS)[number];

async function contestants(
  { onnx, artifact, input, shape }: BenchModel,
  threads: number,
): Promise<Contestants> {
  const session = (bytes: Uint8Array) =>
    ort.InferenceSession.create(bytes, { logSeverityLevel: 3, intraOpNumThreads: threads });
  const plain = await session(onnx);
  const exposed = await session(exposeAll(onnx));
  const type = input instanceof Float32Array ? "float32" : "int8";
  const feeds = { [inputName(onnx)]: new ort.Tensor(type, input as Float32Array, shape) };
  const begin = performance.now();
  const helpers = { count: threads - 1, startThread: startNodeThread };
  const model = prepareModel(artifact, threads === 1 ? wasmEngine : threadedWasmEngine(helpers));
  const prepareMs = performance.now() - begin;
  model.runForOutputs([input]);
  const firstRunMs = performance.now() - begin - prepareMs;
  const expected = await plain.run(feeds);
  const runs = {
    plain: () => plain.run(feeds),
    onus: () => model.runForOutputs([input]),
    exposed: () => exposed.run(feeds),
    trace: () => model.run([input]),
  };
  for (let warm = 0; warm < 3; warm++) for (const name of CONTESTS) await runs[name]();
  const release = async () => {
    await plain.release();
    await exposed.release();
    model.close();
  };
  const samples = { plain: [], onus: [], exposed: [], trace: [] };
  return { threads, model, prepareMs, firstRunMs, expected, runs, samples, release };
}

async function measure(name: string, model: BenchModel): Promise<Row[]> {
  const all: Contestants[] = [];
  for (const threads of THREADS) all.push(await contestants(model, threads));
  for (let round = 0; round < rounds; round++) {
    for (const { runs, samples } of all) {
      for (const contest of CONTESTS) samples[contest].push(await sampleRun(runs[contest]));
    }
  }
  const [single] = all as [Contestants];
  const singleRuns = await inTurns(single.runs);
  const rows = all.map((one) => rowOf({ name, model, one, single }));
  rows[0] = { ...(rows[0] as Row), ...singleRuns };
  for (const { release } of all) await release();
  return rows;
}

async function inTurns({
  plain,
  onus,
}: Contestants["runs"]): Promise<Pick<Row, "onnxruntimeMs" | "onusMs" | "ratio">> {
  const turns: { theirs: number; ours: number }[] = [];
  await setTimeout(QUIET_MS);
  for (let turn = 0; turn < SINGLE_RUNS; turn++) {
    const begin = performance.now();
    await plain();
    const between = performance.now();
    await onus();
    turns.push({ theirs: between - begin, ours: performance.now() - between });
  }
  return {
    onnxruntimeMs: median(turns.map(({ theirs }) => theirs)),
    onusMs: median(turns.map(({ ours }) => ours)),
    ratio: median(turns.map(({ theirs, ours }) => theirs / ours)),
  };
}

function rowOf(given: { name: string; model: BenchModel; one: Contestants; single: Contestants }): Row {
  const { name, model, one, single } = given;
  const { artifact, input } = model;
  const { samples, expected } = one;
  const ratioOf = (above: readonly number[], below: readonly number[]): number =>
    median(above.map((ms, round) => ms / (below[round] as number)));
  const memoryBytes = one.model.memoryBytes ?? 0;
  const run = one.model.run([input]);
  const outputs = run.tensors.slice(-artifact.outputs.length);
  const differences = artifact.outputs.map(({ name: output }, number) =>
    largestDifference(outputs[number] as TensorData, expected[output]?.data as Float32Array | Int32Array),
  );
  return {
    model: name,
    threads: one.threads,
    onnxruntimeMs: median(samples.plain),
    exposedMs: median(samples.exposed),
    onusMs: median(samples.onus),
    traceMs: median(samples.trace),
    ratio: ratioOf(samples.plain, samples.onus),
    warmRatio: ratioOf(samples.plain, samples.onus),
    exposedRatio: ratioOf(samples.exposed, samples.trace),
    speedup: ratioOf(single.samples.onus, samples.onus),
    prepareMs: one.prepareMs,
    firstRunMs: one.firstRunMs,
    memoryBytes,
    memoryTimes: memoryBytes / (weightBytes(artifact) + largestLiveBytes(artifact)),
    bitIdentical: agreesWithReference(model, run),
    maxAbsDiff: Math.max(...differences),
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

const ms = (value: number): string => `${value.toFixed(2)} ms`;
const describe = (row: Row): string =>
  `${row.model}, ${row.threads} thread(s): onnxruntime ${ms(row.onnxruntimeMs)}, onus ${ms(row.onusMs)} ` +
  `(ratio ${row.ratio.toFixed(3)}, ` +
  `warm ${row.warmRatio.toFixed(3)}, ${row.speedup.toFixed(2)} × one thread), exposed ${ms(row.exposedMs)}, ` +
  `trace ${ms(row.traceMs)} (ratio ${row.exposedRatio.toFixed(2)}), prepare ${ms(row.prepareMs)}, ` +
  `first ${ms(row.firstRunMs)}, memory × ${row.memoryTimes.toFixed(2)}, bit-identical ${row.bitIdentical}, ` +
  `max difference ${row.maxAbsDiff.toExponential(1)}`;

const rows: Row[] = [];
for (const [name, make] of Object.entries(benchModels)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  try {
    for (const row of await measure(name, make())) {
      rows.push(row);
      progress(describe(row));
    }
  } catch (error) {
    progress(`no row for ${name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
if (values.json === true) console.log(JSON.stringify({ engine: rows }, undefined, 2));
