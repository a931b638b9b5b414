import type { Command } from "commander";

/** Runs a command on this process's arguments. Wrong usage is said by commander, and ends with status 2. */
export async function parseCommand(command: Command): Promise<void> {
  command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
  await command.parseAsync();
}
