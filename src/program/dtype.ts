/** Element types of a tensor, in the order of their codes in descriptors and tensor tables (docs/spec/program.md). */
export const DTYPES = ["f32", "i32", "u8", "i8"] as const;

export type Dtype = (typeof DTYPES)[number];

/** What an expression computes with: u8 and i8 widen to i32 when loaded. */
export type ValueType = "f32" | "i32";

export type TensorData = Float32Array | Int32Array | Uint8Array | Int8Array;

export const dtypeCode = (dtype: Dtype): number => DTYPES.indexOf(dtype);

/** Bytes of one element. */
export const elementBytes = (dtype: Dtype): 1 | 4 => (dtype === "f32" || dtype === "i32" ? 4 : 1);

export const valueType = (dtype: Dtype): ValueType => (dtype === "f32" ? "f32" : "i32");

export function allocateTensor(dtype: Dtype, count: number): TensorData {
  switch (dtype) {
    case "f32":
      return new Float32Array(count);
    case "i32":
      return new Int32Array(count);
    case "u8":
      return new Uint8Array(count);
    case "i8":
      return new Int8Array(count);
  }
}
