import { recordHash } from "../claim/record.js";
import type { InferenceRecord } from "../claim/record.js";
import { asAddress } from "../types/address.js";
import { asBytes32 } from "../types/bytes32.js";
import { number, struct, text } from "./indexed-event.js";
import type { IndexedEvent } from "./indexed-event.js";
import type { Rows } from "./rows.js";
import { addTotal, happened } from "./tallies.js";

export async function foldReceipt(rows: Rows, event: IndexedEvent): Promise<void> {
  const { name, args, time } = event;
  if (name === "ReceiptPresented") return present(rows, event);
  if (typeof args["receiptHash"] !== "string") return;
  const receipt = await rows.get("receipts", args["receiptHash"]);
  if (receipt === undefined) return;
  const move = async (stage: string): Promise<void> => {
    await addTotal(rows, `receipts ${receipt.stage}`, -1);
    await addTotal(rows, `receipts ${stage}`, 1);
  };
  if (name === "Complained") {
    await move("COMPLAINED");
    rows.put("receipts", {
      ...receipt,
      stage: "COMPLAINED",
      complainant: text(args, "complainant"),
      deadline: number(args, "deadline"),
    });
    const operator = await rows.get("operators", receipt.operator);
    if (operator !== undefined) rows.put("operators", { ...operator, complaints: operator.complaints + 1 });
    await happened(rows, time, "complaints");
  }
  if (name === "ComplaintAnswered") {
    await move("ANSWERED");
    rows.put("receipts", { ...receipt, stage: "ANSWERED", claim_id: text(args, "claimId") });
  }
}

async function present(rows: Rows, { block, log, time, args }: IndexedEvent): Promise<void> {
  const receipt = struct(args, "receipt");
  const record = recordOf(struct(receipt, "record"));
  rows.put("receipts", {
    hash: text(args, "receiptHash"),
    operator: text(args, "operator"),
    signer: text(args, "signer"),
    model_id: text(receipt, "modelId"),
    record_hash: recordHash(record),
    requester: record.requester,
    input_root: record.inputRoot,
    output_root: record.outputRoot,
    stage: "PRESENTED",
    presented_at: time,
    issued_at: number(receipt, "issuedAt"),
    inclusion_deadline: number(receipt, "inclusionDeadline"),
    liability: text(receipt, "liabilityWei"),
    max_records: number(receipt, "maxRecords"),
    ...{ complainant: null, deadline: null, claim_id: null, fault: null, penalty: null, block, log },
  });
  await addTotal(rows, "receipts", 1);
  await addTotal(rows, "receipts PRESENTED", 1);
}

function recordOf(args: ReturnType<typeof struct>): InferenceRecord {
  return {
    requester: asAddress(text(args, "requester")),
    salt: asBytes32(text(args, "salt")),
    inputRoot: asBytes32(text(args, "inputRoot")),
    outputRoot: asBytes32(text(args, "outputRoot")),
    traceRoot: asBytes32(text(args, "traceRoot")),
    parentsRoot: asBytes32(text(args, "parentsRoot")),
    parentsCount: number(args, "parentsCount"),
  };
}
