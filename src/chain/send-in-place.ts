import { setTimeout as sleep } from "node:timers/promises";

import { JsonRpcSigner } from "ethers";
import type { ContractRunner, Provider, TransactionRequest } from "ethers";

import { OnusError } from "../errors/onus-error.js";
import { asWei } from "../types/wei.js";
import type { Wei } from "../types/wei.js";
import type { Seconds } from "../types/seconds.js";
import { refusalOf } from "./send.js";
import { GAS_CAP } from "./transact.js";

/** A transaction that has its place among those of an account, and no other. */
export type PlacedCall = {
  /** Names it in errors: "Onus.deploy(Evaluator)". */
  readonly call: string;
  readonly from: string;
  readonly nonce: number;
  /** Absent: a contract is created. */
  readonly to?: string | undefined;
  readonly data: string;
  /** Gas it uses at most, whatever the state it meets. */
  readonly mostGas: bigint;
};

export type SendingLimits = {
  /** Wei for a unit of gas, tip included. */
  readonly mostGasPrice?: Wei | undefined;
  /** How long it may wait to be included before more is paid. */
  readonly patience: Seconds;
};

/** Between two looks at the account, in milliseconds. */
const LOOK_EVERY = 200;
const MOST_RISES = 8;

/**
 * Sees to it that the transaction at `nonce` is in a block, whether an earlier process sent it or not: the same call in
 * the same place is one transaction, however often it is sent. Its effect is for the caller to look up, since what took
 * the place may be a transaction from elsewhere.
 */
export async function sendInPlace(
  runner: ContractRunner,
  provider: Provider,
  call: PlacedCall,
  limits: SendingLimits,
): Promise<void> {
  const { from, nonce, to, data } = call;
  const patience = Number(limits.patience) * 1_000;
  const isUsed = async () => (await provider.getTransactionCount(from, "latest")) > nonce;
  if (await isUsed()) return;
  const pending = await provider.getTransactionCount(from, "pending");
  if (pending < nonce) {
    throw new OnusError("NONCE_GAP", { call: call.call, account: from, nonce, next: pending });
  }
  let price: Price | undefined;
  // One that is on its way already is waited for first.
  if (pending > nonce && (await within(patience, isUsed))) return;
  for (let rises = 0; rises <= MOST_RISES; rises++) {
    const isFirst = price === undefined && pending === nonce;
    price = await nextPrice(provider, price, limits);
    const request = { from, to: to ?? null, data, nonce, value: 0n, ...price };
    try {
      await submit(runner, { ...request, gasLimit: await limitOf(provider, call) });
    } catch (error) {
      // A second one in the place of the first is refused where that was included, or costs as much: it says so below.
      if (isFirst && !(await isUsed()) && !isKnown(error)) throw await explain(provider, call, price, error);
    }
    if (await within(patience, isUsed)) return;
  }
  const seconds = (patience * (MOST_RISES + 1)) / 1_000;
  throw new OnusError("NOT_INCLUDED", { call: call.call, nonce, seconds });
}

type Price = { readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint };

/** Comes back when the node has it; that it is in a block shows in the account. */
async function submit(runner: ContractRunner, request: TransactionRequest): Promise<void> {
  // An account that the node holds: otherwise ethers asks for the transaction until it knows it.
  if (runner instanceof JsonRpcSigner) return void (await runner.sendUncheckedTransaction(request));
  if (!runner.sendTransaction) throw new TypeError("a deployment needs an account");
  await runner.sendTransaction(request);
}

/** The base fee may double before the transaction waits; each further price is a quarter higher than the last. */
async function nextPrice(
  provider: Provider,
  last: Price | undefined,
  { mostGasPrice }: SendingLimits,
): Promise<Price> {
  const { baseFeePerGas } = (await provider.getBlock("latest")) ?? {};
  const base = baseFeePerGas ?? 0n;
  if (mostGasPrice !== undefined && base > mostGasPrice) {
    throw new OnusError("GAS_PRICE_OVER_LIMIT", { actual: base, limit: mostGasPrice });
  }
  const suggested = (await provider.getFeeData()).maxPriorityFeePerGas ?? 0n;
  const raised = (amount: bigint): bigint => (amount * 5n) / 4n + 1n;
  const tip = largest(suggested, raised(last?.maxPriorityFeePerGas ?? 0n));
  const most = largest(2n * base + tip, raised(last?.maxFeePerGas ?? 0n));
  const maxFeePerGas = mostGasPrice !== undefined && most > mostGasPrice ? mostGasPrice : most;
  return { maxFeePerGas, maxPriorityFeePerGas: tip < maxFeePerGas ? tip : maxFeePerGas };
}

/**
 * At least what the call may use at most: an estimate made while the same call is on its way finds its work done. More
 * where the chain counts the data in gas.
 */
async function limitOf(provider: Provider, { from, to, data, mostGas }: PlacedCall): Promise<bigint> {
  const estimate = await provider.estimateGas({ from, to: to ?? null, data });
  const wanted = largest((estimate * 5n) / 4n, mostGas);
  return wanted < GAS_CAP ? wanted : GAS_CAP;
}

async function explain(provider: Provider, call: PlacedCall, price: Price, error: unknown): Promise<unknown> {
  const refusal = refusalOf(error);
  if (refusal !== undefined) {
    return new OnusError("REVERTED", { call: call.call, error: refusal.text }, { cause: error });
  }
  const actual = await provider.getBalance(call.from);
  const expected = call.mostGas * price.maxFeePerGas;
  if (actual < expected) {
    const needs = { call: call.call, account: call.from, actual: asWei(actual), expected: asWei(expected) };
    return new OnusError("FUNDS_MISSING", needs, { cause: error });
  }
  return new OnusError("DEPLOYMENT_STOPPED", { reason: (error as Error).message }, { cause: error });
}

/** Clients say in their own words that they have this very transaction. */
const isKnown = (error: unknown): boolean =>
  /already known|already imported|nonce too low|underpriced|NONCE_EXPIRED|REPLACEMENT/i.test(
    `${(error as { code?: unknown }).code} ${(error as Error).message}`,
  );

/** Whether something becomes so within some milliseconds; looked at once at least. */
async function within(milliseconds: number, isSo: () => Promise<boolean>): Promise<boolean> {
  const end = performance.now() + milliseconds;
  for (;;) {
    if (await isSo()) return true;
    if (performance.now() >= end) return false;
    await sleep(LOOK_EVERY);
  }
}

const largest = (a: bigint, b: bigint): bigint => (a > b ? a : b);
