import type { Contracts } from "../chain/contracts.js";
import type { Fees } from "../chain/transact.js";
import type { Log } from "../service/log.js";
import type { Seconds } from "../types/seconds.js";
import type { Followed } from "./claim-table.js";

/** What a watchtower is started with. */
export type WatchOptions = {
  /** Connected as the account that asks, proves and is paid; its provider does not cache. */
  readonly contracts: Contracts;
  readonly log: Log;
  /** Where the database and fetched artifacts are kept. */
  readonly directory: string;
  readonly followed: Followed;
  /** Where artifacts are looked for first. */
  readonly artifacts: readonly string[];
  /** Probability with which each record is checked, 0..1. */
  readonly sample: number;
  /** Whether the operator is asked on chain for what it withholds. */
  readonly asks: boolean;
  /** Whether it notes claims that are decided, and pushes taint from those that fall. */
  readonly courtesies: boolean;
  readonly fees: Fees;
  /** Blocks after which a transaction is not looked after any more. */
  readonly confirmations: number;
  /** Between two looks at the chain. */
  readonly pollMilliseconds: number;
  /** Time in which others are let go first with what one of all has to do. */
  readonly spread: Seconds;
  /** Time for a short answer of an operator's endpoint. */
  readonly endpointTime: Seconds;
  readonly mostArtifactBytes: number;
  /** Whether operators' endpoints may be on this machine or in its network. */
  readonly allowsPrivate: boolean;
  /** Of /healthz, /metrics and /report. */
  readonly listen: { readonly host: string; readonly port: number };
};

export const DATABASE_FILE = "watchtower.sqlite";
