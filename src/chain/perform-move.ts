import type { Claim } from "../claim/claim.js";
import { OnusError } from "../errors/onus-error.js";
import { parseAddress } from "../types/address.js";
import type { Address } from "../types/address.js";
import { isSoOnChain, saysAlreadyDone } from "./already-done.js";
import type { Contracts } from "./contracts.js";
import { callOfMove } from "./move-call.js";
import type { Call, ChainMove } from "./move-call.js";
import type { Sent } from "./send.js";
import { accountOf, transact } from "./transact.js";
import type { Fees, Transacted } from "./transact.js";

/** What became of a move. Somebody having done it already is success. */
export type Performed =
  | { readonly status: "done"; readonly sent: Sent }
  | {
      readonly status: "already";
      /** The contract's refusal. */
      readonly because: string;
      /** The transaction that came second, where one was sent: its gas is spent. */
      readonly sent?: Sent;
    };

/**
 * Performs one move as the account behind `contracts`, and waits until it is in the chain. What the contracts refuse for
 * another reason than that it is done is an error REVERTED.
 *
 * @param args.beneficiary whom a proof pays; the account itself when absent
 * @param args.send sends the call in place of `transact`: a program's sender, under a key of its own
 */
export async function performMove(args: {
  contracts: Contracts;
  claim: Claim;
  move: ChainMove;
  beneficiary?: Address;
  fees?: Fees;
  send?: (call: Call) => Promise<Transacted>;
}): Promise<Performed> {
  const { contracts, claim, move, fees, send = (made) => transact(contracts.runner, made, fees) } = args;
  const beneficiary = args.beneficiary ?? parseAddress(await accountOf(contracts.runner));
  const call = callOfMove({ contracts, claim, move, beneficiary });
  const transacted = await send(call);
  if (transacted.status === "done") return transacted;
  const { refusal, sent, cause } = transacted;
  const because = refusal?.text ?? "without a reason";
  const isDone =
    (refusal !== undefined && saysAlreadyDone(move, refusal)) || (await isSoOnChain(contracts, claim, move));
  if (!isDone) throw new OnusError("REVERTED", { call: call.call, error: because }, { cause });
  return { status: "already", because, ...(sent && { sent }) };
}
