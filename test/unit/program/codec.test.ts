import { expect } from "chai";

import { decodeKernel, encodeKernel } from "../../../src/program/codec.js";
import { OPS, opCode, opOfCode } from "../../../src/program/instruction.js";
import { dense, gather } from "../../support/small-kernels.js";

describe("program: descriptors", () => {
  for (const { name, kernel } of [
    { name: "dense", kernel: dense().kernel },
    { name: "gather", kernel: gather().kernel },
  ]) {
    it(`decode to the kernel they encode (${name})`, () => {
      expect(decodeKernel(encodeKernel(kernel))).to.deep.equal(kernel);
    });

    it(`are undecodable when a byte is missing or added (${name})`, () => {
      const bytes = encodeKernel(kernel);
      for (let length = 0; length < bytes.length; length++) {
        expect(decodeKernel(bytes.subarray(0, length)), `${length} bytes`).to.equal(undefined);
      }
      expect(decodeKernel(Uint8Array.of(...bytes, 0))).to.equal(undefined);
    });

    it(`are canonical: a changed byte never decodes to the same kernel (${name})`, () => {
      const bytes = encodeKernel(kernel);
      bytes.forEach((byte, at) => {
        for (const change of [1, 0x80, 0xff]) {
          const changed = Uint8Array.from(bytes);
          changed[at] = byte ^ change;
          const decoded = decodeKernel(changed);
          if (decoded !== undefined) expect(encodeKernel(decoded)).to.deep.equal(changed);
        }
      });
    });
  }

  it("hold the layout of the specification, byte for byte", () => {
    const { kernel } = gather();
    const expected = [
      "01 00 02 00 00 01 01", // axes, reduction axes, loads, none, f32, body, tail
      "00000004", // shape
      "00000000 01 01 ff ff 00000000 00000004 00000000 0001 00000001", // load 0
      "00000001 00 01 00 00 bf800000 00000005 00000000 0000", // load 1, indexed
      "02 01 03", // load 1; acc
    ];
    expect(Buffer.from(encodeKernel(kernel)).toString("hex")).to.equal(expected.join("").replaceAll(" ", ""));
  });

  it("refuse a coefficient of zero behind a set bit", () => {
    const bytes = encodeKernel(gather().kernel);
    const at = Buffer.from(bytes).toString("hex").indexOf("000100000001") / 2 + 2;
    bytes[at + 3] = 0;
    expect(decodeKernel(bytes)).to.equal(undefined);
  });

  it("have one opcode an instruction", () => {
    for (const op of OPS) expect(opOfCode(opCode(op))).to.equal(op);
  });
});
