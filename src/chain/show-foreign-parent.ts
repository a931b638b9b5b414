import type { Contracts } from "./contracts.js";
import { showForeignParentCall } from "./lineage-calls.js";
import type { Sent } from "./send.js";
import { sendCall } from "./send-call.js";

/** Shows the chain that a record names a parent of another claim book or chain, which nobody here vouches for. */
export function showForeignParent(
  contracts: Contracts,
  edge: Parameters<typeof showForeignParentCall>[1],
): Promise<Sent> {
  return sendCall(contracts, showForeignParentCall(contracts, edge));
}
