import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { registerModel } from "../../../src/cli/commands/model.js";
import { runCli } from "../../../src/cli/run-cli.js";
import { encodeOnnx } from "../../support/onnx-file.js";
import { randomFloats } from "../../support/tiny-tensors.js";

/** Runs one command; stdout and stderr as they were written. */
async function onus(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const written = { out: "", err: "" };
  const streams = {
    stdout: { write: (text: string) => (written.out += text) },
    stderr: { write: (text: string) => (written.err += text) },
  };
  const status = await runCli(args, { streams, nouns: [registerModel] });
  return { status, ...written };
}

describe("onus model", () => {
  const home = process.env["XDG_CACHE_HOME"];
  let directory: string;
  let onnx: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "onus-model-"));
    process.env["XDG_CACHE_HOME"] = join(directory, "cache");
    onnx = join(directory, "tiny.onnx");
    const w = { name: "w", shape: [4, 3], data: randomFloats([4, 3], { seed: "w" }) };
    const nodes = [
      { operator: "MatMul", inputs: ["x", "w"] },
      { operator: "Softmax", inputs: ["t0"] },
    ];
    await writeFile(onnx, encodeOnnx({ inputs: { x: ["batch", 4] }, constants: [w], nodes }));
  });

  after(async () => {
    if (home === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = home;
    await rm(directory, { recursive: true });
  });

  it("import says what a person wants to know, and writes the artifact", async () => {
    const out = join(directory, "tiny.onus");
    const { status, out: text, err } = await onus("model", "import", onnx, "--dim", "batch=2", "--out", out);
    expect(status, err).to.equal(0);
    expect(text).to.match(
      /^artifact +0x[0-9a-f]{64}\nwritten to +\S+tiny\.onus\ninputs +x \[2, 4\]\noutputs +t1 \[2, 3\]\n/,
    );
    expect(text).to.match(/kernels +4\n/);
    expect(text).to.match(/least liability +\S+ ether, to pay a challenger for it at 1 gwei/);
    expect((await readFile(out)).subarray(0, 8).toString()).to.equal("ONUSFILE");
  });

  it("import finds the second time what it made the first time", async () => {
    const args = ["model", "import", onnx, "--shape", "x=3,4", "--no-run", "--json"];
    const [first, second] = [JSON.parse((await onus(...args)).out), JSON.parse((await onus(...args)).out)];
    expect([first.wasCached, second.wasCached]).to.deep.equal([false, true]);
    expect({ ...second, wasCached: false, importSeconds: first.importSeconds }).to.deep.equal(first);
  });

  it("import makes anew what is broken in the cache", async () => {
    const args = ["model", "import", onnx, "--shape", "x=5,4", "--no-run", "--json"];
    const first = JSON.parse((await onus(...args)).out);
    const cache = join(directory, "cache", "onus", "artifacts");
    for (const name of await readdir(cache)) await writeFile(join(cache, name), "broken");
    const second = JSON.parse((await onus(...args)).out);
    expect(second.wasCached).to.equal(false);
    expect(second.artifactId).to.equal(first.artifactId);
  });

  it("show reports on a .onus file what the import reported", async () => {
    const out = join(directory, "shown.onus");
    const imported = JSON.parse(
      (await onus("model", "import", onnx, "--dim", "batch=7", "--out", out, "--no-run", "--json")).out,
    );
    const shown = JSON.parse((await onus("model", "show", out, "--no-run", "--json")).out);
    expect(shown.artifactId).to.equal(imported.artifactId);
    expect(shown.dearest).to.deep.equal(imported.dearest);
  });

  it("the least liability grows with the gas price", async () => {
    const liability = async (price: string) =>
      BigInt(
        JSON.parse(
          (
            await onus(
              "model",
              "import",
              onnx,
              "--dim",
              "batch=2",
              "--no-run",
              "--json",
              "--gas-price",
              price,
            )
          ).out,
        ).leastLiability,
      );
    expect(await liability("3 gwei")).to.equal(3n * (await liability("1 gwei")));
  });

  it("a missing dimension is a wrong usage with the option to type", async () => {
    const { status, err } = await onus("model", "import", onnx);
    expect(status).to.equal(2);
    expect(err).to.contain("--dim batch=N");
  });

  it("malformed options are named", async () => {
    for (const [option, value] of [
      ["--dim", "batch"],
      ["--dim", "batch=0"],
      ["--shape", "x=2,x"],
    ] as const) {
      const { status, err } = await onus("model", "import", onnx, option, value);
      expect(status).to.equal(2);
      expect(err).to.contain(`${option}: expected`);
    }
  });

  it("operators lists what the importer lowers", async () => {
    expect((await onus("model", "operators")).out).to.match(/^Conv$/m);
  });
});
