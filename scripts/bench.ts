/**
 * `npm run bench -- NAME …`: runs scripts/bench/NAME.ts with the remaining arguments. Without a name: all of them, each in a
 * process of its own, and one JSON on stdout (`--json` changes nothing then). Progress goes to stderr. A row that must be
 * there and is not makes the exit status 1.
 */
import { spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { missingRows } from "./support/bench-rows.js";
import type { BenchResult } from "./support/bench-rows.js";

const directory = join(import.meta.dirname, "bench");
const benches = readdirSync(directory)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -".ts".length))
  .sort();

const [name, ...args] = process.argv.slice(2);
if (name === undefined || name === "--json") {
  await runAll();
} else if (!benches.includes(name)) {
  console.error(`onus: give the name of a benchmark, or none for all; there are: ${benches.join(", ")}`);
  process.exitCode = 2;
} else {
  const script = join(directory, `${name}.ts`);
  process.argv = [process.execPath, script, ...args];
  await import(script);
}

async function runAll(): Promise<void> {
  const begin = performance.now();
  const result: BenchResult = {};
  for (const bench of ["engine", "hash", "claim-overhead", "dispute"]) {
    const part = await output(join(directory, `${bench}.ts`), ["--json"]);
    if (part.status !== 0) fail(`the benchmark ${bench} ended with status ${part.status}`);
    Object.assign(result, parse(part.text));
  }
  for (const missing of missingRows(result)) fail(`no row for ${missing}`);
  console.log(JSON.stringify({ ...result, proofGas: proofGas() }, undefined, 2));
  console.error(`onus: all benchmarks in ${((performance.now() - begin) / 1000).toFixed(0)} s`);
}

function fail(reason: string): void {
  console.error(`onus: ${reason}`);
  process.exitCode = 1;
}

/** What a script writes to stdout, and how it ends. */
function output(script: string, given: readonly string[]): Promise<{ text: string; status: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, script, ...given], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
    child.on("error", reject);
    child.on("close", (status) => resolve({ text, status }));
  });
}

/** A part that failed may have written nothing. */
function parse(text: string): BenchResult {
  try {
    return JSON.parse(text) as BenchResult;
  } catch {
    return {};
  }
}

/** Gas of proofs by the class of the disputed kernel, as the tests recorded it. */
function proofGas(): Record<string, number> {
  const file = join(import.meta.dirname, "..", "gas-snapshot.json");
  const snapshot = JSON.parse(readFileSync(file, "utf8")) as Record<string, number>;
  return Object.fromEntries(Object.entries(snapshot).filter(([key]) => /^(convict|staged proof),/.test(key)));
}
