import { OnusError } from "../errors/onus-error.js";
import type { Artifact } from "../program/artifact.js";
import { meaningOf } from "../program/check-kernel.js";
import { allocateTensor } from "../program/dtype.js";
import type { Dtype, TensorData } from "../program/dtype.js";
import type { Kernel } from "../program/kernel.js";
import type { TensorEntry } from "../program/tensor-table.js";
import { compileKernel } from "./compile-kernel.js";
import type { Tensors } from "./interpreter.js";
import { interpretKernel } from "./interpreter.js";
import { wasmEngine } from "./wasm/wasm-engine.js";

/** A program as engines see it: what its descriptors mean, and its weights. */
export type Program = {
  readonly table: readonly TensorEntry[];
  readonly inputs: number;
  readonly weights: readonly TensorData[];
  /** In program order; a void kernel is undefined. */
  readonly kernels: readonly (Kernel | undefined)[];
  /** The outputs are so many last kernels. */
  readonly outputs: number;
};

/** Computes programs. Every engine is bit-identical to the reference on every kernel. */
export interface Engine {
  readonly name: string;
  /** Prepares a program; the execution may be run any number of times. */
  prepare(program: Program): Execution;
}

export interface Execution {
  /** The tensors of all kernels, or of the last `outputs` ones when the trace is not kept: fresh copies. */
  run(inputs: readonly TensorData[], options: RunOptions & { readonly keepsTrace: boolean }): TensorData[];
  /** Memory it occupies besides what runs return, where it knows. */
  readonly memoryBytes?: number;
  /** Ends whatever else it occupies, such as threads; runs go on without. */
  close?(): void;
}

/** An engine that takes one kernel after another, and knows nothing of the program around it. */
export function engineOfKernels(
  name: string,
  prepareKernel: (kernel: Kernel) => (tensors: Tensors) => TensorData,
): Engine {
  return { name, prepare: (program) => prepareOneByOne(program, prepareKernel) };
}

function prepareOneByOne(
  { table, weights, kernels, outputs }: Program,
  prepareKernel: (kernel: Kernel) => (tensors: Tensors) => TensorData,
): Execution {
  // Prepared when first needed, so that a model answers before all of its kernels are compiled.
  const prepared: ((tensors: Tensors) => TensorData)[] = [];
  return {
    run(inputs, { keepsTrace, onKernel, intercept, observe }) {
      const tensors: TensorData[] = [...inputs, ...weights];
      for (const [number, kernel] of kernels.entries()) {
        const { dtype, count } = entryOf(table, tensors.length);
        const output =
          kernel === undefined
            ? allocateTensor(dtype, count)
            : (prepared[number] ??= prepareKernel(kernel))(tensors);
        const made = intercept?.(number, output) ?? output;
        tensors.push(made);
        observe?.(number, made);
        onKernel?.(number + 1, kernels.length);
      }
      return tensors.slice(keepsTrace ? inputs.length + weights.length : -outputs);
    },
  };
}

/** The definition, as an engine. */
export const referenceEngine: Engine = engineOfKernels(
  "reference",
  (kernel) => (tensors) => interpretKernel(kernel, tensors),
);

/** Kernels compiled to JavaScript loops: about 1.3 G multiply-adds a second and core. */
export const loopEngine: Engine = engineOfKernels("loops", compileKernel);

/** Every tensor of one execution, by tensor id: inputs, weights, kernel outputs. */
export type Run = { readonly tensors: readonly TensorData[] };

/** A model made ready: run it as often as you like. */
export type Model = {
  readonly artifact: Artifact;
  /** Runs the whole program on the given inputs, in the order of the artifact's inputs. */
  run(inputs: readonly TensorData[], options?: RunOptions): Run;
  /** The same run for its outputs alone, which need far less memory than the trace. */
  runForOutputs(inputs: readonly TensorData[], options?: RunOptions): readonly TensorData[];
  /** Memory of the engine for this model; undefined where it allocates as it goes. */
  readonly memoryBytes: number | undefined;
  /** Ends the threads of the model, if its engine has any; it goes on running without them. */
  close(): void;
};

export type RunOptions = {
  /** Called after each kernel with the number of kernels done and the number there are. */
  readonly onKernel?: (done: number, all: number) => void;
  /** Replaces the output of a kernel before later kernels read it. What it returns is what the run contains. */
  readonly intercept?: (kernel: number, output: TensorData) => TensorData;
  /** Sees the output of each kernel where it lies: it is the observer's for the length of the call, and not to be written. */
  readonly observe?: (kernel: number, output: TensorData) => void;
};

/** Prepares an artifact for an engine. Void kernels become zeros of the table's dtype. */
export function prepareModel(artifact: Artifact, engine: Engine = wasmEngine): Model {
  const { inputs, weights, table, kernels, outputs } = artifact;
  const firstKernel = inputs.length + weights.length;
  const weightData = weights.map((bytes, number) =>
    tensorOfBytes(bytes, entryOf(table, inputs.length + number)),
  );
  const execution = engine.prepare({
    table,
    inputs: inputs.length,
    weights: weightData,
    kernels: kernels.map((descriptor, number) => {
      const meaning = meaningOf(descriptor, firstKernel + number, table);
      return "kernel" in meaning ? meaning.kernel : undefined;
    }),
    outputs: outputs.length,
  });

  return {
    artifact,
    run(given, options = {}) {
      checkInputs(artifact, given);
      const trace = execution.run(given, { ...options, keepsTrace: true });
      return { tensors: [...given, ...weightData, ...trace] };
    },
    runForOutputs(given, options = {}) {
      checkInputs(artifact, given);
      return execution.run(given, { ...options, keepsTrace: false });
    },
    memoryBytes: execution.memoryBytes,
    close: () => execution.close?.(),
  };
}

function checkInputs({ inputs, table }: Artifact, given: readonly TensorData[]): void {
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
