import type { RegisterCommands } from "../commands.js";
import { does } from "../does.js";
import { NETWORKS } from "../options.js";

/** `onus deploy`: the whole protocol, from a preset. */
export const registerDeploy: RegisterCommands = (program, streams) => {
  program
    .command("deploy")
    .description("deploy Onus and all its parts, or finish a deployment that was interrupted")
    .option("--network <name>", `${Object.keys(NETWORKS).join(", ")}, or NAME with NAME_RPC_URL in .env`)
    .option("--rpc <url>", "the node's endpoint, instead of the one that is set for the network")
    .option("--account <address>", "an account that the node holds unlocked, instead of a key")
    .option("--preset <file>", "parameters; default: those of the chain in deploy/parameters")
    .option("--token <address>", 'stake token instead of the preset\'s; "local" deploys a wrapped ether')
    .option("--token-symbol <symbol>", "what the stake token must call itself")
    .option("--most-gas-price <amount>", 'highest price of a unit of gas, for example "5 gwei"')
    .option("--patience <duration>", "how long a transaction may wait before more is paid", "60s")
    .option("--confirmations <count>", "blocks on top before it counts as made; 1 is the last one's own", "1")
    .option("--fresh", "leave what was made before, and make another deployment")
    .option("--verify", "publish the sources to the explorer afterwards (from a checkout)")
    .option("--dry-run", "check everything, say what would be sent and what it costs; send nothing")
    .action(does(streams, async () => (await import("./deploy-protocol.js")).deployProtocol));
};
