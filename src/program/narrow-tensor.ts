import { OnusError } from "../errors/onus-error.js";
import type { OnnxTensor } from "../model/onnx/graph.js";
import type { Dtype, TensorData } from "./dtype.js";

/** A tensor of an ONNX file as the program holds it. */
export type Narrowed = {
  readonly dtype: Dtype;
  readonly data: TensorData;
  /** A 64-bit integer that did not fit and was saturated, if there is one. */
  readonly lossy: string | undefined;
};

/** What an ONNX element type becomes; undefined for those a program does not compute with. */
export function dtypeOfElements(elementType: string): Dtype | undefined {
  switch (elementType) {
    // Half precision is computed in 32 bits, as 64-bit integers are.
    case "float16":
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
      return undefined;
  }
}

/**
 * Elements as f32, i32, u8 or i8. 64-bit integers saturate, which is right for the bounds of a slice, and say so; doubles
 * are rounded, unless that would make them infinite.
 */
export function narrowTensor({ name, elementType, data }: OnnxTensor): Narrowed {
  if (data instanceof Float64Array) {
    const rounded = Float32Array.from(data);
    const isWide = data.some((value, at) => Number.isFinite(value) && !Number.isFinite(rounded[at]));
    if (isWide) throw new OnusError("UNSUPPORTED_TYPE", { tensor: name, type: elementType });
    return { dtype: "f32", data: rounded, lossy: undefined };
  }
  const dtype = dtypeOfElements(elementType);
  if (dtype === undefined) throw new OnusError("UNSUPPORTED_TYPE", { tensor: name, type: elementType });
  if (!(data instanceof BigInt64Array)) return { dtype, data, lossy: undefined };
  let lossy: string | undefined;
  const narrow = Int32Array.from(data, (value) => {
    const clamped = value > 0x7fffffffn ? 0x7fffffffn : value < -0x80000000n ? -0x80000000n : value;
    if (clamped !== value) lossy = String(value);
    return Number(clamped);
  });
  return { dtype, data: narrow, lossy };
}
