import type { Provider } from "ethers";

import { asSeconds } from "../types/seconds.js";
import type { Seconds } from "../types/seconds.js";
import { rawSend } from "./raw-send.js";

/**
 * Unix seconds that the next block will have: of the pending block, since a chain's time is what its contracts see. Where
 * the node shows no block beyond the newest, the clock here says it: a chain without traffic makes no blocks, and its
 * deadlines pass all the same.
 */
export async function chainNow(provider: Provider): Promise<Seconds> {
  const [latest, pending] = await Promise.all([
    provider.getBlock("latest"),
    // As it is: it has no hash yet, and not every client of ethers reads it.
    rawSend(provider, "eth_getBlockByNumber", ["pending", false]).catch(() => undefined),
  ]);
  const newest = latest?.timestamp ?? 0;
  const { timestamp } = (pending ?? {}) as { readonly timestamp?: string };
  const soon = Number(timestamp ?? 0);
  if (soon > newest) return asSeconds(BigInt(soon));
  return asSeconds(BigInt(Math.max(newest + 1, Math.floor(Date.now() / 1000))));
}
