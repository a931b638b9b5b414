import { Command, Option } from "commander";
import { network } from "hardhat";

import { makeReporter } from "../src/cli/reporter.js";
import { processStreams } from "../src/cli/streams.js";
import { exitStatus, formatError } from "../src/errors/format-error.js";
import { LIES } from "./demo/lies.js";
import type { LieKind } from "./demo/lies.js";
import { tellStory } from "./demo/story.js";
import type { Outcome } from "./demo/story.js";
import { parseCommand } from "./support/parse-command.js";

type Options = { readonly lie: LieKind; readonly json?: boolean };

const started = performance.now();
const command = new Command("demo")
  .description("a false reading of an invoice line is proven on a chain in this process, and slashed")
  .addOption(new Option("--lie <kind>", "where the liar lies").choices(LIES).default("output"))
  .option("--json", "print one JSON object");

command.action(async ({ lie, json = false }: Options) => {
  const reporter = makeReporter(processStreams(), { json });
  try {
    const connection = await network.create();
    const outcome = await tellStory(connection, lie, reporter);
    const seconds = {
      install: Number(process.env["ONUS_BOOTSTRAP_SECONDS"] ?? 0),
      run: Number(((performance.now() - started) / 1000).toFixed(1)),
    };
    const { ledger: _, ...result } = outcome;
    reporter.result({ ...result, seconds }, () => table(outcome, seconds));
  } catch (error) {
    console.error(formatError(error));
    process.exitCode = exitStatus(error);
  }
});
await parseCommand(command);

function table({ ledger, honest, lie }: Outcome, seconds: { install: number; run: number }): string {
  const wei = (amount: string) => `${amount} wei`;
  const rows: [string, string, string][] = [
    ["who", "what", "gas"],
    ...ledger.map(({ who, what, gas }): [string, string, string] => [who, what, gas.toString()]),
  ];
  const width = (column: 0 | 1 | 2) => Math.max(...rows.map((row) => row[column].length));
  const transactions = rows.map(
    ([who, what, gas]) => `  ${who.padEnd(width(0))}  ${what.padEnd(width(1))}  ${gas.padStart(width(2))}`,
  );
  const { penalty, proof } = lie;
  return [
    "",
    ...transactions,
    "",
    `  honest operator  reads "${honest.text}"  ${honest.verdict}, free stake ${wei(honest.freeStake)}`,
    `  lying operator   claims "${lie.claimedText}"  ${lie.verdict}`,
    `  the proof        element ${lie.element} of kernel ${lie.kernel}, one transaction of ${proof.gas} gas and ${proof.calldataBytes} bytes`,
    `  the penalty      ${wei(penalty.liability)} = ${penalty.burned} burned + ${penalty.challenger} to the challenger + ${penalty.requester} to the consumer`,
    `  time             ${seconds.install} s installing and compiling, ${seconds.run} s running`,
  ].join("\n");
}
