import { openRecord } from "../../src/claim/record-list.js";
import type { RecordTree } from "../../src/claim/record-list.js";
import type { Claim } from "../../src/claim/claim.js";
import type { SignedReceipt } from "../../src/claim/receipt.js";
import type { Parent } from "../../src/claim/parent-list.js";
import type { ModelIdentity } from "../../src/model/model-id.js";
import type { CommittedArtifact } from "../../src/trace/commit-artifact.js";
import { nodeAt } from "../../src/trace/tree.js";
import type { Tree } from "../../src/trace/tree.js";
import type { CommittedTrace } from "../../src/trace/committed-trace.js";
import { bytes32From } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { toJson } from "../../src/types/to-json.js";

export type Model = {
  readonly id: Bytes32;
  /** As the pages call it. */
  readonly name: string;
  readonly identity: ModelIdentity;
  readonly committed: CommittedArtifact;
  readonly file: Uint8Array;
};

/** A claim with everything behind it. */
export type Claimed = {
  readonly id: Bytes32;
  readonly claim: Claim;
  readonly model: Model;
  readonly records: RecordTree;
  readonly traces: readonly CommittedTrace[];
  readonly parents: readonly (readonly Parent[])[];
  /** Whether its operator shows it to whoever asks off chain. */
  readonly isShown: boolean;
};

/** What operators of the seeded chain hand out, and what the index is told. */
export type Shelf = {
  readonly models: Map<Bytes32, Model>;
  readonly claims: Map<Bytes32, Claimed>;
  /** Those that were presented on chain. */
  readonly receipts: SignedReceipt[];
};

export const itemsOf = (tree: Tree): Bytes32[] =>
  Array.from({ length: tree.count }, (_, at) => bytes32From(nodeAt(tree, 0, at)));

/** A record as POST /v1/records takes it. */
export function postedRecord({ id, records, traces, parents }: Claimed, index: number): string {
  const { lists } = traces[index] as CommittedTrace;
  const named = parents[index] ?? [];
  // The list of a record that names another deployment's is its own affair: the index takes those of this one.
  const isOwn =
    named.every(({ book }) => book.contract === named[0]?.book.contract) && named[0]?.book.chainId !== 1n;
  return toJson({
    ...{ claimId: id, index, record: records.records[index], siblings: openRecord(records, index) },
    ...{ inputs: itemsOf(lists.input), outputs: itemsOf(lists.output) },
    ...(isOwn && { parents: named.map(({ claimId, recordIndex }) => ({ claimId, recordIndex })) }),
  });
}
