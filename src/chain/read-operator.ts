import { OnusError } from "../errors/onus-error.js";
import { parseAddress } from "../types/address.js";
import type { Address } from "../types/address.js";
import { asSeconds } from "../types/seconds.js";
import type { Seconds } from "../types/seconds.js";
import { asWei } from "../types/wei.js";
import type { Wei } from "../types/wei.js";
import type {
  EndpointChangedEvent,
  SignerAddedEvent,
} from "../../typechain-types/interfaces/IOperatorRegistry.js";
import { hasPart, providerOf } from "./contracts.js";
import type { Contracts } from "./contracts.js";
import { inBatches } from "./in-batches.js";
import { readEvents } from "./read-events.js";

/** In the order of IOperatorRegistry.Status. */
export const OPERATOR_STATUSES = ["none", "active", "jailed"] as const;

/** What the chain shows of an operator. */
export type OperatorView = {
  readonly operator: Address;
  readonly status: (typeof OPERATOR_STATUSES)[number];
  readonly registeredAt: Seconds;
  /** Where its node answers, as it says. */
  readonly endpoint: string;
  readonly stake: Wei;
  /** Behind undecided claims. */
  readonly locked: Wei;
  /** Neither locked nor on its way out. */
  readonly free: Wei;
  readonly exiting: Wei;
  /** Unix seconds from which `exiting` may leave; 0 when nothing is. */
  readonly exitReadyAt: Seconds;
  readonly signers: readonly SignerView[];
  /** Sessions open against it, over all its claims. */
  readonly openSessions: number;
  /** Native currency that it may withdraw from sessions. */
  readonly credit: Wei;
};

export type SignerView = {
  readonly signer: Address;
  readonly activeFrom: Seconds;
  /** Unix seconds; 0 = active. */
  readonly revokedAt: Seconds;
};

/** Reads an operator at the newest block; `blockRange` as in `readDispute`. */
export async function readOperator(
  contracts: Contracts,
  operator: Address,
  blockRange?: number,
): Promise<OperatorView> {
  const { operators, inquiry, deployment } = contracts;
  const provider = providerOf(contracts);
  const state = await operators.operatorOf(operator);
  if (state.registeredAt === 0n) {
    throw new OnusError("OPERATOR_UNKNOWN", { operator, registry: deployment.operatorRegistry });
  }
  const source = {
    ...{ provider, address: deployment.operatorRegistry, abi: operators.interface },
    span: { from: deployment.fromBlock, to: await provider.getBlockNumber() },
    ...(blockRange === undefined ? {} : { range: blockRange }),
  };
  const [registered, moved, added, locked, free, exit] = await Promise.all([
    readEvents<EndpointChangedEvent.OutputObject>(source, "OperatorRegistered", [operator]),
    readEvents<EndpointChangedEvent.OutputObject>(source, "EndpointChanged", [operator]),
    readEvents<SignerAddedEvent.OutputObject>(source, "SignerAdded", [operator]),
    operators.lockedOf(operator),
    operators.freeOf(operator),
    operators.exitOf(operator),
  ]);
  const [openSessions, credit] = hasPart(contracts, "inquiry")
    ? await Promise.all([inquiry.openSessionsAgainst(operator), inquiry.balanceOf(operator)])
    : [0n, 0n];
  const signers = await inBatches(added, async ({ args }): Promise<SignerView> => {
    const { activeFrom, revokedAt } = await operators.signerOf(args.signer);
    const signer = parseAddress(args.signer);
    return { signer, activeFrom: asSeconds(activeFrom), revokedAt: asSeconds(revokedAt) };
  });
  return {
    operator,
    status: OPERATOR_STATUSES[Number(state.status)] ?? "none",
    registeredAt: asSeconds(state.registeredAt),
    endpoint: (moved.at(-1) ?? registered.at(-1))?.args.endpoint ?? "",
    stake: asWei(state.stake),
    locked: asWei(locked),
    free: asWei(free),
    exiting: asWei(exit.amount),
    exitReadyAt: asSeconds(exit.readyAt),
    signers,
    openSessions: Number(openSessions),
    credit: asWei(credit),
  };
}
