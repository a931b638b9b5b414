import { FetchRequest, JsonRpcProvider, Network, toQuantity } from "ethers";

import { OnusError } from "../errors/onus-error.js";

/** Longest time one request to the node may take, in milliseconds. */
const MOST_MILLISECONDS = 30_000;

/**
 * A connection to a node for programs that keep running: nothing is cached, since what the node said a moment ago is what
 * is in question, and a node that does not answer is an error, not a silence.
 *
 * @param endpoint http or https
 */
export async function openProvider(endpoint: string): Promise<JsonRpcProvider> {
  const request = new FetchRequest(endpoint);
  request.timeout = MOST_MILLISECONDS;
  const network = Network.from(await chainIdAt(request));
  return new JsonRpcProvider(request, network, {
    staticNetwork: network,
    cacheTimeout: -1,
    batchMaxCount: 1,
  });
}

async function chainIdAt(request: FetchRequest): Promise<bigint> {
  const asking = request.clone();
  asking.body = { jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] };
  try {
    const response = await asking.send();
    response.assertOk();
    return BigInt(toQuantity((response.bodyJson as { result: string }).result));
  } catch (error) {
    // The path of an endpoint is often a key.
    const name = new URL(request.url).host;
    throw new OnusError("NETWORK_UNREACHABLE", { name, reason: (error as Error).message }, { cause: error });
  }
}
