import type { HandedOutRecords } from "../../audit/api-types.js";
import type { Parent } from "../../claim/parent-list.js";
import { placeParent } from "../../claim/named-parent.js";
import { openRecord } from "../../claim/record-list.js";
import type { RecordTree } from "../../claim/record-list.js";
import type { SignedReceipt } from "../../claim/receipt.js";
import type { InferenceRecord } from "../../claim/record.js";
import { OnusError } from "../../errors/onus-error.js";
import type { ModelIdentity } from "../../model/model-id.js";
import { bytesOfTensor } from "../../run/engine.js";
import { encodeClaimFile } from "../../store/claim-file.js";
import type { CommittedTrace } from "../../trace/committed-trace.js";
import { encodeTraceFile } from "../../trace/trace-file.js";
import { nodeAt, NODE_BYTES } from "../../trace/tree.js";
import type { Tree } from "../../trace/tree.js";
import type { Bytes32 } from "../../types/bytes32.js";
import type { Place } from "../../types/place.js";
import type { Seconds } from "../../types/seconds.js";
import type { HeldClaims } from "../claims/held-claims.js";
import { splitTensors } from "../inference-request.js";
import type { ClaimLedger } from "../ledger/claim-ledger.js";
import type { RecordLedger } from "../ledger/record-ledger.js";
import type { ClaimState, StoredClaim, StoredRecord, TensorRoots } from "../ledger/rows.js";
import type { InferenceDesk, ServedModel } from "../promises/inference-desk.js";

/** Nodes, and records, of one answer. */
const MOST_NODES = 4_096;
const MOST_RECORDS = 256;

export type RecordPlace = { readonly claimId: Bytes32; readonly index: number };

/** What an operator hands out about what it promised and claimed. All of it throws NOT_KEPT where there is nothing. */
export interface Archive {
  receipt(requestId: Bytes32): SignedReceipt;
  /** Newest first, before a number. */
  claims(before: number, most: number): { readonly claims: readonly ClaimLine[] };
  /** Of src/store/claim-file.ts. */
  claimFile(claimId: Bytes32): string;
  record(place: RecordPlace): {
    readonly record: InferenceRecord;
    readonly proof: readonly Bytes32[];
    readonly requestId: Bytes32;
    readonly receipt: SignedReceipt;
    readonly parents: StoredRecord["parents"];
    readonly inputs?: readonly Bytes32[];
    readonly outputs?: readonly Bytes32[];
  };
  /** Records with their paths and lists, in the order of the claim: each is checked by itself. */
  records(claimId: Bytes32, from: number, most: number): HandedOutRecords;
  input(place: RecordPlace, number: number): Uint8Array;
  output(place: RecordPlace, number: number): Promise<Uint8Array>;
  /** Of src/trace/trace-file.ts. */
  traceFile(place: RecordPlace): Promise<Uint8Array>;
  traceTensor(place: RecordPlace & { readonly tensor: number }): Promise<Uint8Array>;
  /** Nodes of one level of a tensor's tree, 32 bytes each; absent ones included. */
  traceNodes(
    place: RecordPlace & { readonly tensor: number },
    nodes: { readonly level: number; readonly first: number; readonly count: number },
  ): Promise<Uint8Array>;
}

export type ClaimLine = {
  readonly number: number;
  readonly claimId: Bytes32;
  readonly modelId: Bytes32;
  readonly records: number;
  readonly liability: bigint;
  readonly state: ClaimState;
  readonly submittedAt?: Seconds;
};

