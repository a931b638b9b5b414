import { number, text } from "./indexed-event.js";
import type { IndexedEvent } from "./indexed-event.js";
import type { Rows } from "./rows.js";
import { addTotal } from "./tallies.js";

/** Codes of ILineage.Edge. */
const BOUND = 3;
const MOST_INDEX = 0xffff_ffff;

export async function foldLineage(rows: Rows, { name, args, time }: IndexedEvent): Promise<void> {
  if (typeof args["childClaim"] !== "string") return;
  const child = { claim_id: args["childClaim"], idx: number(args, "childIndex") };
  if (name === "TaintPushed") {
    const before = await rows.get("taints", child.claim_id, child.idx);
    if (before === undefined) await addTotal(rows, "tainted", 1);
    const depth = number(args, "depth");
    const isBound = number(args, "path") === BOUND;
    const cause = text(args, "cause");
    // As in Lineage.sol: of causes that are equally near the smaller claim id, whichever path showed it first.
    const isNearer =
      before === undefined || depth < before.depth || (depth === before.depth && cause < before.cause);
    return rows.put("taints", {
      ...child,
      at: before?.at ?? time,
      cause: isNearer ? cause : before.cause,
      depth: Math.min(depth, before?.depth ?? depth),
      bound_depth: isBound ? Math.min(depth, before?.bound_depth ?? depth) : (before?.bound_depth ?? null),
    });
  }
  const isForeign = name === "ForeignParentShown";
  const key = {
    child_claim: child.claim_id,
    child_idx: child.idx,
    parent_claim: text(args, "parentClaim"),
    parent_idx: isForeign ? Number(text(args, "parentIndex")) : number(args, "parentIndex"),
  };
  // No record has such an index, in whichever deployment: the event alone tells of it.
  if (key.parent_idx > MOST_INDEX) return;
  const before = await rows.get("edges", key.child_claim, key.child_idx, key.parent_claim, key.parent_idx);
  // A parent elsewhere may bear the id of one here.
  if (isForeign && before !== undefined && before.kind !== "foreign") return;
  rows.put("edges", {
    ...key,
    kind: isForeign ? "foreign" : name === "EdgeBound" ? "bound" : "stated",
    chain_id: isForeign ? text(args, "chainId") : null,
    book: isForeign ? text(args, "claimBook") : null,
  });
}
