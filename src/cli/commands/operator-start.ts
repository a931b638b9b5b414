import { OnusError } from "../../errors/onus-error.js";
import { runDaemon } from "../../service/run-daemon.js";
import { openLog } from "../../service/log.js";
import type { LogLevel } from "../../service/log.js";
import type { Act } from "../does.js";
import { openForActing } from "../where.js";
import type { Acting } from "../options.js";

export type StartOptions = Acting & {
  readonly config: string;
  readonly logLevel: string;
  readonly drain?: true;
};

const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** Runs the node until it is asked to end; its log goes to stderr, one JSON object a line. */
export const startNode: Act<StartOptions> = async ({ options }) => {
  const level = LEVELS.find((one) => one === options.logLevel);
  if (level === undefined) {
    const expected = LEVELS.join(", ");
    throw new OnusError("MALFORMED_VALUE", { name: "--log-level", expected, found: options.logLevel });
  }
  const [{ readOperatorConfig }, { startOperator }] = await Promise.all([
    import("../../operator/config.js"),
    import("../../operator/start-operator.js"),
  ]);
  const config = readOperatorConfig(options.config);
  const { contracts, address, chain } = await openForActing(options);
  const log = await openLog({ name: "operator", level });
  await runDaemon({
    log,
    run: (signal) =>
      startOperator({
        contracts,
        config,
        path: options.config,
        log,
        signal,
        isDraining: options.drain === true,
      }),
  });
  chain.close();
  return { value: { ended: true, account: address }, text: "the node has ended; started again, it goes on" };
};
