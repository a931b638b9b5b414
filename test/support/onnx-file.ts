import { create, fromBinary, toBinary } from "@bufbuild/protobuf";

import { ModelProtoSchema } from "../../src/model/onnx/generated/onnx_pb.js";

/** The model with one more output: an intermediate tensor, by name. */
export function exposeTensor(bytes: Uint8Array, name: string): Uint8Array {
  const model = fromBinary(ModelProtoSchema, bytes);
  model.graph?.output.push({ $typeName: "onnx.ValueInfoProto", name });
  return toBinary(ModelProtoSchema, model);
}

export type TinyTensor = {
  readonly name: string;
  readonly shape: readonly number[];
  /** Float32Array is float32, Int32Array int32, BigInt64Array int64, Uint8Array bool. */
  readonly data: Float32Array | Int32Array | BigInt64Array | Uint8Array;
};

export type TinyAttribute = number | readonly number[] | string | TinyTensor | { readonly float: number };

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
      node: nodes.map((node, index) => ({
        name: `${node.operator} ${index}`,
        opType: node.operator,
        input: [...node.inputs],
        output: [...outputsOf(node, index)],
        attribute: Object.entries(node.attributes ?? {}).map(([name, value]) => ({
          name,
          ...attributeOf(value),
        })),
      })),
    },
  });
  return toBinary(ModelProtoSchema, model);
}

function attributeOf(value: TinyAttribute) {
  if (typeof value === "number") return { type: 2, i: BigInt(value) };
  if (typeof value === "string") return { type: 3, s: new TextEncoder().encode(value) };
  if (Array.isArray(value)) return { type: 7, ints: (value as readonly number[]).map(BigInt) };
  if ("float" in value) return { type: 1, f: value.float };
  return { type: 4, t: tensorOf(value as TinyTensor) };
}

function tensorOf({ name, shape, data }: TinyTensor) {
  const type =
    data instanceof Float32Array ? 1 : data instanceof Int32Array ? 6 : data instanceof BigInt64Array ? 7 : 9;
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, dims: shape.map(BigInt), dataType: type, rawData };
}
