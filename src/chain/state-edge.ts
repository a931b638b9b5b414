import type { Contracts } from "./contracts.js";
import { stateEdgeCall } from "./lineage-calls.js";
import type { Sent } from "./send.js";
import { sendCall } from "./send-call.js";

/** Shows the chain that a record names a parent of this claim book. Somebody may have done it: that succeeds too. */
export function stateEdge(contracts: Contracts, edge: Parameters<typeof stateEdgeCall>[1]): Promise<Sent> {
  return sendCall(contracts, stateEdgeCall(contracts, edge));
}
