import { OnusError } from "../errors/onus-error.js";
import type { Artifact } from "../program/artifact.js";
import { meaningOf } from "../program/check-kernel.js";
import { allocateTensor } from "../program/dtype.js";
import type { Dtype, TensorData } from "../program/dtype.js";
import type { Kernel } from "../program/kernel.js";
import { compileKernel } from "./compile-kernel.js";
import type { Tensors } from "./interpreter.js";
import { interpretKernel } from "./interpreter.js";

/** Computes kernels that are not void. Every engine is bit-identical to the reference on every kernel. */
export interface Engine {
  readonly name: string;
  /** Prepares one kernel; the result may be called any number of times. */
  prepare(kernel: Kernel): (tensors: Tensors) => TensorData;
}

/** The definition, as an engine. */
export const referenceEngine: Engine = {
  name: "reference",
  prepare: (kernel) => (tensors) => interpretKernel(kernel, tensors),
};

/** Kernels compiled to JavaScript loops: about 1.3 G multiply-adds a second and core. */
export const loopEngine: Engine = { name: "loops", prepare: compileKernel };

/** Every tensor of one execution, by tensor id: inputs, weights, kernel outputs. */
export type Run = { readonly tensors: readonly TensorData[] };

/** A model made ready: run it as often as you like. */
export type Model = {
  readonly artifact: Artifact;
  /** Runs the whole program on the given inputs, in the order of the artifact's inputs. */
  run(inputs: readonly TensorData[], options?: RunOptions): Run;
};

export type RunOptions = {
  /** Called after each kernel with the number of kernels done and the number there are. */
  readonly onKernel?: (done: number, all: number) => void;
  /** Replaces the output of a kernel before later kernels read it. What it returns is what the run contains. */
  readonly intercept?: (kernel: number, output: TensorData) => TensorData;
};

/** Prepares an artifact for an engine. Void kernels become zeros of the table's dtype. */
export function prepareModel(artifact: Artifact, engine: Engine = loopEngine): Model {
  const { inputs, weights, table, kernels } = artifact;
  const firstKernel = inputs.length + weights.length;
  const weightData = weights.map((bytes, number) =>
    tensorOfBytes(bytes, entryOf(table, inputs.length + number)),
  );
  const steps = kernels.map((descriptor, number) => {
    const id = firstKernel + number;
    const meaning = meaningOf(descriptor, id, table);
    const { dtype, count } = entryOf(table, id);
    // Prepared when first needed, so that a model answers before all of its kernels are compiled.
    let prepared: ((tensors: Tensors) => TensorData) | undefined;
    return (tensors: Tensors): TensorData => {
      if (!("kernel" in meaning)) return allocateTensor(dtype, count);
      prepared ??= engine.prepare(meaning.kernel);
      return prepared(tensors);
    };
  });

  return {
    artifact,
    run(given, { onKernel, intercept } = {}) {
      const tensors: TensorData[] = [...checkInputs(artifact, given), ...weightData];
      for (const [number, step] of steps.entries()) {
        const output = step(tensors);
        tensors.push(intercept?.(number, output) ?? output);
        onKernel?.(number + 1, steps.length);
      }
      return { tensors };
    },
  };
}

function checkInputs({ inputs, table }: Artifact, given: readonly TensorData[]): readonly TensorData[] {
  if (given.length !== inputs.length) {
    throw new OnusError("INPUT_COUNT", { expected: inputs.length, found: given.length });
  }
  inputs.forEach(({ name, shape }, number) => {
    const data = given[number] as TensorData;
    const { count: expected, dtype } = entryOf(table, number);
    if (data.length !== expected || dtypeOf(data) !== dtype) {
      throw new OnusError("INPUT_SHAPE", {
        name,
        expected: `${dtype} [${shape.join(", ")}] (${expected} elements)`,
        found: `${dtypeOf(data)}, ${data.length} elements`,
      });
    }
  });
  return given;
}

const dtypeOf = (data: TensorData): Dtype =>
  data instanceof Float32Array
    ? "f32"
    : data instanceof Int32Array
      ? "i32"
      : data instanceof Uint8Array
        ? "u8"
        : "i8";

const entryOf = (table: Artifact["table"], id: number) => table[id] ?? { dtype: "u8" as const, count: 1 };

/** The elements of a little-endian row-major tensor; shorter bytes are an error, longer ones padding. */
export function tensorOfBytes(
  bytes: Uint8Array,
  { dtype, count }: { dtype: Dtype; count: number },
): TensorData {
  const data = allocateTensor(dtype, count);
  if (bytes.length < data.byteLength) {
    throw new OnusError("TENSOR_BYTES", { expected: data.byteLength, found: bytes.length });
  }
  bytesOfTensor(data).set(bytes.subarray(0, data.byteLength));
  return data;
}

/** The bytes of a tensor as committed: little-endian, like every machine this runs on. A view, not a copy. */
export function bytesOfTensor(data: TensorData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
