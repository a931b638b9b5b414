import { OnusError } from "../errors/onus-error.js";
import type { OnnxGraph, OnnxInput, OnnxNode, OnnxTensor } from "../model/onnx/graph.js";
import { readOnnx } from "../model/onnx/read-onnx.js";
import type { Artifact, Port } from "./artifact.js";
import type { Dtype, TensorData } from "./dtype.js";
import { read } from "./ir/expr.js";
import type { Value } from "./ir/value.js";
import { lowerings } from "./lowering/registry.js";
import { Scope, Values, isKnown } from "./lowering/scope.js";
import { BUDGET, compile } from "./planning/compile.js";
import { Folder } from "./planning/fold.js";
import type { Evaluate } from "./planning/fold.js";
import { linkArtifact } from "./planning/link.js";
import { reportOf } from "./planning/report.js";
import type { ArtifactReport } from "./planning/report.js";

export type ImportOptions = {
  /** Extents of named dimensions. */
  readonly dims?: Readonly<Record<string, number>>;
  /** Whole shapes of inputs, by name; they win over `dims`. */
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
  /** Runs a kernel on constants, with the arithmetic of the protocol. */
  readonly evaluate: Evaluate;
  readonly onProgress?: (step: "read" | "lower" | "plan" | "pack", done: number, all: number) => void;
};

export type Imported = {
  readonly artifact: Artifact;
  /** The ONNX tensor each kernel makes, or what it is made for. */
  readonly names: readonly string[];
  readonly report: ArtifactReport;
};

/** Changes whenever the same file and options may give another artifact. */
export const IMPORTER_VERSION = "1";

/**
 * An ONNX file as an artifact: dynamic dimensions fixed, constants folded, operators lowered to loop nests, nests fused
 * and laid out. Deterministic; refuses what it cannot lower before anything is made.
 */
export function importOnnx(bytes: Uint8Array, options: ImportOptions): Imported {
  const graph = readOnnx(bytes);
  options.onProgress?.("read", 1, 1);
  refuseUnknown(graph, options);
  const folder = new Folder(options.evaluate);
  const values = new Values((value) => folder.data(value));
  const named = new Map<string, Value>();
  const inputs = graph.inputs.map((input) => {
    const value = values.input(input.name, shapeOf(input, options), dtypeOf(input.name, input.elementType));
    named.set(input.name, value);
    return value;
  });
  const constant = (tensor: OnnxTensor) => constantOf(values, tensor);
  for (const tensor of graph.initializers.values()) named.set(tensor.name, constant(tensor));

  graph.nodes.forEach((node, index) => {
    for (const [position, value] of lower(node, { graph, values, named, constant }).entries()) {
      const name = node.outputs[position];
      if (name !== undefined && name !== "") named.set(name, value);
    }
    options.onProgress?.("lower", index + 1, graph.nodes.length);
  });

  const outputs = outputsOf(graph, named, values);
  const drafts = compile(outputs, { values, folder });
  options.onProgress?.("plan", 1, 1);
  const artifact = linkArtifact({
    inputs,
    outputs: outputs.map((value, index): Port => ({
      name: graph.outputs[index] as string,
      shape: value.shape,
      dtype: value.dtype,
    })),
    drafts,
    tabulate: (expr, axes, dtype) => folder.tabulate(expr, axes, dtype),
    onWeight: (done, all) => options.onProgress?.("pack", done, all),
  });
  const names = drafts.map(({ value }) => value.name);
  const report = reportOf(artifact, names);
  refuseUnprovable(report);
  return { artifact, names, report };
}

/** Nothing leaves the importer that one transaction could not prove. */
function refuseUnprovable({ kernels }: ArtifactReport): void {
  for (const { name, proof } of kernels) {
    const { gas, calldataBytes } = proof;
    if (gas > BUDGET.gas || calldataBytes > BUDGET.calldataBytes) {
      throw new OnusError("PROOF_TOO_LARGE", { tensor: name, gas, calldataBytes });
    }
  }
}

