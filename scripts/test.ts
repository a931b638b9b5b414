/**
 * `npm test`: every test, in batches, two processes at a time; `npm test -- PATH … [--grep TEXT] [--bail]`: only those.
 * `UPDATE_SNAPSHOT=1 npm test` also writes the gas the tests recorded into gas-snapshot.json.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";

import { clearRecordedGas, readRecordedGas, readSnapshot, writeSnapshot } from "./check/gas-snapshot.js";
import { findTestFiles } from "./test/find-test-files.js";
import { planBatches } from "./test/plan-batches.js";
import { runBatch } from "./test/run-batch.js";
import { addCounts, describeCounts, type Counts } from "./test/counts.js";

const resultDirectory = join("cache", "test");
const jobs = Number(process.env["ONUS_TEST_JOBS"] ?? Math.min(2, availableParallelism()));

const args = process.argv.slice(2);
const firstOption = args.findIndex((arg) => arg.startsWith("--"));
const paths = firstOption === -1 ? args : args.slice(0, firstOption);
const options = firstOption === -1 ? [] : args.slice(firstOption);

process.exitCode = await main();

async function main(): Promise<number> {
  const missing = paths.find((path) => !existsSync(path));
  if (missing !== undefined) {
    console.error(`onus: there is no ${missing}; give test files or directories under test/`);
    return 2;
  }
  const started = performance.now();
  const isFullRun = paths.length === 0 && options.length === 0;
  const batches = planBatches(findTestFiles(paths), { together: paths.length > 0 });
  rmSync(resultDirectory, { recursive: true, force: true });
  mkdirSync(resultDirectory, { recursive: true });
  clearRecordedGas();

  const live = batches.length === 1;
  const queue = batches.map((batch, index) => ({
    batch,
    resultPath: join(resultDirectory, `${index}.json`),
  }));
  const results: Counts[] = [];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      results.push(await runBatch({ ...next, options, live }));
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));

  const total = addCounts(results);
  // `.ci/run` adds these up with the checks.
  writeFileSync(join(resultDirectory, "summary.json"), JSON.stringify({ ...total, isFull: isFullRun }));
  console.log(`\n${describeCounts(total)} in ${((performance.now() - started) / 1000).toFixed(0)} s`);
  for (const { title, message } of total.failures)
    console.log(`  failed: ${title}\n    ${message.split("\n")[0]}`);

  if (process.env["UPDATE_SNAPSHOT"] === "1" && total.failed === 0) {
    writeSnapshot(isFullRun ? readRecordedGas() : { ...readSnapshot(), ...readRecordedGas() });
    console.log("gas-snapshot.json is written");
  }
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}
