import { readDeployment } from "../../chain/deployment.js";
import { OnusError } from "../../errors/onus-error.js";
import type { Act } from "../does.js";
import { endpointFor } from "../where.js";
import type { Where } from "../options.js";

type Options = Where & {
  readonly db: string;
  readonly host: string;
  readonly port: string;
  readonly confirmations: string;
  readonly blockRange?: string;
  readonly fetchRecords?: true;
  readonly fetchMost: string;
  readonly allowPrivateEndpoints?: true;
};

/** Runs until it is stopped; says nothing on stdout then. */
export const startIndex: Act<Options> = async ({ options }) => {
  const { db, host, blockRange } = options;
  const most = Math.max(1, count(options.fetchMost, "--fetch-most"));
  const allowsPrivate = options.allowPrivateEndpoints === true;
  const { url, chainId } = await endpointFor(options);
  const { runIndexer } = await import("../../indexer/run-indexer.js");
  await runIndexer({
    ...{ rpc: url, deployment: readDeployment(chainId, options.deployment), db, host },
    port: count(options.port, "--port"),
    confirmations: count(options.confirmations, "--confirmations"),
    ...(blockRange !== undefined && { range: count(blockRange, "--block-range") }),
    ...(options.fetchRecords === true && { fetch: { allowsPrivate, most } }),
  });
  return { value: { db }, text: `stopped; everything is in ${db}` };
};

function count(text: string, name: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new OnusError("MALFORMED_VALUE", { name, expected: "a whole number", found: JSON.stringify(text) });
}
