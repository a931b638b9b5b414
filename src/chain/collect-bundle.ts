import type { ApiEvent, EvidencePlan, ParentRef } from "../audit/api-types.js";
import type { Bundle, Evidence, OpenedRecord, ProvenItem, Trust } from "../audit/bundle.js";
import { BUNDLE_FORMAT } from "../audit/bundle.js";
import { readStatement } from "../audit/read-statement.js";
import { kindOf } from "../audit/verify-bundle.js";
import type { NamedParent } from "../claim/named-parent.js";
import { receiptHash } from "../claim/receipt.js";
import type { SignedReceipt } from "../claim/receipt.js";
import type { OnusError } from "../errors/onus-error.js";
import { asAddress } from "../types/address.js";
import { asBytes32 } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import { bundleTools } from "./bundle-tools.js";
import type { Deployment } from "./deployment.js";
import { inBatches } from "./in-batches.js";
import { patientNode } from "./patient-node.js";
import { proveReceipts, proveTransaction } from "./read-evidence.js";
import type { RawNode } from "./read-evidence.js";
import { tieBlocks } from "./tie-blocks.js";
import type { TieLimits } from "./tie-blocks.js";

/** What a bundle is about: a claim and what of it was asked for, or a receipt. */
export type BundleSubject = {
  /** Of a receipt that only the court's events show. */
  readonly receiptHash?: Bytes32 | null;
  readonly recordIndex: number | null;
  readonly tensorRoot: Bytes32 | null;
  readonly receipt: SignedReceipt | null;
  /** Of the record, as they are stored. */
  readonly inputs: readonly Uint8Array[] | null;
};

export type ReceiptPlan = Pick<EvidencePlan, "events"> & { readonly claim?: undefined };

/** Collects the evidence of what an index says about a claim, from a node. */
export async function collectBundle(given: {
  readonly node: RawNode;
  readonly deployment: Deployment;
  /** Without a claim: the evidence of a receipt alone. */
  readonly plan: ReceiptPlan | EvidencePlan;
  readonly about: BundleSubject;
  readonly limits: TieLimits;
  /** Told how many events are proven. */
  readonly onProven?: (events: number) => void;
  /** Told why a block stays to be confirmed by itself. */
  readonly untied?: (reason: OnusError<"LINK_MISSING">) => void;
}): Promise<Bundle> {
  const { deployment, plan, about, limits, onProven, untied } = given;
  const node = patientNode(given.node);
  const places = placesOf(plan.events);
  const tied = await tieBlocks(node, [...places.keys()], limits);
  tied.reasons.forEach((reason) => untied?.(reason));
  let proven = 0;
  const receipts = await inBatches([...places], async ([block, transactions]) => {
    const items = await proveReceipts(node, block, [...transactions]);
    proven += plan.events.filter((event) => event.block === block).length;
    onProven?.(proven);
    return items;
  });
  const faults = plan.events.filter(
    ({ name, args }) => name === "ClaimFaulted" && args["claimId"] === plan.claim?.id,
  );
  const transactions = await inBatches(faults, ({ block, tx }) => proveTransaction(node, block, tx));
  const evidence: Evidence = {
    headers: tied.headers,
    links: tied.links,
    receipts: receipts.flat(),
    transactions: transactions.filter((item): item is ProvenItem => item !== undefined),
    ...openedOf(plan.claim === undefined ? { events: plan.events } : plan, about),
    receipt: about.receipt,
  };
  const trust: Trust = {
    chainId: deployment.chainId,
    onus: deployment.onus,
    block: tied.block,
    others: tied.others,
  };
  const { recordIndex, tensorRoot } = about;
  const court = { chainId: BigInt(deployment.chainId), contract: deployment.receiptCourt };
  const rest = {
    claimId: plan.claim === undefined ? null : asBytes32(plan.claim.id),
    receiptHash:
      about.receipt === null ? (about.receiptHash ?? null) : receiptHash(about.receipt.receipt, court),
    ...{ recordIndex, tensorRoot },
  };
  const subject = { kind: kindOf({ subject: rest }), ...rest };
  const statement = readStatement({ subject, trust, evidence }, deployment, bundleTools);
  return { format: BUNDLE_FORMAT, subject, trust, statement, evidence };
}

/** The transactions of the events, by block, ascending. */
function placesOf(events: readonly ApiEvent[]): ReadonlyMap<number, ReadonlySet<string>> {
  const places = new Map<number, Set<string>>();
  for (const { block, tx } of events) places.set(block, (places.get(block) ?? new Set()).add(tx));
  return new Map([...places].sort(([a], [b]) => a - b));
}

/** The record that was asked for, with what is known of it. */
function openedOf(
  { record, events }: Pick<EvidencePlan, "record" | "events">,
  { inputs }: BundleSubject,
): Pick<Evidence, "record" | "inputs" | "outputs" | "parents"> {
  if (record === undefined) return { record: null, inputs: null, outputs: null, parents: null };
  const opened: OpenedRecord = {
    index: record.index,
    record: {
      requester: asAddress(record.requester),
      salt: asBytes32(record.salt),
      inputRoot: asBytes32(record.inputRoot),
      outputRoot: asBytes32(record.outputRoot),
      traceRoot: asBytes32(record.traceRoot),
      parentsRoot: asBytes32(record.parentsRoot),
      parentsCount: record.parentsCount,
    },
    siblings: record.siblings.map(asBytes32),
  };
  // The list of one tensor is that tensor's root.
  const published = events.find(({ name }) => name === "ModelPublished")?.args["artifact"];
  const count = (published as { readonly outputCount: number } | undefined)?.outputCount;
  // Whoever told the index of the list may have told it of nodes within: then it is not known.
  const told = record.outputs?.length === count ? record.outputs : undefined;
  const outputs = told ?? (count === 1 ? [record.outputRoot] : undefined);
  const parents = record.parents?.flatMap((parent) => ("claimId" in parent ? [namedOf(parent)] : []));
  const isWhole = parents !== undefined && parents.length === record.parentsCount;
  return {
    record: opened,
    inputs: inputs?.map((bytes) => `0x${Buffer.from(bytes).toString("hex")}` as const) ?? null,
    outputs: outputs?.map(asBytes32) ?? null,
    parents: isWhole ? parents : null,
  };
}

function namedOf(parent: Exclude<ParentRef, { readonly item: unknown }>): NamedParent {
  const { claimId, recordIndex } = parent;
  const here = { claimId: asBytes32(claimId), recordIndex };
  return "chainId" in parent
    ? { chainId: parent.chainId, claimBook: asAddress(parent.claimBook), ...here }
    : here;
}
