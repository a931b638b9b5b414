import type { TensorBinding } from "../claim/find-binding.js";
import type { Claim } from "../claim/claim.js";
import type { ListOpening, Parent, RecordRef } from "../claim/parent-list.js";
import type { RecordOpening } from "../claim/record-opening.js";
import type { PublishedModel } from "../dispute/dispute-view.js";
import { requirePart } from "./contracts.js";
import type { Contracts } from "./contracts.js";
import type { Call } from "./move-call.js";

/** Calls that show lineage; contracts/interfaces/ILineage.sol explains each. Anyone may make them. */

/** A parent of this claim book, named in the child's list at `path`. */
export function stateEdgeCall(
  contracts: Contracts,
  edge: {
    readonly child: RecordOpening;
    readonly path: ListOpening;
    readonly parent: { readonly claim: Claim; readonly recordIndex: number };
  },
): Call {
  const given = [edge.child, edge.path, edge.parent.claim, edge.parent.recordIndex] as const;
  return toLineage(contracts, "stateEdge", encoder(contracts).encodeFunctionData("stateEdge", [...given]));
}

/** One tensor that the parent put out and the child took in; the edge is stated already. */
export function bindEdgeCall(
  contracts: Contracts,
  edge: {
    readonly child: RecordOpening;
    readonly parent: RecordOpening;
    readonly childModel: PublishedModel;
    readonly parentModel: PublishedModel;
    readonly binding: TensorBinding;
  },
): Call {
  const { child, parent, binding } = edge;
  const proof = {
    tensorRoot: binding.tensorRoot,
    childModel: modelOpening(edge.childModel),
    parentModel: modelOpening(edge.parentModel),
    input: binding.input,
    output: binding.output,
  };
  const given = [child, parent, proof] as const;
  return toLineage(contracts, "bindEdge", encoder(contracts).encodeFunctionData("bindEdge", [...given]));
}

/** A parent of another claim book or chain, named in the child's list at `path`. */
export function showForeignParentCall(
  contracts: Contracts,
  edge: { readonly child: RecordOpening; readonly path: ListOpening; readonly parent: Parent },
): Call {
  const { book, claimId, recordIndex } = edge.parent;
  const place = [book.chainId, book.contract, claimId, recordIndex] as const;
  const given = [edge.child, edge.path, ...place] as const;
  const data = encoder(contracts).encodeFunctionData("showForeignParent", [...given]);
  return toLineage(contracts, "showForeignParent", data);
}

/** Over an edge that was stated, from a parent that is tainted. */
export function pushTaintCall(
  contracts: Contracts,
  edge: { readonly child: RecordRef; readonly parent: RecordRef },
): Call {
  const given = [ref(edge.child), ref(edge.parent)] as const;
  return toLineage(contracts, "pushTaint", encoder(contracts).encodeFunctionData("pushTaint", [...given]));
}

const encoder = ({ lineage }: Contracts): Contracts["lineage"]["interface"] => lineage.interface;

const ref = ({ claimId, recordIndex }: RecordRef) => ({ claimId, recordIndex });

const modelOpening = ({ identity: { publisher, superseded }, commitment: artifact }: PublishedModel) => ({
  ...{ publisher, superseded, artifact },
});

function toLineage(contracts: Contracts, name: string, data: string): Call {
  requirePart(contracts, "lineage");
  return { call: `Lineage.${name}`, to: contracts.deployment.lineage, data, value: 0n };
}
