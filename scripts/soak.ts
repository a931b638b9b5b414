/**
 * `npm run soak -- --inferences N --seed S`: operators, liars and a watchtower on a chain with a block each second, killed
 * and started again all the time. The exit status says whether anything was lost, faulted or escaped that must not.
 */
import { Command, InvalidArgumentError } from "commander";

import { makeReporter } from "../src/cli/reporter.js";
import { processStreams } from "../src/cli/streams.js";
import { exitStatus, formatError } from "../src/errors/format-error.js";
import { runSoak } from "./soak/run-soak.js";
import type { SoakReport } from "./soak/run-soak.js";
import { parseCommand } from "./support/parse-command.js";

const whole = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError("give a whole number above 0");
  return value;
};

const command = new Command("soak")
  .description("runs operator nodes and a watchtower for minutes, kills them, and counts what was lost")
  .option("--inferences <number>", "served by the honest operator", whole, 1_000)
  .option("--seed <number>", "of requests, lies and kills", whole, 1)
  .option(
    "--seconds <number>",
    "over which the requests are spread; a fifth of a second for each when absent",
    whole,
  )
  .option("--json", "print one JSON object");

type Options = { inferences: number; seed: number; seconds?: number; json?: boolean };

command.action(async ({ inferences, seed, seconds = Math.ceil(inferences / 5), json = false }: Options) => {
  const reporter = makeReporter(processStreams(), { json });
  try {
    const report = await runSoak({ inferences, seed, seconds, reporter });
    reporter.result(report, describe);
    if (!isSound(report)) process.exitCode = 1;
  } catch (error) {
    console.error(formatError(error));
    process.exitCode = exitStatus(error);
  }
});
await parseCommand(command);

function isSound(report: SoakReport): boolean {
  const { lies, liesFaulted, honestFaulted, receiptsLost, undecided, balanced } = report;
  return liesFaulted === lies && honestFaulted === 0 && receiptsLost === 0 && undecided === 0 && balanced;
}

function describe(report: SoakReport): string {
  const { inferences, honestClaims, claims, lies, liesFaulted, kills, reorgs, seconds } = report;
  return [
    `${inferences} inferences under ${honestClaims} claims (${claims} with the twins'), in ${seconds} s`,
    `${liesFaulted} of ${lies} false claims FAULTED, ${report.honestFaulted} true ones`,
    `${report.receiptsLost} receipts without a claim; ${report.twinReceiptsLost} of convicted twins`,
    `${kills} kills, ${reorgs} reorganisations, ${report.undecided} claims undecided`,
    report.balanced ? "the books balance to the wei" : report.imbalances.join("\n"),
  ].join("\n");
}
