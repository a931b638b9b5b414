import type { ContractRunner, Provider, TransactionReceipt, TransactionRequest } from "ethers";

import { OnusError } from "../errors/onus-error.js";

/** Between two looks for a receipt, in milliseconds. */
const LOOK_EVERY = 250;
/** Price rises for one transaction: together they make it about six times as dear. */
const MOST_RISES = 8;
/** Of a transaction that carries a deposit, which was reckoned for fees up to about this. */
const MOST_RISES_OF_DEPOSIT = 1;

/** Per gas, in wei. */
export type Price = { readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint };

/** A transaction on its way; `call` names it in errors. */
export type OnItsWay = {
  readonly runner: ContractRunner;
  readonly provider: Provider;
  readonly call: string;
  readonly request: TransactionRequest & Price & { readonly from: string; readonly value: bigint };
  readonly sent: { readonly hash: string; readonly nonce: number };
  /** Milliseconds without inclusion after which more is paid. */
  readonly patience: number;
  readonly pause?: (milliseconds: number) => Promise<unknown>;
  /** Transactions sent before in the same place, by hash: any of them may be included. */
  readonly earlier?: readonly string[];
  /** Sends a dearer one in its place; the runner does when absent. */
  readonly replace?: (
    request: OnItsWay["request"] & { readonly nonce: number },
  ) => Promise<string | undefined>;
  /** Price rises; few where a deposit goes with it, which was reckoned for today's fees. */
  readonly mostRises?: number;
  /** Wei per gas that is paid at most now. */
  readonly mostPrice?: () => bigint | undefined;
};

/**
 * Waits until a transaction is in a block. While it is not, it is sent again in its own place with a higher price: whoever
 * answers on a clock loses more by waiting than by paying.
 */
export async function awaitInclusion(way: OnItsWay): Promise<TransactionReceipt> {
  const { runner, provider, call, request, sent, patience, earlier = [] } = way;
  const hashes = [sent.hash, ...earlier];
  const mostRises = way.mostRises ?? (request.value === 0n ? MOST_RISES : MOST_RISES_OF_DEPOSIT);
  const replace = way.replace ?? (async (again) => (await runner.sendTransaction?.(again))?.hash);
  let price: Price = request;
  for (let rises = 0; ;) {
    const receipt = await lookFor(way, hashes, patience);
    if (receipt !== undefined) return receipt;
    if ((await provider.getTransactionCount(request.from, "latest")) > sent.nonce) {
      // The place is taken: by one of these, or by a transaction from elsewhere.
      const late = await lookFor(way, hashes, 0);
      if (late !== undefined) return late;
      throw new OnusError("TRANSACTION_LOST", { call, hash: sent.hash });
    }
    const dearer = rises < mostRises ? raised(price, way.mostPrice?.()) : undefined;
    if (dearer === undefined) continue;
    price = dearer;
    rises++;
    // Refused where it was included a moment ago: its receipt says so.
    const hash = await replace({ ...request, ...price, nonce: sent.nonce }).catch(() => undefined);
    if (hash !== undefined) hashes.push(hash);
  }
}

/** Of every platform: challengers run in browsers too. */
const sleep = (milliseconds: number): Promise<unknown> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Looks for the receipt of any of some transactions, at once and then for some time. */
async function lookFor(
  { provider, pause = sleep }: OnItsWay,
  hashes: readonly string[],
  patience: number,
): Promise<TransactionReceipt | undefined> {
  for (let waited = 0; ; waited += LOOK_EVERY) {
    for (const hash of hashes) {
      const receipt = await provider.getTransactionReceipt(hash);
      if (receipt !== null) return receipt;
    }
    if (waited > 0 && waited >= patience) return undefined;
    await pause(LOOK_EVERY);
  }
}

/**
 * A quarter more of both, or as much as may be paid; undefined where that is not an eighth more: nodes take nothing for a
 * replacement that is less than a tenth dearer.
 */
function raised({ maxFeePerGas, maxPriorityFeePerGas }: Price, most?: bigint): Price | undefined {
  const more = (amount: bigint): bigint => (amount * 5n) / 4n + 1n;
  const wanted = { maxFeePerGas: more(maxFeePerGas), maxPriorityFeePerGas: more(maxPriorityFeePerGas) };
  if (most === undefined || wanted.maxFeePerGas <= most) return wanted;
  if (most * 8n < maxFeePerGas * 9n) return undefined;
  return {
    maxFeePerGas: most,
    maxPriorityFeePerGas: wanted.maxPriorityFeePerGas < most ? wanted.maxPriorityFeePerGas : most,
  };
}
