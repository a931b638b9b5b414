import type { Address } from "../types/address.js";
import type { Wei } from "../types/wei.js";
import type { Contracts } from "./contracts.js";
import { approveStakeCall, depositCall, registerCall } from "./operator-calls.js";
import type { Sent } from "./send.js";
import { sendCall } from "./send-call.js";

/** Registers the caller as an operator and deposits its stake; the token must already be the caller's. */
export async function registerOperator(args: {
  contracts: Contracts;
  operator: Address;
  endpoint: string;
  stake: Wei;
}): Promise<{ readonly register: Sent; readonly approve: Sent; readonly deposit: Sent }> {
  const { contracts, operator, endpoint, stake } = args;
  const register = await sendCall(contracts, registerCall(contracts, endpoint));
  const approve = await sendCall(contracts, approveStakeCall(contracts, stake));
  const deposit = await sendCall(contracts, depositCall(contracts, operator, stake));
  return { register, approve, deposit };
}
