/** What the page of scripts/test-browser.ts runs: the property tests of the engine, in a browser. */
import type { TensorData } from "../../src/program/dtype.js";
import type { Kernel } from "../../src/program/kernel.js";
import type { Engine } from "../../src/run/engine.js";
import { interpretKernel } from "../../src/run/interpreter.js";
import { TRANSCENDENTALS } from "../../src/run/transcendental-exact.js";
import { threadedWasmEngine, wasmEngine } from "../../src/run/wasm/wasm-engine.js";
import { startBrowserThread } from "../../src/threads/start-browser-thread.js";
import { nobleHasher } from "../../src/trace/noble-hasher.js";
import { createWasmHasher } from "../../src/trace/wasm-hasher.js";
import { randomKernel } from "../support/kernel-generator.js";
import type { RandomKernel } from "../support/kernel-generator.js";
import { randomProduct } from "../support/product-generator.js";
import { FAST, transcendentalVectors } from "../support/transcendental-vectors.js";

export type BrowserResult = {
  readonly name: string;
  readonly cases: number;
  readonly wrong: readonly string[];
};

const KERNELS = 600;
const PRODUCTS = 200;

/** Compares bytes: NaN is canonical wherever it is stored. */
function same(a: ArrayBufferView, b: ArrayBufferView): boolean {
  const [left, right] = [a, b].map((view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  return left?.length === right?.length && (left?.every((byte, at) => byte === right?.[at]) ?? false);
}

function agrees({ kernel, table, data }: RandomKernel, engine: Engine): boolean {
  const expected = interpretKernel(kernel, data);
  return [...new Set([data.length, 0, Math.min(1, data.length)])].every((inputs) => {
    const execution = engine.prepare({
      table,
      inputs,
      weights: data.slice(inputs),
      kernels: [kernel],
      outputs: 1,
    });
    const [out] = execution.run(data.slice(0, inputs), { keepsTrace: true });
    execution.close?.();
    return same(out as TensorData, expected);
  });
}

function kernels(): BrowserResult {
  const seeds = Array.from({ length: KERNELS }, (_, seed) => 0x5eed + seed);
  const wrong = seeds.filter((seed) => !agrees(randomKernel(seed), wasmEngine)).map(String);
  return { name: "random kernels equal the reference", cases: KERNELS, wrong };
}

function products(): BrowserResult {
  const seeds = Array.from({ length: PRODUCTS }, (_, seed) => 0xd07 + seed);
  const wrong = seeds.filter((seed) => !agrees(randomProduct(seed), wasmEngine)).map(String);
  return { name: "random sums of products equal the reference", cases: PRODUCTS, wrong };
}

function transcendental(): BrowserResult {
  const wrong = TRANSCENDENTALS.filter((name) => {
    const words = transcendentalVectors(name, 20_000);
    const input = new Float32Array(words.buffer, words.byteOffset, words.length);
    const count = input.length;
    const kernel: Kernel = {
      shape: [count],
      reduce: [],
      loads: [{ tensor: 0, dtype: "f32", pad: 0, dims: [{ size: count, offset: 0, coefficients: [1] }] }],
      body: [{ op: "load", arg: 0 }, { op: `f32.${name}` }],
      reducer: "none",
      tail: [{ op: "acc" }],
      dtype: "f32",
    };
    const table = [0, 1].map(() => ({ dtype: "f32" as const, count }));
    const program = { table, inputs: 1, weights: [], kernels: [kernel], outputs: 1 };
    const [out] = wasmEngine.prepare(program).run([input], { keepsTrace: false });
    return !input.every((x, at) => Object.is(out?.[at], FAST[name](x)));
  });
  return { name: "transcendental functions are correctly rounded", cases: TRANSCENDENTALS.length, wrong };
}

/** y = x · w, large enough to be shared, many times over. */
function threads(): BrowserResult {
  const size = 128;
  const count = size * size;
  const noise = (seed: number) =>
    Float32Array.from({ length: count }, (_, at) => Math.fround(Math.sin(at * 12.9898 + seed)));
  const load = (tensor: number, coefficients: readonly number[]) => ({
    tensor,
    dtype: "f32" as const,
    pad: 0,
    dims: [{ size: count, offset: 0, coefficients }],
  });
  const kernel: Kernel = {
    shape: [size, size],
    reduce: [size],
    loads: [load(0, [size, 0, 1]), load(1, [0, size, 1])],
    body: [{ op: "load", arg: 0 }, { op: "load", arg: 1 }, { op: "f32.mul" }],
    reducer: "sum",
    tail: [{ op: "acc" }],
    dtype: "f32",
  };
  const table = [0, 1, 2].map(() => ({ dtype: "f32" as const, count }));
  const program = { table, inputs: 1, weights: [noise(1)], kernels: [kernel], outputs: 1 };
  const [alone] = wasmEngine.prepare(program).run([noise(2)], { keepsTrace: false });
  const helpers = { count: 1, startThread: startBrowserThread };
  const shared = threadedWasmEngine(helpers).prepare(program);
  const runs = Array.from({ length: 50 }, (_, run) => run);
  const wrong = runs.filter((_) => {
    const [out] = shared.run([noise(2)], { keepsTrace: false });
    return !same(out as TensorData, alone as TensorData);
  });
  shared.close?.();
  return { name: "two threads give the bits of one", cases: runs.length, wrong: wrong.map(String) };
}

function hashing(): BrowserResult {
  const bytes = Uint8Array.from({ length: 128 * 2_049 }, (_, at) => (at * 31 + (at >> 7)) & 255);
  const [own, plain] = [new Uint8Array(32 * 2_049), new Uint8Array(32 * 2_049)];
  createWasmHasher().leaves(bytes, own);
  nobleHasher.leaves(bytes, plain);
  return { name: "hashes equal the plain ones", cases: 2_049, wrong: same(own, plain) ? [] : ["leaves"] };
}

/** Every test in turn, each reported as soon as it is done. */
export async function runAll(report: (result: BrowserResult) => Promise<unknown>): Promise<void> {
  for (const test of [kernels, products, transcendental, threads, hashing]) {
    try {
      await report(test());
    } catch (error) {
      await report({ name: test.name, cases: 1, wrong: [String(error)] });
    }
  }
}
