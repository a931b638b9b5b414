import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { expect } from "chai";

import { isOnusError } from "../../../src/errors/onus-error.js";
import {
  ModelProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from "../../../src/model/onnx/generated/onnx_pb.js";
import { readOnnx } from "../../../src/model/onnx/read-onnx.js";
import { readTensor } from "../../../src/model/onnx/read-tensor.js";
import { encodeOnnx } from "../../support/onnx-file.js";

type Fields = Partial<Omit<TensorProto, "$typeName" | "$unknown">>;

const tensor = (fields: Fields) => readTensor(create(TensorProtoSchema, { name: "t", ...fields }));

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (isOnusError(error)) return error.code;
    throw error;
  }
  return "none";
};

describe("readTensor", () => {
  it("reads raw bytes at any alignment, from Node buffers too", () => {
    const bytes = Buffer.from([9, ...new Uint8Array(Float32Array.of(1.5, -2).buffer), 7]);
    const { data } = tensor({
      dims: [2n],
      dataType: 1,
      rawData: bytes.subarray(1, 9) as Uint8Array<ArrayBuffer>,
    });
    expect(data).to.deep.equal(Float32Array.of(1.5, -2));
  });

  it("reads the typed lists", () => {
    expect(tensor({ dims: [2n], dataType: 1, floatData: [1, 2] }).data).to.deep.equal(Float32Array.of(1, 2));
    expect(tensor({ dims: [1n], dataType: 7, int64Data: [-3n] }).data).to.deep.equal(BigInt64Array.of(-3n));
    expect(tensor({ dims: [2n], dataType: 3, int32Data: [-1, 5] }).data).to.deep.equal(Int8Array.of(-1, 5));
    expect(tensor({ dims: [2n], dataType: 9, int32Data: [0, 1] }).data).to.deep.equal(Uint8Array.of(0, 1));
    expect(tensor({ dims: [], dataType: 11, doubleData: [0.1] }).data).to.deep.equal(Float64Array.of(0.1));
  });

  it("reads half precision as the same numbers in binary32", () => {
    const bits = [0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000, 0xfc00];
    const numbers = Float32Array.of(1, -2, 65_504, 2 ** -24, -0, -Infinity);
    expect(tensor({ dims: [6n], dataType: 10, int32Data: bits }).data).to.deep.equal(numbers);
    const rawData = new Uint8Array(Uint16Array.from(bits).buffer);
    expect(tensor({ dims: [6n], dataType: 10, rawData }).data).to.deep.equal(numbers);
  });

  it("refuses external data, types it has no numbers for, and a count that is not the shape's", () => {
    expect(codeOf(() => tensor({ dims: [1n], dataType: 1, dataLocation: 1 }))).to.equal("EXTERNAL_DATA");
    expect(codeOf(() => tensor({ dims: [1n], dataType: 16, int32Data: [1] }))).to.equal("UNSUPPORTED_TYPE");
    expect(codeOf(() => tensor({ dims: [3n], dataType: 1, floatData: [1, 2] }))).to.equal("ONNX_UNREADABLE");
  });
});

describe("readOnnx", () => {
  const file = () =>
    encodeOnnx({
      opset: 11,
      inputs: { x: [1, "width"] },
      constants: [{ name: "c", shape: [1], data: Float32Array.of(2) }],
      nodes: [{ operator: "Mul", inputs: ["x", "c"], attributes: { axis: -1, mode: "fast", pads: [1, 2] } }],
    });

  it("gives inputs, outputs, nodes and attributes as plain values", () => {
    const graph = readOnnx(file());
    expect(graph.opset).to.equal(11);
    expect(graph.inputs).to.deep.equal([{ name: "x", elementType: "float32", dims: [1, "width"] }]);
    expect(graph.outputs).to.deep.equal(["t0"]);
    expect(graph.nodes[0]?.operator).to.equal("Mul");
    expect(graph.nodes[0]?.attributes.get("axis")).to.deep.equal({ kind: "int", value: -1 });
    expect(graph.nodes[0]?.attributes.get("mode")).to.deep.equal({ kind: "string", value: "fast" });
    expect(graph.nodes[0]?.attributes.get("pads")).to.deep.equal({ kind: "ints", value: [1, 2] });
  });

  it("drops initialisers that are listed as inputs", () => {
    const model = fromBinary(ModelProtoSchema, file());
    model.graph?.input.push({ $typeName: "onnx.ValueInfoProto", name: "c" });
    expect(readOnnx(toBinary(ModelProtoSchema, model)).inputs.map(({ name }) => name)).to.deep.equal(["x"]);
  });

  it("names a node without a name by its first output", () => {
    const model = fromBinary(ModelProtoSchema, file());
    for (const node of model.graph?.node ?? []) node.name = "";
    expect(readOnnx(toBinary(ModelProtoSchema, model)).nodes[0]?.name).to.equal("t0");
  });
});
