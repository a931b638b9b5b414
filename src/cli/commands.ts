import type { Command } from "commander";

import { registerAudit } from "./commands/audit.js";
import { registerClaim } from "./commands/claim.js";
import { registerDeploy } from "./commands/deploy.js";
import { registerDispute } from "./commands/dispute.js";
import { registerDoctor } from "./commands/doctor.js";
import { registerIndex } from "./commands/index-noun.js";
import { registerLineage } from "./commands/lineage.js";
import { registerModel } from "./commands/model.js";
import { registerOperator } from "./commands/operator.js";
import { registerReceipt } from "./commands/receipt.js";
import { registerRun } from "./commands/run.js";
import { registerStanding } from "./commands/standing.js";
import { registerWatch } from "./commands/watch.js";
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
  registerDeploy,
  registerOperator,
  registerClaim,
  registerReceipt,
  registerDispute,
  registerLineage,
  registerStanding,
  registerWatch,
  registerDoctor,
  registerIndex,
  registerAudit,
];
