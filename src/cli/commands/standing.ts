import type { RegisterCommands } from "../commands.js";
import { does } from "../does.js";
import { withSending, withWhere } from "../options.js";

/** `onus standing …`: what operators and models have stood for with stake, and how it ended. */
export const registerStanding: RegisterCommands = (program, streams) => {
  const standing = program
    .command("standing")
    .description("read what an operator or a model has stood for with stake, and add decided claims to it");
  withWhere(
    standing.command("show").description("print both sums, decayed until now, and what they cost to forge"),
  )
    .argument("<subject>", "address of an operator, or id of a model")
    .action(does(streams, async () => (await import("./standing-act.js")).showStanding));
  withSending(standing.command("note").description("count decided claims, each once; anyone may"))
    .argument("<claim...>", "claim.json files, or ids of claims")
    .action(does(streams, async () => (await import("./standing-act.js")).note));
};
