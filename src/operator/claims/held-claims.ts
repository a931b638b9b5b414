import { commitRecords } from "../../claim/record-list.js";
import type { RecordTree } from "../../claim/record-list.js";
import { OnusError } from "../../errors/onus-error.js";
import type { CommittedTrace } from "../../trace/committed-trace.js";
import type { Bytes32 } from "../../types/bytes32.js";
import type { Urgency } from "../engine/open-runner.js";
import type { ModelRuns, ServedArtifact } from "../engine/run-models.js";
import type { TraceShelf } from "../engine/trace-shelf.js";
import { splitTensors } from "../inference-request.js";
import type { RecordLedger } from "../ledger/record-ledger.js";
import type { StoredClaim, StoredRecord } from "../ledger/rows.js";
import type { ClaimTraces } from "./decide-with-traces.js";

/** Record lists of so many claims stay in memory: about a kilobyte for each record. */
const MOST_LISTS = 8;

/** Traces that are computed at one time for whoever looks. */
const MOST_COURTESIES = 4;

/** What stands behind the claims of a node: read from its ledger, or computed again. */
export interface HeldClaims {
  recordsOf(claim: StoredClaim): RecordTree;
  traces(claim: StoredClaim): ClaimTraces;
  /** The trace of a record with all its tensors. Throws NOT_KEPT once the input was let go, QUEUE_FULL when many look. */
  wholeTrace(claim: StoredClaim, index: number): Promise<CommittedTrace>;
}

export function openHeldClaims(parts: {
  readonly records: RecordLedger;
  readonly models: readonly ServedArtifact[];
  readonly runs: ModelRuns;
  readonly shelf: TraceShelf;
}): HeldClaims {
  const { records, models, runs, shelf } = parts;
  const lists = new Map<Bytes32, RecordTree>();
  const loading = new Map<string, Promise<void>>();
  let courtesies = 0;

  const recordAt = ({ number, claimId }: StoredClaim, index: number): StoredRecord => {
    const record = records.at(number, index);
    if (record !== undefined) return record;
    throw new OnusError("NOT_KEPT", { what: "record", id: `${index} of claim ${claimId}` });
  };
  const load = async ({ serial, requestId, modelId }: StoredRecord, urgency: Urgency): Promise<void> => {
    const model = models.find((one) => one.modelId === modelId);
    const joined = records.inputs(serial);
    if (model === undefined || joined === undefined) {
      throw new OnusError("NOT_KEPT", { what: "input of request", id: requestId });
    }
    const inputs = splitTensors(joined, model.committed.artifact, "inputs");
    shelf.put(requestId, await runs.trace({ modelId, requestId, inputs }, urgency));
  };
  /** Runs for whoever looks, few at a time: strangers pay nothing for them. */
  const asCourtesy = async <T>(work: () => Promise<T>): Promise<T> => {
    if (courtesies >= MOST_COURTESIES) {
      throw new OnusError("QUEUE_FULL", { actual: courtesies, expected: MOST_COURTESIES });
    }
    courtesies++;
    try {
      return await work();
    } finally {
      courtesies--;
    }
  };
  /** Once, however many wait for it; what a clock waits for does not wait with those who look. */
  const loadOnce = (record: StoredRecord, urgency: Urgency): Promise<void> => {
    const key = `${urgency} ${record.requestId}`;
    const under = loading.get(key) ?? load(record, urgency).finally(() => loading.delete(key));
    loading.set(key, under);
    return under;
  };

  return {
    recordsOf(claim) {
      const tree = lists.get(claim.claimId) ?? commitRecords(records.ofClaim(claim.number));
      lists.delete(claim.claimId);
      lists.set(claim.claimId, tree);
      for (const oldest of lists.keys()) {
        if (lists.size <= MOST_LISTS) break;
        lists.delete(oldest);
      }
      return tree;
    },
    traces(claim) {
      const ids = new Map<number, Bytes32>();
      const idAt = (index: number): Bytes32 => {
        const id = ids.get(index) ?? recordAt(claim, index).requestId;
        ids.set(index, id);
        return id;
      };
      return {
        find: (index) => (index < claim.claim.n ? shelf.find(idAt(index)) : undefined),
        isWhole: (index) => shelf.isWhole(idAt(index)),
        load: (index) => loadOnce(recordAt(claim, index), "clock"),
      };
    },
    async wholeTrace(claim, index) {
      const record = recordAt(claim, index);
      if (!shelf.isWhole(record.requestId)) await asCourtesy(() => loadOnce(record, "courtesy"));
      const trace = shelf.find(record.requestId);
      if (trace === undefined) throw new OnusError("NOT_KEPT", { what: "trace", id: record.requestId });
      return trace;
    },
  };
}
