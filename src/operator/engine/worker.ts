import { parentPort, workerData } from "node:worker_threads";

import { concatBytes } from "@noble/hashes/utils.js";

import { decodeArtifactFile } from "../../program/artifact-file.js";
import type { TensorData } from "../../program/dtype.js";
import { bytesOfTensor, prepareModel } from "../../run/engine.js";
import type { Model } from "../../run/engine.js";
import { rootOfBytes } from "../../trace/tree.js";

/** What a worker is started with. */
export type WorkerData = { readonly artifacts: readonly Uint8Array[] };

/** A run, with all kernels' tensors when the trace is wanted. */
export type Job = {
  readonly id: number;
  readonly model: number;
  readonly inputs: readonly TensorData[];
  readonly keepsTrace: boolean;
};

export type JobDone =
  | {
      readonly id: number;
      /** Of all kernels, or the outputs alone. */
      readonly tensors: readonly TensorData[];
      /** Their roots, one after the other. */
      readonly roots: Uint8Array;
      readonly seconds: number;
    }
  | { readonly id: number; readonly error: string };

const { artifacts } = workerData as WorkerData;
const models: (Model | undefined)[] = [];

parentPort?.on("message", ({ id, model: number, inputs, keepsTrace }: Job) => {
  const answer = (done: JobDone, moved: readonly ArrayBuffer[]): void =>
    parentPort?.postMessage(done, [...moved]);
  try {
    const model = (models[number] ??= prepareModel(
      decodeArtifactFile(artifacts[number] as Uint8Array).artifact,
    ));
    const begin = performance.now();
    const tensors = keepsTrace
      ? model.run(inputs).tensors.slice(inputs.length + model.artifact.weights.length)
      : model.runForOutputs(inputs);
    const roots = concatBytes(...tensors.map((tensor) => rootOfBytes(bytesOfTensor(tensor))));
    const seconds = (performance.now() - begin) / 1_000;
    answer({ id, tensors, roots, seconds }, [...new Set(tensors.map(({ buffer }) => buffer as ArrayBuffer))]);
  } catch (error) {
    answer({ id, error: error instanceof Error ? error.message : String(error) }, []);
  }
});
