import type { Claim } from "../claim/claim.js";
import { receiptHash } from "../claim/receipt.js";
import type { Receipt } from "../claim/receipt.js";
import { recordHash } from "../claim/record.js";
import type { InferenceRecord } from "../claim/record.js";
import { asAddress } from "../types/address.js";
import type { Address } from "../types/address.js";
import { asBytes32 } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import { receiptFaultNamed } from "../types/fault-names.js";
import type { Place } from "../types/place.js";
import { asSeconds } from "../types/seconds.js";
import { asWei } from "../types/wei.js";
import type { Bundle, StatedReceipt } from "./bundle.js";
import type { BundleTools } from "./bundle-tools.js";
import { refuse } from "./proven-events.js";
import type { ProvenEvent } from "./proven-events.js";

/** A receipt with its signature in the bundle, or that the court was seen to take. */
export type Promised = { readonly hash: Bytes32; readonly receipt: Receipt; readonly signer: Address };

/** The receipt of a bundle; undefined where it has none. */
export function readPromise(
  { subject, evidence }: Pick<Bundle, "subject" | "evidence">,
  given: { readonly court: Place; readonly events: readonly ProvenEvent[]; readonly tools: BundleTools },
): Promised | undefined {
  const { court, events, tools } = given;
  const named = subject.receiptHash;
  const presented = events.find(
    ({ name, args }) => name === "ReceiptPresented" && args["receiptHash"] === named,
  );
  const signed = evidence.receipt;
  if (signed === null) {
    if (named === null) return undefined;
    if (presented === undefined)
      throw refuse(
        ["subject.receiptHash"],
        "neither is the receipt in the bundle, nor an event that shows it",
      );
    const receipt = receiptOf(presented);
    const hash = receiptHash(receipt, court);
    if (hash !== named) throw refuse(["trust.chainId"], `on that chain the receipt's hash is ${hash}`);
    return { hash, receipt, signer: asAddress(presented.args["signer"] as string) };
  }
  const { receipt, signer, signature } = signed;
  if (signed.court.contract !== court.contract)
    throw refuse(["evidence.receipt.court.contract"], `the deployment's is ${court.contract}`);
  if (signed.court.chainId !== court.chainId)
    throw refuse(["evidence.receipt.court.chainId", "trust.chainId"], "they differ");
  const hash = receiptHash(receipt, court);
  if (hash !== named) throw refuse(["subject.receiptHash", "evidence.receipt"], `its hash is ${hash}`);
  const recovered = tools.recover(hash, signature);
  if (recovered !== signer) throw refuse(["evidence.receipt"], `its signature is ${recovered ?? "nobody"}'s`);
  return { hash, receipt, signer };
}

function receiptOf({ args }: ProvenEvent): Receipt {
  const given = args["receipt"] as unknown as {
    readonly operator: Address;
    readonly modelId: Bytes32;
    readonly record: InferenceRecord;
    readonly issuedAt: number;
    readonly inclusionDeadline: number;
    readonly liabilityWei: string;
    readonly maxRecords: number;
  };
  return {
    ...given,
    issuedAt: asSeconds(BigInt(given.issuedAt)),
    inclusionDeadline: asSeconds(BigInt(given.inclusionDeadline)),
    liabilityWei: asWei(BigInt(given.liabilityWei)),
  };
}

/** What is said of a receipt: whose promise, of what, and what came of it. `events`: those about it alone. */
export function stateReceipt(
  { hash, receipt, signer }: Promised,
  given: {
    readonly key: StatedReceipt["key"];
    readonly shares: StatedReceipt["shares"];
    readonly events: readonly ProvenEvent[];
    /** The claim that is in the bundle, and which record of it was opened. */
    readonly claimed:
      | { readonly claim: Claim; readonly submittedAt: number; readonly opened: Bytes32 | undefined }
      | undefined;
  },
): StatedReceipt {
  const { key, shares, events, claimed } = given;
  return {
    hash,
    signer,
    key,
    modelId: receipt.modelId,
    recordHash: recordHash(receipt.record),
    issuedAt: Number(receipt.issuedAt),
    inclusionDeadline: Number(receipt.inclusionDeadline),
    liability: receipt.liabilityWei.toString(),
    maxRecords: receipt.maxRecords,
    isKept: claimed === undefined ? null : isKept(receipt, claimed),
    court: courtOf(events, hash),
    shares,
  };
}

function isKept(
  { modelId, liabilityWei, maxRecords, inclusionDeadline, record }: Receipt,
  given: { readonly claim: Claim; readonly submittedAt: number; readonly opened: Bytes32 | undefined },
): boolean | null {
  const { claim, submittedAt, opened } = given;
  const hasTerms = modelId === claim.modelId && claim.liability >= liabilityWei && claim.n <= maxRecords;
  if (!hasTerms) return false;
  // Late is not broken: time in which claims are paused does not count, and is not in a bundle.
  return opened === recordHash(record) && submittedAt < Number(inclusionDeadline) ? true : null;
}

function courtOf(events: readonly ProvenEvent[], hash: Bytes32): StatedReceipt["court"] {
  const first = (name: string): ProvenEvent | undefined =>
    events.find((event) => event.name === name && event.args["receiptHash"] === hash);
  const complained = first("Complained");
  const faulted = first("ReceiptFaulted");
  const answer = first("ComplaintAnswered")?.args["claimId"];
  return {
    presentedAt: first("ReceiptPresented")?.time ?? null,
    complaint:
      complained === undefined
        ? null
        : {
            complainant: asAddress(complained.args["complainant"] as string),
            at: complained.time,
            deadline: complained.args["deadline"] as number,
          },
    answeredBy: answer === undefined ? null : asBytes32(answer as string),
    fault: faulted === undefined ? null : (receiptFaultNamed(faulted.args["kind"] as number) ?? null),
    brokenAt: faulted?.time ?? null,
  };
}
