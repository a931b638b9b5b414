import type { Contracts } from "../../chain/contracts.js";
import { providerOf } from "../../chain/contracts.js";
import { firstBlockAt } from "../../chain/first-block-at.js";
import { performReceiptMove } from "../../chain/perform-receipt-move.js";
import { readComplaints, readReceipt } from "../../chain/read-receipt.js";
import type { Complaint } from "../../chain/read-receipt.js";
import { openRecord } from "../../claim/record-list.js";
import { requestId } from "../../claim/record.js";
import type { Inclusion } from "../../claim/keeps-promise.js";
import { nextAccusedMove } from "../../dispute/complaint.js";
import type { Address } from "../../types/address.js";
import type { Bytes32 } from "../../types/bytes32.js";
import { asSeconds } from "../../types/seconds.js";
import type { Seconds } from "../../types/seconds.js";
import type { RaiseAlarm } from "../alarms.js";
import type { ChainNews } from "../chain-news.js";
import type { ClaimLedger } from "../ledger/claim-ledger.js";
import type { RecordLedger } from "../ledger/record-ledger.js";
import type { HeldClaims } from "./held-claims.js";
import type { SendOnce } from "./send-once.js";

/** Blocks that are read again: a reorg may have put a complaint where there was none. */
const REORGANISED = 128;

export type AnswerParts = {
  readonly contracts: Contracts;
  readonly operator: Address;
  readonly records: RecordLedger;
  readonly claims: ClaimLedger;
  readonly held: HeldClaims;
  readonly send: SendOnce;
  readonly raise: RaiseAlarm;
  /** The operator's: no complaint waits longer. */
  readonly clock: Seconds;
  readonly tell: (complaint: Complaint) => void;
};

/** Answers complaints about receipts with the claims that keep them. To be called when some wait for an answer. */
export function openComplaintAnswers(parts: AnswerParts): (news: ChainNews) => Promise<void> {
  const { contracts, operator, records, claims, held, send, raise, clock, tell } = parts;
  const waiting = new Map<Bytes32, Complaint>();
  let readTo: number | undefined;

  const fail = ({ hash }: Complaint, reason: string): void =>
    raise({ alarm: "complaint-unanswerable", receipt: hash, reason });

  const inclusionOf = ({ receipt }: Complaint): Inclusion | undefined => {
    const stored = records.find(requestId(receipt.record, receipt.modelId));
    const claim = stored?.place && claims.byNumber(stored.place.claim);
    if (stored?.place === undefined || claim === undefined) return undefined;
    const index = stored.place.position;
    return { claim: claim.claim, index, proof: openRecord(held.recordsOf(claim), index) };
  };

  const answer = async (complaint: Complaint, now: Seconds): Promise<void> => {
    const view = await readReceipt(contracts, complaint.receipt);
    const move = nextAccusedMove(view, inclusionOf(complaint), now);
    if (move.kind === "answer-complaint") {
      await performReceiptMove(contracts, move, {
        send: (call) => send(`answer complaint ${complaint.hash}`, call),
      });
      tell(complaint);
    } else if (move.kind === "wait" || (move.kind === "rest" && move.because === "silent")) {
      fail(complaint, "no claim in the ledger keeps it");
    } else if (move.kind === "rest") {
      waiting.delete(complaint.hash);
    }
  };

  return async ({ block, now }) => {
    const { fromBlock } = contracts.deployment;
    const oldest = asSeconds(now > clock ? now - clock : 0n);
    const from =
      readTo ?? (await firstBlockAt(providerOf(contracts), oldest, { from: fromBlock, to: block }));
    const span = { from: Math.max(fromBlock, from - REORGANISED), to: block };
    for (const complaint of await readComplaints(contracts, operator, { span })) {
      waiting.set(complaint.hash, complaint);
    }
    readTo = block;
    for (const complaint of waiting.values()) {
      // One that cannot be answered takes nothing from the others.
      await answer(complaint, now).catch((error: unknown) => fail(complaint, String(error)));
    }
  };
}
