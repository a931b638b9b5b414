import { OnusError } from "../errors/onus-error.js";
import type { Contracts } from "./contracts.js";
import type { Call } from "./move-call.js";
import type { Sent } from "./send.js";
import { transact } from "./transact.js";
import type { Fees } from "./transact.js";

/** Sends a call as the account behind `contracts` and waits until it is in a block. A refusal is an error REVERTED. */
export async function sendCall({ runner }: Contracts, call: Call, fees: Fees = {}): Promise<Sent> {
  const transacted = await transact(runner, call, fees);
  if (transacted.status === "done") return transacted.sent;
  const { refusal, cause } = transacted;
  throw new OnusError("REVERTED", { call: call.call, error: refusal?.text ?? "without a reason" }, { cause });
}
