import { concatBytes, hexToBytes } from "@noble/hashes/utils.js";

import { claimId } from "../../src/claim/claim.js";
import type { Claim } from "../../src/claim/claim.js";
import { commitRecords, openRecord } from "../../src/claim/record-list.js";
import { recordHash } from "../../src/claim/record.js";
import type { InferenceRecord } from "../../src/claim/record.js";
import type { Exhibit } from "../../src/dispute/evidence.js";
import type { ChallengerHoldings, OperatorHoldings } from "../../src/dispute/holdings.js";
import { modelId } from "../../src/model/model-id.js";
import type { ModelIdentity } from "../../src/model/model-id.js";
import type { CommittedArtifact } from "../../src/trace/commit-artifact.js";
import type { Trace } from "../../src/trace/commit-run.js";
import type { CommittedTrace } from "../../src/trace/committed-trace.js";
import { treeOfItems } from "../../src/trace/tree.js";
import { asAddress } from "../../src/types/address.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { ZERO_HASH, bytes32From } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";
import type { Place } from "../../src/types/place.js";
import { ROLE, recordOf } from "./claim-of-trace.js";
import { PLACES } from "./dispute-arena.js";
import type { Setting } from "./dispute-arena.js";

export const CHALLENGER = asAddress("0x8000000000000000000000000000000000000008");
export const STRANGER = asAddress("0x9000000000000000000000000000000000000009");
export const OPERATOR = ROLE.operator;

/** A claim in which record `index` of `n` is what an operator made of an honest run. */
export type Told = {
  readonly committed: CommittedArtifact;
  /** What the input gives. */
  readonly own: Trace;
  /** What the operator commits to instead. */
  readonly theirs: CommittedTrace;
  readonly n?: number;
  readonly index?: number;
  readonly onDemand?: boolean;
  /** Fields of the record that are to differ from what the trace gives. */
  readonly fields?: Partial<InferenceRecord>;
  /** An item that is appended to the list of records, where none may stand. */
  readonly strayRecord?: Uint8Array;
  readonly recordsRoot?: Bytes32;
  /** Where model ids live; `PLACES.registry` when absent. */
  readonly registry?: Place;
};

export type StagedClaim = Setting & {
  readonly claimId: Bytes32;
  /** Everything the operator committed to. */
  readonly exhibit: Exhibit;
  readonly operator: OperatorHoldings;
  readonly challenger: ChallengerHoldings;
};

/** Puts a claim together, and what operator and challenger have of it: the challenger its own run and its record. */
export function stageClaim(told: Told): StagedClaim {
  const { committed, own, theirs, n = 1, index = 0, onDemand = false, registry = PLACES.registry } = told;
  const model: ModelIdentity = { publisher: ROLE.publisher, artifactId: committed.id, superseded: ZERO_HASH };
  const all = Array.from({ length: n }, (_, at): InferenceRecord => {
    const record = recordOf(at === index ? theirs : own, at);
    const stated = onDemand ? { ...record, traceRoot: ZERO_HASH } : record;
    return at === index ? { ...stated, ...told.fields } : stated;
  });
  let records = commitRecords(all);
  if (told.strayRecord !== undefined) {
    const items = all.map((record) => hexToBytes(recordHash(record).slice(2)));
    const tree = treeOfItems(concatBytes(...items, told.strayRecord));
    records = { records: all, tree, root: bytes32From(tree.root) };
  }
  const claim: Claim = {
    operator: OPERATOR,
    modelId: modelId(model, registry),
    nonce: 1n,
    recordsRoot: told.recordsRoot ?? records.root,
    n,
    liability: asWei(10n ** 18n),
    window: asSeconds(60n),
  };
  const path = openRecord(records, index);
  return {
    ...{ claim, records, model, committed, registry },
    claimId: claimId(claim, PLACES.claimBook),
    exhibit: { records, recordIndex: index, model, committed, trace: theirs },
    operator: { committed, records, trace: (at) => (at === index ? theirs : own) },
    challenger: {
      address: CHALLENGER,
      committed,
      records: [{ index, record: all[index] as InferenceRecord, path, run: own }],
    },
  };
}
