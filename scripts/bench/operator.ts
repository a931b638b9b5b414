/**
 * `npm run bench -- operator [--json] [--records N] [--model tiny|classifier] [--callers N]`: a node as its command line
 * starts it, on a chain of its own with a block a second, serves N inferences over HTTP into one claim. Prints what it
 * served, how much memory that took, what the claim cost, and how long a question about its last record waited.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

import { performMove } from "../../src/chain/perform-move.js";
import { readDispute } from "../../src/chain/read-dispute.js";
import { aboutTrace } from "../../src/dispute/ask-about.js";
import { allocateTensor } from "../../src/program/dtype.js";
import { importOnnx } from "../../src/program/import-onnx.js";
import { bytesOfTensor } from "../../src/run/engine.js";
import { evaluateOnce } from "../../src/run/evaluate.js";
import { decodeClaimFile } from "../../src/store/claim-file.js";
import { commitArtifact } from "../../src/trace/commit-artifact.js";
import type { CommittedArtifact } from "../../src/trace/commit-artifact.js";
import { parseBytes32 } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { parseSeconds } from "../../src/types/seconds.js";
import { parseWei } from "../../src/types/wei.js";
import { startOperatorProcess } from "../../test/support/operator-process.js";
import type { LogLine } from "../../test/support/operator-process.js";
import { operatorScene, sceneModel, walletOf } from "../../test/support/operator-scene.js";
import { inputName } from "../support/bench-models.js";
import { progress, quantile } from "../support/measure.js";
import { ocrModels } from "../support/ocr-models.js";

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    json: { type: "boolean" },
    records: { type: "string", default: "20000" },
    model: { type: "string", default: "tiny" },
    callers: { type: "string", default: "8" },
  },
});
const records = Number(values.records);
const callers = Number(values.callers);
const CHAIN = 31_359;
const CHALLENGER = 5;
/** Windows and clocks that last longer than the benchmark, and fulfil the inequalities. */
const PARAMETERS = {
  clock: parseSeconds("3600s"),
  exitDelay: parseSeconds("14400s"),
};

function committedModel(): CommittedArtifact {
  if (values.model === "tiny") return sceneModel.committed;
  const { bytes, shape } = ocrModels.classifier;
  const onnx = bytes();
  const shapes = { [inputName(onnx)]: shape };
  return commitArtifact(importOnnx(onnx, { shapes, evaluate: evaluateOnce }).artifact);
}

const committed = committedModel();
const { artifact } = committed;
const scene = await operatorScene(CHAIN, { committed, parameters: PARAMETERS });
await scene.rpc("evm_setIntervalMining", 1);
const config = join(scene.directory, "operator.json");
writeFileSync(
  config,
  scene.configText({
    model: { maxRecords: records, window: "3600s", inclusion: "3600s", closeAfter: "3500s" },
    limits: { queue: 2 * callers },
    config: { listen: { port: 0 }, submitMargin: "60s" },
  }),
);
const node = await startOperatorProcess({
  ...{ config, rpc: scene.anvil.url, addresses: scene.addresses, key: walletOf(2).privateKey },
});

/** Bytes of the node's process, and the processor time it took so far, in seconds. */
async function usage(): Promise<{ readonly bytes: number; readonly seconds: number }> {
  const text = await (await fetch(`${node.url}/metrics`)).text();
  const read = (name: string) => Number(new RegExp(`^${name} (\\S+)`, "m").exec(text)?.[1]);
  return { bytes: read("process_resident_memory_bytes"), seconds: read("process_cpu_seconds_total") };
}

