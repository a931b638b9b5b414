/**
 * `npm run bench -- dispute [--json] [--elements N] [MODEL …]`: locating a fault in a trace that was handed over, proving it,
 * and convicting claims with one flipped bit on the chain in this process. Locating and proving have a process of their own,
 * so that the peak of its memory is theirs.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { network } from "hardhat";

import { encodeArtifactFile } from "../../src/program/artifact-file.js";
import { IMPORTER_VERSION } from "../../src/program/import-onnx.js";
import { bytesOfTensor, prepareModel } from "../../src/run/engine.js";
import { commitArtifact } from "../../src/trace/commit-artifact.js";
import type { CommittedArtifact } from "../../src/trace/commit-artifact.js";
import { commitRun } from "../../src/trace/commit-run.js";
import type { CommittedTrace } from "../../src/trace/committed-trace.js";
import { encodeTraceFile } from "../../src/trace/trace-file.js";
import { ZERO_HASH } from "../../src/types/bytes32.js";
import { withFlippedBit } from "../../test/support/forge-trace.js";
import { disputeCases } from "../support/bench-cases.js";
import type { BenchCase } from "../support/bench-cases.js";
import { openCourt } from "../support/court.js";
import type { Court } from "../support/court.js";
import type { Located } from "../support/locate-alone.js";
import { progress, quantile } from "../support/measure.js";

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  options: { json: { type: "boolean" }, elements: { type: "string", default: "24" } },
  allowPositionals: true,
});
const elements = Number(values.elements);

type Row = Located & {
  readonly model: string;
  readonly importMs: number;
  /** Of whole transactions from evidence to FAULTED. */
  readonly gasP50: number;
  readonly gasMax: number;
  readonly calldataMax: number;
  readonly convicted: number;
};

async function measure(
  name: string,
  { artifact, names, inputs, importMs }: BenchCase,
  court: Court,
): Promise<Row> {
  const committed = commitArtifact(artifact);
  const honest = commitRun(artifact, prepareModel(artifact).run(inputs));
  const kernel = artifact.kernels.length >> 1;
  const bit = 8 * (honest.tensor("trace", kernel).source.length >> 1);
  const trace = withFlippedBit(honest, { index: kernel, bit });
  const located = locateAlone({ committed, trace, inputs, names });
  const convictions = await court.convictFlipped({ committed, trace: honest, count: elements });
  const gas = convictions.map((one) => one.gas);
  return {
    model: name,
    importMs,
    ...located,
    gasP50: quantile(gas, 0.5),
    gasMax: Math.max(...gas),
    calldataMax: Math.max(...convictions.map((one) => one.calldataBytes)),
    convicted: convictions.length,
  };
}
/** What a challenger does who gets these files. */
function locateAlone(given: {
  committed: CommittedArtifact;
  trace: CommittedTrace;
  inputs: BenchCase["inputs"];
  names: BenchCase["names"];
}): Located {
  const { committed, trace, inputs, names } = given;
  const metadata = {
    importerVersion: IMPORTER_VERSION,
    onnxHash: ZERO_HASH,
    dims: {},
    shapes: {},
    kernelNames: names,
  };
  const directory = mkdtempSync(join(tmpdir(), "onus-bench-"));
  const write = (file: string, bytes: Uint8Array): void => writeFileSync(join(directory, file), bytes);
  try {
    write("model.onus", encodeArtifactFile({ artifact: committed.artifact, metadata }));
    write("trace.bin", encodeTraceFile({ artifactId: committed.id, trace }));
    inputs.forEach((data, number) => write(`input-${number}.bin`, bytesOfTensor(data)));
    const script = join(import.meta.dirname, "..", "support", "locate-alone.ts");
    const args = [...process.execArgv, script, directory];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as Located;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const court = await openCourt(await network.create());
const rows: Row[] = [];
for (const [name, make] of Object.entries(disputeCases)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const row = await measure(name, make(), court);
  rows.push(row);
  const mega = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  progress(
    `dispute of ${name}: imported in ${row.importMs.toFixed(0)} ms, located in ${row.locateMs.toFixed(0)} ms, proven in ` +
      `${row.proveMs.toFixed(1)} ms, peak ${mega(row.peakBytes)} over a trace of ${mega(row.traceBytes)}, ` +
      `${row.convicted} convictions of ${row.gasP50} gas, at most ${row.gasMax} and ${row.calldataMax} bytes`,
  );
}
if (values.json === true) console.log(JSON.stringify({ dispute: rows }, undefined, 2));
