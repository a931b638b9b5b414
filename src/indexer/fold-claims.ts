import { faultNamed, receiptFaultNamed } from "../types/fault-names.js";
import { endSessions } from "./fold-inquiry.js";
import { expose } from "./fold-operators.js";
import { minus, number, plus, text } from "./indexed-event.js";
import type { IndexedEvent } from "./indexed-event.js";
import type { Rows } from "./rows.js";
import type { ClaimRow, OperatorRow } from "./tables.js";
import { addTotal, counted, happened, NO_COUNTS } from "./tallies.js";
import type { PhaseName } from "./tallies.js";

export async function foldClaim(rows: Rows, event: IndexedEvent): Promise<void> {
  const { name, args } = event;
  if (name === "ClaimSubmitted") return submit(rows, event);
  if (name === "ReceiptFaulted") return breakReceipt(rows, event);
  if (typeof args["claimId"] !== "string") return;
  const claim = await rows.get("claims", args["claimId"]);
  if (claim === undefined) return;
  switch (name) {
    case "ClaimContested":
      await count(rows, claim, "CONTESTED");
      return rows.put("claims", {
        ...claim,
        phase: "CONTESTED",
        open_sessions: number(args, "openSessions"),
      });
    case "ClaimReleased": {
      const openSessions = number(args, "openSessions");
      const phase = openSessions === 0 ? "OPEN" : "CONTESTED";
      await count(rows, claim, phase);
      const finalizableAt = number(args, "finalizableAt");
      return rows.put("claims", {
        ...claim,
        phase,
        open_sessions: openSessions,
        finalizable_at: finalizableAt,
      });
    }
    case "ClaimFinalized":
      await happened(rows, event.time, "finalized");
      return decide(rows, event, { ...claim, phase: "FINAL" });
    case "ClaimFaulted":
      await happened(rows, event.time, "faulted");
      await endSessions(rows, claim.id, event.time);
      return decide(rows, event, {
        ...claim,
        phase: "FAULTED",
        fault: faultNamed(number(args, "kind")) ?? null,
        beneficiary: text(args, "beneficiary"),
      });
  }
}

async function submit(rows: Rows, event: IndexedEvent): Promise<void> {
  const { block, log, tx, time, args } = event;
  const [operator, modelId, liability] = [
    text(args, "operator"),
    text(args, "modelId"),
    text(args, "liability"),
  ];
  const duration = number(args, "window");
  const claim: ClaimRow = {
    id: text(args, "claimId"),
    operator,
    model_id: modelId,
    submitter: text(args, "submitter"),
    nonce: text(args, "nonce"),
    records_root: text(args, "recordsRoot"),
    n: number(args, "n"),
    liability,
    duration,
    phase: "OPEN",
    open_sessions: 0,
    submitted_at: time,
    finalizable_at: time + duration,
    ...{ decided_at: null, fault: null, beneficiary: null },
    ...{ block, log, tx, decided_block: null, decided_log: null, decided_tx: null },
  };
  rows.put("claims", claim);
  await serve(rows, claim, time);
  await count(rows, claim, "OPEN", true);
  await relock(rows, event, claim, (row) => ({ ...row, locked: plus(row.locked, liability) }));
  await addTotal(rows, "locked", liability);
  await happened(rows, time, "submitted");
}

/** Notes that an operator serves a model. */
async function serve(rows: Rows, { operator, model_id }: ClaimRow, time: number): Promise<void> {
  const row = await rows.get("serves", operator, model_id);
  if (row !== undefined) return rows.put("serves", { ...row, last_at: time });
  rows.put("serves", { operator, model_id, ...NO_COUNTS, first_at: time, last_at: time });
  const [owner, model] = [await rows.get("operators", operator), await rows.get("models", model_id)];
  if (owner !== undefined) rows.put("operators", { ...owner, models: owner.models + 1 });
  if (model !== undefined) rows.put("models", { ...model, operators: model.operators + 1 });
}

async function decide(rows: Rows, event: IndexedEvent, claim: ClaimRow): Promise<void> {
  const { block, log, tx, time } = event;
  const before = await rows.get("claims", claim.id);
  const isFallen = claim.phase === "FAULTED";
  await count(rows, before ?? claim, isFallen ? "FAULTED" : "FINAL");
  rows.put("claims", {
    ...claim,
    open_sessions: 0,
    decided_at: time,
    ...{ decided_block: block, decided_log: log, decided_tx: tx },
  });
  await relock(rows, event, claim, (row) => ({
    ...row,
    locked: minus(row.locked, claim.liability),
    ...(isFallen && { stake: minus(row.stake, claim.liability) }),
  }));
  await addTotal(rows, "locked", `-${claim.liability}`);
  await addTotal(rows, isFallen ? "faulted" : "finalised", claim.liability);
  if (isFallen) await addTotal(rows, "stake", `-${claim.liability}`);
}

/** Stake that backs no claim answers for receipts: free stake first, then what is on its way out. */
async function breakReceipt(rows: Rows, event: IndexedEvent): Promise<void> {
  const { args } = event;
  const [hash, amount] = [text(args, "receiptHash"), BigInt(text(args, "amount"))];
  const receipt = await rows.get("receipts", hash);
  if (receipt !== undefined) {
    const fault = receiptFaultNamed(number(args, "kind")) ?? null;
    await addTotal(rows, `receipts ${receipt.stage}`, -1);
    await addTotal(rows, "receipts BROKEN", 1);
    rows.put("receipts", { ...receipt, stage: "BROKEN", fault, penalty: amount.toString() });
  }
  const operator = await rows.get("operators", text(args, "operator"));
  if (operator === undefined) return;
  const [stake, locked, exiting] = [operator.stake, operator.locked, operator.exiting].map(BigInt) as [
    bigint,
    bigint,
    bigint,
  ];
  const free = stake - locked - exiting;
  const fromExit = amount > free ? amount - free : 0n;
  expose(rows, event, {
    ...operator,
    broken_receipts: operator.broken_receipts + 1,
    stake: (stake - amount).toString(),
    exiting: (exiting - fromExit).toString(),
  });
  await addTotal(rows, "stake", `-${amount}`);
}

async function relock(
  rows: Rows,
  event: IndexedEvent,
  { operator }: ClaimRow,
  change: (row: OperatorRow) => OperatorRow,
): Promise<void> {
  const row = await rows.get("operators", operator);
  if (row !== undefined) expose(rows, event, change(row));
}

/** Moves a claim from its phase to the next in every count that has it. */
async function count(rows: Rows, claim: ClaimRow, to: PhaseName, isNew = false): Promise<void> {
  const { operator, model_id, liability } = claim;
  const step = { to, liability, ...(!isNew && { from: claim.phase as PhaseName }) };
  const [owner, model, serves] = [
    await rows.get("operators", operator),
    await rows.get("models", model_id),
    await rows.get("serves", operator, model_id),
  ];
  if (owner !== undefined) rows.put("operators", counted(owner, step));
  if (model !== undefined) rows.put("models", counted(model, step));
  if (serves !== undefined) rows.put("serves", counted(serves, step));
  if (!isNew) await addTotal(rows, `claims ${claim.phase}`, -1);
  await addTotal(rows, `claims ${to}`, 1);
}
