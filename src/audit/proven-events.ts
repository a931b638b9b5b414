import { OnusError } from "../errors/onus-error.js";
import { parseAddress } from "../types/address.js";
import type { Address } from "../types/address.js";
import type { Bundle, ProvenItem } from "./bundle.js";
import type { BundleTools, ReadLog } from "./bundle-tools.js";
import type { Parts } from "./part-addresses.js";
import { readCall, readLogs, walkProof } from "./read-proof.js";
import type { Header } from "./read-proof.js";

/** An event that a header's receipts prove, with its block and transaction. */
export type ProvenEvent = ReadLog & {
  readonly block: number;
  readonly index: number;
  readonly time: number;
};
export type ProvenCall = {
  readonly to: Address;
  readonly data: Uint8Array;
};

export function refuse(fields: readonly string[], reason: string): OnusError<"BUNDLE_REFUSED"> {
  return new OnusError("BUNDLE_REFUSED", { fields, reason });
}

/** Every event of the deployment that the receipts prove, in the order of the chain. */
export function readEvents(given: {
  readonly bundle: Pick<Bundle, "trust" | "evidence">;
  readonly headers: readonly Header[];
  readonly parts: Parts;
  readonly tools: BundleTools;
}): readonly ProvenEvent[] {
  const { bundle, headers, parts, tools } = given;
  const decode = tools.decoderOf(parts, bundle.trust.onus);
  let last: ProvenItem | undefined;
  const events = bundle.evidence.receipts.map((item, at): readonly ProvenEvent[] => {
    const field = `evidence.receipts.${at}`;
    const { value, header } = prove(field, item, headers, "receiptsRoot");
    // Which of two is the newer one is read from where they stand.
    if (last !== undefined && (item.block - last.block || item.index - last.index) <= 0)
      throw refuse([field], "it does not stand after the one before it");
    last = item;
    const logs = readLogs(value);
    if (logs === undefined) throw refuse([`${field}.proof`], "the value is no receipt");
    const found = logs.flatMap((log) => decode(log) ?? []);
    if (found.length === 0)
      throw refuse(
        ["trust.onus", "statement.deployment", field],
        "the receipt holds no event of the deployment",
      );
    return found.map((event) => ({ ...event, block: item.block, index: item.index, time: header.time }));
  });
  return events.flat();
}

/** The transaction in which a claim fell: whom it called, and with what. No other stands among the evidence. */
export function readConviction(
  items: readonly ProvenItem[],
  headers: readonly Header[],
  faulted: ProvenEvent | undefined,
): ProvenCall | undefined {
  const [found] = items.map((item, at) => {
    const field = `evidence.transactions.${at}`;
    const { value } = prove(field, item, headers, "transactionsRoot");
    if (at > 0 || item.block !== faulted?.block || item.index !== faulted.index)
      throw refuse([field], "the claim did not fall in that transaction");
    return readCall(value);
  });
  return found && { to: parseAddress(found.to), data: found.data };
}

function prove(
  field: string,
  item: ProvenItem,
  headers: readonly Header[],
  root: "receiptsRoot" | "transactionsRoot",
): { readonly value: Uint8Array; readonly header: Header } {
  const header = headers.find(({ number }) => number === item.block);
  if (header === undefined) throw refuse([`${field}.block`], "no header of that block is in the bundle");
  const walk = walkProof(header[root], item.index, item.proof);
  if (walk.ok) return { value: walk.value, header };
  // Another block or index leads elsewhere, and shows as a node that does not belong there.
  const node = walk.node === undefined ? [] : [`${field}.proof.${walk.node}`];
  const block = walk.node === 0 ? [`${field}.block`] : [];
  throw refuse([...node, ...block, `${field}.index`], walk.reason);
}
