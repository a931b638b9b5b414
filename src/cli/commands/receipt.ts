import type { RegisterCommands } from "../commands.js";
import { does } from "../does.js";
import { withWhere } from "../options.js";

/** `onus receipt …`: what an operator promised, off chain. */
export const registerReceipt: RegisterCommands = (program, streams) => {
  const receipt = program.command("receipt").description("check what an operator promised");
  withWhere(
    receipt
      .command("verify")
      .description("say whether a signed receipt is worth something; without --network or --rpc, offline"),
  )
    .argument("<file>", "signed receipt, as the operator's node hands it out")
    .option("--operator <address>", "who should have promised")
    .option("--model <modelId>", "with what it should have been computed")
    .option("--requester <address>", "who should have asked")
    .option("--input-root <hash>", "of what it should be the result")
    .option("--output-root <hash>", "what should have come out")
    .action(does(streams, async () => (await import("./receipt-verify.js")).verify));
};
