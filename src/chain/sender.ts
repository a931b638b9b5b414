import { setTimeout as sleep } from "node:timers/promises";

import type { ContractRunner } from "ethers";

import { isOnusError, OnusError } from "../errors/onus-error.js";
import { parseAddress } from "../types/address.js";
import type { Address } from "../types/address.js";
import { ZERO_HASH } from "../types/bytes32.js";
import type { Attempt, JournalEntry, SenderJournal } from "../types/sender-journal.js";
import { asWei } from "../types/wei.js";
import type { Wei } from "../types/wei.js";
import { awaitInclusion } from "./await-inclusion.js";
import type { Price } from "./await-inclusion.js";
import { lookUpEntry } from "./look-up-entry.js";
import type { Ended } from "./look-up-entry.js";
import { makeBroadcaster } from "./make-broadcaster.js";
import type { Call } from "./move-call.js";
import { accountOf, concludeCall, patienceOf, prepareCall, priceOf, whyNot } from "./transact.js";
import type { Fees, Transacted } from "./transact.js";

/** Between two looks at a price that is too high, in milliseconds. */
const LOOK_AT_PRICE_EVERY = 2_000;
/** Price rises of one transaction: whatever waits in its place holds up all that come after. */
const MOST_RISES = 24;
/** Times that a call is tried whose place others take. */
const MOST_TRIES = 3;

/** What is to be sent. */
export type Intent = {
  /**
   * Names what is to be done, across lives: what succeeded under a key is not sent again. A call that is to be made twice
   * has two keys.
   */
  readonly key: string;
  readonly call: Call;
  /** In place of the sender's. */
  readonly fees?: Fees;
};

/** What a sender tells about the transaction of a key. */
export type SenderEvent = { readonly key: string; readonly call: string } & (
  | {
      readonly event: "waits";
      /** Wei per gas that a block asks now, and that is paid at most. */
      readonly actual: Wei;
      readonly expected: Wei;
    }
  | {
      readonly event: "broadcast";
      readonly nonce: number;
      /** Wei per gas at most. */
      readonly price: Wei;
      /** It was sent before: by a former life, before a reorg took it out, or for less. */
      readonly isAgain: boolean;
    }
  | {
      readonly event: "included";
      readonly hash: string;
      readonly blockNumber: number;
      readonly gasUsed: bigint;
      /** What its gas cost. */
      readonly paid: Wei;
      readonly succeeded: boolean;
    }
  | { readonly event: "reorged-out"; readonly hash: string }
  /** Its place went to a transaction of somebody else with the same account: whoever asked for it looks again. */
  | { readonly event: "lost"; readonly nonce: number }
);

export type Sender = {
  readonly account: Address;
  /**
   * Sends a call and waits until it is in a block. One is under way at a time; one that waits for a lower price lets others
   * pass. A call that would be refused is not sent. When it throws, what was written down is finished by the next call of
   * `send` or `watch`, or in the next life.
   */
  readonly send: (intent: Intent) => Promise<Transacted>;
  /** Looks after what was sent: sends again what a reorg took out, until it is deep enough. To be called every block or so. */
  readonly watch: () => Promise<void>;
  /** Transactions that are not yet as deep as was asked for. */
  readonly unsettled: () => number;
};

/**
 * Sends the calls of one account, each once, through kill -9 and reorgs: every transaction is written down before it is
 * broadcast. What a former life left is finished first. Nobody else uses the account at the same time, and the provider of
 * `runner` does not cache (`cacheTimeout: -1` in ethers).
 *
 * @param parts.confirmations blocks, its own included, after which a transaction is not looked after any more
 * @param parts.signal ends every wait; what is under way is finished in the next life
 */
