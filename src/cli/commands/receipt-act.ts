import { chainNow } from "../../chain/chain-now.js";
import { providerOf, requirePart } from "../../chain/contracts.js";
import type { Contracts } from "../../chain/contracts.js";
import { readReceipt } from "../../chain/read-receipt.js";
import { callOfReceiptMove, equivocationCall, withdrawCourtCreditCall } from "../../chain/receipt-calls.js";
import { recoverSigner } from "../../chain/verify-receipt.js";
import type { Inclusion } from "../../claim/keeps-promise.js";
import { receiptHash } from "../../claim/receipt.js";
import type { Receipt, SignedReceipt } from "../../claim/receipt.js";
import { commitRecords, openRecord } from "../../claim/record-list.js";
import { recordHash } from "../../claim/record.js";
import { nextAccusedMove, nextComplainantMove } from "../../dispute/complaint.js";
import type { ReceiptMove } from "../../dispute/receipt-view.js";
import { OnusError } from "../../errors/onus-error.js";
import { decodeClaimFile } from "../../store/claim-file.js";
import { readText } from "../../store/read-file.js";
import { decodeReceiptFile } from "../../store/receipt-file.js";
import { parseAddress } from "../../types/address.js";
import { formatWei } from "../../types/wei.js";
import type { Act, Given, Told } from "../does.js";
import type { Sending } from "../options.js";
import { formatTime } from "../table.js";
import { sendOrPlan } from "../transactions.js";
import { openForActing } from "../where.js";

type WithClaim = Sending & { readonly claim?: string };

export const present: Act<Sending> = async (given) => {
  const { contracts } = await openForActing(given.options);
  const signed = readReceiptFile(contracts, given.args[0]);
  return perform(contracts, given, signed.receipt, { kind: "present", signed });
};

export const complain: Act<WithClaim> = async (given) => {
  const { contracts } = await openForActing(given.options);
  const signed = readReceiptFile(contracts, given.args[0]);
  const { claim } = given.options;
  const inclusion = claim === undefined ? undefined : await submittedInTime(contracts, signed.receipt, claim);
  const view = await readReceipt(contracts, signed.receipt);
  const own = {
    signed,
    isDeniable: recoverSigner(signed) !== signed.signer,
    ...(inclusion && { inclusion }),
  };
  const move = nextComplainantMove(view, own, await chainNow(providerOf(contracts)));
  return perform(contracts, given, signed.receipt, move);
};

export const answer: Act<WithClaim> = async (given) => {
  const { contracts } = await openForActing(given.options);
  const { receipt } = readReceiptFile(contracts, given.args[0]);
  const inclusion = readInclusion(receipt, given.options.claim as string);
  const view = await readReceipt(contracts, receipt);
  const move = nextAccusedMove(view, inclusion, await chainNow(providerOf(contracts)));
  return perform(contracts, given, receipt, move);
};

export const prove: Act<Sending & { readonly beneficiary?: string }> = async (given) => {
  const { contracts, address } = await openForActing(given.options);
  const one = readReceiptFile(contracts, given.args[0]);
  const other = readReceiptFile(contracts, given.args[1]);
  const { beneficiary } = given.options;
  const paid = beneficiary === undefined ? address : parseAddress(beneficiary, "--beneficiary");
  const calls = [equivocationCall(contracts, [one, other], paid)];
  return sendOrPlan({ contracts, calls, ...given }, (transactions) => {
    const hashes = [one, other].map(({ receipt }) => receiptHash(receipt, contracts.courtPlace));
    return {
      value: { receipts: hashes, transactions },
      text: `receipts ${hashes.join(" and ")} are broken; shares of their penalties can be pulled for 90 days`,
    };
  });
};

export const withdraw: Act<Sending> = async (given) => {
  const { contracts, address } = await openForActing(given.options);
  requirePart(contracts, "receiptCourt");
  const amount = await contracts.court.balanceOf(address);
  const calls = amount === 0n ? [] : [withdrawCourtCreditCall(contracts, address)];
  return sendOrPlan({ contracts, calls, ...given }, (transactions) => ({
    value: { amount, transactions },
    text: amount === 0n ? "there is nothing to withdraw" : `${formatWei(amount)} are withdrawn`,
  }));
};

/** Sends a move, or tells why there is none to send. */
async function perform(
  contracts: Contracts,
  { options, reporter }: Given<Sending>,
  receipt: Receipt,
  move: ReceiptMove,
): Promise<Told> {
  const hash = receiptHash(receipt, contracts.courtPlace);
  if (move.kind === "rest") {
    const text = `nothing to do about receipt ${hash}: ${move.because}`;
    return { value: { receiptHash: hash, move: move.kind, because: move.because }, text };
  }
  if (move.kind === "wait") {
    const text = `receipt ${hash}: nothing to do before ${formatTime(move.until)}; type the same again then`;
    return { value: { receiptHash: hash, move: move.kind, until: move.until }, text };
  }
  const calls = [callOfReceiptMove(contracts, move)];
  return sendOrPlan({ contracts, calls, options, reporter }, async (transactions) => {
    const { stage, deadline } = await readReceipt(contracts, receipt);
    const clock = stage === "complained" ? `, until ${formatTime(deadline)}` : "";
    return {
      value: { receiptHash: hash, move: move.kind, stage, deadline, transactions },
      text: `receipt ${hash} is ${stage}${clock}`,
    };
  });
}

function readReceiptFile({ courtPlace }: Contracts, file: string | undefined): SignedReceipt {
  const signed = decodeReceiptFile(readText(file as string));
  const { chainId, contract } = signed.court;
  if (chainId === courtPlace.chainId && contract === courtPlace.contract) return signed;
  throw new OnusError("RECEIPT_WORTHLESS", {
    receiptHash: receiptHash(signed.receipt, signed.court),
    because: [
      `it names court ${contract} on chain ${chainId}; the deployment's is ${courtPlace.contract} on chain ${courtPlace.chainId}`,
    ],
  });
}

/** Where the record of a receipt stands in a claim file. */
function readInclusion({ record }: Receipt, file: string): Inclusion | undefined {
  const { claim, records } = decodeClaimFile(readText(file));
  const hash = recordHash(record);
  const index = records.findIndex((one) => recordHash(one) === hash);
  return index < 0 ? undefined : { claim, index, proof: openRecord(commitRecords(records), index) };
}

/** The same, if the claim was submitted before the promise ended. */
async function submittedInTime(
  { claims }: Contracts,
  receipt: Receipt,
  file: string,
): Promise<Inclusion | undefined> {
  const inclusion = readInclusion(receipt, file);
  if (inclusion === undefined) return undefined;
  const { submittedAt } = await claims.stateOf(await claims.idOf(inclusion.claim));
  if (submittedAt === 0n) return undefined;
  const [submitted, issued] = await Promise.all([
    claims.activeSeconds(submittedAt),
    claims.activeSeconds(receipt.issuedAt),
  ]);
  return submitted < issued + receipt.inclusionDeadline - receipt.issuedAt ? inclusion : undefined;
}
