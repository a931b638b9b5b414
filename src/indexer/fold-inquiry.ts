import { hexToBytes } from "@noble/hashes/utils.js";

import { readRecord } from "../dispute/read-answer.js";
import { FORM } from "../dispute/question.js";
import { number, text } from "./indexed-event.js";
import type { IndexedEvent } from "./indexed-event.js";
import { recordRow } from "./record-row.js";
import type { Rows } from "./rows.js";
import { addTotal, happened } from "./tallies.js";

export async function foldInquiry(rows: Rows, event: IndexedEvent): Promise<void> {
  const { name, args, time } = event;
  if (name === "SessionOpened") return open(rows, event);
  if (name === "TraceStated") {
    const place = { claim_id: text(args, "claimId"), idx: number(args, "recordIndex") };
    return rows.put("traces", { ...place, trace_root: text(args, "traceRoot") });
  }
  if (typeof args["session"] !== "string") return;
  const session = await rows.get("sessions", args["session"]);
  if (name === "Answered") {
    await happened(rows, time, "answers");
    return keepAnswer(rows, event, session?.subject);
  }
  if (session === undefined) return;
  switch (name) {
    case "Asked":
      await happened(rows, time, "questions");
      return rows.put("sessions", {
        ...session,
        rounds: session.rounds + 1,
        question: text(args, "key"),
        deadline: number(args, "deadline"),
        deposit: text(args, "deposit"),
      });
    case "SessionClosed":
      await addTotal(rows, "sessions open", -1);
      return rows.put("sessions", { ...session, stage: "CLOSED", closed_at: time });
    case "SilenceProven":
      return rows.put("sessions", { ...session, silent: 1 });
    case "SessionSettled":
      if (session.stage === "OPEN") await addTotal(rows, "sessions open", -1);
      return rows.put("sessions", {
        ...session,
        stage: "SETTLED",
        closed_at: session.closed_at ?? time,
        refund: text(args, "refund"),
        paid: text(args, "paid"),
        delay_fee: text(args, "delayFee"),
        burned: text(args, "burned"),
      });
  }
}

/**
 * A claim falls with the sessions that are open, and they end with it: no act of the contract closes one of them any more,
 * and all that is left to do is to settle it, whereupon the whole deposit returns.
 */
export async function endSessions(rows: Rows, claimId: string, time: number): Promise<void> {
  const sessions = await rows.find("sessions", "subject", claimId);
  const open = sessions.filter(({ stage }) => stage === "OPEN");
  for (const session of open) rows.put("sessions", { ...session, stage: "ENDED", closed_at: time });
  if (open.length > 0) await addTotal(rows, "sessions open", -open.length);
}

async function open(rows: Rows, { block, log, time, args }: IndexedEvent): Promise<void> {
  const [subject, answerer] = [text(args, "subject"), text(args, "answerer")];
  const isClaim = (await rows.get("claims", subject)) !== undefined;
  const bond = text(args, "bond");
  rows.put("sessions", {
    id: text(args, "session"),
    subject,
    about: isClaim ? "claim" : "model",
    asker: text(args, "asker"),
    answerer,
    ...{ stage: "OPEN", silent: 0, rounds: 0, question: null, bond, deposit: bond },
    ...{ opened_at: time, deadline: time, closed_at: null },
    ...{ refund: null, paid: null, delay_fee: null, burned: null, block, log },
  });
  const operator = isClaim ? await rows.get("operators", answerer) : undefined;
  if (operator !== undefined) rows.put("operators", { ...operator, sessions: operator.sessions + 1 });
  await addTotal(rows, "sessions", 1);
  await addTotal(rows, "sessions open", 1);
  await happened(rows, time, "sessions");
}

/** An answer that opens a record publishes it; the contract has seen that it leads to the claim's list. */
async function keepAnswer(rows: Rows, { args }: IndexedEvent, subject: string | undefined): Promise<void> {
  if (number(args, "form") !== FORM.record || subject === undefined) return;
  const claim = await rows.get("claims", subject);
  const opened = readRecord(hexToBytes(text(args, "data").slice(2)));
  if (claim === undefined || opened === undefined) return;
  const { index, path, record } = opened;
  if ((await rows.get("records", claim.id, index)) !== undefined) return;
  rows.put("records", recordRow(claim, { index, record, siblings: path }));
}
