import type { Contracts } from "./contracts.js";
import { pushTaintCall } from "./lineage-calls.js";
import type { Sent } from "./send.js";
import { sendCall } from "./send-call.js";

/** Carries taint from a parent to its child. Succeeds when the child is tainted by as short a path already. */
export function pushTaint(contracts: Contracts, edge: Parameters<typeof pushTaintCall>[1]): Promise<Sent> {
  return sendCall(contracts, pushTaintCall(contracts, edge));
}
