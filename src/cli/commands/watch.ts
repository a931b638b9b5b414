import type { RegisterCommands } from "../commands.js";
import { does } from "../does.js";
import { ALLOW_PRIVATE_ENDPOINTS, withAccount } from "../options.js";
import { collect } from "./model-options.js";

/** `onus watch`: checks what operators claim, and disputes what is wrong. */
export const registerWatch: RegisterCommands = (program, streams) => {
  const watch = program
    .command("watch")
    .description("check what operators claim, prove what is wrong, and collect what that is worth");
  withAccount(watch)
    .option("--model <id>", "follow claims of this model (repeatable; default: of all)", collect)
    .option("--operator <address>", "follow claims of this operator (repeatable; default: of all)", collect)
    .option("--sample <share>", "share of the records that is checked, drawn by a secret of its own", "1")
    .option(
      "--artifacts <dir>",
      "where .onus files lie; others are fetched from operators (repeatable)",
      collect,
    )
    .option("--ask", "pay for questions that only show what an operator withholds")
    .option(
      "--courtesies",
      "note claims that are decided from now on for standing, and push taint from those that fall",
    )
    .option("--directory <dir>", "where its database and fetched artifacts are kept", "watchtower")
    .option("--report", "print what it found so far, and end; it may be running")
    .option("--listen <host:port>", "of /healthz, /metrics and /report", "127.0.0.1:8610")
    .option("--poll <duration>", "between two looks at the chain", "4s")
    .option("--spread <duration>", "time in which others go first with what one of all has to do", "12s")
    .option("--patience <duration>", "for a short answer of an operator's endpoint", "10s")
    .option("--confirmations <blocks>", "after which a transaction is not looked after any more", "12")
    .option("--tip <amount>", "per gas, for whoever includes it")
    .option("--most-gas-price <amount>", "per gas; above it transactions wait")
    .option("--most-artifact-bytes <count>", "an artifact that is larger is not fetched", "536870912")
    .option(...ALLOW_PRIVATE_ENDPOINTS)
    .action(does(streams, async () => (await import("./watch-claims.js")).watchClaims));
};
