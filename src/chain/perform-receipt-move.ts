import { receiptHash } from "../claim/receipt.js";
import type { SignedReceipt } from "../claim/receipt.js";
import { RECEIPT_STAGES } from "../dispute/receipt-view.js";
import type { ReceiptStage } from "../dispute/receipt-view.js";
import { OnusError } from "../errors/onus-error.js";
import type { Address } from "../types/address.js";
import type { Contracts } from "./contracts.js";
import type { Call } from "./move-call.js";
import type { Performed } from "./perform-move.js";
import { callOfReceiptMove, equivocationCall } from "./receipt-calls.js";
import type { ReceiptChainMove } from "./receipt-calls.js";
import { transact } from "./transact.js";
import type { Fees, Transacted } from "./transact.js";

/** How a call is sent: as the account behind the contracts, unless a program has a sender of its own. */
export type Sending = {
  readonly fees?: Fees;
  readonly send?: (call: Call) => Promise<Transacted>;
};

/**
 * Performs one move about a receipt and waits until it is in the chain. Somebody having done it already is success; what the
 * court refuses for another reason is an error REVERTED.
 */
export async function performReceiptMove(
  contracts: Contracts,
  move: ReceiptChainMove,
  sending: Sending = {},
): Promise<Performed> {
  const receipt = "signed" in move ? move.signed.receipt : move.receipt;
  const done = stagesAfter[move.kind];
  return perform(contracts, callOfReceiptMove(contracts, move), sending, async () => {
    const { stage } = await contracts.court.caseOf(receiptHash(receipt, contracts.courtPlace));
    return done.includes(RECEIPT_STAGES[Number(stage)] ?? "none");
  });
}

/** Breaks two receipts that answer one request differently. Broken already is success. */
export async function proveEquivocation(
  contracts: Contracts,
  pair: readonly [SignedReceipt, SignedReceipt],
  { beneficiary, ...sending }: Sending & { readonly beneficiary: Address },
): Promise<Performed> {
  return perform(contracts, equivocationCall(contracts, pair, beneficiary), sending, async () => {
    const cases = await Promise.all(
      pair.map(({ receipt }) => contracts.court.caseOf(receiptHash(receipt, contracts.courtPlace))),
    );
    return cases.every(({ stage }) => RECEIPT_STAGES[Number(stage)] === "broken");
  });
}

/** Where a receipt stands when somebody else did what a move wants done. */
const stagesAfter: Readonly<Record<ReceiptChainMove["kind"], readonly ReceiptStage[]>> = {
  present: ["presented", "complained", "answered", "broken"],
  complain: ["complained", "answered", "broken"],
  "answer-complaint": ["answered"],
  "time-out-complaint": ["broken"],
};

async function perform(
  { runner }: Contracts,
  call: Call,
  { fees, send = (made) => transact(runner, made, fees) }: Sending,
  isSo: () => Promise<boolean>,
): Promise<Performed> {
  const transacted = await send(call);
  if (transacted.status === "done") return transacted;
  const { refusal, sent, cause } = transacted;
  const because = refusal?.text ?? "without a reason";
  if (!(await isSo())) throw new OnusError("REVERTED", { call: call.call, error: because }, { cause });
  return { status: "already", because, ...(sent && { sent }) };
}
