import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { registerModel } from "../../../src/cli/commands/model.js";
import { registerRun } from "../../../src/cli/commands/run.js";
import { runCli } from "../../../src/cli/run-cli.js";
import { decodeTensorFile } from "../../../src/model/tensor-file/decode-tensor-file.js";
import { encodeNpy } from "../../../src/model/tensor-file/npy.js";
import { encodeOnnx } from "../../support/onnx-file.js";

/** Runs one command; stdout and stderr as they were written. */
async function onus(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const written = { out: "", err: "" };
  const streams = {
    stdout: { write: (text: string) => (written.out += text) },
    stderr: { write: (text: string) => (written.err += text) },
  };
  const status = await runCli(args, { streams, nouns: [registerModel, registerRun] });
  return { status, ...written };
}

describe("onus run", () => {
  let directory: string;
  let model: string;
  let x: string;
  const at = (name: string) => join(directory, name);
  const run = (...args: string[]) => onus("run", model, "--out", at("out"), "--no-cache", ...args);

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "onus-run-"));
    model = at("tiny.onnx");
    x = at("x.npy");
    // y = x · factor, and where it is positive: the names of a graph may be no file names.
    const nodes = [
      { operator: "Mul", inputs: ["x", "factor"], outputs: ["scaled/by:factor"] },
      { operator: "Relu", inputs: ["scaled/by:factor"], outputs: ["y"] },
    ];
    const outputs = ["scaled/by:factor", "y"];
    await writeFile(model, encodeOnnx({ inputs: { x: ["batch", 2], factor: [] }, nodes, outputs }));
    const data = Float32Array.of(1, -2, 3, -4, 5, -6);
    await writeFile(x, encodeNpy({ dtype: "f32", shape: [3, 2], data }));
    await writeFile(at("factor.json"), "0.5");
  });

  after(() => rm(directory, { recursive: true }));

  it("takes shapes from the files it is given, and writes every output", async () => {
    const { status, out, err } = await run(
      "--input",
      `x=${x}`,
      "--input",
      `factor=${at("factor.json")}`,
      "--json",
    );
    expect(status, err + out).to.equal(0);
    const result = JSON.parse(out) as { engine: string; outputs: { name: string; file: string }[] };
    expect(result.engine).to.equal("wasm");
    expect(result.outputs.map(({ name }) => name)).to.deep.equal(["scaled/by:factor", "y"]);
    expect(result.outputs.map(({ file }) => file)).to.deep.equal([
      join(at("out"), "0-scaled_by_factor.npy"),
      join(at("out"), "1-y.npy"),
    ]);
    const y = decodeTensorFile("y.npy", await readFile(result.outputs[1]?.file ?? ""));
    expect(y.shape).to.deep.equal([3, 2]);
    expect(y.data).to.deep.equal(Float32Array.of(0.5, 0, 1.5, 0, 2.5, 0));
  });

  it("fixes an input to a constant, and gives the same from the artifact on the reference", async () => {
    const artifact = at("tiny.onus");
    const fixed = ["--constant", "factor=-1"];
    const imported = await onus(
      ...[
        "model",
        "import",
        model,
        "--dim",
        "batch=3",
        ...fixed,
        "--out",
        artifact,
        "--no-run",
        "--no-cache",
      ],
    );
    expect(imported.status, imported.err).to.equal(0);
    const { status, out, err } = await onus(
      ...["run", artifact, "--input", `x=${x}`, "--out", at("other"), "--engine", "reference"],
    );
    expect(status, err).to.equal(0);
    expect(out).to.contain("y  f32 [3, 2]").and.contain("ran in");
    const y = decodeTensorFile("y.npy", await readFile(join(at("other"), "1-y.npy")));
    expect(y.data).to.deep.equal(Float32Array.of(0, 2, 0, 4, 0, 6));
  });

  it("says what is missing, unknown, of another shape, or no engine", async () => {
    const code = async (...args: string[]) =>
      (JSON.parse((await run(...args, "--json")).out) as { error: { code: string } }).error.code;
    const factor = ["--input", `factor=${at("factor.json")}`];
    expect(await code("--input", `x=${x}`)).to.equal("INPUT_MISSING");
    expect(await code("--input", `x=${x}`, ...factor, "--input", `z=${x}`)).to.equal("UNKNOWN_INPUT");
    expect(await code("--input", `x=${x}`, "--shape", "x=2,2", ...factor)).to.equal("INPUT_SHAPE");
    expect(await code("--input", `x=${at("none.npy")}`)).to.equal("FILE_MISSING");
    expect(await code("--input", `x=${x}`, ...factor, "--engine", "steam")).to.equal("MALFORMED_VALUE");
    expect(await code("--constant", "factor=[1,2]", "--input", `x=${x}`)).to.equal("SHAPE_MISMATCH");
  });
});
