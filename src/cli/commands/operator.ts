import type { Command } from "commander";

import type { RegisterCommands } from "../commands.js";
import { does } from "../does.js";
import { withAccount, withSending } from "../options.js";

const withStake = (command: Command): Command =>
  withSending(command)
    .option("--wrap", "wrap what is missing of it from native currency first (WETH)")
    .option("--approve", "allow the registry to take exactly that much first");

/** `onus operator …`: stake and keys. What runs as a daemon is registered last, from a file of its own. */
export const registerOperator: RegisterCommands = (program, streams) => {
  const operator = program.command("operator").description("register, fund and look after an operator");
  const verb = (name: string, description: string): Command =>
    operator.command(name).description(description);

  withStake(verb("register", "become an operator, with a first deposit if one is named"))
    .option("--endpoint <uri>", "where the operator's node answers", "")
    .option("--stake <amount>", 'first deposit, for example "0.5 ether"')
    .action(does(streams, async () => (await import("./operator-stake.js")).register));
  withSending(verb("set-endpoint", "say where the operator's node answers from now on"))
    .argument("<uri>", 'for example "https://node.example"; "" for nowhere')
    .action(does(streams, async () => (await import("./operator-stake.js")).setEndpoint));
  withStake(verb("deposit", "add to an operator's stake"))
    .argument("<amount>", 'for example "0.5 ether"')
    .option("--operator <address>", "whose; the account's own if nobody is named")
    .action(does(streams, async () => (await import("./operator-stake.js")).deposit));
  withSending(verb("exit", "put free stake on its way out, or take it back from there"))
    .argument("[amount]", 'for example "0.5 ether"; what is exiting already waits anew')
    .option("--cancel", "all that is exiting is free stake again")
    .action(does(streams, async () => (await import("./operator-stake.js")).exit));
  withSending(
    verb("withdraw", "take out the stake whose exit delay is over, and what sessions have paid"),
  ).action(does(streams, async () => (await import("./operator-stake.js")).withdraw));
  withAccount(verb("consent", "sign, as a signer, that the account will serve an operator; sends nothing"))
    .argument("<operator>", "address of the operator")
    .action(does(streams, async () => (await import("./operator-signers.js")).consent));
  withSending(verb("add-signer", "let another account submit claims and sign receipts"))
    .argument("<signer>", "address of the signer")
    .requiredOption("--consent <signature>", "what `onus operator consent` prints for the signer's account")
    .action(does(streams, async () => (await import("./operator-signers.js")).addSigner));
  withSending(verb("revoke-signer", "end a signer's power, for good"))
    .argument("<signer>", "address of the signer")
    .action(does(streams, async () => (await import("./operator-signers.js")).revokeSigner));
  withAccount(verb("show", "say what an operator has at stake, and who signs for it"))
    .argument("[operator]", "address; the account's own if nobody is named")
    .action(does(streams, async () => (await import("./operator-show.js")).showOperator));
  withAccount(verb("start", "run the operator's node: serve inferences, claim them, answer for them"))
    .requiredOption("--config <file>", "operator.json; docs/flows/operator.md explains it")
    .option("--drain", "take nothing new, and end when all that was claimed is decided")
    .option("--log-level <level>", "debug, info, warn or error", "info")
    .action(does(streams, async () => (await import("./operator-start.js")).startNode));
};
