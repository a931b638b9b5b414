import type { Command } from "commander";

import { registerAudit } from "./commands/audit.js";
import { registerClaim } from "./commands/claim.js";
import { registerIndex } from "./commands/index-noun.js";
import { registerModel } from "./commands/model.js";
import { registerOperator } from "./commands/operator.js";
import { registerRun } from "./commands/run.js";
import type { Streams } from "./streams.js";

/**
 * Adds one noun with its verbs to the program. The functions stand in commands/<noun>.ts, are called
 * `register<Noun>`, and import what a verb needs inside its action, so that `onus --help` stays quick:
 *
 *     export const registerModel: RegisterCommands = (program, streams) => {
 *       const model = program.command("model").description("import, publish and verify models");
 *       model.command("import").argument("<file>").action(async (file: string, _options, command: Command) => {
 *         const reporter = makeReporter(streams, command.optsWithGlobals());
 *         const { importModel } = await import("../../program/import-model.js");
 *         …
 *         reporter.result(imported, () => describe(imported));
 *       });
 *     };
 */
export type RegisterCommands = (program: Command, streams: Streams) => void;

/** Every noun, in the order of the help. */
export const commands: readonly RegisterCommands[] = [
  registerModel,
  registerRun,
  registerOperator,
  registerClaim,
  registerIndex,
  registerAudit,
];
