import { expect } from "chai";

import { isOnusError } from "../../../src/errors/onus-error.js";
import { importOnnx, refuseUnprovable } from "../../../src/program/import-onnx.js";
import type { ImportOptions } from "../../../src/program/import-onnx.js";
import { evaluateOnce } from "../../../src/run/evaluate.js";
import { encodeOnnx } from "../../support/onnx-file.js";
import type { TinyModel } from "../../support/onnx-file.js";

type Options = Omit<ImportOptions, "evaluate">;

/** The error of an import that is refused. */
function refusal(
  given: TinyModel | Uint8Array,
  options: Options = {},
): { code: string; message: string; hint: string } {
  const bytes = given instanceof Uint8Array ? given : encodeOnnx(given);
  try {
    importOnnx(bytes, { ...options, evaluate: evaluateOnce });
  } catch (error) {
    if (isOnusError(error)) return { code: error.code, message: error.message, hint: error.hint };
    throw error;
  }
  throw new Error("the import was not refused");
}

const relu = (shape: readonly (number | string)[]): TinyModel => ({
  inputs: { x: shape },
  nodes: [{ operator: "Relu", inputs: ["x"] }],
});

describe("importOnnx", () => {
  it("gives nothing away that one transaction could not prove, in gas or in bytes", () => {
    const report = (gas: number, calldataBytes: number) =>
      ({ kernels: [{ name: "y", proof: { gas, calldataBytes } }] }) as unknown as Parameters<
        typeof refuseUnprovable
      >[0];
    expect(() => refuseUnprovable(report(8_000_000, 100_000))).to.not.throw();
    for (const dear of [report(8_000_001, 1_000), report(1_000, 1_000_000)]) {
      expect(() => refuseUnprovable(dear))
        .to.throw()
        .with.property("code", "PROOF_TOO_LARGE");
    }
  });

  it("names the node and the operator it does not know", () => {
    const { code, message } = refusal({
      inputs: { x: [2] },
      nodes: [{ operator: "Frobnicate", inputs: ["x"] }],
    });
    expect(code).to.equal("UNSUPPORTED_OPERATOR");
    expect(message).to.equal("node Frobnicate 0: operator Frobnicate is not supported");
  });

  it("names the attribute it cannot follow", () => {
    const nodes = [{ operator: "Pad", inputs: ["x"], attributes: { mode: "bent", pads: [0, 0] } }];
    const { code, message } = refusal({ opset: 2, inputs: { x: [2] }, nodes });
    expect(code).to.equal("UNSUPPORTED_ATTRIBUTE");
    expect(message).to.equal("node Pad 0: Pad has mode = bent; expected constant, reflect, edge or wrap");
  });

  it("asks for an open dimension by name, and takes it by name or with the whole shape", () => {
    const { code, hint } = refusal(relu([1, "width"]));
    expect(code).to.equal("DIM_UNKNOWN");
    expect(hint).to.equal("type --dim width=N, or --shape x=… with all extents");
    const shapes = (options: Options) =>
      importOnnx(encodeOnnx(relu([1, "width"])), { ...options, evaluate: evaluateOnce }).artifact.outputs[0]
        ?.shape;
    expect(shapes({ dims: { width: 7 } })).to.deep.equal([1, 7]);
    expect(shapes({ shapes: { x: [1, 9] } })).to.deep.equal([1, 9]);
  });

  it("refuses a shape that contradicts the file, and one of an unknown input", () => {
    expect(refusal(relu([1, "width"]), { shapes: { x: [2, 9] } }).code).to.equal("SHAPE_MISMATCH");
    expect(refusal(relu([1, 4]), { shapes: { y: [1, 4] } }).code).to.equal("UNKNOWN_INPUT");
  });

  it("refuses parameters that only a run would know", () => {
    const { code, message } = refusal({
      inputs: { x: [4], y: [1] },
      nodes: [
        { operator: "Cast", inputs: ["y"], attributes: { to: 7 } },
        { operator: "Reshape", inputs: ["x", "t0"] },
      ],
    });
    expect(code).to.equal("CONSTANT_NEEDED");
    expect(message).to.equal("node Reshape 1: Reshape takes input 1 (t0) from the run; it must be constant");
  });

  it("refuses a tensor with more elements than a kernel makes", () => {
    const { code, message } = refusal(relu([2, 2 ** 26 + 1]));
    expect(code).to.equal("KERNEL_TOO_LARGE");
    expect(message).to.contain("134217730 elements");
  });

  it("refuses 64-bit integers that a kernel would have to hold", () => {
    const { code } = refusal({
      inputs: { x: [1] },
      constants: [{ name: "wide", shape: [1], data: BigInt64Array.of(2n ** 40n) }],
      nodes: [
        { operator: "Cast", inputs: ["wide"], attributes: { to: 1 } },
        { operator: "Add", inputs: ["x", "t0"] },
      ],
    });
    expect(code).to.equal("INTEGER_TOO_WIDE");
  });

  it("refuses outputs that its lowering leaves out, and outputs without elements", () => {
    const both = { operator: "Softmax", inputs: ["x"], outputs: ["y", "more"] };
    const { code, message } = refusal({ inputs: { x: [2] }, nodes: [both], outputs: ["y", "more"] });
    expect(code).to.equal("UNSUPPORTED_NODE");
    expect(message).to.equal("node Softmax 0: Softmax is asked for output 1 (more), which is not lowered");
    const nothing = { operator: "Slice", inputs: ["x"], attributes: { axes: [0], starts: [1], ends: [1] } };
    expect(refusal({ opset: 9, inputs: { x: [2] }, nodes: [nothing] }).code).to.equal("UNSUPPORTED_NODE");
  });

  it("refuses a sequence where a tensor is expected, the other way round, and as an output", () => {
    const construct = { operator: "SequenceConstruct", inputs: ["x", "x"], outputs: ["s"] };
    const message = (...nodes: TinyModel["nodes"]) => refusal({ inputs: { x: [2] }, nodes }).message;
    expect(message(construct, { operator: "Relu", inputs: ["s"] })).to.contain(
      "is given a sequence as input 0",
    );
    expect(message({ operator: "SequenceLength", inputs: ["x"] })).to.contain("is given a tensor as input 0");
    expect(message(construct)).to.equal("node graph output: s is a sequence");
  });

  it("refuses more inputs than an artifact has", () => {
    const names = Array.from({ length: 65 }, (_, index) => `x${index}`);
    const inputs = Object.fromEntries(names.map((name) => [name, [1]]));
    expect(refusal({ inputs, nodes: [{ operator: "Sum", inputs: names.slice(0, 2) }] }).code).to.equal(
      "MODEL_TOO_LARGE",
    );
  });

  it("refuses bytes that are no model", () => {
    expect(refusal(Uint8Array.of(0xff, 0xff, 0xff)).code).to.equal("ONNX_UNREADABLE");
    expect(refusal(new Uint8Array()).code).to.equal("ONNX_UNREADABLE");
  });

  it("refuses a tensor that nothing makes", () => {
    const { code, message } = refusal({
      inputs: { x: [1] },
      nodes: [{ operator: "Add", inputs: ["x", "ghost"] }],
    });
    expect(code).to.equal("UNKNOWN_TENSOR");
    expect(message).to.contain("ghost");
  });
});
