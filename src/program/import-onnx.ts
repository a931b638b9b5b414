import { OnusError } from "../errors/onus-error.js";
import type { OnnxBody, OnnxGraph, OnnxInput, OnnxNode, OnnxTensor } from "../model/onnx/graph.js";
import { withElementType } from "../model/tensor-file/decode-tensor-file.js";
import { readOnnx } from "../model/onnx/read-onnx.js";
import type { Artifact, Port } from "./artifact.js";
import type { Dtype } from "./dtype.js";
import { read, readsOf } from "./ir/expr.js";
import type { Value } from "./ir/value.js";
import { lowerings } from "./lowering/registry.js";
import { Scope, Values, isKnown } from "./lowering/scope.js";
import { BUDGET, compile } from "./planning/compile.js";
import { dtypeOfElements, narrowTensor } from "./narrow-tensor.js";
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
  /** Inputs that are fixed: constants of the program, and no inputs of it any more. */
  readonly constants?: Readonly<Record<string, OnnxTensor>>;
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
export const IMPORTER_VERSION = "2";

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
  const { constants = {} } = options;
  const open = graph.inputs.filter(({ name }) => !Object.hasOwn(constants, name));
  const inputs = open.map((input) => {
    const value = values.input(input.name, shapeOf(input, options), dtypeOf(input.name, input.elementType));
    named.set(input.name, value);
    return value;
  });
  for (const input of graph.inputs) {
    const given = constants[input.name];
    if (given !== undefined) named.set(input.name, constantOf(values, fixedInput(input, given)));
  }
  const context: Lowered = { opset: graph.opset, values, named, makers: new Map() };
  lowerNodes(graph, context, (done) => options.onProgress?.("lower", done, graph.nodes.length));

  const outputs = outputsOf(graph.outputs, context);
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

/** Nothing leaves the importer that one transaction could not prove: PROOF_TOO_LARGE. Lowering cuts what would; this sees to it. */
export function refuseUnprovable({ kernels }: ArtifactReport): void {
  for (const { name, proof } of kernels) {
    const { gas, calldataBytes } = proof;
    if (gas > BUDGET.gas || calldataBytes > BUDGET.calldataBytes) {
      throw new OnusError("PROOF_TOO_LARGE", { tensor: name, gas, calldataBytes });
    }
  }
}

type Lowered = {
  readonly opset: number;
  readonly values: Values;
  readonly named: Map<string, Value>;
  /** The node that names each output so far, lowered or not. */
  readonly makers: Map<string, OnnxNode>;
};

/** The value of a tensor; refuses one that nothing makes, and an output that its node's lowering leaves out. */
function valueOf(tensor: string, reader: string, { named, makers }: Lowered): Value {
  const value = named.get(tensor);
  if (value !== undefined) return value;
  const maker = makers.get(tensor);
  if (maker === undefined) throw new OnusError("UNKNOWN_TENSOR", { node: reader, tensor });
  const reason = `is asked for output ${maker.outputs.indexOf(tensor)} (${tensor}), which is not lowered`;
  throw new OnusError("UNSUPPORTED_NODE", { node: maker.name, operator: maker.operator, reason });
}

/** Lowers nodes in order; what they make is known by name to those after them. */
function lowerNodes(
  { initializers, nodes }: Pick<OnnxGraph, "initializers" | "nodes">,
  context: Lowered,
  onNode: (done: number) => void = () => undefined,
): void {
  const { named, values, makers } = context;
  for (const tensor of initializers.values()) named.set(tensor.name, constantOf(values, tensor));
  for (const [index, node] of nodes.entries()) {
    const made = lower(node, context);
    for (const [position, name] of node.outputs.entries()) {
      const value = made[position];
      if (value !== undefined && name !== "") named.set(name, value);
      makers.set(name, node);
    }
    onNode(index + 1);
  }
}

/** The outputs of a graph inside a node, given its inputs. What it names inside is unknown outside. */
function lowerBody(body: OnnxBody, inputs: readonly Value[], around: Lowered): readonly Value[] {
  const context: Lowered = { ...around, named: new Map(around.named), makers: new Map(around.makers) };
  for (const [index, name] of body.inputs.entries()) {
    const value = inputs[index];
    if (value !== undefined) context.named.set(name, value);
  }
  lowerNodes(body, context);
  return body.outputs.map((name) => valueOf(name, "the end of a graph inside a node", context));
}

