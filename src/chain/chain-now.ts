import type { Provider } from "ethers";

import { asSeconds } from "../types/seconds.js";
import type { Seconds } from "../types/seconds.js";

/**
 * Unix seconds that the next block will have at least: of the pending block where the node shows one, else a second after
 * the newest, or the clock here. A chain without traffic makes no blocks, and its deadlines pass all the same.
 */
export async function chainNow(provider: Provider): Promise<Seconds> {
  const [latest, pending] = await Promise.all([
    provider.getBlock("latest"),
    provider.getBlock("pending").catch(() => null),
  ]);
  const next = (latest?.timestamp ?? 0) + 1;
  const soon = pending?.timestamp ?? Math.floor(Date.now() / 1000);
  return asSeconds(BigInt(Math.max(next, soon)));
}
