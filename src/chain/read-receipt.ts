import { receiptHash } from "../claim/receipt.js";
import type { Receipt } from "../claim/receipt.js";
import { RECEIPT_STAGES } from "../dispute/receipt-view.js";
import type { CourtRules, ReceiptView } from "../dispute/receipt-view.js";
import { parseAddress } from "../types/address.js";
import type { Address } from "../types/address.js";
import { asBytes32 } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import { asSeconds } from "../types/seconds.js";
import type { Seconds } from "../types/seconds.js";
import { asWei } from "../types/wei.js";
import type { ComplainedEvent } from "../../typechain-types/interfaces/IReceiptCourt.js";
import { providerOf, requirePart } from "./contracts.js";
import type { Contracts } from "./contracts.js";
import { nextBaseFee } from "./next-base-fee.js";
import { readEvents } from "./read-events.js";
import type { Span } from "./read-logs.js";

/** What the chain shows of one receipt at one block, the newest when absent. */
export async function readReceipt(
  contracts: Contracts,
  receipt: Receipt,
  block?: number,
): Promise<ReceiptView> {
  requirePart(contracts, "receiptCourt");
  const { court, claims } = contracts;
  const provider = providerOf(contracts);
  const at = block ?? (await provider.getBlockNumber());
  const read = { blockTag: at };
  const hash = receiptHash(receipt, contracts.courtPlace);
  const now = (await provider.getBlock(at))?.timestamp ?? 0;
  const [case_, rules, isPaused, unpausedNow, unpausedThen, openComplaints, baseFee] = await Promise.all([
    court.caseOf(hash, read),
    readCourtRules(contracts, at),
    claims.isPaused(read),
    claims.activeSeconds(now, read),
    // One that says it was issued later than now has no age.
    claims.activeSeconds(receipt.issuedAt < BigInt(now) ? receipt.issuedAt : now, read),
    court.openComplaintsAgainst(receipt.operator, read),
    nextBaseFee(provider, at),
  ]);
  return {
    receipt,
    hash,
    stage: RECEIPT_STAGES[Number(case_.stage)] ?? "none",
    complainant: parseAddress(case_.complainant),
    deadline: asSeconds(case_.deadline),
    rules,
    readAt: asSeconds(BigInt(now)),
    unpaused: asSeconds(unpausedNow - unpausedThen),
    isPaused,
    openComplaints: Number(openComplaints),
    baseFee,
  };
}

export async function readCourtRules({ onus }: Contracts, block?: number): Promise<CourtRules> {
  const given = await onus.parameters(block === undefined ? {} : { blockTag: block });
  return {
    clock: asSeconds(given.clock),
    exitDelay: asSeconds(given.exitDelay),
    keyNotice: asSeconds(given.keyNotice),
    baseBond: asWei(given.baseBond),
    answerGas: given.answerGas,
    answerByteGas: given.answerByteGas,
  };
}

/** A complaint, with the receipt it is about. */
export type Complaint = {
  readonly hash: Bytes32;
  readonly receipt: Receipt;
  readonly complainant: Address;
  /** From when on silence convicts. */
  readonly deadline: Seconds;
  readonly blockNumber: number;
};

/** The complaints about an operator's receipts within a span of blocks, in the order of the chain, whatever became of them. */
export async function readComplaints(
  contracts: Contracts,
  operator: Address,
  { span, range }: { readonly span: Span; readonly range?: number },
): Promise<readonly Complaint[]> {
  requirePart(contracts, "receiptCourt");
  const { court, deployment } = contracts;
  const source = {
    ...{ provider: providerOf(contracts), address: deployment.receiptCourt, abi: court.interface, span },
    ...(range !== undefined && { range }),
  };
  const made = await readEvents<ComplainedEvent.OutputObject>(source, "Complained", [
    null,
    topicOf(operator),
  ]);
  return made.map(({ args, blockNumber }) => ({
    hash: asBytes32(args.receiptHash),
    receipt: decodeReceipt(args.receipt),
    complainant: parseAddress(args.complainant),
    deadline: asSeconds(args.deadline),
    blockNumber,
  }));
}

const topicOf = (address: Address): string => `0x${address.slice(2).toLowerCase().padStart(64, "0")}`;

function decodeReceipt(told: ComplainedEvent.OutputObject["receipt"]): Receipt {
  const { record } = told;
  return {
    operator: parseAddress(told.operator),
    modelId: asBytes32(told.modelId),
    record: {
      requester: parseAddress(record.requester),
      salt: asBytes32(record.salt),
      inputRoot: asBytes32(record.inputRoot),
      outputRoot: asBytes32(record.outputRoot),
      traceRoot: asBytes32(record.traceRoot),
      parentsRoot: asBytes32(record.parentsRoot),
      parentsCount: Number(record.parentsCount),
    },
    issuedAt: asSeconds(told.issuedAt),
    inclusionDeadline: asSeconds(told.inclusionDeadline),
    liabilityWei: asWei(told.liabilityWei),
    maxRecords: Number(told.maxRecords),
  };
}
