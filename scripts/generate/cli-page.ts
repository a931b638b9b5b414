import { writeFileSync } from "node:fs";

import type { Command } from "commander";

import { commands } from "../../src/cli/commands.js";
import { makeProgram } from "../../src/cli/run-cli.js";
import { catalogue } from "../../src/errors/catalogue.js";
import type { Generator } from "./generators.js";

const OUT = "docs/cli.md";
const silent = { write: () => undefined };

/** The commands of `onus`, from the command tree itself. */
export const generator: Generator = {
  name: "command line",
  outputs: [OUT],
  run: () => {
    const program = makeProgram({ stdout: silent, stderr: silent }, commands);
    const text = [...INTRODUCTION, ...program.commands.flatMap(nounOf), ...EXITS, ...exitRows(), ""];
    writeFileSync(OUT, text.join("\n"));
    return Promise.resolve();
  },
};

const INTRODUCTION = [
  "# The command line",
  "",
  "`onus <noun> <verb>`: results on stdout, talk on stderr; `--json` prints the typed result, or the error, as one object.",
  "Whatever sends a transaction takes `--dry-run`: the decoded call, its gas and fee, and what it puts at risk, and nothing is",
  "sent. Keys come from `ONUS_KEY` or `NETWORK_PRIVATE_KEY` in the environment or `.env`, from Hardhat's keystore where Hardhat is",
  "installed, or stay with the node (`--account 0x…`); never from the command line. What goes wrong is said in a sentence with a",
  "next command: [ten of them](flows/mistakes.md). Generated from `src/cli/commands` by `npm run generate`.",
  "",
];

const EXITS = [
  "## Exit statuses",
  "",
  "| status | errors |",
  "|---|---|",
  "| 0 | none: done |",
  "| 1 | one that nobody foresaw |",
];

function nounOf(noun: Command): string[] {
  if (noun.commands.length === 0) return ["", ...verbOf(noun, `## onus ${noun.name()}`)].slice(1);
  const verbs = noun.commands.flatMap((verb) => verbOf(verb, `### onus ${noun.name()} ${verb.name()}`));
  return [`## onus ${noun.name()}`, "", sentence(noun.description()), "", ...verbs];
}

function verbOf(verb: Command, heading: string): string[] {
  const parts = verb.registeredArguments.map((part) => {
    const name = part.required ? `<${part.name()}>` : `[${part.name()}]`;
    return `| \`${name}\` | ${cell(part.description)} |`;
  });
  const options = verb.options.map(({ flags, description, defaultValue, argChoices }) => {
    const choices = argChoices === undefined ? "" : ` (${argChoices.join(", ")})`;
    const without = defaultValue === undefined || defaultValue === true || defaultValue === "";
    return `| \`${flags}\` | ${cell(description)}${choices}${without ? "" : `; default \`${String(defaultValue)}\``} |`;
  });
  const rows = [...parts, ...options];
  const table = rows.length === 0 ? [] : ["| | |", "|---|---|", ...rows, ""];
  return [heading, "", sentence(verb.description()), "", ...table];
}

function exitRows(): string[] {
  const byStatus = new Map<number, string[]>();
  for (const [code, { exit }] of Object.entries(catalogue)) {
    byStatus.set(exit, [...(byStatus.get(exit) ?? []), code]);
  }
  return [...byStatus]
    .sort(([a], [b]) => a - b)
    .map(([exit, codes]) => `| ${exit} | ${codes.sort().join(", ")} |`);
}

const cell = (text: string): string => text.replaceAll("|", "\\|");
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
