import { expect } from "chai";

import { isOnusError } from "../../../src/errors/onus-error.js";
import type { ArtifactFile } from "../../../src/program/artifact-file.js";
import { decodeArtifactFile, encodeArtifactFile } from "../../../src/program/artifact-file.js";
import { importOnnx } from "../../../src/program/import-onnx.js";
import { evaluateOnce } from "../../../src/run/evaluate.js";
import { encodeOnnx } from "../../support/onnx-file.js";
import { randomFloats } from "../../support/tiny-tensors.js";

function smallFile(): ArtifactFile {
  const onnx = encodeOnnx({
    inputs: { grüße: [2, 3] },
    constants: [{ name: "w", shape: [3, 4], data: randomFloats([3, 4], { seed: "w" }) }],
    nodes: [
      { operator: "MatMul", inputs: ["grüße", "w"] },
      { operator: "Softmax", inputs: ["t0"] },
    ],
  });
  const { artifact, names } = importOnnx(onnx, { evaluate: evaluateOnce });
  const metadata = {
    importerVersion: "1",
    onnxHash: "0x00",
    dims: {},
    shapes: { x: [2, 3] },
    kernelNames: names,
  };
  return { artifact, metadata };
}

const isUnreadable = (bytes: Uint8Array): boolean => {
  try {
    decodeArtifactFile(bytes);
    return false;
  } catch (error) {
    return isOnusError(error, "ARTIFACT_UNREADABLE");
  }
};

describe(".onus files", () => {
  it("hold an artifact and where it came from", () => {
    const file = smallFile();
    expect(decodeArtifactFile(encodeArtifactFile(file))).to.deep.equal(file);
  });

  it("are refused when truncated anywhere, and when overlong", () => {
    const bytes = encodeArtifactFile(smallFile());
    const cuts = Array.from(bytes, (_, length) => length);
    expect(cuts.filter((length) => !isUnreadable(bytes.subarray(0, length)))).to.deep.equal([]);
    expect(isUnreadable(Uint8Array.from([...bytes, 0]))).to.equal(true);
  });

  it("are refused when a port contradicts the table, in shape or in dtype", () => {
    const { artifact, metadata } = smallFile();
    const [input] = artifact.inputs;
    for (const change of [{ shape: [2, 4] }, { dtype: "i32" as const }]) {
      const inputs = [{ ...input!, ...change }];
      expect(isUnreadable(encodeArtifactFile({ artifact: { ...artifact, inputs }, metadata }))).to.equal(
        true,
      );
    }
    const outputs = artifact.outputs.map((port) => ({ ...port, shape: [1] }));
    expect(isUnreadable(encodeArtifactFile({ artifact: { ...artifact, outputs }, metadata }))).to.equal(true);
  });

  it("are refused with a descriptor that nobody can open, and not with the longest that somebody can", () => {
    const { artifact, metadata } = smallFile();
    const withDescriptor = (bytes: number): Uint8Array => {
      const kernels = [new Uint8Array(bytes), ...artifact.kernels.slice(1)];
      return encodeArtifactFile({ artifact: { ...artifact, kernels }, metadata });
    };
    expect(isUnreadable(withDescriptor(8_192))).to.equal(false);
    expect(isUnreadable(withDescriptor(8_193))).to.equal(true);
  });

  it("are refused with another magic or version, and with padding in the table that is not zero", () => {
    const bytes = encodeArtifactFile(smallFile());
    const changed = (at: number) => bytes.with(at, (bytes[at] as number) ^ 1);
    expect(isUnreadable(changed(0))).to.equal(true);
    expect(isUnreadable(changed(11))).to.equal(true);
    const interfaceBytes = new DataView(bytes.buffer).getUint32(12);
    const table = 12 + 4 + interfaceBytes + 4 + 4;
    expect(isUnreadable(changed(table + 5))).to.equal(true);
  });
});
