import type { Command } from "commander";

import type { RegisterCommands } from "../commands.js";
import { does } from "../does.js";
import { withSending, withWhere } from "../options.js";

const RECEIPT = ["<file>", "signed receipt, as the operator's node hands it out"] as const;

/** `onus receipt …`: what an operator promised, off chain. */
export const registerReceipt: RegisterCommands = (program, streams) => {
  const receipt = program
    .command("receipt")
    .description("check what an operator promised, and hold it to it");
  const verb = (name: string, description: string): Command => receipt.command(name).description(description);

  withWhere(
    verb("verify", "say whether a signed receipt is worth something; without --network or --rpc, offline"),
  )
    .argument(...RECEIPT)
    .option("--operator <address>", "who should have promised")
    .option("--model <modelId>", "with what it should have been computed")
    .option("--requester <address>", "who should have asked")
    .option("--input-root <hash>", "of what it should be the result")
    .option("--output-root <hash>", "what should have come out")
    .option("--asked-at <seconds>", "unix seconds at which the answer was asked for")
    .action(does(streams, async () => (await import("./receipt-verify.js")).verify));
  withSending(verb("present", "prove the signature on chain, once for all: nobody takes it back then"))
    .argument(...RECEIPT)
    .action(does(streams, async () => (await import("./receipt-act.js")).present));
  withSending(verb("complain", "do what comes next about a promise that was not kept: complain, or time out"))
    .argument(...RECEIPT)
    .option("--claim <file>", "claim.json that the operator says keeps the promise")
    .action(does(streams, async () => (await import("./receipt-act.js")).complain));
  withSending(verb("answer", "answer a complaint with the claim that keeps the promise"))
    .argument(...RECEIPT)
    .requiredOption("--claim <file>", "claim.json with its records")
    .action(does(streams, async () => (await import("./receipt-act.js")).answer));
  withSending(verb("prove", "break two receipts that answer one request differently"))
    .argument("<file>", "one signed receipt")
    .argument("<other>", "the other one")
    .option("--beneficiary <address>", "who is paid; the account itself if nobody is named")
    .action(does(streams, async () => (await import("./receipt-act.js")).prove));
  withSending(verb("withdraw", "take out what complaints have paid and given back")).action(
    does(streams, async () => (await import("./receipt-act.js")).withdraw),
  );
};
