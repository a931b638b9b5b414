/**
 * `npm run bench -- claim-overhead [--json] [--rounds N] [MODEL …]`: what a claim whose trace is left to be stated on demand
 * adds to a run: hashing input, output and record. Processor time of one thread, turn by turn with the run and with a tree
 * of 4 MiB, whose rate is what the hashing is compared with.
 */
import { parseArgs } from "node:util";

import { claimOneRecord } from "../../src/claim/claim-one-record.js";
import { prepareModel } from "../../src/run/engine.js";
import { commitEnds } from "../../src/trace/commit-ends.js";
import { rootOfBytes } from "../../src/trace/tree.js";
import { asAddress } from "../../src/types/address.js";
import { ZERO_HASH } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";
import { claimCases } from "../support/bench-cases.js";
import type { BenchInput } from "../support/bench-cases.js";
import { median, progress, sampleCpu } from "../support/measure.js";

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  options: { json: { type: "boolean" }, rounds: { type: "string", default: "9" } },
  allowPositionals: true,
});
const rounds = Number(values.rounds);

type Row = {
  readonly model: string;
  /** Of inputs and outputs. */
  readonly bytes: number;
  readonly runMs: number;
  readonly hashMs: number;
  /** Hashing, of the run for outputs alone on one thread. */
  readonly percent: number;
  /** Hashing / (bytes / rate of a large tree). */
  readonly timesTreeRate: number;
  /** What hashing takes beyond bytes / rate, which does not grow with the model, in microseconds. */
  readonly fixedMicroseconds: number;
};

const operator = asAddress(`0x${"11".repeat(20)}`);
const terms = {
  operator,
  modelId: ZERO_HASH,
  nonce: 1n,
  liability: asWei(1n),
  window: asSeconds(60n),
};
const large = Uint8Array.from({ length: 4 * 2 ** 20 }, (_, at) => (at * 31 + (at >> 8)) & 255);

function measure(name: string, { artifact, inputs }: BenchInput): Row {
  const model = prepareModel(artifact);
  const run = { tensors: [...inputs, ...model.runForOutputs(inputs)] };
  const bytes = run.tensors.reduce((sum, data) => sum + data.byteLength, 0);
  const claim = () => {
    const roots = commitEnds(artifact, run);
    return claimOneRecord(terms, { requester: operator, salt: ZERO_HASH, roots });
  };
  const samples = Array.from({ length: rounds }, () => ({
    run: sampleCpu(() => model.runForOutputs(inputs)),
    hash: sampleCpu(claim),
    large: sampleCpu(() => rootOfBytes(large)),
  }));
  const idealOf = (treeMs: number): number => (bytes * treeMs) / large.length;
  return {
    model: name,
    bytes,
    runMs: median(samples.map((one) => one.run)),
    hashMs: median(samples.map((one) => one.hash)),
    percent: median(samples.map((one) => (100 * one.hash) / one.run)),
    timesTreeRate: median(samples.map((one) => one.hash / idealOf(one.large))),
    fixedMicroseconds: median(samples.map((one) => 1000 * (one.hash - idealOf(one.large)))),
  };
}

const rows: Row[] = [];
for (const [name, make] of Object.entries(claimCases)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const row = measure(name, make());
  rows.push(row);
  progress(
    `claim of ${name}: ${row.bytes} bytes in ${row.hashMs.toFixed(3)} ms, ${row.percent.toFixed(1)} % of a run of ` +
      `${row.runMs.toFixed(2)} ms, ${row.timesTreeRate.toFixed(2)} × the rate of a large tree`,
  );
}
if (values.json === true) console.log(JSON.stringify({ claimOverhead: rows }, undefined, 2));
