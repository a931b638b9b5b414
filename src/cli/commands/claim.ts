import { Option } from "commander";
import type { Command } from "commander";

import { PHASES } from "../../dispute/dispute-view.js";
import type { RegisterCommands } from "../commands.js";
import { does } from "../does.js";
import { CLAIM, RECORD_FORM, withSending, withWhere } from "../options.js";
import { collect } from "./model-options.js";

/** `onus claim …`: what an operator asserts, and what becomes of it. */
export const registerClaim: RegisterCommands = (program, streams) => {
  const claim = program
    .command("claim")
    .description("submit claims, look at them, and collect what they pay");
  const verb = (name: string, description: string): Command => claim.command(name).description(description);

  withSending(verb("submit", "run a model on an input and claim the result"))
    .requiredOption("--model <modelId>", "a published model")
    .requiredOption("--artifact <file>", "its .onus file")
    .requiredOption(
      "--input <file...>",
      "one file an input, in their order: .npy, .pb or .json, anything else is raw little-endian elements",
    )
    .option("--operator <address>", "for whom the account signs; the account itself if nobody is named")
    .option("--requester <address>", "who asked; the operator if nobody is named")
    .option(
      "--parent <record>",
      `a record that the input comes from: ${RECORD_FORM} (repeatable, in order)`,
      collect,
    )
    .requiredOption("--liability <amount>", 'stake behind the claim, for example "0.05 ether"')
    .option("--window <duration>", "how long it can be contested", "48h")
    .addOption(
      new Option("--trace <when>", "stated in the claim, or only when somebody asks for it")
        .choices(["on-demand", "eager"])
        .default("on-demand"),
    )
    .option("--out <directory>", "where claim.json, the inputs and an eager trace.bin go", "claim")
    .action(does(streams, async () => (await import("./claim-submit.js")).submit));
  withWhere(verb("show", "say where a claim stands, and what it is worth"))
    .argument(...CLAIM)
    .action(does(streams, async () => (await import("./claim-show.js")).showClaim));
  withWhere(verb("list", "list claims, the newest first"))
    .option("--operator <address>", "of this operator alone")
    .option("--model <modelId>", "on this model alone")
    .addOption(new Option("--phase <phase>", "in this phase alone").choices(PHASES.slice(1)))
    .option("--most <count>", "claims to look at", "100")
    .option("--from-block <number>", "first block to look at; default: the deployment's")
    .option("--block-range <count>", "blocks that the endpoint answers in one query")
    .action(does(streams, async () => (await import("./claim-show.js")).listNamedClaims));
  withSending(verb("finalize", "make a claim FINAL once its window is over; its stake is free then"))
    .argument(...CLAIM)
    .action(does(streams, async () => (await import("./claim-settle.js")).finalize));
  withSending(verb("pull", "send out shares of a fallen claim: the account's own, or everybody's"))
    .argument("<claim>", "claim.json, or the id of a claim (the beneficiary's share alone)")
    .option("--all", "everybody's shares")
    .action(does(streams, async () => (await import("./claim-settle.js")).pull));
  withSending(verb("burn", "send the burned part of a fallen claim where nobody can spend it"))
    .argument(...CLAIM)
    .action(does(streams, async () => (await import("./claim-settle.js")).burn));
};