const inputs = artifact.inputs.map(({ name, dtype, shape }, number) => ({
  ...{ name, dtype, shape },
  data: Buffer.from(
    bytesOfTensor(allocateTensor(dtype, artifact.table[number]!.count).fill(number + 1)),
  ).toString("base64"),
}));
async function infer(salt: number): Promise<number> {
  const begin = performance.now();
  const body = JSON.stringify({
    requester: walletOf(4).address,
    salt: `0x${salt.toString(16).padStart(64, "0")}`,
    inputs,
  });
  const ask = () => fetch(`${node.url}/v1/infer/${scene.modelId}`, { method: "POST", body });
  // A connection that was idle for long is closed while a request is on its way: an equal request has the same receipt.
  const response = await ask().catch(ask);
  if (response.status !== 200) throw new Error(await response.text());
  await response.arrayBuffer();
  return performance.now() - begin;
}
async function until(what: string, look: () => unknown): Promise<void> {
  for (let looks = 0; looks < 1_200; looks++) {
    if (await look()) return;
    await sleep(50);
  }
  throw new Error(`never came: ${what}`);
}
const logged = (wanted: (line: LogLine) => boolean): LogLine | undefined => node.lines.find(wanted);

try {
  const atStart = await usage();
  progress(`${records} inferences, ${callers} callers`);
  const begin = performance.now();
  const latencies: number[] = [];
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < records) {
      latencies.push(await infer(next++));
      if (latencies.length % 2_500 !== 0) continue;
      const { bytes } = await usage();
      progress(`${latencies.length} served, ${(bytes / 2 ** 20).toFixed(0)} MiB`);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const seconds = (performance.now() - begin) / 1_000;
  const served = await usage();

  progress("the claim");
  const filled = performance.now();
  await until("the claim on chain", () => logged(({ msg }) => msg === "claim included"));
  const includedAfter = (performance.now() - filled) / 1_000;
  const claimId = parseBytes32(String(logged(({ msg }) => msg === "claim included")?.["claim"]));
  const isSubmission = ({ event, call }: LogLine) => event === "included" && call === "ClaimBook.submit";
  // The node may see its claim before its transaction.
  await until("the receipt of its transaction", () => logged(isSubmission));
  const submitted = logged(isSubmission);
  const claimed = await usage();

  progress("a question about its last record");
  const file = await (await fetch(`${node.url}/v1/claims/${claimId}`)).text();
  const { claim, records: list } = decodeClaimFile(file);
  const index = list.length - 1;
  const opened = (await (await fetch(`${node.url}/v1/claims/${claimId}/records/${index}`)).json()) as {
    proof: Bytes32[];
  };
  const contracts = scene.contractsAs(CHALLENGER);
  const question = aboutTrace(claimId, { index, record: list[index]!, path: opened.proof });
  const value = parseWei("0.1 ether");
  await performMove({ contracts, claim, move: { kind: "open", nonce: 1n, question, value } });
  const asked = performance.now();
  await until("the answer", async () => (await readDispute(contracts, claim)).answers.traces.size > 0);
  const answeredAfter = (performance.now() - asked) / 1_000;
  const after = await usage();

  const operator = {
    ...{ model: values.model, records: list.length, callers },
    inferencesPerSecond: records / seconds,
    latencyMedianMs: quantile(latencies, 0.5),
    latencyP99Ms: quantile(latencies, 0.99),
    /** Of the node, for one inference. */
    cpuMsPerInference: ((served.seconds - atStart.seconds) * 1_000) / records,
    memoryMiB: {
      atStart: atStart.bytes / 2 ** 20,
      served: served.bytes / 2 ** 20,
      claimed: claimed.bytes / 2 ** 20,
      asked: after.bytes / 2 ** 20,
    },
    submitGas: Number(submitted?.["gasUsed"]),
    /** From the last reply, with a block a second. */
    includedAfterSeconds: includedAfter,
    answeredAfterSeconds: answeredAfter,
    claimFileBytes: file.length,
  };
  console.log(
    values.json === true
      ? JSON.stringify({ operator }, undefined, 2)
      : `${operator.inferencesPerSecond.toFixed(0)} inferences a second (${values.model}), ` +
          `${operator.memoryMiB.claimed.toFixed(0)} MiB with ${operator.records} records in one claim, ` +
          `${operator.submitGas} gas to submit it, its last record answered for after ${answeredAfter.toFixed(1)} s`,
  );
} catch (error) {
  console.error(JSON.stringify({ status: node.status(), last: node.lines.slice(-5) }, undefined, 2));
  throw error;
} finally {
  await node.kill();
  await scene.stop();
}
