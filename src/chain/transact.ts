import type { ContractRunner, Provider, TransactionReceipt, TransactionResponse } from "ethers";

import { OnusError } from "../errors/onus-error.js";
import { asSeconds } from "../types/seconds.js";
import type { Seconds } from "../types/seconds.js";
import { asWei } from "../types/wei.js";
import type { Wei } from "../types/wei.js";
import { awaitInclusion } from "./await-inclusion.js";
import type { OnItsWay, Price } from "./await-inclusion.js";
import type { Call } from "./move-call.js";
import { refusalOf } from "./send.js";
import type { Refusal, Sent } from "./send.js";

/** What one transaction may use at most (EIP-7825). */
export const GAS_CAP = 16_777_216n;

const PATIENCE = asSeconds(60n);

/** What a transaction may cost. */
export type Fees = {
  /**
   * Wei per gas for whoever includes it. Absent: what the node suggests, but not more than the base fee, since answers
   * are paid at four times the base fee of their question at most. A chain that is in a hurry may want more than that.
   */
  readonly tip?: Wei;
  /** Gas; a transaction that needs more is not sent. */
  readonly mostGas?: bigint;
  /** How long a transaction may wait to be included before more is paid; a minute when absent. */
  readonly patience?: Seconds;
  /** Wei per gas, tip included, above which nothing is sent: it waits (`openSender`). */
  readonly mostPrice?: Wei;
};

/** A call that was refused. */
export type Refused = {
  readonly status: "refused";
  /** Absent where the contract gave no reason, or one that is not ours. */
  readonly refusal?: Refusal;
  readonly sent?: Sent;
  readonly cause: unknown;
};

/** A call in the chain, or refused: before it was sent, or in the chain, where its gas is spent. */
export type Transacted = { readonly status: "done"; readonly sent: Sent } | Refused;

/** A call with its gas and fees, or refused as it stands. */
export type Prepared = { readonly status: "ready"; readonly request: OnItsWay["request"] } | Refused;

/** Sends a call as the account of `runner` and waits until it is in a block. */
export async function transact(runner: ContractRunner, call: Call, fees: Fees = {}): Promise<Transacted> {
  const { provider } = runner;
  if (!provider || !runner.sendTransaction) throw new TypeError(NO_ACCOUNT);
  const prepared = await prepareCall(runner, call, fees);
  if (prepared.status === "refused") return prepared;
  const { request } = prepared;
  let sent: TransactionResponse;
  try {
    sent = await runner.sendTransaction(request);
  } catch (error) {
    return refusedBy(error) ?? (await whyNot(provider, call, request, error));
  }
  const receipt = await awaitInclusion({
    ...{ runner, provider, call: call.call, request, sent },
    patience: patienceOf(fees),
  });
  return concludeCall(provider, request, receipt);
}

/** What a call needs, without sending it. */
export async function prepareCall(runner: ContractRunner, call: Call, fees: Fees = {}): Promise<Prepared> {
  const estimated = await estimateCall(runner, call, fees);
  if (estimated.status === "refused") return estimated;
  const { to, data, value } = call;
  const { from, gas, price } = estimated;
  const gasLimit = limitOf(call, gas, fees);
  return { status: "ready", request: { from, to, data, value, gasLimit, ...price } };
}

/** What a call would cost; refused where the contract would refuse it now. */
export type Estimated =
  | { readonly status: "accepted"; readonly from: string; readonly gas: bigint; readonly price: Price }
  | Refused;

/** Asks the node what a call would use, and sends nothing. */
export async function estimateCall(runner: ContractRunner, call: Call, fees: Fees = {}): Promise<Estimated> {
  const { provider } = runner;
  if (!provider || !runner.estimateGas) throw new TypeError(NO_ACCOUNT);
  const { to, data, value } = call;
  const from = await accountOf(runner);
  const { maxFeePerGas, maxPriorityFeePerGas } = await priceOf(provider, call, fees);
  try {
    const gas = await runner.estimateGas({ from, to, data, value });
    limitOf(call, gas, fees);
    await requireFunds({ provider, from, call, mostPrice: maxFeePerGas });
    return { status: "accepted", from, gas, price: { maxFeePerGas, maxPriorityFeePerGas } };
  } catch (error) {
    return refusedBy(error) ?? (await whyNot(provider, call, { from, maxFeePerGas }, error));
  }
}

