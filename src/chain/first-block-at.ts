import type { Provider } from "ethers";

import type { Seconds } from "../types/seconds.js";
import type { Span } from "./read-logs.js";

/** The first block of a span whose time is not before `time`; one past its end when there is none. */
export async function firstBlockAt(
  provider: Pick<Provider, "getBlock">,
  time: Seconds,
  { from, to }: Span,
): Promise<number> {
  // Times never fall from block to block; several blocks may share one.
  let low = from;
  let high = to + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const block = await provider.getBlock(middle);
    if (block !== null && BigInt(block.timestamp) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
