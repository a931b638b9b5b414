import type { DisputeView } from "../../src/dispute/dispute-view.js";
import type { Move } from "../../src/dispute/move.js";
import type { Address } from "../../src/types/address.js";
import type { Account } from "./account.js";

/** A transaction as it is, for those who do more than moves can say. */
export type RawCall = { readonly to: string; readonly data: string; readonly value?: bigint };

/** What somebody does now. */
export type Deed =
  | { readonly kind: "move"; readonly move: Move }
  /** `label` names it in the ledger. */
  | { readonly kind: "calls"; readonly label: string; readonly calls: readonly RawCall[] }
  /** Unix seconds. */
  | { readonly kind: "wait"; readonly until: number }
  | { readonly kind: "rest" };

export type Role = "operator" | "challenger" | "attacker";

/** Somebody in a dispute. Who is honest does what src/dispute says, and nothing else. */
export type Actor = {
  readonly role: Role;
  readonly isHonest: boolean;
  readonly account: Account;
  next(view: DisputeView, now: number): Deed | Promise<Deed>;
  /** Told that the chain refused what it did last. */
  refused?(deed: Deed): void;
};

export const addressOf = ({ account }: Actor): Address => account.address;

export function deedOf(move: Move): Deed {
  if (move.kind === "rest") return { kind: "rest" };
  if (move.kind === "wait") return { kind: "wait", until: Number(move.until) };
  return { kind: "move", move };
}

export const labelOf = (deed: Deed): string =>
  deed.kind === "move" ? deed.move.kind : deed.kind === "calls" ? deed.label : deed.kind;

/** The earlier of two deeds that wait; anything else stands. */
export function orEarlier(deed: Deed, until: number): Deed {
  if (deed.kind === "rest") return { kind: "wait", until };
  if (deed.kind === "wait") return { kind: "wait", until: Math.min(until, deed.until) };
  return deed;
}
