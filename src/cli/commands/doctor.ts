import type { RegisterCommands } from "../commands.js";
import { does } from "../does.js";
import { withAccount } from "../options.js";

/** `onus doctor`: whether this machine, this node and this account can do their work. */
export const registerDoctor: RegisterCommands = (program, streams) => {
  withAccount(program.command("doctor"))
    .description("check node, chain, deployment, clock, key and money, and say what to fix")
    .option("--submits <count>", "claims that the balance should suffice for", "100")
    .action(does(streams, async () => (await import("./doctor-report.js")).examine));
};
