import { itemOfParent, nameParent } from "../../claim/named-parent.js";
import { rootOfList } from "../../claim/parent-list.js";
import type { SignedReceipt, Receipt } from "../../claim/receipt.js";
import { requestId as requestIdOf } from "../../claim/record.js";
import type { InferenceRecord } from "../../claim/record.js";
import { OnusError } from "../../errors/onus-error.js";
import type { TensorData } from "../../program/dtype.js";
import { bytesOfTensor } from "../../run/engine.js";
import { rootOfBytes } from "../../trace/tree.js";
import { wasmHasher } from "../../trace/wasm-hasher.js";
import type { Address } from "../../types/address.js";
import { bytes32From, ZERO_HASH } from "../../types/bytes32.js";
import type { Bytes32 } from "../../types/bytes32.js";
import type { Place } from "../../types/place.js";
import { asSeconds } from "../../types/seconds.js";
import type { Seconds } from "../../types/seconds.js";
import type { ModelConfig } from "../config.js";
import type { ModelRuns, ServedArtifact } from "../engine/run-models.js";
import { joinTensors, splitTensors } from "../inference-request.js";
import type { InferenceRequest } from "../inference-request.js";
import { groupCommits } from "../ledger/group-commits.js";
import type { NewRecord, RecordLedger } from "../ledger/record-ledger.js";
import type { PromisedRecord, StoredRecord } from "../ledger/rows.js";
import { whyRefused } from "../policy/why-refused.js";
import type { ChainSituation, Limits } from "../policy/why-refused.js";
import type { Tally } from "./tally.js";

/** Outputs that are computed again at one time. */
const MOST_AGAIN = 8;

/** A model with what is promised about it. */
export type ServedModel = ServedArtifact & { readonly terms: ModelConfig };

/** What an inference is answered with. */
export type Served = {
  readonly requestId: Bytes32;
  readonly receipt: SignedReceipt;
  readonly outputs: readonly TensorData[];
};

/** Runs models for whoever asks, and promises what came of it. */
export interface InferenceDesk {
  /** Equal requests get the same receipt, whenever they come. Throws what the node refuses, with its reason. */
  serve(modelId: Bytes32, request: InferenceRequest): Promise<Served>;
  /** The receipt of a record that was promised. */
  receiptOf(record: StoredRecord): SignedReceipt;
  /** Outputs that were promised: as they were kept, or computed again. */
  outputsOf(record: StoredRecord): Promise<readonly TensorData[]>;
  /** Requests under way and waiting. */
  queued(): number;
  /** Takes nothing new, and waits for what is under way. */
  stop(): Promise<void>;
}

export type DeskParts = {
  readonly operator: Address;
  readonly models: readonly ServedModel[];
  readonly records: RecordLedger;
  readonly tally: Tally;
  readonly runs: ModelRuns;
  readonly keptOutputBytes: number;
  /** Where parents' claim ids, and receipts, live. */
  readonly places: { readonly claimBook: Place; readonly court: Place };
  readonly sign: (receipt: Receipt) => Promise<SignedReceipt>;
  readonly situation: () => ChainSituation;
  readonly limits: () => Limits;
  /** Unix seconds from which a model takes no claims, if it is being retired. */
  readonly retiredAt: (modelId: Bytes32) => Seconds | undefined;
};

