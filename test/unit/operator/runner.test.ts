import { expect } from "chai";

import { encodeArtifactFile } from "../../../src/program/artifact-file.js";
import { bytesOfTensor } from "../../../src/run/engine.js";
import { openRunner } from "../../../src/operator/engine/open-runner.js";
import type { Runner, Urgency } from "../../../src/operator/engine/open-runner.js";
import { bytes32From, ZERO_HASH } from "../../../src/types/bytes32.js";
import { treeOfItems } from "../../../src/trace/tree.js";
import { randomKernel } from "../../support/kernel-generator.js";
import { modelAround } from "../../support/single-kernel.js";

const METADATA = { importerVersion: "0", onnxHash: ZERO_HASH, dims: {}, shapes: {}, kernelNames: [] };

describe("operator: the runner", () => {
  const made = randomKernel(9);
  const { committed, trace } = modelAround(made, made.data.length, 1);
  const { artifact } = committed;
  const inputs = trace.run.tensors.slice(0, artifact.inputs.length);
  const file = encodeArtifactFile({ artifact, metadata: METADATA });
  let runner: Runner;

  beforeEach(() => (runner = openRunner({ artifacts: [file], workers: 1 })));
  afterEach(() => runner.close());

  it("gives the outputs of a run, and their roots", async () => {
    const { tensors, roots } = await runner.run({ model: 0, inputs, keepsTrace: false, urgency: "request" });
    expect(tensors.map(bytesOfTensor)).to.deep.equal(
      trace.run.tensors.slice(-artifact.outputs.length).map(bytesOfTensor),
    );
    expect(bytes32From(treeOfItems(roots).root)).to.equal(trace.roots.output);
  });

  it("gives every kernel's tensor where the trace is wanted", async () => {
    const { tensors, roots } = await runner.run({ model: 0, inputs, keepsTrace: true, urgency: "request" });
    expect(tensors).to.have.length(artifact.kernels.length);
    expect(bytes32From(treeOfItems(roots).root)).to.equal(trace.roots.trace);
  });

  it("runs what a clock waits for first, and what somebody only looks at last", async () => {
    const order: string[] = [];
    const run = async (name: string, urgency: Urgency): Promise<void> => {
      await runner.run({ model: 0, inputs, keepsTrace: false, urgency });
      order.push(name);
    };
    await Promise.all([
      ...[run("first", "courtesy"), run("look", "courtesy"), run("one", "request")],
      ...[run("clock", "clock"), run("two", "request"), run("other clock", "clock")],
    ]);
    expect(order).to.deep.equal(["first", "clock", "other clock", "one", "two", "look"]);
  });

  it("fails a run that cannot be, and goes on", async () => {
    const failure = await runner
      .run({ model: 0, inputs: [], keepsTrace: false, urgency: "request" })
      .catch(String);
    expect(failure).to.contain("inputs");
    await runner.run({ model: 0, inputs, keepsTrace: false, urgency: "request" });
  });

  it("fails what waits when it is closed", async () => {
    const waiting = runner.run({ model: 0, inputs, keepsTrace: false, urgency: "request" }).catch(String);
    await runner.close();
    expect(await waiting).to.contain("closed");
  });
});
