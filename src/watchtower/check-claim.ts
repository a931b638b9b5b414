import type { Claim } from "../claim/claim.js";
import { openRecord } from "../claim/record-list.js";
import type { RecordTree } from "../claim/record-list.js";
import type { InferenceRecord } from "../claim/record.js";
import type { PublishedModel } from "../dispute/dispute-view.js";
import { OnusError } from "../errors/onus-error.js";
import type { TensorData } from "../program/dtype.js";
import { bytesOfTensor } from "../run/engine.js";
import { Withheld } from "../service/download.js";
import type { OperatorEndpoint } from "../service/operator-endpoint.js";
import { nodeHasher } from "../threads/node-hasher.js";
import { commitByRunning } from "../trace/commit-by-running.js";
import { commitEnds } from "../trace/commit-ends.js";
import { wasmHasher } from "../trace/wasm-hasher.js";
import { ZERO_HASH } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { ArtifactShelf, ReadyModel } from "./artifact-shelf.js";
import type { Check, Held } from "./claim-table.js";

/** Inputs that do not come, one after the other, after which the others are not waited for. */
const MOST_MISSING = 3;

/** What a check works with. */
export type CheckParts = {
  readonly model: PublishedModel | undefined;
  readonly endpoint: OperatorEndpoint;
  readonly artifacts: ArtifactShelf;
  /** Bytes of an artifact that is fetched, at most. */
  readonly mostArtifactBytes: number;
  /** Records to check. */
  readonly chosen: readonly number[];
  /** Trace roots that were stated on chain, by record. */
  readonly stated: ReadonlyMap<number, Bytes32>;
  /** Seconds that count up; for the cost of a check. */
  readonly clock: () => number;
};

/** A check, and what was handed over about the record that it stopped at. */
export type Checked = Check & { readonly held?: Held };

/**
 * Looks into the chosen records of a claim off chain: gets what it needs, runs the model, and compares. It stops at the
 * first record that is not what the model gives; where all it could look into agree, what it could not is the verdict.
 */
export async function checkClaim({ claim, claimId }: Subject, parts: CheckParts): Promise<Checked> {
  const { model, chosen } = parts;
  const [first] = chosen;
  if (first === undefined) return { verdict: "not sampled", records: 0, runSeconds: 0 };
  if (model === undefined) return { verdict: "unchecked: model unknown", records: 0, runSeconds: 0 };
  const [tree, ready] = await Promise.all([
    orWithheld(parts.endpoint.records(claim, claimId)),
    orWithheld(findModel(claim, { ...parts, model })),
  ]);
  const held: Held = { index: first, ...(tree instanceof Withheld ? {} : openingOf(tree, first)) };
  const nothing = { records: 0, runSeconds: 0, held };
  if (tree instanceof Withheld) return { verdict: "unchecked: record", detail: tree.message, ...nothing };
  if (ready instanceof Withheld) return { verdict: "unchecked: artifact", detail: ready.message, ...nothing };
  return checkRecords({ claimId, tree, ready }, parts);
}

export type Subject = { readonly claim: Claim; readonly claimId: Bytes32 };

async function checkRecords(
  { claimId, tree, ready }: { claimId: Bytes32; tree: RecordTree; ready: ReadyModel },
  { endpoint, chosen, stated, clock }: CheckParts,
): Promise<Checked> {
  let records = 0;
  let runSeconds = 0;
  let missing: { readonly held: Held; readonly detail: string } | undefined;
  let inARow = 0;
  for (const index of chosen) {
    if (inARow >= MOST_MISSING) break;
    const record = tree.records[index] as InferenceRecord;
    const { artifact } = ready.committed;
    const inputs = await orWithheld(
      endpoint.inputs({ id: claimId, index, root: record.inputRoot, artifact }),
    );
    const opening = openingOf(tree, index);
    if (inputs instanceof Withheld) {
      missing ??= { held: { index, ...opening }, detail: `record ${index}: ${inputs.message}` };
      inARow++;
      continue;
    }
    inARow = 0;
    const begun = clock();
    const agrees = isWhatTheModelGives(ready, record, { inputs, traceRoot: stated.get(index) });
    runSeconds += clock() - begun;
    records++;
    if (agrees) continue;
    const held = { index, ...opening, inputs: inputs.map(bytesOfTensor) };
    return { verdict: "differs", detail: `record ${index}`, records, runSeconds, held };
  }
  if (missing !== undefined) return { verdict: "unchecked: input", records, runSeconds, ...missing };
  return { verdict: "agrees", records, runSeconds };
}

/** A trace that nobody stated is not hashed: nothing stated later makes a right output wrong, and it is looked at then. */
function isWhatTheModelGives(
  { committed, model }: ReadyModel,
  record: InferenceRecord,
  given: { readonly inputs: readonly TensorData[]; readonly traceRoot: Bytes32 | undefined },
): boolean {
  const { artifact } = committed;
  const traceRoot = record.traceRoot === ZERO_HASH ? given.traceRoot : record.traceRoot;
  const { inputs } = given;
  const ends = () => ({ tensors: [...inputs, ...model.runForOutputs(inputs)] });
  const roots =
    traceRoot === undefined
      ? commitEnds(artifact, ends(), wasmHasher)
      : commitByRunning(model, inputs, nodeHasher).roots;
  return roots.output === record.outputRoot && (traceRoot === undefined || roots.trace === traceRoot);
}

const openingOf = (tree: RecordTree, index: number) => ({
  record: tree.records[index] as InferenceRecord,
  path: openRecord(tree, index),
});

/** The model of a claim, ready to run; an artifact that does not run here is none that is at hand. */
export async function findModel(
  claim: Claim,
  parts: Pick<CheckParts, "endpoint" | "artifacts" | "mostArtifactBytes"> & {
    readonly model: PublishedModel;
  },
): Promise<ReadyModel> {
  const { endpoint, artifacts, mostArtifactBytes, model } = parts;
  const fetch = (): Promise<Uint8Array> => endpoint.artifact(claim.modelId, mostArtifactBytes);
  try {
    const found = await artifacts.find(model.identity.artifactId, fetch);
    if (found !== undefined) return found;
  } catch (error) {
    if (!(error instanceof OnusError)) throw error;
    throw new Withheld(error.message, { cause: error });
  }
  throw new Withheld("nobody has the artifact");
}

async function orWithheld<T>(pending: Promise<T>): Promise<T | Withheld> {
  try {
    return await pending;
  } catch (error) {
    if (error instanceof Withheld) return error;
    throw error;
  }
}
