import { OnusError } from "../errors/onus-error.js";
import { commitParents } from "./parent-list.js";
import type { Parent, ParentTree } from "./parent-list.js";
import type { InferenceRecord } from "./record.js";

/** The parents of record `index`, once they are all that it commits to, in its order; otherwise PARENTS_DIFFER. */
export function requireParents(
  { parentsRoot, parentsCount }: Pick<InferenceRecord, "parentsRoot" | "parentsCount">,
  parents: readonly Parent[],
  index: number,
): ParentTree {
  const named = commitParents(parents);
  if (named.count === parentsCount && named.root === parentsRoot) return named;
  throw new OnusError("PARENTS_DIFFER", {
    index,
    actual: { count: named.count, root: named.root },
    expected: { count: parentsCount, root: parentsRoot },
  });
}
