import { existsSync } from "node:fs";

import type {
  ApiRecord,
  ClaimSummary,
  PostedAnswer,
  ReceiptDetail,
  RecordPage,
  SearchResult,
} from "../audit/api-types.js";
import type { BundleSubject } from "../chain/collect-bundle.js";
import type { Contracts } from "../chain/contracts.js";
import { recoverSigner } from "../chain/verify-receipt.js";
import { claimId } from "../claim/claim.js";
import { receiptHash } from "../claim/receipt.js";
import type { SignedReceipt } from "../claim/receipt.js";
import { recordHash } from "../claim/record.js";
import { OnusError } from "../errors/onus-error.js";
import { decodeClaimFile } from "../store/claim-file.js";
import { readText } from "../store/read-file.js";
import { decodeReceiptFile } from "../store/receipt-file.js";
import { rootOfBytes } from "../trace/tree.js";
import { bytes32From, parseBytes32 } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import { askIndex } from "./ask-index.js";
import { readElements } from "./input-data.js";
import type { Reporter } from "./reporter.js";

/** What an audit is about, as the index knows it. */
export type FoundSubject = Omit<BundleSubject, "inputs" | "receiptHash"> & {
  /** Undefined: a receipt that no claim is known to keep. */
  readonly claim: string | undefined;
  readonly promise?: PromiseOf;
};
/** A receipt by its hash, and where its events are to be looked for. */
type PromiseOf = {
  readonly hash: Bytes32;
  readonly operator: string;
  readonly modelId: string;
  readonly signer: string;
};

/** What narrows it down: of a claim, of a record of it. */
type Wanted = {
  readonly claim: Bytes32 | undefined;
  readonly record: number | undefined;
  readonly say: Reporter["say"];
};
type Item = ApiRecord & { readonly claim: ClaimSummary };

/** Most records that an ambiguity names. */
const MOST_NAMED = 8;

/** Finds the claim and the record that an id, a file of a claim or a receipt, or an output file is about. */
export async function findSubject(
  subject: string,
  given: Wanted & { readonly index: string; readonly places: Pick<Contracts, "claimPlace" | "courtPlace"> },
): Promise<FoundSubject> {
  const { index, places } = given;
  const whole = { recordIndex: given.record ?? null, tensorRoot: null, receipt: null };
  if (/^0x[0-9a-fA-F]*$/.test(subject) && !existsSync(subject)) return findId(subject, given);
  if (!existsSync(subject)) throw new OnusError("FILE_MISSING", { path: subject });
  const kind = /\.json$/.test(subject) ? kindOfJson(readText(subject)) : "tensor";
  if (kind === "bundle") throw new OnusError("SUBJECT_IS_BUNDLE", { path: subject });
  if (kind === "claim") {
    const text = readText(subject);
    const { claim } = decodeClaimFile(text);
    await askIndex<PostedAnswer>(index, "/v1/records", text);
    return { ...whole, claim: claimId(claim, places.claimPlace) };
  }
  if (kind === "receipt") {
    const signed = decodeReceiptFile(readText(subject));
    const { receipt, signer } = signed;
    const item = await itemOfReceipt(signed, given);
    const at = { claim: item?.claimId, recordIndex: item?.index ?? null, tensorRoot: null };
    const promise = { ...receipt, hash: receiptHash(receipt, places.courtPlace), signer };
    // A signature that a contract judges is none that a file can show: the court's event does, where it took it.
    return { ...at, receipt: recoverSigner(signed) === signer ? signed : null, promise };
  }
  const root = bytes32From(rootOfBytes(await readElements(subject)));
  const { items } = await askIndex<RecordPage>(index, `/v1/outputs/${root}`);
  const item = onlyOne(items, given, `an output tensor with root ${root}`);
  return { claim: item.claimId, recordIndex: item.index, tensorRoot: root, receipt: null };
}

