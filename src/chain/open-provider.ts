import { FetchRequest, JsonRpcProvider, Network } from "ethers";

import { askChainId } from "./ask-chain-id.js";

/** Longest time one request to the node may take, in milliseconds. */
const MOST_MILLISECONDS = 30_000;

/**
 * A connection to a node for programs that keep running: nothing is cached, since what the node said a moment ago is what
 * is in question, and a node that does not answer is an error, not a silence.
 *
 * @param endpoint http or https
 * @param name what errors call the network: the path of an endpoint is often a key
 */
export async function openProvider(
  endpoint: string,
  name = new URL(endpoint).host,
): Promise<JsonRpcProvider> {
  const request = new FetchRequest(endpoint);
  request.timeout = MOST_MILLISECONDS;
  const network = Network.from(await askChainId(endpoint, name));
  return new JsonRpcProvider(request, network, {
    staticNetwork: network,
    cacheTimeout: -1,
    batchMaxCount: 1,
  });
}
