import type { Bytes32 } from "../types/bytes32.js";
import type { RecordRef } from "./parent-list.js";

/** An edge of one claim book, as far as the chain was shown it. */
export type FamilyEdge = {
  readonly child: RecordRef;
  readonly parent: RecordRef;
  readonly kind: "stated" | "bound";
};

/** A shortest path from a fallen claim: how many edges, and which claim. */
export type TaintLabel = { readonly depth: number; readonly cause: Bytes32 };

/** What was pushed to a record: over all edges, and over bound ones alone. Absent: nothing was. */
export type TaintLabels = { readonly stated?: TaintLabel; readonly bound?: TaintLabel };

export const keyOfRef = ({ claimId, recordIndex }: RecordRef): string => `${claimId}:${recordIndex}`;

/**
 * Which pushes are wanted: all that change a label, or those alone that taint what was not. Whoever shows one short edge may
 * change the labels of all descendants; a record is tainted only once over any edges, and once over bound ones.
 */
export type TaintReach = "shortest" | "first";

/**
 * The pushes that bring every label as far as it goes over these edges, parents before children: each edge at most once, and
 * at most two for a record. Pure; contracts/Lineage.sol says what one push does.
 *
 * @param labels by `keyOfRef`, as they are on chain
 */
export function planTaint(
  edges: readonly FamilyEdge[],
  labels: ReadonlyMap<string, TaintLabels>,
  reach: TaintReach = "shortest",
): readonly FamilyEdge[] {
  const known = new Map(labels);
  const pushes: FamilyEdge[] = [];
  for (const toChild of inOrder(edges)) {
    const key = keyOfRef((toChild[0] as FamilyEdge).child);
    const push = (edge: FamilyEdge): void => {
      const before = known.get(key) ?? {};
      const after = pushedOver(edge, known.get(keyOfRef(edge.parent)) ?? {}, before);
      if (reach === "first" ? isAsTainted(before, after) : isSame(before, after)) return;
      known.set(key, after);
      pushes.push(edge);
    };
    const offers = toChild.map((edge) => ({
      edge,
      ...pushedOver(edge, known.get(keyOfRef(edge.parent)) ?? {}, {}),
    }));
    // The one with the least bound label may bring the least of all with it: it goes first.
    for (const over of ["bound", "stated"] as const) {
      const least = offers.reduce<TaintLabel | undefined>(
        (best, offer) => leastOf(best, offer[over]),
        undefined,
      );
      const equal = offers.filter(
        (offer) => least !== undefined && offer[over] && !isLess(least, offer[over]),
      );
      const best = equal.reduce<(typeof offers)[number] | undefined>(
        (one, other) => (one === undefined || isLess(other.stated, one.stated) ? other : one),
        undefined,
      );
      if (best !== undefined) push(best.edge);
    }
  }
  return pushes;
}

/** What a push over an edge makes of the child's labels. The stated one is never greater than the bound one. */
function pushedOver({ kind }: FamilyEdge, parent: TaintLabels, child: TaintLabels): TaintLabels {
  const bound = kind === "bound" ? leastOf(child.bound, below(parent.bound)) : child.bound;
  const stated = leastOf(child.stated, below(parent.stated));
  return { ...(stated && { stated }), ...(bound && { bound }) };
}

const below = (label: TaintLabel | undefined): TaintLabel | undefined =>
  label && { ...label, depth: label.depth + 1 };

function isLess(label: TaintLabel | undefined, than: TaintLabel | undefined): boolean {
  if (label === undefined || than === undefined) return label !== undefined;
  if (label.depth !== than.depth) return label.depth < than.depth;
  return BigInt(label.cause) < BigInt(than.cause);
}

const leastOf = (a: TaintLabel | undefined, b: TaintLabel | undefined): TaintLabel | undefined =>
  isLess(b, a) ? b : a;

const isSame = (one: TaintLabels, other: TaintLabels): boolean =>
  (["stated", "bound"] as const).every((over) => !isLess(other[over], one[over]));

const isAsTainted = (one: TaintLabels, other: TaintLabels): boolean =>
  (["stated", "bound"] as const).every((over) => one[over] !== undefined || other[over] === undefined);

/** The edges to each child, after those to all its parents. There are no cycles; edges of one are left out. */
function inOrder(edges: readonly FamilyEdge[]): readonly (readonly FamilyEdge[])[] {
  const toChild = Map.groupBy(edges, ({ child }) => keyOfRef(child));
  const fromParent = Map.groupBy(edges, ({ parent }) => keyOfRef(parent));
  const waiting = new Map([...toChild].map(([key, { length }]) => [key, length]));
  const ready = [...fromParent.keys()].filter((key) => !toChild.has(key));
  const ordered: (readonly FamilyEdge[])[] = [];
  for (let key = ready.shift(); key !== undefined; key = ready.shift()) {
    const own = toChild.get(key);
    if (own !== undefined) ordered.push(own);
    for (const { child } of fromParent.get(key) ?? []) {
      const childKey = keyOfRef(child);
      const left = (waiting.get(childKey) ?? 0) - 1;
      waiting.set(childKey, left);
      if (left === 0) ready.push(childKey);
    }
  }
  return ordered;
}
