/** An index of a seeded chain as a process of its own: ADDRESSES RPC DATABASE. Says where it listens in its log. */
import { readFileSync } from "node:fs";

import type { Deployment } from "../../src/chain/deployment.js";
import { runIndexer } from "../../src/indexer/run-indexer.js";

const [addresses = "", rpc = "", db = ""] = process.argv.slice(2);
const deployment = JSON.parse(readFileSync(addresses, "utf8")) as Deployment;
await runIndexer({ rpc, deployment, db, host: "127.0.0.1", port: 0, confirmations: 0 });
