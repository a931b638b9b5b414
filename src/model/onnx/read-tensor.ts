import { OnusError } from "../../errors/onus-error.js";
import { ELEMENT_TYPES } from "./graph.js";
import type { OnnxData, OnnxTensor } from "./graph.js";
import type { TensorProto } from "./generated/onnx_pb.js";

const BYTES: Readonly<Record<string, number>> = {
  float16: 2,
  float32: 4,
  float64: 8,
  int32: 4,
  int64: 8,
  uint8: 1,
  int8: 1,
  bool: 1,
};

/** A tensor of the file: raw bytes (little-endian, at any alignment) or the typed list of its element type. */
export function readTensor(proto: TensorProto, fallbackName = proto.name): OnnxTensor {
  const name = proto.name === "" ? fallbackName : proto.name;
  if (proto.dataLocation === 1) throw new OnusError("EXTERNAL_DATA", { tensor: name });
  const elementType = ELEMENT_TYPES[proto.dataType] ?? `#${proto.dataType}`;
  const bytes = BYTES[elementType];
  if (bytes === undefined) throw new OnusError("UNSUPPORTED_TYPE", { tensor: name, type: elementType });
  const shape = proto.dims.map(Number);
  const count = shape.reduce((product, extent) => product * extent, 1);
  const data = proto.rawData.length > 0 ? ofRaw(proto.rawData, elementType) : ofList(proto, elementType);
  if (data.length !== count) {
    const reason = `tensor ${name} [${shape.join(", ")}] has ${data.length} elements`;
    throw new OnusError("ONNX_UNREADABLE", { reason });
  }
  return { name, elementType, shape, data };
}

function ofRaw(raw: Uint8Array, elementType: string): OnnxData {
  // A copy starts at an aligned address; the bytes inside the file need not. (`slice` would not copy a Node Buffer.)
  const { buffer } = new Uint8Array(
    raw.subarray(0, raw.length - (raw.length % (BYTES[elementType] as number))),
  );
  switch (elementType) {
    case "float16":
      return Float32Array.from(new Uint16Array(buffer), floatOfHalf);
    case "float32":
      return new Float32Array(buffer);
    case "float64":
      return new Float64Array(buffer);
    case "int32":
      return new Int32Array(buffer);
    case "int64":
      return new BigInt64Array(buffer);
    case "int8":
      return new Int8Array(buffer);
    default:
      return new Uint8Array(buffer);
  }
}

function ofList(proto: TensorProto, elementType: string): OnnxData {
  switch (elementType) {
    case "float16":
      return Float32Array.from(proto.int32Data, floatOfHalf);
    case "float32":
      return Float32Array.from(proto.floatData);
    case "float64":
      return Float64Array.from(proto.doubleData);
    case "int64":
      return BigInt64Array.from(proto.int64Data);
    case "int32":
      return Int32Array.from(proto.int32Data);
    case "int8":
      return Int8Array.from(proto.int32Data);
    default:
      return Uint8Array.from(proto.int32Data);
  }
}

const word = new DataView(new ArrayBuffer(4));

/** The number that 16 bits of IEEE 754 binary16 stand for; every one of them is a binary32. */
export function floatOfHalf(bits: number): number {
  const sign = (bits & 0x8000) << 16;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  // Below the smallest normal half: whole steps of 2^-24.
  if (exponent === 0) return (sign === 0 ? fraction : -fraction) / 0x1000000;
  if (exponent === 0x1f && fraction !== 0) return NaN;
  word.setInt32(0, sign | ((exponent === 0x1f ? 0xff : exponent + 112) << 23) | (fraction << 13));
  return word.getFloat32(0);
}
