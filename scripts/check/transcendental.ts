/**
 * Exhaustive check of the transcendental functions over every binary32 input whose result is not settled by an argument
 * in `docs/spec/transcendental.md`. For each input the fast approximation gives the value within 2^-45; an input whose
 * value lies near a rounding boundary (the midpoint of two neighbouring binary32 numbers) is evaluated again by the
 * BigInt definition. The answer: how near any value comes to a boundary, and at which inputs. Along the way
 * every approximation is compared with the runtime's own function, and every 4,093rd with the definition.
 *
 *   npx tsx scripts/check/transcendental.ts [--function exp] [--workers 2] [--json] [--write]
 *
 * `--write` stores the inputs nearest to a boundary in test/support/transcendental-hard-cases.json.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker } from "node:worker_threads";

import { SingleBar } from "cli-progress";

import { APPROXIMATION_ERROR } from "../../src/run/transcendental.js";
import {
  dyadicOf,
  enclose,
  exactTranscendental,
  TRANSCENDENTALS,
  type Transcendental,
} from "../../src/run/transcendental-exact.js";
import { APPROXIMATE, approximationError, ratio } from "../../test/support/transcendental-error.js";

/** Inputs as half-open intervals of bit patterns. Outside of them the result is settled by an inequality. */
const DOMAINS: Record<Transcendental, readonly (readonly [from: number, to: number])[]> = {
  // 2^-25 <= |x|: nearer to zero e^x rounds to 1. 89 and -104: beyond them it overflows, or rounds to 0.
  exp: [
    [0x33000000, 0x42b20001],
    [0xb3000000, 0xc2d00001],
  ],
  // Every positive finite number.
  log: [[0x00000001, 0x7f800000]],
  // Odd functions by their positive, the even one by its positive half. Below 2^-12: x, x, and 1.
  tanh: [[0x39800000, 0x41180001]], // 9.5: beyond it 1
  erf: [[0x00000001, 0x40800000]], // 4: from there on 1
  sin: [[0x39800000, 0x7f800000]],
  cos: [[0x39800000, 0x7f800000]],
};

/** Decides nothing: a blunder in one of the approximations would show as a difference. There is none for erf. */
const RUNTIME: Partial<Record<Transcendental, (x: number) => number>> = {
  exp: Math.exp,
  log: Math.log,
  tanh: Math.tanh,
  sin: Math.sin,
  cos: Math.cos,
};

const CHUNK = 1 << 22;
const KEPT = 24;
const DEFINITION_EVERY = 4093;

interface Chunk {
  readonly name: Transcendental;
  readonly from: number;
  readonly to: number;
}

interface Near {
  readonly bits: number;
  readonly resultBits: number;
  /** Distance of the true value to the nearest midpoint, over the value. */
  readonly relative: number;
  /** The same distance in units in the last place of the result. */
  readonly ulps: number;
}

interface Findings {
  readonly inputs: number;
  /** Inputs near a boundary, evaluated by the definition. */
  readonly evaluatedExactly: number;
  /** Inputs at which the fast function itself asks the definition. */
  readonly fallbacks: number;
  /** Largest relative deviation of the approximation: from the definition (sampled), from the runtime (every input). */
  readonly definitionSamples: number;
  readonly deviationFromDefinition: number;
  readonly deviationFromRuntime: number;
  /** Smallest magnitude of an approximation: for sin and cos, how near an argument comes to a multiple of pi/2. */
  readonly smallest: number;
  readonly nearest: readonly Near[];
}

const singles = new Float32Array(1);
const singleWords = new Uint32Array(singles.buffer);
const doubles = new Float64Array(1);
const doubleWords = new Uint32Array(doubles.buffer);
doubles[0] = 2 ** -1074;
const LOW_WORD = doubleWords[0] === 1 ? 0 : 1;

/** 2^-44 of the value's binade, in units of 2^-52 of it: twice the error of an approximation. */
const NEAR = 512;
const SMALLEST_NORMAL = 2 ** -126;

