import { DTYPES, dtypeCode } from "./dtype.js";
import type { Instruction } from "./instruction.js";
import { opCode, opOfCode, opOperand } from "./instruction.js";
import { LIMITS, REDUCERS } from "./kernel.js";
import type { Dim, Kernel, Load } from "./kernel.js";

/** `indexedDim` and `indexLoad` of a load that is not indexed. */
const NOT_INDEXED = 0xff;

/**
 * Encodes a kernel as its canonical descriptor (docs/spec/program.md, "Descriptor"): big-endian, no padding, one
 * encoding for every kernel. Does not judge the kernel: an encodable kernel may still be void.
 */
export function encodeKernel(kernel: Kernel): Uint8Array {
  const bytes: number[] = [];
  const u8 = (value: number) => bytes.push(value & 0xff);
  const u16 = (value: number) => bytes.push((value >>> 8) & 0xff, value & 0xff);
  const u32 = (value: number) =>
    bytes.push((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
  const instruction = ({ op, arg }: Instruction) => {
    u8(opCode(op));
    if (opOperand(op) === "constant") u32(arg ?? 0);
    else if (opOperand(op) !== "none") u8(arg ?? 0);
  };
  const dim = ({ size, offset, coefficients }: Dim) => {
    u32(size);
    u32(offset);
    u16(coefficients.reduce((mask, coefficient, axis) => (coefficient === 0 ? mask : mask | (1 << axis)), 0));
    for (const coefficient of coefficients) if (coefficient !== 0) u32(coefficient);
  };
  const load = ({ tensor, dtype, dims, indexed, pad }: Load) => {
    u32(tensor);
    u8(dtypeCode(dtype));
    u8(dims.length);
    u8(indexed?.dim ?? NOT_INDEXED);
    u8(indexed?.load ?? NOT_INDEXED);
    u32(pad);
    dims.forEach(dim);
  };

  u8(kernel.shape.length);
  u8(kernel.reduce.length);
  u8(kernel.loads.length);
  u8(REDUCERS.indexOf(kernel.reducer));
  u8(dtypeCode(kernel.dtype));
  u8(kernel.body.length);
  u8(kernel.tail.length);
  kernel.shape.forEach(u32);
  kernel.reduce.forEach(u32);
  kernel.loads.forEach(load);
  kernel.body.forEach(instruction);
  kernel.tail.forEach(instruction);
  return Uint8Array.from(bytes);
}

/**
 * Reads a descriptor; undefined where the bytes are not the encoding of any kernel. Only what the encoding itself
 * demands is checked here; the other reasons for a kernel to be void are in `check-kernel.ts`.
 */
export function decodeKernel(bytes: Uint8Array): Kernel | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  try {
    const u8 = () => view.getUint8(at++);
    const u32 = () => view.getUint32((at += 4) - 4);
    const i32 = () => view.getInt32((at += 4) - 4);
    const u16 = () => view.getUint16((at += 2) - 2);
    const list = <T>(length: number, one: () => T): T[] => Array.from({ length }, one);
    const known = <T>(value: T | undefined): T => {
      if (value === undefined) throw new RangeError();
      return value;
    };

    const shapeAxes = u8();
    const reduceAxes = u8();
    const loadCount = u8();
    const reducer = known(REDUCERS[u8()]);
    const dtype = known(DTYPES[u8()]);
    const bodyLength = u8();
    const tailLength = u8();
    const axes = shapeAxes + reduceAxes;
    if (shapeAxes < 1 || shapeAxes > LIMITS.shapeAxes || reduceAxes > LIMITS.reduceAxes) return undefined;
    if (loadCount > LIMITS.loads) return undefined;
    if (bodyLength < 1 || bodyLength > LIMITS.instructions) return undefined;
    if (tailLength < 1 || tailLength > LIMITS.instructions) return undefined;

    const dim = (): Dim => {
      const size = u32();
      const offset = i32();
      const mask = u16();
      if (mask >>> axes !== 0) throw new RangeError();
      const coefficients = Array.from({ length: axes }, (_, axis) => {
        if (((mask >>> axis) & 1) === 0) return 0;
        const coefficient = i32();
        if (coefficient === 0) throw new RangeError();
        return coefficient;
      });
      return { size, offset, coefficients };
    };
    const load = (): Load => {
      const tensor = u32();
      const loadDtype = known(DTYPES[u8()]);
      const dims = u8();
      const indexedDim = u8();
      const indexLoad = u8();
      const pad = u32();
      if (dims < 1 || dims > LIMITS.dims) throw new RangeError();
      const isIndexed = indexedDim !== NOT_INDEXED;
      if (isIndexed !== (indexLoad !== NOT_INDEXED)) throw new RangeError();
      return {
        tensor,
        dtype: loadDtype,
        pad,
        ...(isIndexed ? { indexed: { dim: indexedDim, load: indexLoad } } : {}),
        dims: list(dims, dim),
      };
    };
    const instruction = (): Instruction => {
      const op = known(opOfCode(u8()));
      switch (opOperand(op)) {
        case "none":
          return { op };
        case "constant":
          return { op, arg: u32() };
        case "load":
        case "axis":
          return { op, arg: u8() };
      }
    };

    const kernel: Kernel = {
      shape: list(shapeAxes, u32),
      reduce: list(reduceAxes, u32),
      loads: list(loadCount, load),
      body: list(bodyLength, instruction),
      tail: list(tailLength, instruction),
      reducer,
      dtype,
    };
    return at === bytes.length ? kernel : undefined;
  } catch (error) {
    // A DataView read past the end, or one of the checks above.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
