import type { Contracts } from "./contracts.js";
import { bindEdgeCall } from "./lineage-calls.js";
import type { Sent } from "./send.js";
import { sendCall } from "./send-call.js";

/** Shows the chain that a stated parent put out a tensor that the child took in. Succeeds when it is bound already. */
export function bindEdge(contracts: Contracts, edge: Parameters<typeof bindEdgeCall>[1]): Promise<Sent> {
  return sendCall(contracts, bindEdgeCall(contracts, edge));
}