function inspect({ name, from, to }: Chunk): Findings {
  const approximate = APPROXIMATE[name];
  const runtime = RUNTIME[name] ?? approximate;
  const near: number[] = [];
  let fallbacks = 0;
  let deviationFromRuntime = 0;
  let smallest = Infinity;
  for (let bits = from; bits < to; bits++) {
    singleWords[0] = bits;
    const x = singles[0]!;
    const y = approximate(x);
    const magnitude = Math.abs(y);
    if (magnitude < smallest) smallest = magnitude;
    const deviation = Math.abs(y - runtime(x)) / magnitude;
    if (deviation > deviationFromRuntime) deviationFromRuntime = deviation;
    if (magnitude >= SMALLEST_NORMAL) {
      // A binary32 keeps the upper 23 of the 52 fraction bits; half of what it drops is the midpoint.
      doubles[0] = y;
      const distance = (doubleWords[LOW_WORD]! & 0x1fffffff) - 0x10000000;
      if (distance > NEAR || distance < -NEAR) continue;
    } else {
      const units = magnitude * 2 ** 149;
      const distance = Math.abs(units - Math.floor(units) - 0.5);
      if (distance > units * 2 ** -43) continue;
    }
    near.push(bits);
    if (Math.fround(y * (1 - APPROXIMATION_ERROR)) !== Math.fround(y * (1 + APPROXIMATION_ERROR)))
      fallbacks++;
  }
  const sampled = sampleDefinition(name, from, to);
  return {
    inputs: to - from,
    evaluatedExactly: near.length,
    fallbacks,
    ...sampled,
    deviationFromRuntime,
    smallest,
    nearest: nearestOf(near.map((bits) => distanceToBoundary(name, bits))),
  };
}

function sampleDefinition(name: Transcendental, from: number, to: number) {
  let definitionSamples = 0;
  let deviationFromDefinition = 0;
  for (
    let bits = from + (DEFINITION_EVERY - (from % DEFINITION_EVERY));
    bits < to;
    bits += DEFINITION_EVERY
  ) {
    singleWords[0] = bits;
    const error = approximationError(name, singles[0]!);
    if (error === undefined) continue;
    definitionSamples++;
    if (error > deviationFromDefinition) deviationFromDefinition = error;
  }
  return { definitionSamples, deviationFromDefinition };
}

/** Enough digits for the smallest subnormal (2^-149) and 250 bits beyond. */
const DISTANCE_SCALE = 400;

function distanceToBoundary(name: Transcendental, bits: number): Near {
  singleWords[0] = bits;
  const x = singles[0]!;
  singles[0] = exactTranscendental(name, x);
  const resultBits = singleWords[0]!;
  const { value } = enclose(name, dyadicOf(x), DISTANCE_SCALE);
  const magnitude = value < 0n ? -value : value;
  const cut = BigInt(Math.max(magnitude.toString(2).length - 24, DISTANCE_SCALE - 149));
  const rest = magnitude & ((1n << cut) - 1n);
  const half = 1n << (cut - 1n);
  const distance = rest > half ? rest - half : half - rest;
  return { bits, resultBits, relative: ratio(distance, magnitude), ulps: ratio(distance, 1n << cut) };
}

function nearestOf(cases: readonly Near[]): readonly Near[] {
  return [...cases].sort((a, b) => a.relative - b.relative).slice(0, KEPT);
}

function merge(a: Findings | undefined, b: Findings): Findings {
  if (a === undefined) return b;
  return {
    inputs: a.inputs + b.inputs,
    evaluatedExactly: a.evaluatedExactly + b.evaluatedExactly,
    fallbacks: a.fallbacks + b.fallbacks,
    definitionSamples: a.definitionSamples + b.definitionSamples,
    deviationFromDefinition: Math.max(a.deviationFromDefinition, b.deviationFromDefinition),
    deviationFromRuntime: Math.max(a.deviationFromRuntime, b.deviationFromRuntime),
    smallest: Math.min(a.smallest, b.smallest),
    nearest: nearestOf([...a.nearest, ...b.nearest]),
  };
}

function chunksOf(name: Transcendental): Chunk[] {
  return DOMAINS[name].flatMap(([from, to]) =>
    Array.from({ length: Math.ceil((to - from) / CHUNK) }, (_, i) => ({
      name,
      from: from + i * CHUNK,
      to: Math.min(to, from + (i + 1) * CHUNK),
    })),
  );
}