export async function openSender(parts: {
  runner: ContractRunner;
  journal: SenderJournal;
  fees?: Fees;
  confirmations?: number;
  tell?: (event: SenderEvent) => void;
  signal?: AbortSignal;
}): Promise<Sender> {
  const { runner, journal, fees = {}, confirmations = 1, tell = () => undefined, signal } = parts;
  const { provider } = runner;
  if (!provider) throw new TypeError("this account was connected without a provider");
  const account = parseAddress(await accountOf(runner));
  const broadcaster = makeBroadcaster({ runner, provider, journal });
  const pause = (milliseconds: number): Promise<void> => sleep(milliseconds, undefined, signal && { signal });
  const inTurn = makeQueue();
  /** What those who are under way or wait are ready to pay: one that holds up others may be raised as far as they go. */
  const waiting = new Set<Fees>();

  const mostPrice = (): bigint | undefined => {
    const ceilings = (waiting.size === 0 ? [fees] : [...waiting]).map((own) => own.mostPrice);
    if (ceilings.includes(undefined)) return undefined;
    return (ceilings as bigint[]).reduce((most, one) => (one > most ? one : most));
  };

  const record = (entry: JournalEntry, ended: Ended): Ended => {
    const { id, key, call, nonce } = entry;
    if (ended === "lost") {
      journal.settle(id, "lost");
      tell({ event: "lost", key, call, nonce });
      return ended;
    }
    const { hash, blockNumber, gasUsed, gasPrice, status } = ended.receipt;
    const inclusion = { hash, blockNumber, gasUsed, succeeded: status !== 0 };
    journal.settle(id, "included", inclusion);
    tell({ event: "included", key, call, ...inclusion, paid: asWei(gasUsed * gasPrice) });
    return ended;
  };

  const emit = (entry: JournalEntry, isAgain: boolean): Promise<string> => {
    const { key, call, nonce } = entry;
    tell({ event: "broadcast", key, call, nonce, price: asWei(lastOf(entry).maxFeePerGas), isAgain });
    return broadcaster.emit(entry);
  };

  /** Writes a dearer transaction down, in the place of the others, and sends it. */
  const replace = async (entry: JournalEntry, wanted: Price): Promise<string> => {
    const most = mostPrice();
    const now = await priceOf(provider, entry, {
      ...fees,
      ...(most !== undefined && { mostPrice: asWei(most) }),
    });
    const attempt = await broadcaster.sign(entry, dearest(wanted, now));
    journal.attempt(entry.id, attempt);
    return emit({ ...entry, attempts: [...entry.attempts, attempt] }, true).catch((error: unknown) => {
      // It may have arrived all the same.
      if (attempt.hash !== undefined) return attempt.hash;
      throw error;
    });
  };

  /** Sees to it that what is written down is in a block, or that its place is taken. */
  const finish = async (entry: JournalEntry, hash?: string): Promise<Ended> => {
    const { maxFeePerGas, maxPriorityFeePerGas } = lastOf(entry);
    const { call, to, data, value, gasLimit, nonce, attempts } = entry;
    const hashes = attempts.flatMap((one) => (one.hash === undefined ? [] : [one.hash]));
    try {
      const receipt = await awaitInclusion({
        ...{ runner, provider, call, pause, mostPrice, mostRises: MOST_RISES, patience: patienceOf(fees) },
        request: { from: account, to, data, value, gasLimit, maxFeePerGas, maxPriorityFeePerGas },
        // Zero: a former life did not hear from the node what it is called.
        sent: { hash: hash ?? hashes.at(-1) ?? ZERO_HASH, nonce },
        earlier: hashes,
        replace: (request) => replace(entry, request),
      });
      return record(entry, { receipt });
    } catch (error) {
      if (!isOnusError(error, "TRANSACTION_LOST")) throw error;
      return record(entry, (await lookUpEntry(provider, entry)) ?? "lost");
    }
  };

  /** Finishes what was sent before: broadcasts it again if need be. */
  const finishAgain = async (entry: JournalEntry): Promise<Ended> => {
    const found = await lookUpEntry(provider, entry);
    if (found !== undefined) return record(entry, found);
    // Refused where the node has it already; where it is refused for another reason, a dearer one follows.
    return finish(entry, await emit(entry, true).catch(() => undefined));
  };

  /** What was written down and is not in the chain, in the order of its places, so that no place stays empty. */
  const revive = async (): Promise<void> => {
    const entries = journal.unsettled(account);
    if (entries.length === 0) return;
    const next = await provider.getTransactionCount(account, "latest");
    for (const entry of entries) {
      if (entry.state === "included" && entry.nonce < next) continue;
      if (entry.inclusion) tellOut(entry, entry.inclusion.hash);
      await finishAgain(entry);
    }
  };
  const tellOut = ({ key, call }: JournalEntry, hash: string): void =>
    tell({ event: "reorged-out", key, call, hash });

  /** Looks for a transaction that was in a block. */
  const confirm = async (entry: JournalEntry, newest: number): Promise<void> => {
    const { inclusion } = entry;
    if (inclusion === undefined) return;
    const receipt = await provider.getTransactionReceipt(inclusion.hash);
    if (receipt === null) {
      tellOut(entry, inclusion.hash);
      await finishAgain(entry);
    } else if (
      receipt.blockNumber !== inclusion.blockNumber ||
      receipt.status !== Number(inclusion.succeeded)
    ) {
      record(entry, { receipt });
    } else if (newest - receipt.blockNumber + 1 >= confirmations) {
      journal.settle(entry.id, "confirmed", inclusion);
    }
  };

  /** What came of a key that was sent before; undefined where it is to be sent. */
  const earlier = async ({ key }: Intent): Promise<Transacted | undefined> => {
    const entry = journal.find(account, key);
    if (entry?.inclusion?.succeeded !== true || entry.state === "lost") return undefined;
    const { hash, gasUsed } = entry.inclusion;
    const receipt = await provider.getTransactionReceipt(hash);
    if (receipt !== null) return concludeCall(provider, asRequest(entry), receipt);
    // As deep as was asked for: the node has forgotten it, or is behind.
    if (entry.state === "confirmed") return { status: "done", sent: { hash, gasUsed, logs: [] } };
    const ended = await finishAgain(entry);
    return ended === "lost" ? undefined : concludeCall(provider, asRequest(entry), ended.receipt);
  };

  const attempt = async (intent: Intent, own: Fees): Promise<Transacted | "too dear" | "lost"> => {
    const { key, call } = intent;
    await revive();
    const done = await earlier(intent);
    if (done !== undefined) return done;
    const { needed } = await priceOf(provider, call, own);
    if (own.mostPrice !== undefined && needed > own.mostPrice) {
      tell({ event: "waits", key, call: call.call, actual: asWei(needed), expected: own.mostPrice });
      return "too dear";
    }
    const prepared = await prepareCall(runner, call, own);
    if (prepared.status === "refused") return prepared;
    const entry = await begin(intent, prepared.request);
    const hash = await emit(entry, false).catch((error: unknown) => neverLeft(entry, intent, error));
    const ended = hash === undefined ? await finishAgain(entry) : await finish(entry, hash);
    return ended === "lost" ? ended : concludeCall(provider, asRequest(entry), ended.receipt);
  };

  const begin = async (
    { key, call }: Intent,
    request: Price & { readonly gasLimit?: unknown },
  ): Promise<JournalEntry> => {
    const [pending, sinceBlock] = await Promise.all([
      provider.getTransactionCount(account, "pending"),
      provider.getBlockNumber(),
    ]);
    const nonce = Math.max(pending, ...journal.unsettled(account).map((one) => one.nonce + 1));
    const gasLimit = request.gasLimit as bigint;
    const { to, data, value } = call;
    const place = { account, nonce, to, data, value, gasLimit };
    const first = await broadcaster.sign(place, request);
    const planned = { key, call: call.call, ...place, sinceBlock };
    return { id: journal.begin(planned, first), ...planned, state: "sending", attempts: [first] };
  };

  /** A transaction that nobody will ever include leaves its place to the next; whatever else went wrong is seen later. */
  const neverLeft = async (entry: JournalEntry, { call }: Intent, error: unknown): Promise<undefined> => {
    if ((error as { code?: unknown }).code !== "INSUFFICIENT_FUNDS") return undefined;
    journal.settle(entry.id, "lost");
    return whyNot(provider, call, { from: account, maxFeePerGas: lastOf(entry).maxFeePerGas }, error);
  };

  const send = async (intent: Intent): Promise<Transacted> => {
    const own = { ...fees, ...intent.fees };
    waiting.add(own);
    try {
      for (let tries = 1; ;) {
        const came = await inTurn(() => attempt(intent, own));
        if (typeof came === "object") return came;
        if (came === "too dear") await pause(LOOK_AT_PRICE_EVERY);
        else if (++tries > MOST_TRIES) {
          throw new OnusError("TRANSACTION_LOST", { call: intent.call.call, hash: "(its nonce was taken)" });
        }
      }
    } finally {
      waiting.delete(own);
    }
  };

  const watch = (): Promise<void> =>
    inTurn(async () => {
      await revive();
      const newest = await provider.getBlockNumber();
      for (const entry of journal.unsettled(account)) await confirm(entry, newest);
    });

  await inTurn(revive);
  return { account, send, watch, unsettled: () => journal.unsettled(account).length };
}

/** Lets one task run at a time, in the order in which they come. */
function makeQueue(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const turn = last.then(task);
    last = turn.catch(() => undefined);
    return turn;
  };
}

const lastOf = ({ attempts }: JournalEntry): Attempt => attempts.at(-1) as Attempt;

const asRequest = ({ account, to, data, value }: JournalEntry) => ({ from: account, to, data, value });

/** What nodes take for a replacement, and what a block asks by now. */
const dearest = (one: Price, other: Price): Price => ({
  maxFeePerGas: one.maxFeePerGas > other.maxFeePerGas ? one.maxFeePerGas : other.maxFeePerGas,
  maxPriorityFeePerGas:
    one.maxPriorityFeePerGas > other.maxPriorityFeePerGas
      ? one.maxPriorityFeePerGas
      : other.maxPriorityFeePerGas,
});
