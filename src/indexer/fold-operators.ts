import { NO_STANDING } from "./fold-models.js";
import { minus, number, plus, text } from "./indexed-event.js";
import type { IndexedEvent } from "./indexed-event.js";
import type { Rows } from "./rows.js";
import type { OperatorRow } from "./tables.js";
import { addTotal, happened, NO_COUNTS } from "./tallies.js";

export async function foldOperator(rows: Rows, event: IndexedEvent): Promise<void> {
  const { name, args } = event;
  switch (name) {
    case "OperatorRegistered":
      return register(rows, event);
    case "SignerAdded":
      return rows.put("signers", {
        address: text(args, "signer"),
        operator: text(args, "operator"),
        active_from: number(args, "activeFrom"),
        revoked_at: null,
      });
    case "SignerRevoked": {
      const signer = await rows.get("signers", text(args, "signer"));
      if (signer !== undefined) rows.put("signers", { ...signer, revoked_at: number(args, "revokedAt") });
      return;
    }
    case "PenaltyBooked":
      return rows.put("penalties", {
        id: text(args, "penaltyId"),
        operator: text(args, "operator"),
        beneficiary: text(args, "beneficiary"),
        amount: text(args, "amount"),
        beneficiary_paid: 0,
        records_paid: 0,
        burned: "0",
      });
    case "RecordSharePulled":
    case "BeneficiarySharePulled":
    case "PenaltyBurned":
      return settle(rows, event);
  }
  if (typeof args["operator"] !== "string") return;
  const operator = await rows.get("operators", args["operator"]);
  if (operator !== undefined) await change(rows, event, operator);
}

async function register(rows: Rows, { block, log, time, args }: IndexedEvent): Promise<void> {
  rows.put("operators", {
    address: text(args, "operator"),
    endpoint: text(args, "endpoint"),
    registered_at: time,
    jailed_at: null,
    ...{ stake: "0", locked: "0", exiting: "0", exit_ready_at: null },
    ...{ models: 0, sessions: 0, complaints: 0, broken_receipts: 0 },
    ...NO_COUNTS,
    ...NO_STANDING,
    ...{ block, log },
  });
  await addTotal(rows, "operators", 1);
  await happened(rows, time, "registered");
}

async function change(rows: Rows, event: IndexedEvent, operator: OperatorRow): Promise<void> {
  const { name, args, time } = event;
  switch (name) {
    case "EndpointChanged":
      return rows.put("operators", { ...operator, endpoint: text(args, "endpoint") });
    case "OperatorJailed":
      await addTotal(rows, "jailed", 1);
      return rows.put("operators", { ...operator, jailed_at: time });
    case "Deposited":
      await addTotal(rows, "stake", text(args, "amount"));
      return expose(rows, event, { ...operator, stake: plus(operator.stake, text(args, "amount")) });
    case "ExitRequested":
      return expose(rows, event, {
        ...operator,
        exiting: text(args, "exiting"),
        exit_ready_at: number(args, "readyAt"),
      });
    case "ExitCancelled":
      return expose(rows, event, { ...operator, exiting: "0", exit_ready_at: null });
    case "Withdrawn": {
      const amount = text(args, "amount");
      await addTotal(rows, "stake", `-${amount}`);
      const stake = minus(operator.stake, amount);
      return expose(rows, event, { ...operator, stake, exiting: "0", exit_ready_at: null });
    }
  }
}

/** Writes an operator whose stake, locked or exiting amount is another, and the point of its series. */
export function expose(rows: Rows, event: IndexedEvent, operator: OperatorRow): void {
  rows.put("operators", operator);
  const { block, log, time } = event;
  const { address, stake, locked, exiting } = operator;
  rows.add("exposure", { operator: address, block, log, time, stake, locked, exiting });
}

async function settle(rows: Rows, { name, args }: IndexedEvent): Promise<void> {
  const penalty = await rows.get("penalties", text(args, "penaltyId"));
  if (penalty === undefined) return;
  if (name === "RecordSharePulled")
    return rows.put("penalties", { ...penalty, records_paid: penalty.records_paid + 1 });
  if (name === "BeneficiarySharePulled") return rows.put("penalties", { ...penalty, beneficiary_paid: 1 });
  rows.put("penalties", { ...penalty, burned: plus(penalty.burned, text(args, "amount")) });
}
