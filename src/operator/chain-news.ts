import type { Contracts } from "../chain/contracts.js";
import { hasPart, providerOf } from "../chain/contracts.js";
import type { Address } from "../types/address.js";
import type { Bytes32 } from "../types/bytes32.js";
import { asSeconds } from "../types/seconds.js";
import type { Seconds } from "../types/seconds.js";
import { asWei } from "../types/wei.js";
import type { Wei } from "../types/wei.js";

/** What the chain shows of an operator at one block. */
export type ChainNews = {
  readonly block: number;
  /** Unix seconds of that block. */
  readonly now: Seconds;
  readonly baseFee: Wei;
  /** A block so deep that it stays, and its time. */
  readonly settled: { readonly block: number; readonly time: Seconds };
  readonly isJailed: boolean;
  readonly isPaused: boolean;
  readonly isActive: boolean;
  readonly freeStake: Wei;
  readonly lockedStake: Wei;
  /** Over all its claims. */
  readonly openSessions: number;
  readonly openComplaints: number;
  /** Unix seconds from which models take no claims, of those that are being retired. */
  readonly retiredAt: ReadonlyMap<Bytes32, Seconds>;
};

/** `IOperatorRegistry.Status.JAILED` */
const JAILED = 2n;

export async function readChainNews(
  contracts: Contracts,
  of: {
    readonly operator: Address;
    /** Who signs and submits. */
    readonly account: Address;
    readonly models: readonly Bytes32[];
    readonly confirmations: number;
  },
): Promise<ChainNews> {
  const { operator, account, models, confirmations } = of;
  const provider = providerOf(contracts);
  const block = await provider.getBlockNumber();
  const at = { blockTag: block };
  const deep = Math.max(0, block - confirmations);
  const { operators, claims, inquiry, court } = contracts;
  const [newest, settled, state, isActive, free, locked, isPaused, sessions, complaints] = await Promise.all([
    provider.getBlock(block),
    provider.getBlock(deep),
    operators.operatorOf(operator, at),
    operators.isActiveSigner(operator, account, at),
    operators.freeOf(operator, at),
    operators.lockedOf(operator, at),
    claims.isPaused(at),
    inquiry.openSessionsAgainst(operator, at),
    hasPart(contracts, "receiptCourt") ? court.openComplaintsAgainst(operator, at) : 0n,
  ]);
  if (newest === null || settled === null) throw new RangeError(`block ${block} was there, and is not`);
  const now = asSeconds(BigInt(newest.timestamp));
  return {
    block,
    now,
    baseFee: asWei(newest.baseFeePerGas ?? 0n),
    settled: { block: deep, time: asSeconds(BigInt(settled.timestamp)) },
    isJailed: state.status === JAILED,
    isPaused,
    isActive,
    freeStake: asWei(free),
    lockedStake: asWei(locked),
    openSessions: Number(sessions),
    openComplaints: Number(complaints),
    retiredAt: await readRetirements(contracts, { models, now, at }),
  };
}

/** Retirement counts in seconds of the clock that stands still during pauses; without another pause it is over then. */
async function readRetirements(
  { models: registry, claims }: Contracts,
  of: {
    readonly models: readonly Bytes32[];
    readonly now: Seconds;
    readonly at: { readonly blockTag: number };
  },
): Promise<ReadonlyMap<Bytes32, Seconds>> {
  const { models, now, at } = of;
  const states = await Promise.all(models.map((modelId) => registry.modelOf(modelId, at)));
  if (states.every(({ refusedFrom }) => refusedFrom === 0n)) return new Map();
  const active = await claims.activeSeconds(now, at);
  return new Map(
    states.flatMap(({ refusedFrom }, index): [Bytes32, Seconds][] =>
      refusedFrom === 0n ? [] : [[models[index] as Bytes32, asSeconds(now + refusedFrom - active)]],
    ),
  );
}
