/**
 * A process of its own for the benchmark of disputes: what a challenger does to whom a trace was handed over. Reads a
 * directory with model.onus, trace.bin and input-N.bin, locates the fault, makes the evidence, and prints what that took.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { commitRecords } from "../../src/claim/record-list.js";
import { evidenceOfFinding } from "../../src/dispute/evidence-of-finding.js";
import { locateFault } from "../../src/dispute/locate-fault.js";
import { decodeArtifactFile } from "../../src/program/artifact-file.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import { prepareModel, tensorOfBytes } from "../../src/run/engine.js";
import { commitArtifact } from "../../src/trace/commit-artifact.js";
import { commitByRunning } from "../../src/trace/commit-by-running.js";
import { rootsOf } from "../../src/trace/commit-run.js";
import { decodeTraceFile } from "../../src/trace/trace-file.js";
import { ZERO_ADDRESS } from "../../src/types/address.js";
import { ZERO_HASH } from "../../src/types/bytes32.js";
import { median } from "./measure.js";

/** What locating and proving took. */
export type Located = {
  readonly traceBytes: number;
  /** Own run, hashed, and the comparison with the trace that was handed over. */
  readonly locateMs: number;
  /** From the finding to the evidence. */
  readonly proveMs: number;
  /** Most resident memory while both were done for the first time, beyond what was resident before: model and trace file. */
  readonly peakBytes: number;
};

const ROUNDS = 5;
const [, , directory = ""] = process.argv;
const read = (file: string): Uint8Array => new Uint8Array(readFileSync(join(directory, file)));

const { artifact } = decodeArtifactFile(read("model.onus"));
const file = read("trace.bin");
const inputs = artifact.inputs.map((_, number) =>
  tensorOfBytes(read(`input-${number}.bin`), artifact.table[number] as TensorEntry),
);
const committed = commitArtifact(artifact);
const model = prepareModel(artifact);

function locateAndProve(): { locateMs: number; proveMs: number } {
  const begin = performance.now();
  const { trace } = decodeTraceFile(file, artifact);
  const finding = locateFault(artifact, commitByRunning(model, inputs), trace);
  const located = performance.now();
  const roots = rootsOf(trace.lists);
  const record = {
    requester: ZERO_ADDRESS,
    salt: ZERO_HASH,
    inputRoot: roots.input,
    outputRoot: roots.output,
    traceRoot: roots.trace,
    parentsRoot: ZERO_HASH,
    parentsCount: 0,
  };
  const identity = { publisher: ZERO_ADDRESS, artifactId: committed.id, superseded: ZERO_HASH };
  const exhibit = { records: commitRecords([record]), recordIndex: 0, model: identity, committed, trace };
  if (evidenceOfFinding(exhibit, finding) === undefined) throw new Error(`found ${finding.kind}`);
  return { locateMs: located - begin, proveMs: performance.now() - located };
}

/** Linux counts the most resident memory since 5 was written here. */
const RESET = "/proc/self/clear_refs";
const residentBytes = (field: "VmHWM" | "VmRSS"): number => {
  const line = new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync("/proc/self/status", "utf8"));
  return Number(line?.[1]) * 1024;
};
setFlagsFromString("--expose-gc");
runInNewContext("gc")();
const isLinux = existsSync(RESET);
if (isLinux) writeFileSync(RESET, "5");
const before = isLinux ? residentBytes("VmRSS") : process.memoryUsage.rss();
locateAndProve();
const peakBytes = (isLinux ? residentBytes("VmHWM") : process.memoryUsage.rss()) - before;

const rounds = Array.from({ length: ROUNDS }, locateAndProve);
const located: Located = {
  traceBytes: file.length,
  locateMs: median(rounds.map((one) => one.locateMs)),
  proveMs: median(rounds.map((one) => one.proveMs)),
  peakBytes,
};
console.log(JSON.stringify(located));
