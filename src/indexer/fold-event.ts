import { foldClaim } from "./fold-claims.js";
import { foldInquiry } from "./fold-inquiry.js";
import { foldLineage } from "./fold-lineage.js";
import { foldModel } from "./fold-models.js";
import { foldOperator } from "./fold-operators.js";
import { foldReceipt } from "./fold-receipts.js";
import { foldStanding } from "./fold-standing.js";
import { struct, text } from "./indexed-event.js";
import type { IndexedEvent } from "./indexed-event.js";
import type { Rows } from "./rows.js";

/**
 * Changes whenever the same events make other tables than before: an index that was folded by another number folds its
 * events again when it is next written.
 */
export const FOLD = 2;

/** What one event makes of the state; undefined of events that change none. */
export type Fold = (rows: Rows, event: IndexedEvent, constants: Constants) => Promise<void>;

/** What a deployment fixed for good. */
export type Constants = {
  /** Seconds in which a standing halves. */
  readonly halfLife: number;
};

const FOLDS: Partial<Record<IndexedEvent["part"], Fold>> = {
  modelRegistry: foldModel,
  operatorRegistry: foldOperator,
  claimBook: foldClaim,
  inquiry: foldInquiry,
  receiptCourt: foldReceipt,
  standing: foldStanding,
  lineage: foldLineage,
};

/**
 * Folds the next event into the state. The state is a function of the events in the order of the chain and of nothing
 * else: not of the batches they come in, not of when they are read.
 */
export async function foldEvent(rows: Rows, event: IndexedEvent, constants: Constants): Promise<void> {
  rows.enter(event.block);
  await FOLDS[event.part]?.(rows, event, constants);
  const { block, log, name } = event;
  for (const subject of await subjectsOf(rows, event)) {
    rows.add("event_subjects", { subject, name, block, log });
  }
}

/** Arguments that name what an event is about. */
const SUBJECTS = new Set([
  ...["claimId", "operator", "modelId", "publisher", "artifactId", "submitter", "beneficiary", "requester"],
  ...["session", "subject", "asker", "answerer", "key", "receiptHash", "penaltyId", "signer", "one", "other"],
  ...["complainant", "by", "from", "account", "job", "childClaim", "parentClaim", "cause"],
]);

async function subjectsOf(rows: Rows, { name, args }: IndexedEvent): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const [key, value] of Object.entries(args)) {
    if (SUBJECTS.has(key) && typeof value === "string" && !/^0x0*$/.test(value)) found.add(value);
  }
  // `subject` of a question is what its key is made of, and says nothing to people.
  if (name === "Asked") found.delete(text(args, "subject"));
  if (typeof args["session"] === "string") {
    const session = await rows.get("sessions", args["session"]);
    if (session !== undefined) found.add(session.subject);
  }
  if (name === "ReceiptPresented") found.add(text(struct(args, "receipt"), "modelId"));
  return found;
}
