import { OnusError } from "../../errors/onus-error.js";
import type { Bytes32 } from "../../types/bytes32.js";
import type { Seconds } from "../../types/seconds.js";
import type { Wei } from "../../types/wei.js";

/** What the chain shows of the operator at its newest block. */
export type ChainSituation = {
  /** Unix seconds of the newest block. */
  readonly now: Seconds;
  /** Seconds since the node last answered with a block. */
  readonly age: number;
  readonly baseFee: Wei;
  readonly isJailed: boolean;
  readonly isPaused: boolean;
  /** The account may submit and sign for the operator. */
  readonly isActive: boolean;
  /** Stake that is neither locked nor exiting. */
  readonly freeStake: Wei;
  /** Locked behind undecided claims. */
  readonly lockedStake: Wei;
};

/** What the operator bounds itself by. */
export type Limits = {
  /** Locked and promised, over all claims. */
  readonly openLiability: Wei;
  /** Base fee above which it promises nothing more. */
  readonly gasPrice: Wei;
  /** Runs under way and waiting. */
  readonly queue: number;
  /** Seconds without news of the chain. */
  readonly chainAge: number;
  /** See `mostUnstated`. */
  readonly unstated: number;
};

/** What is promised or open before the request that is looked at. */
export type Load = {
  readonly queued: number;
  /** Records promised or claimed whose claim is undecided. */
  readonly unstated: number;
  /** Of claims that are to be submitted for what is promised, the request included. */
  readonly promisedLiability: Wei;
};

export type Asked = {
  readonly model: Bytes32;
  /** Unix seconds from which the model takes no more claims; undefined: it is not being retired. */
  readonly retiredAt?: Seconds | undefined;
  /** Until when its claim would have to be submitted. */
  readonly inclusionDeadline: Seconds;
};

/**
 * Why a request is not taken now: the error it is answered with. Undefined: it is taken. What binds for good comes first,
 * what passes by itself last.
 */
export function whyRefused(
  asked: Asked,
  { chain, limits, load }: { readonly chain: ChainSituation; readonly limits: Limits; readonly load: Load },
): OnusError | undefined {
  if (chain.isJailed) return new OnusError("OPERATOR_JAILED");
  if (!chain.isActive) return new OnusError("SIGNING_KEY_INACTIVE");
  if (asked.retiredAt !== undefined && asked.retiredAt <= asked.inclusionDeadline) {
    return new OnusError("MODEL_RETIRING", { modelId: asked.model, retiredAt: asked.retiredAt });
  }
  if (chain.isPaused) return new OnusError("CLAIMS_PAUSED");
  if (chain.age > limits.chainAge) {
    return new OnusError("CHAIN_STALE", { actual: Math.floor(chain.age), expected: limits.chainAge });
  }
  if (chain.baseFee > limits.gasPrice) {
    return new OnusError("GAS_PRICE_TOO_HIGH", { actual: chain.baseFee, expected: limits.gasPrice });
  }
  const open = chain.lockedStake + load.promisedLiability;
  if (open > limits.openLiability) {
    return new OnusError("OPEN_LIABILITY_FULL", { actual: open, expected: limits.openLiability });
  }
  if (load.promisedLiability > chain.freeStake) {
    return new OnusError("STAKE_TOO_SMALL", { actual: chain.freeStake, expected: load.promisedLiability });
  }
  if (load.unstated >= limits.unstated) {
    return new OnusError("UNSTATED_RECORDS_FULL", { actual: load.unstated, expected: limits.unstated });
  }
  if (load.queued >= limits.queue) {
    return new OnusError("QUEUE_FULL", { actual: load.queued, expected: limits.queue });
  }
  return undefined;
}
