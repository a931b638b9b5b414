import { existsSync, readFileSync } from "node:fs";

import { z } from "zod";

import { OnusError } from "../errors/onus-error.js";
import { parseAddress } from "../types/address.js";
import type { Address } from "../types/address.js";
import { writeDurably } from "./write-durably.js";

/** A transaction that was decided on: written down before it is sent, so that it is never sent in two places. */
export type PlannedSend = {
  readonly from: Address;
  readonly nonce: number;
  /** Where the contract comes to stand that it creates; absent for a call. */
  readonly at?: Address | undefined;
};

/** What an interrupted deployment needs to go on. */
export type JournalState = {
  readonly chainId: number;
  /** Hash of block 0: a chain that was started anew is another chain. */
  readonly genesis: string;
  /** Height when the deployment began. */
  readonly fromBlock: number;
  /** By step: "token", "onus", "Transcendental" … */
  readonly sends: Readonly<Record<string, PlannedSend>>;
};

export type Journal = {
  readonly read: () => JournalState | undefined;
  /** The state is on disk when this returns. */
  readonly write: (state: JournalState) => void;
};

/** For a chain that does not outlive the process. */
export function memoryJournal(): Journal {
  let kept: JournalState | undefined;
  return {
    read: () => kept,
    write: (state) => {
      kept = state;
    },
  };
}

const address = z.string().transform((text): Address => parseAddress(text));
const count = z.number().int().nonnegative();

const schema = z.strictObject({
  chainId: count,
  genesis: z.string(),
  fromBlock: count,
  sends: z.record(z.string(), z.strictObject({ from: address, nonce: count, at: address.optional() })),
});

export function fileJournal(path: string): Journal {
  return {
    read: () => {
      if (!existsSync(path)) return undefined;
      const read = schema.safeParse(asJson(readFileSync(path, "utf8")));
      if (read.success) return read.data;
      throw new OnusError("JOURNAL_UNREADABLE", { path }, { cause: read.error });
    },
    write: (state) => {
      writeDurably(path, `${JSON.stringify(state, null, 2)}\n`);
    },
  };
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
