import { Option } from "commander";
import type { Command } from "commander";

import type { RegisterCommands } from "../commands.js";
import { does } from "../does.js";
import { CLAIM, withSending, withWhere } from "../options.js";

const withPlaying = (command: Command): Command =>
  withSending(command)
    .argument(...CLAIM)
    .option("--artifact <file>", "the model's .onus file")
    .option("--input <file...>", "the record's input as you know it, one file an input, in their order")
    .option("--record <index>", "which record of the claim", "0")
    .option("--trace <file>", "trace.bin of the record, where it was stated with the claim")
    .option("--poll <duration>", "between two looks at the chain while there is nothing to do", "12s")
    .option("--block-range <count>", "blocks that the endpoint answers in one query");

/** `onus dispute …`: both sides of a dispute about one claim. */
export const registerDispute: RegisterCommands = (program, streams) => {
  const dispute = program.command("dispute").description("challenge a claim, or answer for it");
  const verb = (name: string, description: string): Command => dispute.command(name).description(description);

  withPlaying(verb("open", "check a record of a claim, ask for what is withheld, convict what is wrong"))
    .option("--pull", "in the end, send out what the account has won or got back")
    .action(does(streams, async () => (await import("./dispute-play.js")).open));
  withPlaying(verb("answer", "answer whatever is asked about a claim, until it is final"))
    .option("--pull", "in the end, withdraw what answers were paid")
    .action(does(streams, async () => (await import("./dispute-play.js")).answer));
  withPlaying(verb("step", "do the one thing that a side has to do now, and end"))
    .addOption(
      new Option("--side <side>", "as whom").choices(["challenger", "operator"]).default("challenger"),
    )
    .action(does(streams, async () => (await import("./dispute-play.js")).step));
  withWhere(verb("show", "say what is asked about a claim, who must act next, and until when"))
    .argument(...CLAIM)
    .option("--block-range <count>", "blocks that the endpoint answers in one query")
    .action(does(streams, async () => (await import("./dispute-show.js")).showDispute));
};