/** What became of a call whose transaction is in a block. */
export async function concludeCall(
  provider: Provider,
  { from, to, data, value }: Pick<OnItsWay["request"], "from" | "to" | "data" | "value">,
  receipt: TransactionReceipt,
): Promise<Transacted> {
  const spent = { hash: receipt.hash, gasUsed: receipt.gasUsed, logs: receipt.logs };
  if (receipt.status !== 0) return { status: "done", sent: spent };
  // A receipt says that it failed and not why: the same call on top of its block does.
  const again = { from, value, ...(to && { to }), ...(data && { data }), blockTag: receipt.blockNumber };
  const cause = await provider.call(again).then(
    () => undefined,
    (refused: unknown) => refused,
  );
  const refusal = refusalOf(cause);
  return { status: "refused", ...(refusal && { refusal }), sent: spent, cause };
}

/** Milliseconds */
export const patienceOf = ({ patience = PATIENCE }: Fees): number => Number(patience) * 1_000;

const NO_ACCOUNT = "these contracts were connected without an account";

function refusedBy(error: unknown): Refused | undefined {
  const refusal = refusalOf(error);
  if (refusal !== undefined) return { status: "refused", refusal, cause: error };
  return isBareRevert(error) ? { status: "refused", cause: error } : undefined;
}

/** Throws why a transaction could not be sent. */
export async function whyNot(
  provider: Provider,
  call: Call,
  { from, maxFeePerGas }: { readonly from: string; readonly maxFeePerGas: bigint },
  error: unknown,
): Promise<never> {
  await requireFunds({ provider, from, call, mostPrice: maxFeePerGas });
  throw error;
}

/** The account behind a runner. */
export async function accountOf(runner: ContractRunner): Promise<string> {
  const { getAddress } = runner as { getAddress?: () => Promise<string> };
  if (getAddress === undefined) throw new TypeError(NO_ACCOUNT);
  return getAddress.call(runner);
}

/**
 * A quarter more than the estimate, and a little: a call that hands on 63/64 of its gas needs more before it than it
 * uses, and what others do in between may make it longer.
 */
function limitOf({ call }: Call, estimate: bigint, { mostGas = GAS_CAP }: Fees): bigint {
  if (estimate > mostGas) throw new OnusError("GAS_OVER_CAP", { call, actual: estimate, expected: mostGas });
  const wanted = (estimate * 5n) / 4n + 20_000n;
  return wanted < mostGas ? wanted : mostGas;
}

/**
 * The base fee may grow fourfold before the transaction has to wait; twofold where it carries a deposit, which was
 * reckoned for fees of these blocks and would be too small for a higher one.
 */
export async function priceOf(
  provider: Provider,
  { value }: Pick<Call, "value">,
  { tip, mostPrice }: Fees,
): Promise<Price & { readonly needed: bigint }> {
  const rise = value === 0n ? 4n : 2n;
  const base = (await provider.getBlock("latest"))?.baseFeePerGas ?? 0n;
  const suggested = tip ?? (await provider.getFeeData()).maxPriorityFeePerGas ?? 0n;
  const maxPriorityFeePerGas = tip ?? (suggested < base ? suggested : base);
  const needed = base + maxPriorityFeePerGas;
  const wanted = rise * base + maxPriorityFeePerGas;
  const maxFeePerGas = mostPrice !== undefined && mostPrice < wanted ? mostPrice : wanted;
  const tipWithin = maxPriorityFeePerGas < maxFeePerGas ? maxPriorityFeePerGas : maxFeePerGas;
  return { maxPriorityFeePerGas: tipWithin, maxFeePerGas, needed };
}

/** A revert that no error of ours explains; every client words it its own way. */
const isBareRevert = (error: unknown): boolean =>
  (error as { code?: unknown }).code === "CALL_EXCEPTION" || /revert/i.test((error as Error).message);

async function requireFunds(needs: {
  provider: Provider;
  from: string;
  call: Call;
  mostPrice: bigint;
}): Promise<void> {
  const { provider, from, call, mostPrice } = needs;
  const actual = await provider.getBalance(from);
  // What the estimate would have been is not known: a transaction that does nothing uses this much.
  const expected = call.value + 21_000n * mostPrice;
  if (actual >= expected) return;
  throw new OnusError("FUNDS_MISSING", {
    ...{ call: call.call, account: from },
    ...{ actual: asWei(actual), expected: asWei(expected) },
  });
}
