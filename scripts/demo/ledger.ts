import type { Sent } from "../../src/chain/send.js";

export type Entry = { readonly who: string; readonly what: string; readonly gas: bigint };

/** Every transaction of the story, in order. */
export class Ledger {
  readonly entries: Entry[] = [];

  note<S extends Pick<Sent, "gasUsed">>(who: string, what: string, sent: S): S {
    this.entries.push({ who, what, gas: sent.gasUsed });
    return sent;
  }

  /** Gas of the first transaction of that kind. */
  gasOf(what: string): number {
    return Number(this.entries.find((entry) => entry.what === what)?.gas ?? 0n);
  }
}
