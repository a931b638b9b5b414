import type { Contracts } from "../../chain/contracts.js";
import { openAccount } from "../../chain/open-account.js";
import type { OpenChain } from "../../chain/open-account.js";
import { OPERATOR_STATUSES } from "../../chain/read-operator.js";
import { ZERO_ADDRESS } from "../../types/address.js";
import type { Address } from "../../types/address.js";
import type { Acting } from "../options.js";
import { accountSource } from "../where.js";
import type { Finding } from "./finding.js";
import { failBy, ok } from "./finding.js";
import { judgeBalance, judgeRole, judgeToken } from "./judge.js";

/** The key, or the node's account. */
export async function examineAccount(
  chain: OpenChain & { readonly name: string },
  acting: Acting,
): Promise<{ readonly findings: readonly Finding[]; readonly address?: Address }> {
  try {
    const source = await accountSource(acting, chain.name);
    const { address } = await openAccount(chain, source);
    const held = source.kind === "key" ? `the key in ${source.name}` : "held by the node";
    return { address, findings: [ok("account", `${address}, ${held}`)] };
  } catch (error) {
    return { findings: [failBy("account", error)] };
  }
}

/** What the account can pay, and what it may do. */
export async function examineMoney(given: {
  readonly chain: OpenChain;
  readonly address: Address;
  readonly submits: number;
  /** Absent where the deployment is not whole. */
  readonly contracts?: Contracts;
}): Promise<readonly Finding[]> {
  const { chain, address, submits, contracts } = given;
  const { provider } = chain;
  const [balance, fees] = await Promise.all([provider.getBalance(address), provider.getFeeData()]);
  const gasPrice = fees.maxFeePerGas ?? fees.gasPrice ?? 0n;
  const paid = judgeBalance({ address, balance, gasPrice, submits });
  if (contracts === undefined) return [paid];

  const { token, operators, deployment } = contracts;
  const ask = <T>(name: string, ...args: unknown[]): Promise<T> =>
    token.getFunction(name).staticCall(...args) as Promise<T>;
  const [symbol, held, allowance, { stake, status }, signer] = await Promise.all([
    ask<string>("symbol"),
    ask<bigint>("balanceOf", address),
    ask<bigint>("allowance", address, deployment.operatorRegistry),
    operators.operatorOf(address),
    operators.signerOf(address),
  ]);
  const signs = signer.operator === ZERO_ADDRESS ? {} : { signsFor: signer.operator };
  const role = judgeRole({
    ...{ address, status: OPERATOR_STATUSES[Number(status)] ?? "none" },
    ...{ ...signs, isSignerActive: signer.revokedAt === 0n },
  });
  return [paid, judgeToken({ symbol, balance: held, allowance, stake }), role];
}