export function openArchive(parts: {
  readonly records: RecordLedger;
  readonly claims: ClaimLedger;
  readonly held: HeldClaims;
  readonly desk: InferenceDesk;
  readonly models: readonly (ServedModel & { readonly identity: ModelIdentity })[];
  /** Where the claims of parents are. */
  readonly claimBook: Place;
}): Archive {
  const { records, claims, held, desk, models, claimBook } = parts;
  const claimOf = (claimId: Bytes32): StoredClaim => claims.find(claimId) ?? missing("claim", claimId);
  const recordAt = ({ claimId, index }: RecordPlace) => {
    const claim = claimOf(claimId);
    const record = records.at(claim.number, index) ?? missing("record", `${index} of claim ${claimId}`);
    return { claim, record };
  };
  const modelOf = (modelId: Bytes32) =>
    models.find((one) => one.modelId === modelId) ?? missing("artifact of model", modelId);
  const parentsOf = (record: StoredRecord | undefined): readonly Parent[] =>
    (record?.parents ?? []).map((parent) => placeParent(parent, claimBook));
  /** The lists of a record: where it has one tensor, the list is that tensor's root. */
  const rootsOf = ({ record, modelId, roots }: StoredRecord): Partial<TensorRoots> => {
    if (roots !== undefined) return roots;
    const artifact = models.find((one) => one.modelId === modelId)?.committed.artifact;
    return {
      ...(artifact?.inputs.length === 1 && { inputs: [record.inputRoot] }),
      ...(artifact?.outputs.length === 1 && { outputs: [record.outputRoot] }),
    };
  };
  const treeOf = (claim: StoredClaim): RecordTree => held.recordsOf(claim);
  const traceOf = async (place: RecordPlace): Promise<CommittedTrace> => {
    const { claim } = recordAt(place);
    return held.wholeTrace(claim, place.index);
  };
  const tensorOf = async (place: RecordPlace & { readonly tensor: number }): Promise<Tree> =>
    (await traceOf(place)).tensor("trace", place.tensor) ?? missing("tensor", `${place.tensor}`);

  return {
    receipt: (requestId) => desk.receiptOf(records.find(requestId) ?? missing("receipt", requestId)),
    claims: (before, most) => ({
      claims: claims.before(before, most).map(({ number, claimId, claim, state, submittedAt }) => ({
        ...{ number, claimId, modelId: claim.modelId, records: claim.n, liability: claim.liability, state },
        ...(submittedAt !== undefined && { submittedAt }),
      })),
    }),
    claimFile(claimId) {
      const stored = claimOf(claimId);
      const { identity } = modelOf(stored.claim.modelId);
      const all = treeOf(stored).records;
      const parents = all.map(({ parentsCount }, index): readonly Parent[] =>
        parentsCount === 0 ? [] : parentsOf(records.at(stored.number, index)),
      );
      return encodeClaimFile({
        ...{ claim: stored.claim, records: all, model: identity },
        ...(parents.some(({ length }) => length > 0) && { parents }),
      });
    },
    record(place) {
      const { claim, record } = recordAt(place);
      return {
        record: record.record,
        proof: openRecord(treeOf(claim), place.index),
        requestId: record.requestId,
        receipt: desk.receiptOf(record),
        parents: record.parents,
        ...rootsOf(record),
      };
    },
    records(claimId, from, most) {
      const claim = claimOf(claimId);
      const tree = treeOf(claim);
      if (from >= claim.claim.n)
        throw new OnusError("POSITION_OUT_OF_RANGE", { position: from, size: claim.claim.n });
      return {
        records: records.stretch(claim.number, from, Math.min(most, MOST_RECORDS)).map((stored, at) => ({
          ...{ claimId, index: from + at, record: stored.record },
          ...{ siblings: openRecord(tree, from + at), parents: stored.parents, ...rootsOf(stored) },
        })),
      };
    },
    input(place, number) {
      const { record } = recordAt(place);
      const joined = records.inputs(record.serial) ?? missing("input of request", record.requestId);
      const { artifact } = modelOf(record.modelId).committed;
      const tensor = splitTensors(joined, artifact, "inputs")[number] ?? missing("input", `${number}`);
      return bytesOfTensor(tensor);
    },
    async output(place, number) {
      const { record } = recordAt(place);
      const outputs = await desk.outputsOf(record);
      return bytesOfTensor(outputs[number] ?? missing("output", `${number}`));
    },
    async traceFile(place) {
      const { record } = recordAt(place);
      const { committed } = modelOf(record.modelId);
      return encodeTraceFile({ artifactId: committed.id, trace: await traceOf(place) });
    },
    traceTensor: async (place) => (await tensorOf(place)).source,
    async traceNodes(place, { level, first, count }) {
      const tree = await tensorOf(place);
      const size = level > tree.depth ? 0 : 2 ** (tree.depth - level);
      if (first >= size) throw new OnusError("POSITION_OUT_OF_RANGE", { position: first, size });
      const nodes = Math.min(count, MOST_NODES, size - first);
      const bytes = new Uint8Array(nodes * NODE_BYTES);
      for (let at = 0; at < nodes; at++) bytes.set(nodeAt(tree, level, first + at), at * NODE_BYTES);
      return bytes;
    },
  };
}

function missing(what: string, id: string): never {
  throw new OnusError("NOT_KEPT", { what, id });
}
