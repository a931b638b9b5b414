import type { Provider } from "ethers";

import { asWei } from "../types/wei.js";
import type { Wei } from "../types/wei.js";
import { rawSend } from "./raw-send.js";

/** Base fee of the block that follows: every chain has a rule of its own, and its node knows it. */
export async function nextBaseFee(provider: Provider, at: number): Promise<Wei> {
  const history = await rawSend(provider, "eth_feeHistory", ["0x1", `0x${at.toString(16)}`, []]);
  const { baseFeePerGas } = (history ?? {}) as { readonly baseFeePerGas?: readonly string[] };
  const next = baseFeePerGas?.[1];
  if (next !== undefined) return asWei(BigInt(next));
  // Ethereum's own rule lets it rise by an eighth from block to block.
  const fee = (await provider.getBlock(at))?.baseFeePerGas ?? 0n;
  return asWei((fee * 9n + 7n) / 8n);
}
