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
  readonly block: number;
  readonly index: number;
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
  const seen = new Set<string>();
  const events = bundle.evidence.receipts.map((item, at): readonly ProvenEvent[] => {
    const field = `evidence.receipts.${at}`;
    const { value, header } = prove(field, item, headers, "receiptsRoot");
    const place = `${item.block} ${item.index}`;
    if (seen.has(place)) throw refuse([field], "it is there twice");
    seen.add(place);
    const logs = readLogs(value);
    if (logs === undefined) throw refuse([`${field}.proof`], "the value is no receipt");
    const found = logs.flatMap((log) => decode(log) ?? []);
    if (found.length === 0)
      throw refuse(["trust.onus", field], "the receipt holds no event of the deployment");
    return found.map((event) => ({ ...event, block: item.block, index: item.index, time: header.time }));
  });
  return events.flat();
}

/** The transactions that are proven: whom they called, and with what. */
export function readCalls(
  items: readonly ProvenItem[],
  headers: readonly Header[],
): readonly (ProvenCall | undefined)[] {
  return items.map((item, at) => {
    const { value } = prove(`evidence.transactions.${at}`, item, headers, "transactionsRoot");
    const call = readCall(value);
    return call && { block: item.block, index: item.index, to: parseAddress(call.to), data: call.data };
  });
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
