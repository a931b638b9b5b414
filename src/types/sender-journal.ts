import type { Address } from "./address.js";

/** One transaction that was made for a call; several of one nonce differ in what they pay. */
export type Attempt = {
  /** Per gas, in wei. */
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
  /** Undefined where the node signs: then it is known only once it was sent. */
  readonly hash?: string;
  /** Signed; undefined where the node signs. */
  readonly raw?: string;
};

/**
 * `sending`: written down, perhaps broadcast. `included`: in a block that a reorg may still take. `confirmed`: as deep as
 * was asked for. `lost`: its nonce went to a transaction of somebody else, or it was never broadcast.
 */
export type JournalState = "sending" | "included" | "confirmed" | "lost";

export type JournalEntry = {
  readonly id: number;
  /** What was to be done; the caller's. */
  readonly key: string;
  /** "ClaimBook.submit" */
  readonly call: string;
  readonly account: Address;
  readonly nonce: number;
  readonly to: Address;
  /** Hex; empty once it is confirmed. */
  readonly data: string;
  /** Wei */
  readonly value: bigint;
  readonly gasLimit: bigint;
  /** The newest block when it was written down: no earlier one has it. */
  readonly sinceBlock: number;
  /** In the order in which they were made. */
  readonly attempts: readonly Attempt[];
  readonly state: JournalState;
  /** Where it is included. */
  readonly inclusion?: Inclusion;
};

/** What is known of an entry before it is written down. */
export type PlannedEntry = Omit<JournalEntry, "id" | "state" | "attempts" | "inclusion">;

export type Inclusion = {
  readonly hash: string;
  readonly blockNumber: number;
  readonly gasUsed: bigint;
  readonly succeeded: boolean;
};

/**
 * What a sender remembers across lives. Every method has written to the disk when it returns: what is broadcast next was
 * written down before.
 */
export type SenderJournal = {
  /** The newest entry of a key. */
  readonly find: (account: Address, key: string) => JournalEntry | undefined;
  /** Entries that are `sending` or `included`, by nonce. */
  readonly unsettled: (account: Address) => readonly JournalEntry[];
  /** Writes down what is about to be broadcast; gives its id. */
  readonly begin: (
    entry: Omit<JournalEntry, "id" | "state" | "attempts" | "inclusion">,
    first: Attempt,
  ) => number;
  /** Writes down a replacement that is about to be broadcast. */
  readonly attempt: (id: number, attempt: Attempt) => void;
  /** Writes down the hash that the node gave to the newest attempt. */
  readonly name: (id: number, hash: string) => void;
  readonly settle: (id: number, state: JournalState, inclusion?: Inclusion) => void;
};
