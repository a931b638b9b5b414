import { concatBytes } from "@noble/hashes/utils.js";

import { NODE_BYTES, rootOfBytes, treeOfBytes, treeOfItems } from "../../trace/tree.js";
import type { Tree } from "../../trace/tree.js";
import type { CommittedArtifact } from "../../trace/commit-artifact.js";
import type { CommittedTrace, RecordList } from "../../trace/committed-trace.js";
import type { TensorData } from "../../program/dtype.js";
import { bytesOfTensor } from "../../run/engine.js";
import { bytes32From } from "../../types/bytes32.js";
import type { Bytes32 } from "../../types/bytes32.js";
import { smooth } from "../policy/capacity.js";
import type { Ran, Runner, Urgency } from "./open-runner.js";

/** One of the models that a node serves. */
export type ServedArtifact = {
  readonly modelId: Bytes32;
  readonly committed: CommittedArtifact;
  /** The `.onus` file. */
  readonly file: Uint8Array;
};

/** What was asked of a model, and by its id whatever came of it. */
export type Inference = {
  readonly modelId: Bytes32;
  readonly requestId: Bytes32;
  readonly inputs: readonly TensorData[];
};

export type Outputs = {
  readonly outputs: readonly TensorData[];
  /** Of each of them. */
  readonly roots: readonly Bytes32[];
};

/** A trace with all its tensors, and how much memory they hold. */
export type HeldTrace = CommittedTrace & { readonly bytes: number };

/** Runs the models of a node, and knows how long that takes. */
export interface ModelRuns {
  outputs(inference: Inference, urgency: Urgency): Promise<Outputs>;
  trace(inference: Inference, urgency: Urgency): Promise<HeldTrace>;
  /** Seconds of a run with its trace, of the slowest model: a running mean. */
  traceSeconds(): number;
}

/**
 * What a lying operator does to its outputs, before it commits to them and whenever it computes them again. Tests alone
 * have one.
 */
export type Alter = (requestId: Bytes32, outputs: readonly TensorData[]) => readonly TensorData[];

export function openModelRuns(given: {
  readonly runner: Runner;
  readonly models: readonly ServedArtifact[];
  readonly alter?: Alter | undefined;
}): ModelRuns {
  const { runner, models, alter } = given;
  const paces = new Map<Bytes32, number>();
  const indexOf = (modelId: Bytes32): number => {
    const index = models.findIndex((model) => model.modelId === modelId);
    if (index < 0) throw new RangeError(`model ${modelId} is not served`);
    return index;
  };
  const measured = (modelId: Bytes32, seconds: number): void => {
    const mean = paces.get(modelId);
    paces.set(modelId, mean === undefined ? seconds : smooth(mean, seconds));
  };
  const altered = (requestId: Bytes32, ran: Ran, outputs: number): Ran => {
    if (alter === undefined) return ran;
    const others = alter(requestId, ran.tensors.slice(-outputs));
    const tensors = [...ran.tensors.slice(0, -outputs), ...others];
    const roots = concatBytes(
      ran.roots.subarray(0, -outputs * NODE_BYTES),
      ...others.map((tensor) => rootOfBytes(bytesOfTensor(tensor))),
    );
    return { ...ran, tensors, roots };
  };

  return {
    async outputs({ modelId, requestId, inputs }, urgency) {
      const model = indexOf(modelId);
      const { outputs } = (models[model] as ServedArtifact).committed.artifact;
      const ran = await runner.run({ model, inputs, keepsTrace: false, urgency });
      const { tensors, roots } = altered(requestId, ran, outputs.length);
      const rootAt = (_: TensorData, at: number): Bytes32 =>
        bytes32From(roots.subarray(at * NODE_BYTES, (at + 1) * NODE_BYTES));
      return { outputs: tensors, roots: tensors.map(rootAt) };
    },
    async trace({ modelId, requestId, inputs }, urgency) {
      const model = indexOf(modelId);
      const { outputs } = (models[model] as ServedArtifact).committed.artifact;
      const ran = await runner.run({ model, inputs, keepsTrace: true, urgency });
      measured(modelId, ran.seconds);
      return holdTrace(inputs, altered(requestId, ran, outputs.length), outputs.length);
    },
    traceSeconds: () => Math.max(0, ...paces.values()),
  };
}

function holdTrace(inputs: readonly TensorData[], { tensors, roots }: Ran, outputs: number): HeldTrace {
  const lists = {
    input: treeOfItems(concatBytes(...inputs.map((tensor) => rootOfBytes(bytesOfTensor(tensor))))),
    output: treeOfItems(roots.slice(-outputs * NODE_BYTES)),
    trace: treeOfItems(roots),
  };
  const of: Readonly<Record<RecordList, readonly TensorData[]>> = {
    ...{ input: inputs, output: tensors.slice(-outputs), trace: tensors },
  };
  const trees = new Map<string, Tree>();
  return {
    lists,
    bytes: [...inputs, ...tensors].reduce((sum, { byteLength }) => sum + byteLength, 0),
    tensor(list, index) {
      const data = of[list][index];
      if (data === undefined) return undefined;
      const key = `${list} ${index}`;
      const tree = trees.get(key) ?? treeOfBytes(bytesOfTensor(data));
      trees.set(key, tree);
      return tree;
    },
  };
}
