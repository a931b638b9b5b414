import { keyOfRef, planTaint } from "../claim/plan-taint.js";
import type { FamilyEdge, TaintLabels, TaintReach } from "../claim/plan-taint.js";
import type { RecordRef } from "../claim/parent-list.js";
import type { Contracts } from "./contracts.js";
import { inBatches } from "./in-batches.js";
import { readFamily } from "./read-family.js";
import type { FamilyLimits, FamilyRoot } from "./read-family.js";
import { readTaint } from "./read-lineage.js";
import type { Taint } from "./read-lineage.js";

export type Pushes = {
  /** Parents before children; none where all that is known was pushed already. */
  readonly pushes: readonly FamilyEdge[];
  /** Descendants that the chain was shown, within the limits. */
  readonly descendants: readonly RecordRef[];
  readonly isCut: boolean;
};

/** What has to be pushed so that the taint of a record, or of all records of a claim, reaches its known descendants. */
export async function readPushes(
  contracts: Contracts,
  root: FamilyRoot,
  { reach, ...limits }: FamilyLimits & { readonly reach?: TaintReach },
): Promise<Pushes> {
  const { edges, isCut } = await readFamily(contracts, root, "children", limits);
  const descendants = new Map(edges.map(({ child }) => [keyOfRef(child), child]));
  const refs = new Map(edges.map(({ parent }) => [keyOfRef(parent), parent]));
  for (const [key, child] of descendants) refs.set(key, child);
  const labels = new Map(
    await inBatches([...refs], async ([key, ref]): Promise<[string, TaintLabels]> => {
      const { stated, bound } = await readTaint(contracts, ref);
      return [key, { ...labelOf("stated", stated), ...labelOf("bound", bound) }];
    }),
  );
  return { pushes: planTaint(edges, labels, reach), descendants: [...descendants.values()], isCut };
}

const labelOf = (over: keyof TaintLabels, taint: Taint): TaintLabels =>
  taint.status === "tainted" ? { [over]: { depth: taint.depth, cause: taint.cause } } : {};
