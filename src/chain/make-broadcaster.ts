import { BaseWallet, keccak256 } from "ethers";
import type { ContractRunner, Provider } from "ethers";

import type { Attempt, JournalEntry, SenderJournal } from "../types/sender-journal.js";
import type { Price } from "./await-inclusion.js";

/** Makes and sends the transactions of one account, each written down before it leaves. */
export type Broadcaster = {
  /** Signs, where the account can, without sending. */
  readonly sign: (place: Place, price: Price) => Promise<Attempt>;
  /** Sends what is written down last in an entry; gives its hash. */
  readonly emit: (entry: JournalEntry) => Promise<string>;
};

/** A transaction but for its price. */
export type Place = Pick<JournalEntry, "account" | "nonce" | "to" | "data" | "value" | "gasLimit">;

export function makeBroadcaster(parts: {
  runner: ContractRunner;
  provider: Provider;
  journal: SenderJournal;
}): Broadcaster {
  const { runner, provider, journal } = parts;
  const sign = async (place: Place, price: Price): Promise<Attempt> => {
    const paid = { maxFeePerGas: price.maxFeePerGas, maxPriorityFeePerGas: price.maxPriorityFeePerGas };
    if (!isSigner(runner)) return paid;
    const { chainId } = await provider.getNetwork();
    const { account: from, nonce, to, data, value, gasLimit } = place;
    const raw = await runner.signTransaction({
      from,
      nonce,
      to,
      data,
      value,
      gasLimit,
      chainId,
      type: 2,
      ...paid,
    });
    return { ...paid, raw, hash: keccak256(raw) };
  };
  const emit = async (entry: JournalEntry): Promise<string> => {
    const { account: from, nonce, to, data, value, gasLimit, attempts } = entry;
    const { raw, maxFeePerGas, maxPriorityFeePerGas } = attempts.at(-1) as Attempt;
    if (raw !== undefined) return (await provider.broadcastTransaction(raw)).hash;
    const price = { maxFeePerGas, maxPriorityFeePerGas };
    const sent = await runner.sendTransaction?.({ from, nonce, to, data, value, gasLimit, ...price });
    if (sent === undefined) throw new TypeError("these contracts were connected without an account");
    journal.name(entry.id, sent.hash);
    return sent.hash;
  };
  return { sign, emit };
}

/** Whether the key is in this process: other accounts sign where they are, and send what they signed. */
const isSigner = (runner: ContractRunner): runner is BaseWallet => runner instanceof BaseWallet;
