import type { Contracts } from "../chain/contracts.js";
import { accountOf } from "../chain/transact.js";
import { OnusError } from "../errors/onus-error.js";
import { parseAddress } from "../types/address.js";
import type { Address } from "../types/address.js";

/** `IOperatorRegistry.Status.NONE` */
const NONE = 0n;

/**
 * The operator that a node serves, and the account with which it does: that operator's own, or one of its signers. Throws
 * unless it may.
 */
export async function whoServes(
  contracts: Contracts,
  configured: Address | undefined,
): Promise<{ readonly operator: Address; readonly account: Address }> {
  const account = parseAddress(await accountOf(contracts.runner));
  const operator = configured ?? account;
  const { status } = await contracts.operators.operatorOf(operator);
  const isActive = status !== NONE && (await contracts.operators.isActiveSigner(operator, account));
  if (!isActive) throw new OnusError("NOT_THE_OPERATOR", { account, operator });
  return { operator, account };
}
