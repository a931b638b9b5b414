import { encodeKernel } from "../../src/program/codec.js";
import type { Artifact } from "../../src/program/artifact.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import { bytesOfTensor, prepareModel, referenceEngine } from "../../src/run/engine.js";
import { commitArtifact } from "../../src/trace/commit-artifact.js";
import type { CommittedArtifact } from "../../src/trace/commit-artifact.js";
import { commitRun } from "../../src/trace/commit-run.js";
import type { Trace } from "../../src/trace/commit-run.js";
import type { RandomKernel } from "./kernel-generator.js";

/**
 * A model around one kernel, run by the reference. Its operands are inputs (even ids of the kernel) and weights, or are
 * made by a kernel that copies an input: `copied` of them, so that operands of all three kinds occur.
 */
export function modelAround(
  made: RandomKernel,
  weightsFrom: number,
  copied = 0,
): { committed: CommittedArtifact; trace: Trace } {
  const { kernel, table, data } = made;
  // Ids: inputs = copied originals, then operands below weightsFrom; weights; kernels = copies, then the kernel.
  const inputs = Math.min(weightsFrom, data.length);
  const weights = data.length - inputs;
  const copies = Math.min(copied, inputs);
  const newId = (id: number): number => (id < copies ? data.length + id : id);
  const moved = { ...kernel, loads: kernel.loads.map((load) => ({ ...load, tensor: newId(load.tensor) })) };
  const copy = (id: number): Uint8Array => {
    const { count, dtype } = table[id] as TensorEntry;
    const dims = [{ size: count, offset: 0, coefficients: [1] }];
    return encodeKernel({
      shape: [count],
      reduce: [],
      reducer: "none",
      dtype,
      loads: [{ tensor: id, dtype, dims, pad: 0 }],
      body: [{ op: "load", arg: 0 }],
      tail: [{ op: "acc" }],
    });
  };
  const own = table[data.length] as TensorEntry;
  const copyIds = Array.from({ length: copies }, (_, id) => id);
  const artifact: Artifact = {
    inputs: data.slice(0, inputs).map((_, id) => {
      const { count, dtype } = table[id] as TensorEntry;
      return { name: `input ${id}`, shape: [count], dtype };
    }),
    outputs: [{ name: "output", shape: [own.count], dtype: own.dtype }],
    table: [...table.slice(0, data.length), ...copyIds.map((id) => table[id] as TensorEntry), own],
    kernels: [...copyIds.map(copy), encodeKernel(moved)],
    weights: data.slice(inputs, inputs + weights).map((tensor) => Uint8Array.from(bytesOfTensor(tensor))),
  };
  const run = prepareModel(artifact, referenceEngine).run(data.slice(0, inputs));
  return { committed: commitArtifact(artifact), trace: commitRun(artifact, run) };
}
