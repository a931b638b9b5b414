import type { Address } from "../../src/types/address.js";
import type { Receipt } from "./chain.js";

/** One transaction of one party. */
export type Entry = {
  readonly who: Address;
  readonly label: string;
  readonly gas: bigint;
  /** Wei. */
  readonly fee: bigint;
  /** In the chain, but refused: somebody else was first in the same block. */
  readonly wasLost: boolean;
};

/** What everybody would have paid without a dispute: not part of it. */
const BASE: ReadonlySet<string> = new Set(["fund", "submit", "finalize"]);

/** Every transaction of a case. */
export class Ledger {
  readonly entries: Entry[] = [];

  note(who: Address, label: string, { gasUsed, price, succeeded }: Receipt): void {
    this.entries.push({ who, label, gas: gasUsed, fee: gasUsed * price, wasLost: !succeeded });
  }

  /** Wei paid for what belongs to no dispute. */
  baseFees(who: Address): bigint {
    return this.sum(who, ({ label, wasLost }) => !wasLost && BASE.has(label));
  }

  /** Wei paid for transactions that came too late. */
  lostFees(who: Address): bigint {
    return this.sum(who, ({ wasLost }) => wasLost);
  }

  /** Wei paid in the dispute. */
  disputeFees(who: Address): bigint {
    return this.sum(who, ({ label, wasLost }) => !wasLost && !BASE.has(label));
  }

  /** Gas of all that belongs to the dispute, whoever paid it. */
  disputeGas(): bigint {
    return this.entries.reduce((sum, { label, gas }) => (BASE.has(label) ? sum : sum + gas), 0n);
  }

  private sum(who: Address, counts: (entry: Entry) => boolean): bigint {
    return this.entries.reduce(
      (sum, entry) => (entry.who === who && counts(entry) ? sum + entry.fee : sum),
      0n,
    );
  }
}
