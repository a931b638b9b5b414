import { OnusError } from "../../errors/onus-error.js";
import type { OnnxTensor } from "../onnx/graph.js";
import { readTensorFile } from "../onnx/read-onnx.js";
import { UNTYPED, parseJsonTensor } from "./json-tensor.js";
import { decodeNpy } from "./npy.js";

/** A tensor from the bytes of a .npy, .pb (an ONNX TensorProto) or .json file, told apart by the ending of its name. */
export function decodeTensorFile(file: string, bytes: Uint8Array): OnnxTensor {
  if (file.endsWith(".npy")) return decodeNpy(file, bytes);
  if (file.endsWith(".json")) return parseJsonTensor(file, new TextDecoder().decode(bytes));
  if (file.endsWith(".pb")) return { ...readTensorFile(bytes), name: file };
  throw new OnusError("TENSOR_FILE_UNREADABLE", {
    file,
    reason: "its name ends in none of .npy, .pb and .json",
  });
}

/** Smallest and largest integer of each integer element type. */
const RANGES: Readonly<Record<string, readonly [low: number, high: number]>> = {
  bool: [0, 1],
  int8: [-128, 127],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  uint8: [0, 255],
};

/** Numbers without a type as elements of one; other tensors stay as they are. */
export function withElementType(tensor: OnnxTensor, elementType: string): OnnxTensor {
  if (tensor.elementType !== UNTYPED) return tensor;
  const numbers = Array.from(tensor.data, Number);
  const range = RANGES[elementType];
  if (range === undefined) return { ...tensor, elementType, data: Float32Array.from(numbers) };
  const [low, high] = range;
  const unfit = numbers.find((one) => !Number.isInteger(one) || one < low || one > high);
  if (unfit !== undefined) {
    const reason = `${unfit} is no ${elementType}`;
    throw new OnusError("TENSOR_FILE_UNREADABLE", { file: tensor.name, reason });
  }
  const data =
    elementType === "int64"
      ? BigInt64Array.from(numbers, BigInt)
      : elementType === "int32"
        ? Int32Array.from(numbers)
        : elementType === "int8"
          ? Int8Array.from(numbers)
          : Uint8Array.from(numbers);
  return { ...tensor, elementType, data };
}