type Lowered = {
  readonly graph: OnnxGraph;
  readonly values: Values;
  readonly named: ReadonlyMap<string, Value>;
  readonly constant: (tensor: OnnxTensor) => Value;
};

function lower(node: OnnxNode, { graph, values, named, constant }: Lowered): readonly Value[] {
  const lowering =
    Object.hasOwn(lowerings, node.operator) && node.domain === "" ? lowerings[node.operator] : undefined;
  if (lowering === undefined) {
    const { name, operator, domain } = node;
    throw new OnusError("UNSUPPORTED_OPERATOR", { node: name, operator, domain });
  }
  const inputs = node.inputs.map((tensor) => {
    if (tensor === "") return undefined;
    const value = named.get(tensor);
    if (value === undefined) throw new OnusError("UNKNOWN_TENSOR", { node: node.name, tensor });
    return value;
  });
  return lowering(new Scope({ values, node, opset: graph.opset, inputs, constant }));
}

/** Outputs are kernels that no other kernel reads: what is read elsewhere, given twice or not computed is copied. */
function outputsOf(graph: OnnxGraph, named: ReadonlyMap<string, Value>, values: Values): Value[] {
  const readBySome = new Set(graph.nodes.flatMap((node) => node.inputs.map((name) => named.get(name))));
  const given = new Set<Value>();
  return graph.outputs.map((name) => {
    const value = named.get(name);
    if (value === undefined) throw new OnusError("UNKNOWN_TENSOR", { node: "graph output", tensor: name });
    const isOwn =
      value.definition.kind !== "input" && !isKnown(value) && !readBySome.has(value) && !given.has(value);
    given.add(value);
    return isOwn ? value : values.map(name, value.shape, value.dtype, (at) => read(value, at));
  });
}

function refuseUnknown(graph: OnnxGraph, { shapes = {} }: ImportOptions): void {
  const known = graph.inputs.map(({ name }) => name);
  for (const input of Object.keys(shapes)) {
    if (!known.includes(input)) throw new OnusError("UNKNOWN_INPUT", { input, known: known.join(", ") });
  }
}

function shapeOf(
  { name, dims }: OnnxInput,
  { dims: given = {}, shapes = {} }: ImportOptions,
): readonly number[] {
  const whole = shapes[name];
  const shape = dims.map((dim) => dim ?? "?").join(", ");
  if (whole !== undefined) {
    const fits =
      whole.length === dims.length &&
      dims.every((dim, axis) => typeof dim !== "number" || dim === whole[axis]);
    if (!fits) {
      const actual = `[${whole.join(", ")}] by --shape`;
      throw new OnusError("SHAPE_MISMATCH", {
        node: "graph input",
        operator: name,
        actual,
        expected: `[${shape}]`,
      });
    }
    return whole;
  }
  return dims.map((dim, axis) => {
    const extent = typeof dim === "string" ? given[dim] : dim;
    if (extent === undefined)
      throw new OnusError("DIM_UNKNOWN", { input: name, dim: String(dim ?? axis), shape });
    return extent;
  });
}

function dtypeOf(tensor: string, elementType: string): Dtype {
  switch (elementType) {
    case "float32":
      return "f32";
    case "int32":
    case "int64":
      return "i32";
    case "uint8":
    case "bool":
      return "u8";
    case "int8":
      return "i8";
    default:
      throw new OnusError("UNSUPPORTED_TYPE", { tensor, type: elementType });
  }
}

/** 64-bit integers become 32-bit ones; one that does not fit saturates, which is right for the bounds of a slice. */
function constantOf(values: Values, { name, elementType, shape, data }: OnnxTensor): Value {
  const dtype = dtypeOf(name, elementType);
  if (!(data instanceof BigInt64Array)) return values.constant(name, shape, dtype, data as TensorData);
  let wide: string | undefined;
  const narrow = Int32Array.from(data, (value) => {
    const clamped = value > 0x7fffffffn ? 0x7fffffffn : value < -0x80000000n ? -0x80000000n : value;
    if (clamped !== value) wide = String(value);
    return Number(clamped);
  });
  return values.constant(name, shape, dtype, narrow, wide);
}
