import { FetchRequest, JsonRpcProvider, Network } from "ethers";

import { askChainId } from "./ask-chain-id.js";

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
  const network = Network.from(await askChainId(endpoint, new URL(endpoint).host));
  return new JsonRpcProvider(request, network, {
    staticNetwork: network,
    cacheTimeout: -1,
    batchMaxCount: 1,
  });
}