async function findId(subject: string, given: Wanted & { readonly index: string }): Promise<FoundSubject> {
  const { index } = given;
  const { hits } = await askIndex<SearchResult>(index, `/v1/search?q=${subject}`);
  const exact = hits.filter(({ id }) => id.toLowerCase() === subject.toLowerCase());
  const claims = hits.flatMap((hit) => (hit.kind === "claim" ? [hit.id] : []));
  const [claim] = claims;
  const whole = { recordIndex: given.record ?? null, tensorRoot: null, receipt: null };
  if (claim !== undefined && claims.length === 1) return { ...whole, claim };
  const isRecord = hits.some(({ kind }) => kind === "record");
  if (isRecord || hits.some(({ kind }) => kind === "output")) {
    const path = isRecord ? "records" : "outputs";
    const { items } = await askIndex<RecordPage>(index, `/v1/${path}/${subject}`);
    const item = onlyOne(items, given, subject);
    return { ...whole, claim: item.claimId, recordIndex: item.index };
  }
  if (hits.some(({ kind, id }) => kind === "receipt" && id === subject.toLowerCase())) {
    const found = await askIndex<ReceiptDetail>(index, `/v1/receipts/${subject}`);
    const { hash, operator, modelId, signer } = found;
    const promise = { hash: parseBytes32(hash), operator, modelId, signer };
    return { ...whole, recordIndex: null, claim: undefined, promise };
  }
  const [other] = exact;
  if (other !== undefined) throw new OnusError("SUBJECT_OF_ANOTHER_KIND", { id: subject, kind: other.kind });
  throw new OnusError("RECORD_NOT_KNOWN", { what: subject });
}

/** The record of a receipt, in a claim of whoever promised it: anybody else can put the same record into his own. */
async function itemOfReceipt(
  { receipt }: SignedReceipt,
  given: Wanted & { readonly index: string },
): Promise<Item | undefined> {
  const hash = recordHash(receipt.record);
  const { items } = await askIndex<RecordPage>(given.index, `/v1/records/${hash}`);
  const own = items.filter(({ claim }) => claim.operator === receipt.operator);
  const keeps = ({ claim: { modelId, liability, n } }: Item): boolean =>
    modelId === receipt.modelId && BigInt(liability) >= receipt.liabilityWei && n <= receipt.maxRecords;
  const keeping = own.filter(keeps);
  // Of several that keep it the first one is as good as any.
  const isNarrowed = given.claim !== undefined || given.record !== undefined;
  if (own.length === 0 && !isNarrowed) return undefined;
  const best = isNarrowed ? own : (keeping.length > 0 ? keeping : own).slice(0, 1);
  return onlyOne(best, given, `the receipt's record ${hash} of operator ${receipt.operator}`);
}

function onlyOne(items: readonly Item[], { claim, record, say }: Wanted, what: string): Item {
  const fitting = items.filter(
    ({ claimId: id, index }) =>
      (claim === undefined || id === claim) && (record === undefined || index === record),
  );
  const [first] = fitting;
  if (first === undefined) throw new OnusError("RECORD_NOT_KNOWN", { what });
  // Records of one claim have one operator, one model and one verdict: then the first one is told. Others may not.
  if (fitting.some(({ claimId: id }) => id !== first.claimId)) {
    const places = fitting.map((item) => `${item.claimId}:${item.index} of ${item.claim.operator}`);
    throw new OnusError("SUBJECT_AMBIGUOUS", {
      what,
      count: places.length,
      places: places.slice(0, MOST_NAMED),
    });
  }
  if (fitting.length > 1)
    say(`${fitting.length} records of claim ${first.claimId} have it; this is about record ${first.index}`);
  return first;
}

function kindOfJson(text: string): "bundle" | "claim" | "receipt" | "tensor" {
  try {
    const json = JSON.parse(text) as object;
    if ("format" in json && "evidence" in json) return "bundle";
    if ("claim" in json && "records" in json) return "claim";
    if ("receipt" in json && "signature" in json) return "receipt";
  } catch {
    // What is no JSON is told by whoever reads the tensor.
  }
  return "tensor";
}
