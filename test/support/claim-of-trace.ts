import type { Exhibit } from "../../src/dispute/evidence.js";
import { ZERO_HASH } from "../../src/types/bytes32.js";
import { modelId } from "../../src/model/model-id.js";
import type { Claim } from "../../src/claim/claim.js";
import type { ModelIdentity } from "../../src/model/model-id.js";
import type { Place } from "../../src/types/place.js";
import type { InferenceRecord } from "../../src/claim/record.js";
import { commitRecords } from "../../src/claim/record-list.js";
import type { CommittedArtifact } from "../../src/trace/commit-artifact.js";
import { rootsOf } from "../../src/trace/commit-run.js";
import type { CommittedTrace } from "../../src/trace/committed-trace.js";
import { asAddress } from "../../src/types/address.js";
import { asBytes32 } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";

export const ROLE = {
  publisher: asAddress("0x1000000000000000000000000000000000000001"),
  operator: asAddress("0x2000000000000000000000000000000000000002"),
  requester: asAddress("0x3000000000000000000000000000000000000003"),
} as const;

/** A record of a committed trace, with a salt of its number. */
export function recordOf(trace: CommittedTrace, salt = 0): InferenceRecord {
  const roots = rootsOf(trace.lists);
  return {
    requester: ROLE.requester,
    salt: asBytes32(`0x${salt.toString(16).padStart(64, "0")}`),
    inputRoot: roots.input,
    outputRoot: roots.output,
    traceRoot: roots.trace,
    parentsRoot: ZERO_HASH,
    parentsCount: 0,
  };
}

/** A claim over one committed trace (or over `others` too) and what a fault proof of it is made from. */
export function claimOfTrace(args: {
  registry: Place;
  committed: CommittedArtifact;
  trace: CommittedTrace;
  others?: readonly InferenceRecord[];
  operator?: Claim["operator"];
}): { claim: Claim; exhibit: Exhibit } {
  const { registry, committed, trace, others = [], operator = ROLE.operator } = args;
  const model: ModelIdentity = { publisher: ROLE.publisher, artifactId: committed.id, superseded: ZERO_HASH };
  const records = commitRecords([recordOf(trace), ...others]);
  const claim: Claim = {
    operator,
    modelId: modelId(model, registry),
    nonce: 0n,
    recordsRoot: records.root,
    n: records.records.length,
    liability: asWei(10n ** 18n),
    window: asSeconds(60n),
  };
  return { claim, exhibit: { records, recordIndex: 0, model, committed, trace } };
}
