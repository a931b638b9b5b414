import type { Address } from "../types/address.js";
import type { Wei } from "../types/wei.js";
import type { Contracts } from "./contracts.js";
import { send } from "./send.js";
import type { Sent } from "./send.js";

/** Registers the caller as an operator and deposits its stake; the token must already be the caller's. */
export async function registerOperator(args: {
  contracts: Contracts;
  operator: Address;
  endpoint: string;
  stake: Wei;
}): Promise<{ readonly register: Sent; readonly approve: Sent; readonly deposit: Sent }> {
  const { contracts, operator, endpoint, stake } = args;
  const { operators, token, deployment } = contracts;
  const register = await send("OperatorRegistry.register", operators.register(endpoint));
  const approve = await send(
    "token.approve",
    token.getFunction("approve")(deployment.operatorRegistry, stake),
  );
  const deposit = await send("OperatorRegistry.deposit", operators.deposit(operator, stake));
  return { register, approve, deposit };
}
