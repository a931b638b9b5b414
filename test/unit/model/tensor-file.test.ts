import { expect } from "chai";
import * as fc from "fast-check";

import { isOnusError } from "../../../src/errors/onus-error.js";
import { decodeTensorFile, withElementType } from "../../../src/model/tensor-file/decode-tensor-file.js";
import { encodeNpy } from "../../../src/model/tensor-file/npy.js";

const text = (json: string) => new TextEncoder().encode(json);

/** A .npy file as NumPy writes it: format 1.0, header padded to a multiple of 64. */
function npy(header: string, data: Uint8Array, version = 1): Uint8Array {
  const start = version === 1 ? 10 : 12;
  const length = Math.ceil((start + header.length + 1) / 64) * 64 - start;
  const file = new Uint8Array(start + length + data.length);
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, length & 255, length >> 8]);
  file.set(text(`${header.padEnd(length - 1)}\n`), start);
  file.set(data, start + length);
  return file;
}

const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (isOnusError(error, "TENSOR_FILE_UNREADABLE")) return error.context.reason;
    throw error;
  }
  throw new Error("nothing was refused");
};

describe("tensor files", () => {
  it(".npy holds the element types that models have, in formats 1.0 and 2.0", () => {
    const header = (letters: string) => `{'descr': '${letters}', 'fortran_order': False, 'shape': (2,), }`;
    const read = (letters: string, data: ArrayBufferView, version = 1) => {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      const {
        elementType,
        shape,
        data: found,
      } = decodeTensorFile("x.npy", npy(header(letters), bytes, version));
      return [elementType, shape, Array.from(found, Number)];
    };
    expect(read("<f4", Float32Array.of(1.5, -2))).to.deep.equal(["float32", [2], [1.5, -2]]);
    expect(read("<f8", Float64Array.of(0.1, 2), 2)).to.deep.equal(["float64", [2], [0.1, 2]]);
    expect(read("<f2", Uint16Array.of(0x3c00, 0xc000))).to.deep.equal(["float16", [2], [1, -2]]);
    expect(read("<i8", BigInt64Array.of(-3n, 9n))).to.deep.equal(["int64", [2], [-3, 9]]);
    expect(read("<i4", Int32Array.of(-3, 9))).to.deep.equal(["int32", [2], [-3, 9]]);
    expect(read("|i1", Int8Array.of(-3, 9))).to.deep.equal(["int8", [2], [-3, 9]]);
    expect(read("|u1", Uint8Array.of(3, 200))).to.deep.equal(["uint8", [2], [3, 200]]);
    expect(read("|b1", Uint8Array.of(1, 0))).to.deep.equal(["bool", [2], [1, 0]]);
  });

  it(".npy that is written is read back, whatever the shape", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }), (shape) => {
        const count = shape.reduce((product, extent) => product * extent, 1);
        const data = Float32Array.from({ length: count }, (_, at) => at - 0.5);
        const read = decodeTensorFile("x.npy", encodeNpy({ dtype: "f32", shape, data }));
        expect(read).to.deep.equal({ name: "x.npy", elementType: "float32", shape, data });
      }),
    );
  });

  it(".npy is refused when column-major, of other elements, foreign, or of another length", () => {
    const bytes = new Uint8Array(8);
    const read = (header: string, data = bytes) =>
      refusal(() => decodeTensorFile("x.npy", npy(header, data)));
    expect(read("{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }")).to.contain("column-major");
    expect(read("{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }")).to.contain(">f4");
    expect(read("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }")).to.contain("12 bytes");
    expect(refusal(() => decodeTensorFile("x.npy", text("not one")))).to.contain("does not begin");
    expect(refusal(() => decodeTensorFile("x.txt", text("1")))).to.contain("ends in none");
  });

  it(".json holds a number, nested lists, or a shape and data, with words for what JSON has no numbers for", () => {
    const read = (json: string) => {
      const { shape, data } = decodeTensorFile("x.json", text(json));
      return [shape, Array.from(data, Number)];
    };
    expect(read("5")).to.deep.equal([[], [5]]);
    expect(read("[[1, 2], [3, true]]")).to.deep.equal([
      [2, 2],
      [1, 2, 3, 1],
    ]);
    expect(read('{"shape": [1, 2], "data": ["NaN", "-Infinity"]}')).to.deep.equal([
      [1, 2],
      [NaN, -Infinity],
    ]);
    expect(refusal(() => read("[[1, 2], [3]]"))).to.contain("differ in length");
    expect(refusal(() => read('["one"]'))).to.contain('"one" is no number');
    expect(refusal(() => read("[1,"))).to.not.equal("");
    expect(refusal(() => read('{"shape": [3], "data": [1]}'))).to.contain("3 elements");
  });

  it("numbers without a type become what they are used as, if they fit", () => {
    const tensor = decodeTensorFile("x.json", text("[0, 255]"));
    expect(withElementType(tensor, "uint8").data).to.deep.equal(Uint8Array.of(0, 255));
    expect(withElementType(tensor, "int64").data).to.deep.equal(BigInt64Array.of(0n, 255n));
    expect(withElementType(tensor, "float32").data).to.deep.equal(Float32Array.of(0, 255));
    expect(refusal(() => withElementType(tensor, "int8"))).to.equal("255 is no int8");
    expect(refusal(() => withElementType(decodeTensorFile("x.json", text("0.5")), "int32"))).to.contain(
      "0.5",
    );
  });
});
