import type { Fees } from "../../chain/transact.js";
import { OnusError } from "../../errors/onus-error.js";
import { openLog } from "../../service/log.js";
import { runDaemon } from "../../service/run-daemon.js";
import { parseAddress } from "../../types/address.js";
import { parseBytes32 } from "../../types/bytes32.js";
import { parseCount } from "../../types/count.js";
import { parseSeconds } from "../../types/seconds.js";
import { decimal, parseWei } from "../../types/wei.js";
import type { Act, Told } from "../does.js";
import type { Acting } from "../options.js";
import { columns } from "../table.js";
import { openForActing } from "../where.js";

type WatchCommandOptions = Acting & {
  readonly model?: readonly string[];
  readonly operator?: readonly string[];
  readonly sample: string;
  readonly artifacts?: readonly string[];
  readonly ask?: true;
  readonly courtesies?: true;
  readonly directory: string;
  readonly report?: true;
  readonly listen: string;
  readonly poll: string;
  readonly spread: string;
  readonly patience: string;
  readonly confirmations: string;
  readonly tip?: string;
  readonly mostGasPrice?: string;
  readonly mostArtifactBytes: string;
  readonly allowPrivateEndpoints?: true;
};

export const watchClaims: Act<WatchCommandOptions> = async ({ options, reporter }) => {
  const { directory } = options;
  if (options.report) return tellReport(directory);
  const read = {
    directory,
    followed: {
      models: (options.model ?? []).map((id) => parseBytes32(id, "--model")),
      operators: (options.operator ?? []).map((operator) => parseAddress(operator, "--operator")),
    },
    artifacts: options.artifacts ?? [],
    sample: parseShare(options.sample),
    asks: options.ask === true,
    courtesies: options.courtesies === true,
    fees: feesOf(options),
    confirmations: parseCount(options.confirmations, "--confirmations"),
    pollMilliseconds: Number(parseSeconds(options.poll, "--poll")) * 1_000,
    spread: parseSeconds(options.spread, "--spread"),
    endpointTime: parseSeconds(options.patience, "--patience"),
    mostArtifactBytes: parseCount(options.mostArtifactBytes, "--most-artifact-bytes"),
    allowsPrivate: options.allowPrivateEndpoints === true,
    listen: parseListen(options.listen),
  };
  const { contracts } = await openForActing(options);
  const log = await openLog({ name: "watchtower" });
  const { watch } = await import("../../watchtower/watch.js");
  await runDaemon({
    log,
    run: (signal) =>
      watch({ ...read, contracts, log }, signal, (url) =>
        reporter.say(`watching; ${url}/report says what is found`),
      ),
  });
  return tellReport(directory);
};

async function tellReport(directory: string): Promise<Told> {
  const { readWatchReport } = await import("../../watchtower/watch-report.js");
  const report = readWatchReport(directory);
  const lines = report.claims.map(
    ({ claimId, phase, verdict = "not yet", recordsRun, runSeconds, paidWei }) => [
      ...[claimId, phase, verdict, `${recordsRun}`, runSeconds.toFixed(2), decimal(paidWei, 18)],
    ],
  );
  const header = ["claim", "phase", "verdict", "records run", "seconds", "gas paid (ether)"];
  return { value: report, text: columns([header, ...lines]) };
}

function feesOf({ tip, mostGasPrice }: WatchCommandOptions): Fees {
  return {
    ...(tip !== undefined && { tip: parseWei(tip, "--tip") }),
    ...(mostGasPrice !== undefined && { mostPrice: parseWei(mostGasPrice, "--most-gas-price") }),
  };
}

function parseShare(text: string): number {
  const share = Number(text);
  if (text.trim() !== "" && share >= 0 && share <= 1) return share;
  throw new OnusError("MALFORMED_VALUE", {
    name: "--sample",
    expected: "a share from 0 to 1, such as 0.2",
    found: text,
  });
}

function parseListen(text: string): { host: string; port: number } {
  const [, host, port = ""] = /^([^\s:]+):(\d{1,5})$/.exec(text) ?? [];
  if (host !== undefined && Number(port) < 65_536) return { host, port: Number(port) };
  throw new OnusError("MALFORMED_VALUE", {
    name: "--listen",
    expected: "HOST:PORT, such as 127.0.0.1:8610",
    found: text,
  });
}
