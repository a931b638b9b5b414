import { concatBytes } from "@noble/hashes/utils.js";
import { keccak_256 } from "@noble/hashes/sha3.js";

import { modelId } from "../../src/model/model-id.js";
import type { Claim } from "../../src/claim/claim.js";
import type { ModelIdentity } from "../../src/model/model-id.js";
import type { Place } from "../../src/types/place.js";
import type { InferenceRecord } from "../../src/claim/record.js";
import { commitRecords } from "../../src/claim/record-list.js";
import type { Exhibit } from "../../src/dispute/evidence.js";
import type { Artifact } from "../../src/program/artifact.js";
import { allocateTensor } from "../../src/program/dtype.js";
import type { TensorData } from "../../src/program/dtype.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import { bytesOfTensor } from "../../src/run/engine.js";
import { commitArtifact } from "../../src/trace/commit-artifact.js";
import type { CommittedTrace, RecordList } from "../../src/trace/committed-trace.js";
import { rootsOf } from "../../src/trace/commit-run.js";
import { treeOfBytes, treeOfItems } from "../../src/trace/tree.js";
import type { Tree } from "../../src/trace/tree.js";
import { asAddress } from "../../src/types/address.js";
import { bytes32From } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";

/** 32 bytes that mean nothing, the same for the same words. */
export const noise = (...words: readonly (string | number)[]): Bytes32 =>
  bytes32From(keccak_256(new TextEncoder().encode(words.join("/"))));

const someone = (name: string) => asAddress(`0x${noise(name).slice(26)}`);

/** A descriptor in dispute, and everything around it that a claim commits to. */
export type Scene = {
  readonly descriptor: Uint8Array;
  /** Entries of the operands, then the kernel's own. */
  readonly table: readonly TensorEntry[];
  /** Tensors by id, the committed output last. */
  readonly tensors: readonly TensorData[];
  /** The first operands are inputs, the next ones weights, the rest kernels: how many of each. */
  readonly inputs: number;
  readonly weights: number;
  /** Records of the claim, and which of them is in dispute. */
  readonly records?: number;
  readonly recordIndex?: number;
  /** Where model ids live. */
  readonly registry: Place;
  /** Bytes of the committed tensors, where they are to differ from the tensors' own. */
  readonly bytes?: ReadonlyMap<number, Uint8Array>;
  /** Committed trees, where they are not to be made of the tensors' bytes. Not of weights. */
  readonly trees?: ReadonlyMap<number, Tree>;
  /** Items of a list, where they are to differ from the tensors' roots. */
  readonly items?: Partial<{ readonly [list in RecordList]: readonly Uint8Array[] }>;
  readonly traceRoot?: Bytes32;
};

export type Staged = { readonly exhibit: Exhibit; readonly claim: Claim };

/** Commits to a scene as an operator would: artifact, trace, records, claim. The kernel is the last one, and the output. */
export function stage(scene: Scene): Staged {
  const { table, tensors, inputs, weights, registry, records = 1, recordIndex = 0 } = scene;
  const own = table.length - 1;
  const kernels = table.length - inputs - weights;
  const port = (id: number) =>
    ({ name: `t${id}`, shape: [table[id]?.count ?? 1], dtype: table[id]?.dtype ?? "u8" }) as const;
  const artifact: Artifact = {
    inputs: Array.from({ length: inputs }, (_, id) => port(id)),
    outputs: [port(own)],
    table,
    kernels: [...Array.from({ length: kernels - 1 }, (_, k) => Uint8Array.of(k)), scene.descriptor],
    weights: tensors.slice(inputs, inputs + weights).map(bytesOfTensor),
  };
  const committed = commitArtifact(artifact);
  const trees = tensors.map(
    (data, id) => scene.trees?.get(id) ?? treeOfBytes(scene.bytes?.get(id) ?? bytesOfTensor(data)),
  );
  const list = (name: RecordList, from: number, to: number): Tree =>
    treeOfItems(concatBytes(...(scene.items?.[name] ?? trees.slice(from, to).map(({ root }) => root))));
  const first = { input: 0, output: own, trace: inputs + weights };
  const trace: CommittedTrace = {
    lists: {
      input: list("input", 0, inputs),
      output: list("output", own, own + 1),
      trace: list("trace", inputs + weights, table.length),
    },
    tensor: (name, index) => trees[first[name] + index],
  };
  const model: ModelIdentity = {
    publisher: someone("publisher"),
    artifactId: committed.id,
    superseded: noise("before"),
  };
  const roots = rootsOf(trace.lists);
  const record: InferenceRecord = {
    requester: someone("requester"),
    salt: noise("salt"),
    inputRoot: roots.input,
    outputRoot: roots.output,
    traceRoot: scene.traceRoot ?? roots.trace,
    parentsRoot: noise("parents"),
    parentsCount: 3,
  };
  const others = Array.from({ length: records }, (_, i) => ({ ...record, salt: noise("other", i) }));
  const tree = commitRecords(others.map((other, i) => (i === recordIndex ? record : other)));
  const claim: Claim = {
    operator: someone("operator"),
    modelId: modelId(model, registry),
    nonce: 7n,
    recordsRoot: tree.root,
    n: records,
    liability: asWei(10n ** 18n),
    window: asSeconds(60n),
  };
  return { exhibit: { records: tree, recordIndex, model, committed, trace }, claim };
}

/** A copy with one bit of one element's bytes flipped. */
export function flipBit(data: TensorData, { element, bit }: { element: number; bit: number }): TensorData {
  const copy = data.slice();
  const bytes = new Uint8Array(copy.buffer);
  const at = element * data.BYTES_PER_ELEMENT + (bit >> 3);
  bytes[at] = (bytes[at] as number) ^ (1 << (bit & 7));
  return copy;
}

export const zerosOf = ({ dtype, count }: TensorEntry): TensorData => allocateTensor(dtype, count);
