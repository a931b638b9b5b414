import { Interface } from "ethers";

import {
  IClaimBook__factory,
  IInquiry__factory,
  ILineage__factory,
  IModelRegistry__factory,
  IOperatorRegistry__factory,
  IReceiptCourt__factory,
  IReferee__factory,
  IStanding__factory,
  IWorkbench__factory,
} from "../../typechain-types/index.js";
import { OnusError } from "../errors/onus-error.js";
import type { Address } from "../types/address.js";
import { asWei } from "../types/wei.js";
import type { Wei } from "../types/wei.js";
import type { Contracts } from "./contracts.js";
import type { Call } from "./move-call.js";
import { accountOf, estimateCall } from "./transact.js";
import type { Fees } from "./transact.js";

/** A transaction before it is sent: what it says, what it costs, and what it puts at risk. */
export type PlannedCall = {
  /** "ClaimBook.submit" */
  readonly call: string;
  readonly to: Address;
  readonly from: Address;
  /** By their names in contracts/interfaces; structs are objects. */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Native currency that goes with it. */
  readonly value: Wei;
  /** Estimated; absent where it cannot be known before the calls in front of it are in the chain. */
  readonly gas?: bigint;
  /** Of the estimated gas, at the highest price per gas that would be offered. */
  readonly mostFee?: Wei;
  readonly atRisk: AtRisk;
};

/** What may be lost, or not be free for a time, because of a call; its fee comes on top. */
export type AtRisk =
  | { readonly of: "nothing" }
  /** Stake token, locked until the claim is decided and lost as a whole when it falls. */
  | { readonly of: "liability"; readonly amount: Wei }
  /** Stake token that becomes stake: it leaves after the exit delay, as far as no claim has fallen. */
  | { readonly of: "stake"; readonly amount: Wei }
  /** Stake token that the registry may take from now on. */
  | { readonly of: "allowance"; readonly amount: Wei }
  /** Native currency: a quarter of the bond in it burns when no fault is found, answers are paid from it. */
  | { readonly of: "deposit"; readonly amount: Wei }
  /** Native currency that becomes stake token. */
  | { readonly of: "wrapping"; readonly amount: Wei };

const PARTS = {
  ModelRegistry: IModelRegistry__factory,
  OperatorRegistry: IOperatorRegistry__factory,
  ClaimBook: IClaimBook__factory,
  Referee: IReferee__factory,
  Workbench: IWorkbench__factory,
  Inquiry: IInquiry__factory,
  ReceiptCourt: IReceiptCourt__factory,
  Standing: IStanding__factory,
  Lineage: ILineage__factory,
} as const;

/**
 * What `sendCall` would send, one call after the other; nothing is sent. A first call that the contract would refuse is an
 * error REVERTED, as it would be then.
 */
export async function planCalls(
  contracts: Contracts,
  calls: readonly Call[],
  fees: Fees = {},
): Promise<readonly PlannedCall[]> {
  const from = (await accountOf(contracts.runner)) as Address;
  const plans: PlannedCall[] = [];
  for (const call of calls) {
    const estimated = await estimateCall(contracts.runner, call, fees);
    if (estimated.status === "refused" && plans.length === 0) {
      const { refusal, cause } = estimated;
      const error = refusal?.text ?? "without a reason";
      throw new OnusError("REVERTED", { call: call.call, error }, { cause });
    }
    const cost =
      estimated.status === "refused"
        ? {}
        : { gas: estimated.gas, mostFee: asWei(estimated.gas * estimated.price.maxFeePerGas) };
    const given = argumentsOf(contracts, call);
    const { to, value } = call;
    plans.push({
      ...{ call: call.call, to, from, arguments: given, value: asWei(value) },
      ...cost,
      atRisk: riskOf(call, given),
    });
  }
  return plans;
}

/** The arguments in a call's data, by name. */
export function argumentsOf(contracts: Contracts, { call, data }: Call): Readonly<Record<string, unknown>> {
  const part = call.split(".")[0] as keyof typeof PARTS;
  const abi = Object.hasOwn(PARTS, part) ? new Interface(PARTS[part].abi) : contracts.token.interface;
  const parsed = abi.parseTransaction({ data });
  if (parsed === null) throw new RangeError(`${call}: the data calls no function of ${part}`);
  return parsed.args.toObject(true) as Record<string, unknown>;
}

function riskOf({ call, value }: Call, given: Readonly<Record<string, unknown>>): AtRisk {
  const amount = asWei((given["amount"] ?? value) as bigint);
  switch (call) {
    case "ClaimBook.submit":
      return { of: "liability", amount: asWei((given["claim"] as { liability: bigint }).liability) };
    case "OperatorRegistry.deposit":
      return { of: "stake", amount };
    case "token.approve":
      return { of: "allowance", amount };
    case "token.deposit":
      return { of: "wrapping", amount };
    default:
      return value === 0n ? { of: "nothing" } : { of: "deposit", amount };
  }
}
