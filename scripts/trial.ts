/**
 * `npm run trial -- --cases N --seed S`: whole disputes on a chain in this process, between honest and hostile parties.
 * The exit status says whether anything was lost, faulted or escaped that must not.
 */
import { Command, InvalidArgumentError } from "commander";

import { makeReporter } from "../src/cli/reporter.js";
import { processStreams } from "../src/cli/streams.js";
import { exitStatus, formatError } from "../src/errors/format-error.js";
import { tableOf } from "./trial/report.js";
import { runTrial } from "./trial/run-trial.js";
import { parseCommand } from "./support/parse-command.js";

type Options = {
  readonly cases: number;
  readonly seed: number;
  readonly case?: number;
  readonly json?: boolean;
};

const whole = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError("give a whole number");
  return value;
};

const command = new Command("trial")
  .description("plays whole disputes between honest and hostile operators and challengers")
  .option("--cases <number>", "how many", whole, 48)
  .option("--seed <number>", "which", whole, 1)
  .option("--case <number>", "only this one of them", whole)
  .option("--json", "print one JSON object");

command.action(async ({ cases, seed, case: only, json = false }: Options) => {
  const reporter = makeReporter(processStreams(), { json });
  try {
    const report = await runTrial({ cases, seed, ...(only === undefined ? {} : { only }), reporter });
    reporter.result(report, tableOf);
    if (report.failures.length > 0) process.exitCode = 1;
  } catch (error) {
    console.error(formatError(error));
    process.exitCode = exitStatus(error);
  }
});
await parseCommand(command);
