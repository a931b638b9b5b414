import { z } from "zod";

import type { Claim } from "../claim/claim.js";
import { spellParent } from "../claim/named-parent.js";
import { openRecord } from "../claim/record-list.js";
import { OnusError } from "../errors/onus-error.js";
import { Withheld } from "../service/download.js";
import type { OperatorEndpoint } from "../service/operator-endpoint.js";
import { asAddress } from "../types/address.js";
import { asBytes32 } from "../types/bytes32.js";
import type { Place } from "../types/place.js";
import { asSeconds } from "../types/seconds.js";
import { asWei } from "../types/wei.js";
import { nextPage } from "./fetch-plan.js";
import type { FetchWork } from "./fetch-table.js";
import { openPosted, postedRecord } from "./open-posted.js";
import type { OpenedRows, Posted } from "./open-posted.js";
import type { ClaimRow } from "./tables.js";

/** A claim file with more records is not read: it comes in one piece, and is hashed in one go. */
const MOST_IN_FILE = 128;

/** Records that opened to their claim, in its order. */
export type FetchedPage = {
  readonly opened: readonly OpenedRows[];
  /** Some record came without a list that finds it, or that says what it was made from. */
  readonly lacksLists: boolean;
};

/**
 * Asks an operator once for the next records of a claim. An endpoint that has no pages of them, a directory of files, is
 * asked for the claim file. Nothing is believed: each record opens to the claim and each list makes its root, or the page
 * is withheld.
 */
export async function fetchPage(
  work: FetchWork,
  { endpoint, claimBook, most }: { endpoint: OperatorEndpoint; claimBook: Place; most: number },
): Promise<FetchedPage> {
  const { claim, next } = work;
  const { n } = claim;
  const bounds = nextPage({ from: next, most, n, tensors: work.inputs + work.outputs });
  const id = asBytes32(claim.id);
  try {
    const text = await endpoint.recordPage(id, bounds);
    const records = readPage(text, { claim, from: bounds.from, count: bounds.count });
    return {
      opened: records.map((posted) => openedOf(work, posted, claimBook)),
      lacksLists: records.some((posted) => lacks(posted, work)),
    };
  } catch (error) {
    const hasNoPages = error instanceof Withheld && (error.kind === "refusal" || error.kind === "content");
    if (!hasNoPages || next > 0 || n > Math.min(MOST_IN_FILE, most)) throw error;
    return await fetchFile(work, { endpoint, claimBook }).catch(() => {
      throw error;
    });
  }
}

/** A claim file has the parents of its records at most, and no roots of tensors. */
async function fetchFile(
  work: FetchWork,
  { endpoint, claimBook }: { endpoint: OperatorEndpoint; claimBook: Place },
): Promise<FetchedPage> {
  const { claim } = work;
  const claimId = asBytes32(claim.id);
  const tree = await endpoint.records(claimOf(claim), claimId);
  const all = tree.records.map((record, index): Posted => {
    const parents = tree.parents?.[index]?.map(spellParent);
    return { claimId, index, record, siblings: openRecord(tree, index), ...(parents && { parents }) };
  });
  return {
    opened: all.map((posted) => openedOf(work, posted, claimBook)),
    lacksLists: all.some((posted) => lacks(posted, work)),
  };
}

function readPage(
  text: string,
  { claim, from, count }: { claim: ClaimRow; from: number; count: number },
): readonly Posted[] {
  const schema = z.object({ records: z.array(postedRecord).min(1).max(count) });
  let read;
  try {
    read = schema.safeParse(JSON.parse(text));
  } catch (cause) {
    throw new Withheld(`the records of claim ${claim.id} are not readable`, { cause });
  }
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new Withheld(`records of claim ${claim.id}: ${issue?.message} at ${issue?.path.join(".")}`);
  }
  const { records } = read.data;
  const stray = records.find(({ claimId, index }, at) => claimId !== claim.id || index !== from + at);
  if (stray === undefined) return records;
  throw new Withheld(`record ${stray.index} of claim ${stray.claimId} is not what was asked for`);
}

function openedOf({ claim, ...counts }: FetchWork, posted: Posted, claimBook: Place): OpenedRows {
  try {
    return openPosted(claim, posted, { claimBook, counts });
  } catch (cause) {
    if (!(cause instanceof OnusError)) throw cause;
    throw new Withheld(cause.message, { cause });
  }
}

/** A list of one output needs no telling: it is that tensor's root. */
const lacks = (
  { record, outputs, parents }: Pick<Posted, "record"> & Partial<Pick<Posted, "outputs" | "parents">>,
  work: FetchWork,
): boolean =>
  (work.outputs > 1 && outputs === undefined) || (record.parentsCount > 0 && parents === undefined);

const claimOf = (row: ClaimRow): Claim => ({
  operator: asAddress(row.operator),
  modelId: asBytes32(row.model_id),
  nonce: BigInt(row.nonce),
  recordsRoot: asBytes32(row.records_root),
  n: row.n,
  liability: asWei(BigInt(row.liability)),
  window: asSeconds(BigInt(row.duration)),
});
