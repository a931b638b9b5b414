import type { RecordRef } from "../claim/parent-list.js";
import { asBytes32 } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import { requirePart } from "./contracts.js";
import type { Contracts } from "./contracts.js";

/** In the order of ILineage.Edge. */
export const EDGES = ["none", "foreign", "stated", "bound"] as const;
export type Edge = (typeof EDGES)[number];

/** There is no "clean": that nobody has pushed taint says nothing. */
export type Taint =
  | { readonly status: "not-pushed" }
  | {
      readonly status: "tainted";
      /** Edges from the faulted ancestor; 0: the record's own claim. */
      readonly depth: number;
      /** The ancestor's claim. */
      readonly cause: Bytes32;
    };

/** What the chain was shown of a child and a parent. Both are named by their items (`parentItem`). */
export async function readEdge(
  contracts: Contracts,
  { child, parent }: { readonly child: Bytes32; readonly parent: Bytes32 },
): Promise<Edge> {
  requirePart(contracts, "lineage");
  return EDGES[Number(await contracts.lineage.edgeOf(child, parent))] ?? "none";
}

/** What was pushed to a record: over edges of both kinds, and over bound ones alone. At a block (the newest). */
export async function readTaint(
  contracts: Contracts,
  { claimId, recordIndex }: RecordRef,
  block?: number,
): Promise<{ readonly stated: Taint; readonly bound: Taint }> {
  requirePart(contracts, "lineage");
  const at = block === undefined ? {} : { blockTag: block };
  const { stated, bound } = await contracts.lineage.taintOf({ claimId, recordIndex }, at);
  return { stated: taintFrom(stated), bound: taintFrom(bound) };
}

const taintFrom = (read: { status: bigint; depth: bigint; cause: string }): Taint =>
  read.status === 0n
    ? { status: "not-pushed" }
    : { status: "tainted", depth: Number(read.depth), cause: asBytes32(read.cause) };
