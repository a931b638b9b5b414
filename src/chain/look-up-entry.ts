import type { Provider, TransactionReceipt } from "ethers";

import type { JournalEntry } from "../types/sender-journal.js";
import type { Span } from "./read-logs.js";

/** A reorg may bring a transaction into an earlier block than the newest one when it was made. */
const BLOCKS_BACK = 64;

/** How an entry of the journal ended, for now. */
export type Ended = { readonly receipt: TransactionReceipt } | "lost";

/** Where a transaction that was sent before is; undefined while its place is free. */
export async function lookUpEntry(provider: Provider, entry: JournalEntry): Promise<Ended | undefined> {
  const { account, nonce, to, data, value, sinceBlock, attempts } = entry;
  for (const { hash } of attempts) {
    const receipt = hash === undefined ? null : await provider.getTransactionReceipt(hash);
    if (receipt !== null) return { receipt };
  }
  if ((await provider.getTransactionCount(account, "latest")) <= nonce) return undefined;
  const span = { from: Math.max(0, sinceBlock - BLOCKS_BACK), to: await provider.getBlockNumber() };
  const occupant = await findByNonce(provider, account, nonce, span);
  const isOurs =
    occupant?.to?.toLowerCase() === to.toLowerCase() && occupant.data === data && occupant.value === value;
  const receipt = isOurs ? await provider.getTransactionReceipt(occupant.hash) : null;
  return receipt === null ? "lost" : { receipt };
}

/** The transaction that took a place of an account. */
type Occupant = {
  readonly hash: string;
  readonly to: string | null;
  readonly data: string;
  readonly value: bigint;
};

/**
 * Finds the transaction of an account with a nonce, which stands in a block of `span`; undefined where the node has it not,
 * or does not know the state of those blocks any more.
 */
async function findByNonce(
  provider: Pick<Provider, "getTransactionCount" | "getBlock">,
  account: string,
  nonce: number,
  { from, to }: Span,
): Promise<Occupant | undefined> {
  let low = from;
  let high = to;
  try {
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((await provider.getTransactionCount(account, middle)) > nonce) high = middle;
      else low = middle + 1;
    }
    const block = await provider.getBlock(low, true);
    return block?.prefetchedTransactions.find(
      (one) => one.nonce === nonce && one.from.toLowerCase() === account.toLowerCase(),
    );
  } catch {
    return undefined;
  }
}
