import { Command, CommanderError } from "commander";

import { exitStatus, formatError } from "../errors/format-error.js";
import { OnusError } from "../errors/onus-error.js";
import { ToldFailure } from "./does.js";
import { commands, type RegisterCommands } from "./commands.js";
import { processStreams, visibleStreams, type Streams } from "./streams.js";

/**
 * Runs one command line, without the program's name: data on stdout, talk on stderr.
 *
 * @returns the exit status: 0 done, 2 wrong usage, others from the error catalogue
 */
export async function runCli(
  args: readonly string[],
  {
    streams: given = processStreams(),
    nouns = commands,
  }: { streams?: Streams; nouns?: readonly RegisterCommands[] } = {},
): Promise<number> {
  const streams = visibleStreams(given);
  const program = makeProgram(streams, nouns);
  try {
    await program.parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    const told = error instanceof CommanderError ? asUsageError(error) : error;
    // Help was asked for and given.
    if (told === undefined) return 0;
    const json = args.includes("--json");
    if (told instanceof ToldFailure) {
      if (!json) streams.stderr.write(`${formatError(told.failure)}\n`);
      return exitStatus(told.failure);
    }
    // Under --json a failure is a result as well: a program reads stdout only.
    if (json) streams.stdout.write(`${formatError(told, { json })}\n`);
    else streams.stderr.write(`${formatError(told)}\n`);
    return exitStatus(told);
  }
}

/** The command tree. Commander is kept from writing and exiting by itself: `runCli` does both. */
export function makeProgram(streams: Streams, nouns: readonly RegisterCommands[]): Command {
  const program = new Command("onus")
    .description(
      "Makes AI inference answerable: stake-backed claims to inference results, and a referee on chain.",
    )
    .option("--json", "print one JSON result on stdout")
    .showSuggestionAfterError()
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
      // The sentence is told once, with its hint, by `runCli`.
      outputError: () => undefined,
    });
  for (const register of nouns) register(program, streams);
  return program;
}

function asUsageError(error: CommanderError): OnusError<"USAGE"> | undefined {
  if (error.exitCode === 0) return undefined;
  // Commander shows the help of a command given without its verb; nothing else is worth saying then.
  const problem =
    error.code === "commander.help" ? "a command is missing" : error.message.replace(/^error: /, "");
  return new OnusError("USAGE", { problem: problem.replaceAll("\n", " ") }, { cause: error });
}
