import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { OnusError, isOnusError } from "../../src/errors/onus-error.js";
import type { OnnxGraph, OnnxTensor } from "../../src/model/onnx/graph.js";
import { readOnnx, readTensorFile } from "../../src/model/onnx/read-onnx.js";
import type { TensorData } from "../../src/program/dtype.js";
import { importOnnx } from "../../src/program/import-onnx.js";
import type { Imported } from "../../src/program/import-onnx.js";
import { narrowTensor } from "../../src/program/narrow-tensor.js";
import { engineOfKernels, prepareModel } from "../../src/run/engine.js";
import { evaluateOnce } from "../../src/run/evaluate.js";

/** What became of one folder of the ONNX backend tests. */
export type CaseResult = {
  readonly name: string;
  /** `wrong` is a bug of ours, whatever the reason: other numbers, another shape, a crash. */
  readonly status: "pass" | "unsupported" | "wrong";
  /** Why not, or which inputs had to be constants; empty for a plain pass. */
  readonly reason: string;
};

/** Absolute and relative deviation that floats may have: |a - b| ≤ ABSOLUTE + RELATIVE · |b|. */
const [ABSOLUTE, RELATIVE] = [1e-5, 1e-3];

/** Small kernels are quicker interpreted than prepared. */
const engine = engineOfKernels(
  "once",
  (kernel) => (tensors) => evaluateOnce(kernel, tensors as TensorData[]),
);

/** Imports `model.onnx`, runs it on each `test_data_set_*` and compares with what is expected. */
export function runBackendCase(directory: string, name: string): CaseResult {
  const bound = new Set<string>();
  try {
    const model = new Uint8Array(readFileSync(join(directory, "model.onnx")));
    const graph = readOnnx(model);
    const sets = readdirSync(directory).filter((file) => file.startsWith("test_data_set_"));
    for (const set of sets) {
      const folder = join(directory, set);
      const inputs = graph.inputs.map((_, index) => readNumbered(folder, "input", index));
      const outputs = graph.outputs.map((_, index) => readNumbered(folder, "output", index));
      const wrong = runDataSet({ model, graph, inputs, outputs, bound });
      if (wrong !== undefined) return { name, status: "wrong", reason: `${set}: ${wrong}` };
    }
    const reason = bound.size === 0 ? "" : `with constant ${[...bound].join(", ")}`;
    return { name, status: "pass", reason };
  } catch (error) {
    if (isOnusError(error)) return { name, status: "unsupported", reason: `${error.code}: ${error.message}` };
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { name, status: "wrong", reason };
  }
}

type DataSet = {
  readonly model: Uint8Array;
  readonly graph: OnnxGraph;
  readonly inputs: readonly (OnnxTensor | undefined)[];
  readonly outputs: readonly (OnnxTensor | undefined)[];
  /** Receives the inputs that had to be constants. */
  readonly bound: Set<string>;
};

/** What differs, undefined if nothing does. */
function runDataSet({ model, graph, inputs, outputs, bound }: DataSet): string | undefined {
  const given = new Map(graph.inputs.map(({ name }, index) => [name, inputs[index]]));
  const { artifact } = importBinding(model, given, bound);
  const feeds = artifact.inputs.map(({ name }) => {
    const tensor = given.get(name);
    if (tensor === undefined) throw new Error(`no data for input ${name}`);
    const { data, lossy } = narrowTensor(tensor);
    if (lossy !== undefined) throw new OnusError("INTEGER_TOO_WIDE", { tensor: name, value: lossy });
    return data;
  });
  const { tensors } = prepareModel(artifact, engine).run(feeds);
  for (const [index, { name, shape }] of artifact.outputs.entries()) {
    const expected = outputs[index];
    if (expected === undefined) continue;
    const actual = tensors[tensors.length - artifact.outputs.length + index] as TensorData;
    if (shape.join() !== expected.shape.join()) {
      return `output ${name} is [${shape.join(", ")}]; expected [${expected.shape.join(", ")}]`;
    }
    const at = firstDifference(actual, expected);
    if (at !== undefined) {
      return `output ${name}[${at}] is ${actual[at]}; expected ${expected.data[at]} (${expected.elementType})`;
    }
  }
  return undefined;
}

/** Imports, making inputs constants for as long as an operator asks for one. */
function importBinding(
  model: Uint8Array,
  given: ReadonlyMap<string, OnnxTensor | undefined>,
  bound: Set<string>,
): Imported {
  for (;;) {
    const constants: Record<string, OnnxTensor> = {};
    const shapes: Record<string, readonly number[]> = {};
    for (const [name, tensor] of given) {
      if (tensor === undefined) continue;
      if (bound.has(name)) constants[name] = tensor;
      else shapes[name] = tensor.shape;
    }
    try {
      return importOnnx(model, { constants, shapes, evaluate: evaluateOnce });
    } catch (error) {
      if (!isOnusError(error, "CONSTANT_NEEDED")) throw error;
      const more = error.context.inputs.filter((name) => given.get(name) !== undefined && !bound.has(name));
      if (more.length === 0) throw error;
      for (const name of more) bound.add(name);
    }
  }
}

function readNumbered(folder: string, kind: "input" | "output", index: number): OnnxTensor | undefined {
  const path = join(folder, `${kind}_${index}.pb`);
  return existsSync(path) ? readTensorFile(new Uint8Array(readFileSync(path))) : undefined;
}

/** Where the first element beyond tolerance lies: integers are compared exactly. */
function firstDifference(
  actual: TensorData,
  { data: expected, elementType }: OnnxTensor,
): number | undefined {
  const isFloat = elementType.startsWith("float");
  for (let at = 0; at < Math.max(actual.length, expected.length); at++) {
    const [a, b] = [Number(actual[at]), Number(expected[at])];
    if (Object.is(a, b) || a === b) continue;
    if (!isFloat || !(Math.abs(a - b) <= ABSOLUTE + RELATIVE * Math.abs(b))) return at;
  }
  return undefined;
}
