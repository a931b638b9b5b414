import { claimId } from "../claim/claim.js";
import type { Claim } from "../claim/claim.js";
import { commitRecords } from "../claim/record-list.js";
import { MAX_PARENTS } from "../claim/parent-list.js";
import type { Parent } from "../claim/parent-list.js";
import type { RecordTree } from "../claim/record-list.js";
import type { InferenceRecord } from "../claim/record.js";
import { elementBytes } from "../program/dtype.js";
import type { TensorData } from "../program/dtype.js";
import type { Artifact } from "../program/artifact.js";
import type { TensorEntry } from "../program/tensor-table.js";
import { tensorOfBytes } from "../run/engine.js";
import { rootOfTensors } from "../trace/commit-ends.js";
import { wasmHasher } from "../trace/wasm-hasher.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { Place } from "../types/place.js";
import { download, Withheld } from "./download.js";
import type { Reach } from "./download.js";

/** Bytes of a record in a file or an answer: about 600, and at most 400 for each of its parents, whom strangers choose. */
export const RECORD_BYTES = 1_024 + 400 * MAX_PARENTS;
const FILE_BYTES = 16_384;
/** A longer list of records is too much to read in one piece. */
const MOST_FILE_BYTES = 256 * 2 ** 20;

/** The records of a claim, and what each was made from where the claim file says it. */
export type ClaimedRecords = RecordTree & { readonly parents?: readonly (readonly Parent[])[] };

/**
 * What an operator hands out at the endpoint it registered. Where nothing else is said it is compared with what the chain
 * says before anybody uses it; what is not that is withheld, and every method throws `Withheld` then.
 */
export type OperatorEndpoint = {
  readonly records: (claim: Claim, id: Bytes32) => Promise<ClaimedRecords>;
  /** Text of some records (`HandedOutRecords` of src/audit/api-types.ts), not compared with anything. */
  readonly recordPage: (
    id: Bytes32,
    page: { readonly from: number; readonly count: number; readonly mostBytes: number },
  ) => Promise<string>;
  /** The input of a record, as its root says. */
  readonly inputs: (of: {
    id: Bytes32;
    index: number;
    root: Bytes32;
    artifact: Artifact;
  }) => Promise<readonly TensorData[]>;
  /** The bytes of a model's artifact, not compared with anything. */
  readonly artifact: (modelId: Bytes32, mostBytes: number) => Promise<Uint8Array>;
};

export type EndpointOptions = Reach & {
  /** For a short answer; a long one has to come fast enough. */
  readonly milliseconds: number;
  readonly claimPlace: Place;
  /** Of src/store/claim-file.ts. */
  readonly readClaimFile: (text: string) => {
    readonly claim: Claim;
    readonly records: readonly InferenceRecord[];
    readonly parents?: readonly (readonly Parent[])[];
  };
  readonly signal?: AbortSignal;
};

/** @param uri as the operator registered it */
export function openOperatorEndpoint(uri: string, options: EndpointOptions): OperatorEndpoint {
  const { milliseconds, claimPlace, readClaimFile, signal, allowsPrivate, resolve } = options;
  const reach: Reach = { allowsPrivate, ...(resolve && { resolve }) };
  const get = (path: string, mostBytes: number): Promise<Uint8Array> => {
    const url = URL.parse(`${uri.replace(/\/+$/, "")}/v1/${path}`);
    if (url === null || !/^https?:$/.test(url.protocol)) {
      const message = "the operator's endpoint is no http address";
      return Promise.reject(new Withheld(message, { kind: "nowhere" }));
    }
    return download(url, { ...reach, mostBytes, milliseconds, ...(signal && { signal }) });
  };
  return {
    records: async (claim, id) => {
      const mostBytes = Math.min(FILE_BYTES + RECORD_BYTES * claim.n, MOST_FILE_BYTES);
      const text = new TextDecoder().decode(await get(`claims/${id}`, mostBytes));
      const file = readable(() => readClaimFile(text));
      if (claimId(file.claim, claimPlace) !== id) throw new Withheld("the claim it hands out is another one");
      if (file.records.length !== claim.n) throw new Withheld(`${file.records.length} records of ${claim.n}`);
      const tree = commitRecords(file.records);
      if (tree.root !== claim.recordsRoot) throw new Withheld("its records are not those it claimed");
      return { ...tree, ...(file.parents && { parents: file.parents }) };
    },
    recordPage: async (id, { from, count, mostBytes }) =>
      new TextDecoder().decode(await get(`claims/${id}/records?from=${from}&count=${count}`, mostBytes)),
    inputs: async ({ id, index, root, artifact }) => {
      const tensors: TensorData[] = [];
      for (const k of artifact.inputs.keys()) {
        const entry = artifact.table[k] as TensorEntry;
        const expected = entry.count * elementBytes(entry.dtype);
        const bytes = await get(`claims/${id}/records/${index}/inputs/${k}`, expected);
        if (bytes.length !== expected) throw new Withheld(`input ${k}: ${bytes.length} bytes of ${expected}`);
        tensors.push(tensorOfBytes(bytes, entry));
      }
      if (rootOfTensors(tensors, wasmHasher) !== root)
        throw new Withheld("its input is not the one it claimed");
      return tensors;
    },
    artifact: (modelId, mostBytes) => get(`models/${modelId}/artifact`, mostBytes),
  };
}

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Withheld((error as Error).message, { cause: error });
  }
}
