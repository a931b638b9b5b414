import { OnusError } from "../../errors/onus-error.js";
import type { OnnxData, OnnxTensor } from "../onnx/graph.js";
import { floatOfHalf } from "../onnx/read-tensor.js";

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Element types by NumPy's letters; little-endian or single bytes. */
const TYPES: Readonly<
  Record<string, { elementType: string; of: (bytes: Uint8Array<ArrayBuffer>) => OnnxData }>
> = {
  "<f2": {
    elementType: "float16",
    of: ({ buffer }) => Float32Array.from(new Uint16Array(buffer), floatOfHalf),
  },
  "<f4": { elementType: "float32", of: ({ buffer }) => new Float32Array(buffer) },
  "<f8": { elementType: "float64", of: ({ buffer }) => new Float64Array(buffer) },
  "<i4": { elementType: "int32", of: ({ buffer }) => new Int32Array(buffer) },
  "<i8": { elementType: "int64", of: ({ buffer }) => new BigInt64Array(buffer) },
  "|i1": { elementType: "int8", of: ({ buffer }) => new Int8Array(buffer) },
  "|u1": { elementType: "uint8", of: (bytes) => bytes },
  "|b1": { elementType: "bool", of: (bytes) => bytes },
};

/**
 * A NumPy array (format 1.0 to 3.0, https://numpy.org/neps/nep-0001-npy-format.html): row-major, of an element type that
 * models have.
 */
export function decodeNpy(name: string, file: Uint8Array): OnnxTensor {
  const refuse = (reason: string) => new OnusError("TENSOR_FILE_UNREADABLE", { file: name, reason });
  if (MAGIC.some((byte, at) => file[at] !== byte)) throw refuse("it does not begin as a .npy file");
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const isOld = file[6] === 1;
  const start = isOld ? 10 : 12;
  if (file.length < start) throw refuse("it ends within its header");
  const length = isOld ? view.getUint16(8, true) : view.getUint32(8, true);
  const header = new TextDecoder().decode(file.subarray(start, start + length));
  const letters = /'descr': *'([^']*)'/.exec(header)?.[1] ?? "";
  const type = TYPES[letters];
  if (type === undefined) throw refuse(`its elements are ${letters || "not said"}`);
  if (/'fortran_order': *True/.test(header)) throw refuse("it is column-major");
  const extents = /'shape': *\(([^)]*)\)/.exec(header)?.[1];
  if (extents === undefined) throw refuse("it has no shape");
  const shape = extents
    .split(",")
    .filter((one) => one.trim() !== "")
    .map(Number);
  const count = shape.reduce((product, extent) => product * extent, 1);
  const width = Number(letters.slice(2));
  const bytes = new Uint8Array(file.subarray(start + length));
  if (bytes.length !== count * width)
    throw refuse(`[${shape.join(", ")}] takes ${count * width} bytes; it has ${bytes.length}`);
  return { name, elementType: type.elementType, shape, data: type.of(bytes) };
}

const LETTERS = { f32: "<f4", i32: "<i4", u8: "|u1", i8: "|i1" } as const;

/** A tensor of a program as a NumPy array, format 1.0. */
export function encodeNpy({
  dtype,
  shape,
  data,
}: {
  dtype: keyof typeof LETTERS;
  shape: readonly number[];
  data: Float32Array | Int32Array | Uint8Array | Int8Array;
}): Uint8Array {
  const extents = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const header = `{'descr': '${LETTERS[dtype]}', 'fortran_order': False, 'shape': (${extents}), }`;
  // The data begin at a multiple of 64, after a line feed.
  const length = Math.ceil((10 + header.length + 1) / 64) * 64 - 10;
  const file = new Uint8Array(10 + length + data.byteLength);
  file.set([...MAGIC, 1, 0, length & 255, length >> 8]);
  file.set(new TextEncoder().encode(`${header.padEnd(length - 1)}\n`), 10);
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + length);
  return file;
}
