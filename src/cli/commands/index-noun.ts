import type { Command } from "commander";

import type { RegisterCommands } from "../commands.js";
import { does } from "../does.js";
import { ALLOW_PRIVATE_ENDPOINTS, withWhere } from "../options.js";

/** `onus index …`: everything that a deployment's events say, as tables and as an HTTP API. */
export const registerIndex: RegisterCommands = (program, streams) => {
  const index = program
    .command("index")
    .description("index a deployment's events, and answer questions about it");
  const verb = (name: string, description: string): Command => index.command(name).description(description);
  const DB = ["--db <file>", "file of the index", "index.db"] as const;

  withWhere(verb("start", "follow the chain and serve the HTTP API of docs/api.md, until it is stopped"))
    .option(...DB)
    .option("--host <address>", "where it listens", "127.0.0.1")
    .option("--port <number>", "0 takes any that is free", "8600")
    .option("--confirmations <blocks>", "blocks behind the newest that are not read yet", "0")
    .option("--block-range <count>", "blocks that the endpoint answers in one query")
    .option("--fetch-records", "ask operators' endpoints for the records of their claims")
    .option("--fetch-most <count>", "records of one claim that are fetched at most", "4096")
    .option(...ALLOW_PRIVATE_ENDPOINTS)
    .action(does(streams, async () => (await import("./index-start.js")).startIndex));
  verb("export", "write everything that was made from events, one JSON object a line")
    .option(...DB)
    .option("--out <file>", "where it goes", "index.ndjson")
    .action(does(streams, async () => (await import("./index-export.js")).exportToFile));
};
