import { fromBinary } from "@bufbuild/protobuf";
import type { Message, MessageShape } from "@bufbuild/protobuf";
import type { GenMessage } from "@bufbuild/protobuf/codegenv2";

import { OnusError } from "../../errors/onus-error.js";
import { ELEMENT_TYPES } from "./graph.js";
import type { OnnxAttribute, OnnxBody, OnnxGraph, OnnxInput, OnnxNode, OnnxTensor } from "./graph.js";
import { ModelProtoSchema, TensorProtoSchema } from "./generated/onnx_pb.js";
import type { AttributeProto, GraphProto, NodeProto, ValueInfoProto } from "./generated/onnx_pb.js";
import { readTensor } from "./read-tensor.js";

/** Reads an ONNX file into a plain graph. Refuses what is not ONNX and data that lives in other files. */
export function readOnnx(bytes: Uint8Array): OnnxGraph {
  const model = decode(ModelProtoSchema, bytes);
  const graph = model.graph;
  if (graph === undefined || graph.node.length === 0)
    throw new OnusError("ONNX_UNREADABLE", { reason: "it has no graph" });
  const initializers = new Map(graph.initializer.map((proto) => [proto.name, readTensor(proto)]));
  const opset = model.opsetImport.find(({ domain }) => domain === "" || domain === "ai.onnx");
  return {
    opset: Number(opset?.version ?? 1n),
    inputs: graph.input.filter(({ name }) => !initializers.has(name)).map(readInput),
    outputs: graph.output.map(({ name }) => name),
    initializers,
    nodes: graph.node.map(readNode),
  };
}

function decode<S extends GenMessage<Message>>(schema: S, bytes: Uint8Array): MessageShape<S> {
  try {
    return fromBinary(schema, bytes);
  } catch (error) {
    throw new OnusError("ONNX_UNREADABLE", {
      reason: error instanceof Error ? error.message : String(error),
    });
  }
}

function readInput({ name, type }: ValueInfoProto): OnnxInput {
  const tensor = type?.value.case === "tensorType" ? type.value.value : undefined;
  if (tensor === undefined)
    throw new OnusError("UNSUPPORTED_TYPE", { tensor: name, type: "other than a tensor" });
  const dims = tensor.shape?.dim ?? [];
  return {
    name,
    elementType: ELEMENT_TYPES[tensor.elemType] ?? `#${tensor.elemType}`,
    dims: dims.map(({ value }) => {
      if (value.case === "dimParam") return value.value;
      return value.case === "dimValue" && value.value > 0n ? Number(value.value) : undefined;
    }),
  };
}

function readNode(proto: NodeProto): OnnxNode {
  return {
    name: proto.name === "" ? (proto.output[0] ?? "") : proto.name,
    operator: proto.opType,
    domain: proto.domain === "ai.onnx" ? "" : proto.domain,
    inputs: proto.input,
    outputs: proto.output,
    attributes: new Map(proto.attribute.map((attribute) => [attribute.name, readAttribute(attribute)])),
  };
}

function readBody({ initializer, input, output, node }: GraphProto): OnnxBody {
  const name = (one: ValueInfoProto) => one.name;
  return {
    inputs: input.map(name),
    outputs: output.map(name),
    initializers: new Map(initializer.map((proto) => [proto.name, readTensor(proto)])),
    nodes: node.map(readNode),
  };
}

/** A tensor on its own, as the files with a model's inputs and outputs hold one. */
export function readTensorFile(bytes: Uint8Array): OnnxTensor {
  return readTensor(decode(TensorProtoSchema, bytes), "tensor");
}

function readAttribute(proto: AttributeProto): OnnxAttribute {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  switch (proto.type) {
    case 1:
      return { kind: "float", value: proto.f };
    case 2:
      return { kind: "int", value: Number(proto.i) };
    case 3:
      return { kind: "string", value: text(proto.s) };
    case 4:
      if (proto.t === undefined)
        throw new OnusError("ONNX_UNREADABLE", { reason: `attribute ${proto.name} has no tensor` });
      return { kind: "tensor", value: readTensor(proto.t, proto.name) };
    case 5:
      if (proto.g === undefined)
        throw new OnusError("ONNX_UNREADABLE", { reason: `attribute ${proto.name} has no graph` });
      return { kind: "graph", value: readBody(proto.g) };
    case 6:
      return { kind: "floats", value: proto.floats };
    case 7:
      return { kind: "ints", value: proto.ints.map(Number) };
    case 8:
      return { kind: "strings", value: proto.strings.map(text) };
    default:
      return { kind: "other", value: `attribute type ${proto.type}` };
  }
}
