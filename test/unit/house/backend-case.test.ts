import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { create, toBinary } from "@bufbuild/protobuf";
import { expect } from "chai";

import { runBackendCase } from "../../../scripts/support/backend-case.js";
import { TensorProtoSchema } from "../../../src/model/onnx/generated/onnx_pb.js";
import { encodeOnnx } from "../../support/onnx-file.js";
import type { TinyModel } from "../../support/onnx-file.js";

const tensor = (shape: readonly number[], data: Float32Array | BigInt64Array): Uint8Array =>
  toBinary(
    TensorProtoSchema,
    create(TensorProtoSchema, {
      dims: shape.map(BigInt),
      dataType: data instanceof Float32Array ? 1 : 7,
      rawData: new Uint8Array(data.buffer),
    }),
  );
const floats = (...values: number[]) => tensor([values.length], Float32Array.from(values));

describe("a case of the ONNX backend tests", () => {
  let directory: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "onus-cases-"));
  });
  after(() => rm(directory, { recursive: true }));

  /** Writes one case and runs it. */
  async function caseOf(
    model: TinyModel,
    { inputs, outputs }: { inputs: readonly Uint8Array[]; outputs: readonly Uint8Array[] },
  ): Promise<{ status: string; reason: string }> {
    const folder = await mkdtemp(join(directory, "case-"));
    const set = join(folder, "test_data_set_0");
    await mkdir(set);
    await writeFile(join(folder, "model.onnx"), encodeOnnx(model));
    for (const [index, bytes] of inputs.entries()) await writeFile(join(set, `input_${index}.pb`), bytes);
    for (const [index, bytes] of outputs.entries()) await writeFile(join(set, `output_${index}.pb`), bytes);
    return runBackendCase(folder, "the case");
  }

  const relu: TinyModel = { inputs: { x: ["n"] }, nodes: [{ operator: "Relu", inputs: ["x"] }] };

  it("passes when the numbers are right within tolerance", async () => {
    const { status, reason } = await caseOf(relu, {
      inputs: [floats(-1, 0, 1000)],
      outputs: [floats(0, 9e-6, 1000.9)],
    });
    expect([status, reason]).to.deep.equal(["pass", ""]);
  });

  it("is wrong when one number is beyond tolerance, or the shape is another", async () => {
    const off = await caseOf(relu, { inputs: [floats(-1, 2)], outputs: [floats(0, 2.01)] });
    expect(off.status).to.equal("wrong");
    expect(off.reason).to.contain("[1] is 2; expected 2.0");
    const nan = await caseOf(relu, { inputs: [floats(2)], outputs: [floats(NaN)] });
    expect(nan.status).to.equal("wrong");
    const shaped = await caseOf(relu, {
      inputs: [floats(2)],
      outputs: [tensor([1, 1], Float32Array.of(2))],
    });
    expect(shaped.reason).to.contain("[1]; expected [1, 1]");
  });

  it("compares integers exactly", async () => {
    const cast: TinyModel = {
      inputs: { x: [1] },
      nodes: [{ operator: "Cast", inputs: ["x"], attributes: { to: 7 } }],
    };
    const run = (value: bigint) =>
      caseOf(cast, { inputs: [floats(100_000)], outputs: [tensor([1], BigInt64Array.of(value))] });
    expect((await run(100_000n)).status).to.equal("pass");
    expect((await run(100_001n)).status).to.equal("wrong");
  });

  it("is unsupported when the importer refuses, with the refusal as the reason", async () => {
    const { status, reason } = await caseOf(
      { inputs: { x: ["n"] }, nodes: [{ operator: "Frobnicate", inputs: ["x"] }] },
      { inputs: [floats(1)], outputs: [floats(1)] },
    );
    expect(status).to.equal("unsupported");
    expect(reason).to.match(/^UNSUPPORTED_OPERATOR: node Frobnicate 0/);
  });

  it("makes an input constant where an operator needs that, and says so", async () => {
    const { status, reason } = await caseOf(
      {
        inputs: { x: [4], shape: ["n"] },
        nodes: [
          { operator: "Cast", inputs: ["shape"], attributes: { to: 7 } },
          { operator: "Reshape", inputs: ["x", "t0"] },
        ],
      },
      { inputs: [floats(1, 2, 3, 4), floats(2, 2)], outputs: [tensor([2, 2], Float32Array.of(1, 2, 3, 4))] },
    );
    expect([status, reason]).to.deep.equal(["pass", "with constant shape"]);
  });
});
