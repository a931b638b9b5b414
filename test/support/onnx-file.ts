import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { MessageInitShape } from "@bufbuild/protobuf";

import { ModelProtoSchema } from "../../src/model/onnx/generated/onnx_pb.js";
import type { AttributeProtoSchema, GraphProtoSchema } from "../../src/model/onnx/generated/onnx_pb.js";

/** The model with one more output: an intermediate tensor, by name. */
export function exposeTensor(bytes: Uint8Array, name: string): Uint8Array {
  const model = fromBinary(ModelProtoSchema, bytes);
  model.graph?.output.push({ $typeName: "onnx.ValueInfoProto", name });
  return toBinary(ModelProtoSchema, model);
}

export type TinyTensor = {
  readonly name: string;
  readonly shape: readonly number[];
  /** Float32Array is float32, Int32Array int32, BigInt64Array int64, Int8Array int8, Uint8Array bool. */
  readonly data: Float32Array | Int32Array | BigInt64Array | Int8Array | Uint8Array;
  /** A Uint8Array of numbers instead. */
  readonly isUint8?: boolean;
};

export type TinyAttribute =
  | number
  | readonly number[]
  | string
  | readonly string[]
  | TinyTensor
  | TinyBody
  | { readonly float: number }
  | { readonly floats: readonly number[] };

/** A graph inside a node; its inputs and outputs have the types of what it is given and makes. */
export type TinyBody = {
  /** Name → shape, and element type where it is not float32. */
  readonly bodyInputs?: Readonly<Record<string, readonly number[]>>;
  readonly types?: Readonly<Record<string, number>>;
  readonly constants?: readonly TinyTensor[];
  readonly nodes: readonly TinyNode[];
  readonly outputs: readonly string[];
};

export type TinyNode = {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs?: readonly string[];
  readonly attributes?: Readonly<Record<string, TinyAttribute>>;
};

export type TinyModel = {
  readonly opset?: number;
  readonly inputs: Readonly<Record<string, readonly (number | string)[]>>;
  readonly constants?: readonly TinyTensor[];
  /** Node n's outputs default to `t{n}`. */
  readonly nodes: readonly TinyNode[];
  /** Defaults to the last node's outputs. */
  readonly outputs?: readonly string[];
};

/** Encodes a small model, so that tests say what they mean instead of keeping binary files. */
export function encodeOnnx({ opset = 17, inputs, constants = [], nodes, outputs }: TinyModel): Uint8Array {
  const outputsOf = (node: TinyNode, index: number) => node.outputs ?? [`t${index}`];
  const last = outputsOf(nodes.at(-1) as TinyNode, nodes.length - 1);
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: "", version: BigInt(opset) }],
    graph: {
      name: "tiny",
      initializer: constants.map(tensorOf),
      input: Object.entries(inputs).map(([name, shape]) => ({
        name,
        type: {
          value: {
            case: "tensorType" as const,
            value: {
              elemType: 1,
              shape: {
                dim: shape.map((dim) => ({
                  value:
                    typeof dim === "number"
                      ? { case: "dimValue" as const, value: BigInt(dim) }
                      : { case: "dimParam" as const, value: dim },
                })),
              },
            },
          },
        },
      })),
      output: (outputs ?? last).map((name) => ({ name })),
      node: nodes.map((node, index) => nodeOf(node, outputsOf(node, index), index)),
    },
  });
  return toBinary(ModelProtoSchema, model);
}

function attributeOf(value: TinyAttribute): MessageInitShape<typeof AttributeProtoSchema> {
  if (typeof value === "number") return { type: 2, i: BigInt(value) };
  if (typeof value === "string") return { type: 3, s: new TextEncoder().encode(value) };
  if (Array.isArray(value)) {
    if (typeof value[0] === "string")
      return { type: 8, strings: (value as readonly string[]).map((text) => new TextEncoder().encode(text)) };
    return { type: 7, ints: (value as readonly number[]).map(BigInt) };
  }
  if ("float" in value) return { type: 1, f: value.float };
  if ("floats" in value) return { type: 6, floats: [...value.floats] };
  if ("nodes" in value) return { type: 5, g: bodyOf(value) };
  return { type: 4, t: tensorOf(value as TinyTensor) };
}

type EncodedBody = MessageInitShape<typeof GraphProtoSchema>;

function bodyOf({ bodyInputs = {}, types = {}, constants = [], nodes, outputs }: TinyBody): EncodedBody {
  const info = (name: string, shape?: readonly number[]) => ({
    name,
    type: {
      value: {
        case: "tensorType" as const,
        value: {
          elemType: types[name] ?? 1,
          ...(shape === undefined
            ? {}
            : {
                shape: {
                  dim: shape.map((extent) => ({
                    value: { case: "dimValue" as const, value: BigInt(extent) },
                  })),
                },
              }),
        },
      },
    },
  });
  return {
    name: "body",
    initializer: constants.map(tensorOf),
    input: Object.entries(bodyInputs).map(([name, shape]) => info(name, shape)),
    output: outputs.map((name) => info(name)),
    node: nodes.map((node, index) => nodeOf(node, node.outputs ?? [`b${index}`], index)),
  };
}

const nodeOf = (node: TinyNode, outputs: readonly string[], index: number) => ({
  name: `${node.operator} ${index}`,
  opType: node.operator,
  input: [...node.inputs],
  output: [...outputs],
  attribute: Object.entries(node.attributes ?? {}).map(([name, value]) => ({ name, ...attributeOf(value) })),
});

function elementTypeOf(data: TinyTensor["data"], isUint8: boolean): number {
  if (data instanceof Float32Array) return 1;
  if (data instanceof Int8Array) return 3;
  if (data instanceof Int32Array) return 6;
  if (data instanceof BigInt64Array) return 7;
  return isUint8 ? 2 : 9;
}

function tensorOf({ name, shape, data, isUint8 = false }: TinyTensor) {
  const type = elementTypeOf(data, isUint8);
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, dims: shape.map(BigInt), dataType: type, rawData };
}
