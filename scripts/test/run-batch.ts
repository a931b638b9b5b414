import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Counts } from "./counts.js";
import type { Batch } from "./plan-batches.js";

const hardhat = join("node_modules", "hardhat", "dist", "src", "cli.js");

/**
 * Runs one batch in a process of its own. `live` shows the output as it comes; otherwise it is shown in one piece at
 * the end, so that batches side by side stay readable.
 */
export async function runBatch(run: {
  readonly batch: Batch;
  readonly resultPath: string;
  readonly options: readonly string[];
  readonly live: boolean;
}): Promise<Counts> {
  const { batch, resultPath, options, live } = run;
  const started = performance.now();
  const { status, output } = await collect(
    [hardhat, "test", batch.runner, "--no-compile", ...batch.files, ...options],
    {
      resultPath,
      live: live && batch.runner === "mocha",
    },
  );
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (output !== "") console.log(`\n━━ ${batch.name} (${seconds} s)\n${output.trimEnd()}`);

  const counts = batch.runner === "mocha" ? readResult(resultPath) : countsInText(output);
  const failed = counts.failed === 0 && status !== 0;
  return failed
    ? { ...counts, failed: 1, failures: [{ title: batch.name, message: `exit status ${status}` }] }
    : counts;
}

interface Outcome {
  /** Exit status, or the signal that ended the process. */
  readonly status: number | NodeJS.Signals;
  readonly output: string;
}

function collect(
  args: readonly string[],
  { resultPath, live }: { resultPath: string; live: boolean },
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      stdio: ["ignore", live ? "inherit" : "pipe", live ? "inherit" : "pipe"],
      env: { ...colours(), ...process.env, ONUS_TEST_RESULT: resultPath },
    });
    const parts: Buffer[] = [];
    child.stdout?.on("data", (part: Buffer) => parts.push(part));
    child.stderr?.on("data", (part: Buffer) => parts.push(part));
    const stop = (): boolean => child.kill("SIGTERM");
    process.on("SIGTERM", stop);
    child.on("error", reject);
    // "exit", not "close": a program that a test left running may keep the pipe open for ever.
    child.on("exit", (status, signal) => {
      process.off("SIGTERM", stop);
      setImmediate(() => resolve({ status: status ?? signal ?? 1, output: Buffer.concat(parts).toString() }));
    });
  });
}

const colours = (): NodeJS.ProcessEnv => (process.stdout.isTTY ? { FORCE_COLOR: "1" } : {});

function readResult(path: string): Counts {
  if (!existsSync(path)) return { passed: 0, failed: 0, pending: 0, failures: [] };
  return JSON.parse(readFileSync(path, "utf8")) as Counts;
}

/** Hardhat's Solidity test runner has no machine-readable result: its summary lines are counted. */
function countsInText(output: string): Counts {
  const count = (word: string): number =>
    Number(new RegExp(`^\\s*(\\d+) ${word}`, "m").exec(output)?.[1] ?? 0);
  const failures = [...output.matchAll(/^ {2}\d+\) (\S+#.+)$/gm)].map(([, title = ""]) => ({
    title,
    message: "see above",
  }));
  return { passed: count("passing"), failed: count("failing"), pending: count("skipped"), failures };
}