/** Deals the chunks to the workers and folds what they find. */
function inspectAll(name: Transcendental, workers: readonly Worker[]): Promise<Findings> {
  const chunks = chunksOf(name);
  const bar = process.stderr.isTTY
    ? new SingleBar({
        format: `${name.padEnd(4)} {bar} {percentage}% {eta_formatted}`,
        stream: process.stderr,
      })
    : undefined;
  bar?.start(chunks.length, 0);
  return new Promise((resolve, reject) => {
    let findings: Findings | undefined;
    let dealt = 0;
    let done = 0;
    for (const worker of workers) {
      const deal = () => {
        if (dealt < chunks.length) worker.postMessage(chunks[dealt++]);
      };
      worker.removeAllListeners();
      worker.on("error", reject);
      worker.on("message", (found: Findings) => {
        findings = merge(findings, found);
        done++;
        bar?.update(done);
        if (!bar && done % 64 === 0) console.error(`${name} ${done}/${chunks.length}`);
        deal();
        if (done === chunks.length) {
          bar?.stop();
          resolve(findings);
        }
      });
      deal();
    }
  });
}

function print(name: Transcendental, findings: Findings, seconds: number): void {
  const bits = (value: number) => `0x${value.toString(16).padStart(8, "0")}`;
  const power = (value: number) => (value === 0 ? "0" : `2^${Math.log2(value).toFixed(2)}`);
  const first = findings.nearest[0]!;
  console.log(
    `${name}: ${findings.inputs} inputs in ${seconds} s, ${findings.evaluatedExactly} evaluated exactly, ` +
      `${findings.fallbacks} fallbacks of the fast function\n` +
      `  nearest to a boundary: ${bits(first.bits)} -> ${bits(first.resultBits)}, ` +
      `relative ${power(first.relative)}, ${power(first.ulps)} ulp\n` +
      `  largest deviation of the approximation: ${power(findings.deviationFromDefinition)} from the definition ` +
      `(${findings.definitionSamples} samples), ${power(findings.deviationFromRuntime)} from the runtime\n` +
      `  smallest magnitude: ${power(findings.smallest)}`,
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      function: { type: "string" },
      workers: { type: "string", default: "2" },
      json: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
    },
  });
  const names = TRANSCENDENTALS.filter((name) => values.function === undefined || values.function === name);
  if (names.length === 0) {
    console.error(`unknown function ${values.function}; choose one of ${TRANSCENDENTALS.join(", ")}`);
    process.exitCode = 2;
    return;
  }
  const workers = Array.from({ length: Number(values.workers) }, () => new Worker(new URL(import.meta.url)));
  const results: Partial<Record<Transcendental, Findings & { seconds: number }>> = {};
  for (const name of names) {
    const start = performance.now();
    const findings = await inspectAll(name, workers);
    const seconds = Math.round((performance.now() - start) / 1000);
    results[name] = { ...findings, seconds };
    if (!values.json) print(name, findings, seconds);
    const worst = Math.max(findings.deviationFromDefinition, findings.deviationFromRuntime);
    if (worst > APPROXIMATION_ERROR) {
      console.error(`${name}: an approximation deviates by ${worst}, more than ${APPROXIMATION_ERROR}`);
      process.exitCode = 1;
    }
  }
  await Promise.all(workers.map((worker) => worker.terminate()));
  if (values.json) console.log(JSON.stringify(results, undefined, 2));
  if (values.write) writeHardCases(results);
}

/** [input bits, result bits] per function, nearest to a boundary first; functions that did not run keep theirs. */
function writeHardCases(results: Partial<Record<Transcendental, Findings>>): void {
  const url = new URL("../../test/support/transcendental-hard-cases.json", import.meta.url);
  let cases: Record<string, readonly (readonly number[])[]> = {};
  try {
    cases = JSON.parse(readFileSync(url, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  for (const name of TRANSCENDENTALS) {
    const found = results[name];
    if (found) cases[name] = found.nearest.map(({ bits, resultBits }) => [bits, resultBits]);
  }
  const lines = Object.entries(cases).map(
    ([name, pairs]) => `  "${name}": [\n${pairs.map((pair) => `    [${pair.join(", ")}]`).join(",\n")}\n  ]`,
  );
  writeFileSync(url, `{\n${lines.join(",\n")}\n}\n`);
}

if (isMainThread) await main();
else parentPort!.on("message", (chunk: Chunk) => parentPort!.postMessage(inspect(chunk)));