export function openInferenceDesk(parts: DeskParts): InferenceDesk {
  const { operator, models, records, tally, runs, places, keptOutputBytes } = parts;
  const commit = groupCommits<NewRecord, StoredRecord>((all) => records.promise(all));
  const underWay = new Map<Bytes32, Promise<Served>>();
  let isStopping = false;
  let again = 0;

  const modelOf = (modelId: Bytes32): ServedModel => {
    const model = models.find((one) => one.modelId === modelId);
    if (model === undefined) throw new OnusError("MODEL_NOT_SERVED", { modelId });
    return model;
  };
  const coming: ServedModel[] = [];

  /** Throws unless the promise, which is counted in `coming`, can be given now. */
  const requireAdmission = (model: ServedModel): void => {
    const chain = parts.situation();
    const { terms, modelId } = model;
    const load = {
      // The one that asks is not in its own way.
      queued: coming.length - 1,
      unstated: tally.undecided() + coming.length - 1,
      promisedLiability: tally.promisedLiability(
        coming.map((one) => ({ ...one.terms, modelId: one.modelId })),
      ),
    };
    const asked = {
      model: modelId,
      retiredAt: parts.retiredAt(modelId),
      inclusionDeadline: asSeconds(chain.now + terms.inclusion),
    };
    const refusal = whyRefused(asked, { chain, limits: parts.limits(), load });
    if (refusal !== undefined) throw refusal;
  };

  const promise = async (
    model: ServedModel,
    requestId: Bytes32,
    given: InferenceRequest & { readonly inputRoots: readonly Bytes32[] },
  ): Promise<Served> => {
    const { modelId, terms } = model;
    const { outputs, roots } = await runs.outputs({ modelId, requestId, inputs: given.inputs }, "request");
    // The chain went on while the model ran: nothing is signed that could not be kept any more.
    requireAdmission(model);
    const { now } = parts.situation();
    const parents = given.parents.map((parent) => nameParent(parent, places.claimBook));
    const record: InferenceRecord = {
      requester: given.requester,
      salt: given.salt,
      inputRoot: rootOfList(given.inputRoots),
      outputRoot: rootOfList(roots),
      traceRoot: ZERO_HASH,
      parentsRoot: rootOfList(parents.map((parent) => itemOfParent(parent, places.claimBook))),
      parentsCount: parents.length,
    };
    const receipt: Receipt = {
      ...{ operator, modelId, record },
      // The newest block's time: a clock of one's own may be ahead of the chain that judges it.
      issuedAt: now,
      inclusionDeadline: asSeconds(now + terms.inclusion),
      liabilityWei: terms.liability,
      maxRecords: terms.maxRecords,
    };
    const { signer, signature } = await parts.sign(receipt);
    const promised: PromisedRecord = {
      ...{ requestId, modelId, record, parents, roots: { inputs: given.inputRoots, outputs: roots } },
      issuedAt: receipt.issuedAt,
      inclusionDeadline: receipt.inclusionDeadline,
      ...{ liability: receipt.liabilityWei, maxRecords: receipt.maxRecords, signer, signature },
    };
    const bytes = joinTensors(outputs);
    const kept = bytes.length <= keptOutputBytes ? { outputs: bytes } : {};
    const stored = await commit({ promised, kept: { inputs: joinTensors(given.inputs), ...kept } });
    tally.add(promised);
    return { requestId, receipt: receiptOf(stored), outputs };
  };

  const receiptOf = ({ record, modelId, signer, signature, ...terms }: StoredRecord): SignedReceipt => ({
    receipt: {
      ...{ operator, modelId, record },
      issuedAt: terms.issuedAt,
      inclusionDeadline: terms.inclusionDeadline,
      liabilityWei: terms.liability,
      maxRecords: terms.maxRecords,
    },
    ...{ court: places.court, signer, signature },
  });

  const outputsOf = async (stored: StoredRecord): Promise<readonly TensorData[]> => {
    const { serial, requestId, modelId } = stored;
    const { artifact } = modelOf(modelId).committed;
    const outputs = records.outputs(serial);
    if (outputs !== undefined) return splitTensors(outputs, artifact, "outputs");
    const inputs = records.inputs(serial);
    if (inputs === undefined) throw new OnusError("NOT_KEPT", { what: "input of request", id: requestId });
    const tensors = splitTensors(inputs, artifact, "inputs");
    if (again >= MOST_AGAIN) throw new OnusError("QUEUE_FULL", { actual: again, expected: MOST_AGAIN });
    again++;
    try {
      return (await runs.outputs({ modelId, requestId, inputs: tensors }, "courtesy")).outputs;
    } finally {
      again--;
    }
  };

  const work = async (model: ServedModel, requestId: Bytes32, given: Parameters<typeof promise>[2]) => {
    coming.push(model);
    try {
      requireAdmission(model);
      return await promise(model, requestId, given);
    } finally {
      coming.splice(coming.indexOf(model), 1);
    }
  };

  return {
    async serve(modelId, request) {
      const model = modelOf(modelId);
      const inputRoots = request.inputs.map((tensor) =>
        bytes32From(rootOfBytes(bytesOfTensor(tensor), wasmHasher)),
      );
      const requestId = requestIdOf({ ...request, inputRoot: rootOfList(inputRoots) }, modelId);
      const known = records.find(requestId);
      if (known !== undefined) {
        // Even then: whoever lost an answer gets it again.
        return { requestId, receipt: receiptOf(known), outputs: await outputsOf(known) };
      }
      const same = underWay.get(requestId);
      if (same !== undefined) return same;
      if (isStopping) throw new OnusError("NODE_STOPPING");
      const served = work(model, requestId, { ...request, inputRoots });
      underWay.set(requestId, served);
      try {
        return await served;
      } finally {
        underWay.delete(requestId);
      }
    },
    receiptOf,
    outputsOf,
    queued: () => coming.length,
    async stop() {
      isStopping = true;
      await Promise.allSettled(underWay.values());
    },
  };
}