function lower(node: OnnxNode, context: Lowered): readonly Value[] {
  const { opset, values } = context;
  const lowering =
    Object.hasOwn(lowerings, node.operator) && node.domain === "" ? lowerings[node.operator] : undefined;
  if (lowering === undefined) {
    const { name, operator, domain } = node;
    throw new OnusError("UNSUPPORTED_OPERATOR", { node: name, operator, domain });
  }
  const inputs = node.inputs.map((tensor) =>
    tensor === "" ? undefined : valueOf(tensor, node.name, context),
  );
  const scope = new Scope({
    values,
    node,
    opset,
    inputs,
    constant: (tensor) => constantOf(values, tensor),
    lower: (body, given) => lowerBody(body, given, context),
  });
  const outputs = lowering(scope);
  // A constant may be empty, as an operand that is left out; a kernel may not.
  if (outputs.some(({ shape, definition }) => shape.includes(0) && definition.kind !== "constant")) {
    throw scope.refuse("makes a tensor without elements");
  }
  return outputs;
}

/** Outputs are kernels that no other kernel reads: what is read elsewhere, given twice or not computed is copied. */
function outputsOf(names: readonly string[], context: Lowered): Value[] {
  const { values } = context;
  const wanted = names.map((name) => valueOf(name, "graph output", context));
  const readBySome = operandsOf(wanted);
  const given = new Set<Value>();
  return wanted.map((value, index) => {
    const name = names[index] as string;
    if (value.shape.includes(0)) {
      const reason = value.items === undefined ? "is an output without elements" : "is a sequence";
      throw new OnusError("UNSUPPORTED_NODE", { node: "graph output", operator: name, reason });
    }
    const isComputed = value.definition.kind !== "input" && !isKnown(value);
    const isOwn = isComputed && !readBySome.has(value) && !given.has(value);
    given.add(value);
    return isOwn ? value : values.map(name, value.shape, value.dtype, (at) => read(value, at));
  });
}

/** Every value that the computation of these reads. */
function operandsOf(wanted: readonly Value[]): ReadonlySet<Value> {
  const operands = new Set<Value>();
  const visit = ({ definition }: Value): void => {
    const reads =
      definition.kind === "reshape"
        ? [definition.of]
        : definition.kind === "nest"
          ? [...readsOf(definition.nest.body), ...readsOf(definition.nest.tail)].map(({ value }) => value)
          : [];
    for (const value of reads) {
      if (operands.has(value)) continue;
      operands.add(value);
      visit(value);
    }
  };
  wanted.forEach(visit);
  return operands;
}

function refuseUnknown(graph: OnnxGraph, { shapes = {}, constants = {} }: ImportOptions): void {
  const known = graph.inputs.map(({ name }) => name);
  for (const input of [...Object.keys(shapes), ...Object.keys(constants)]) {
    if (!known.includes(input)) throw new OnusError("UNKNOWN_INPUT", { input, known: known.join(", ") });
  }
}

/** The constant that an input is fixed to, of the input's own type; a single number takes the input's shape. */
function fixedInput({ name, elementType, dims }: OnnxInput, given: OnnxTensor): OnnxTensor {
  const tensor = withElementType({ ...given, name }, elementType);
  const isSingle = tensor.data.length === 1 && dims.every((dim) => dim === 1);
  const shape = isSingle ? dims.map(() => 1) : tensor.shape;
  const fits =
    tensor.elementType === elementType &&
    shape.length === dims.length &&
    dims.every((dim, axis) => typeof dim !== "number" || dim === shape[axis]);
  if (fits) return { ...tensor, shape };
  throw new OnusError("SHAPE_MISMATCH", {
    node: "graph input",
    operator: name,
    actual: `${tensor.elementType} [${shape.join(", ")}] as a constant`,
    expected: `${elementType} [${dims.map((dim) => dim ?? "?").join(", ")}]`,
  });
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
  const dtype = dtypeOfElements(elementType);
  if (dtype === undefined) throw new OnusError("UNSUPPORTED_TYPE", { tensor, type: elementType });
  return dtype;
}

function constantOf(values: Values, tensor: OnnxTensor): Value {
  const { dtype, data, lossy } = narrowTensor(tensor);
  return values.constant(tensor.name, tensor.shape, dtype, data, lossy);
}
