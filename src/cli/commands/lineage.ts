import type { Command } from "commander";

import type { RegisterCommands } from "../commands.js";
import { does } from "../does.js";
import { CLAIM, RECORD_FORM, withSending, withWhere } from "../options.js";
import { collect } from "./model-options.js";

const withLimits = (command: Command): Command =>
  command
    .option("--depth <count>", "generations that are followed", "64")
    .option("--most <count>", "records that are followed, in each direction", "500")
    .option("--block-range <count>", "blocks that the endpoint answers in one query");

const withChild = (command: Command): Command =>
  withSending(command)
    .argument("<child>", "claim.json of the claim that holds the child")
    .option("--record <index>", "which record of it", "0")
    .option(
      "--parent <record>",
      `all its parents, where claim.json does not name them: ${RECORD_FORM} (repeatable, in order)`,
      collect,
    );

/** `onus lineage …`: what results were made from, and what a fault in one means for the others. Anyone may do all of it. */
export const registerLineage: RegisterCommands = (program, streams) => {
  const lineage = program
    .command("lineage")
    .description("show what a result was made from and what was made from it, and carry taint to that");
  const verb = (name: string, description: string): Command => lineage.command(name).description(description);

  withLimits(
    withWhere(verb("show", "print the records above and below one, with their phases and taint"))
      .argument(...CLAIM)
      .argument("[record]", "which record of it", "0")
      .option("--index <url>", "an index, which knows records that were shown to no chain as well"),
  ).action(does(streams, async () => (await import("./lineage-show.js")).showLineage));
  withChild(verb("state", "show the chain that a record names its parents"))
    .argument("[parent]", `this one alone: ${RECORD_FORM}`)
    .action(does(streams, async () => (await import("./lineage-prove.js")).state));
  withChild(
    verb("bind", "show the chain that a record took in an output of its parent; states the edge first"),
  )
    .argument("<parent>", "CLAIM[:INDEX], by the claim's claim.json")
    .option(
      "--input <file...>",
      "the child's inputs, in their order; default: input-N.bin beside its claim.json",
    )
    .option("--output <file...>", "the parent's outputs, in their order")
    .option(
      "--artifact <file>",
      "the parent's .onus file, instead: takes trace.bin, or runs input-N.bin, beside its claim.json",
    )
    .action(does(streams, async () => (await import("./lineage-prove.js")).bind));
  withLimits(
    withSending(
      verb("push", "carry taint from a fallen claim, or a tainted record, to all known descendants"),
    )
      .argument(...CLAIM)
      .argument("[record]", "which record of it; all of a fallen claim's if none is named"),
  ).action(does(streams, async () => (await import("./lineage-push.js")).push));
};
