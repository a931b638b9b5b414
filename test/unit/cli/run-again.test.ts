import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { hexlify } from "ethers";

import type { Bundle } from "../../../src/audit/bundle.js";
import { makeReporter } from "../../../src/cli/reporter.js";
import { runAgain } from "../../../src/cli/run-again.js";
import { isOnusError } from "../../../src/errors/onus-error.js";
import { encodeArtifactFile } from "../../../src/program/artifact-file.js";
import { bytesOfTensor } from "../../../src/run/engine.js";
import { listOf } from "../../../src/claim/parent-list.js";
import { rootOfBytes } from "../../../src/trace/tree.js";
import { bytes32From, ZERO_HASH } from "../../../src/types/bytes32.js";
import type { Bytes32 } from "../../../src/types/bytes32.js";
import { randomKernel } from "../../support/kernel-generator.js";
import { modelAround } from "../../support/single-kernel.js";

const WRONG = bytes32From(new Uint8Array(32).fill(7));

describe("cli: running the record of a bundle again", () => {
  const made = randomKernel(14);
  const { committed, trace } = modelAround(made, made.data.length, 1);
  const { artifact, id } = committed;
  const { roots } = trace;
  const inputs = trace.run.tensors.slice(0, artifact.inputs.length).map((data) => bytesOfTensor(data));
  const reporter = makeReporter({ stdout: { write: () => 0 }, stderr: { write: () => 0 } }, { json: true });
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "onus-again-"));
    const metadata = { importerVersion: "0", onnxHash: ZERO_HASH, dims: {}, shapes: {}, kernelNames: [] };
    writeFileSync(join(directory, "model.onus"), encodeArtifactFile({ artifact, metadata }));
  });
  after(() => rmSync(directory, { recursive: true }));

  type Change = {
    readonly artifactId?: Bytes32;
    readonly record?: { readonly [field: string]: Bytes32 | null };
    readonly inputs?: readonly Uint8Array[] | null;
  };
  /** A bundle whose record has these inputs, which hash to what it states. */
  function outcome(change: Change = {}): string {
    const given = change.inputs === undefined ? inputs : change.inputs;
    const items = (given ?? inputs).map((bytes) => bytes32From(rootOfBytes(bytes)));
    const record = {
      ...{ inputRoot: bytes32From(listOf(items).root), outputRoot: roots.output },
      ...{ traceRoot: roots.trace, statedTrace: null, ...change.record },
    };
    const bundle = {
      statement: { model: { id, artifactId: change.artifactId ?? id }, record },
      evidence: { inputs: given?.map((bytes) => hexlify(bytes)) ?? null },
    } as unknown as Bundle;
    try {
      return runAgain(bundle, join(directory, "model.onus"), reporter);
    } catch (error) {
      if (!isOnusError(error)) throw error;
      return isOnusError(error, "RERUN_DIFFERS") ? `differs: ${error.context.what}` : error.code;
    }
  }

  it("agrees with output and trace as they were stated, in the record or on demand", () => {
    expect(outcome()).to.equal("agrees");
    expect(outcome({ record: { traceRoot: ZERO_HASH } })).to.equal("agrees");
    expect(outcome({ record: { traceRoot: ZERO_HASH, statedTrace: roots.trace } })).to.equal("agrees");
  });

  it("says which of them differs: a right output does not cover a wrong trace", () => {
    expect(outcome({ record: { outputRoot: WRONG } })).to.equal("differs: output");
    expect(outcome({ record: { traceRoot: WRONG } })).to.equal("differs: trace");
    expect(outcome({ record: { traceRoot: ZERO_HASH, statedTrace: WRONG } })).to.equal("differs: trace");
  });

  it("an input that the model does not take is told apart from a wrong output", () => {
    const [first = new Uint8Array(), ...rest] = inputs;
    const longer = new Uint8Array(first.length + 128);
    longer.set(first);
    longer[longer.length - 1] = 1;
    expect(outcome({ inputs: [longer, ...rest] })).to.equal("INPUT_NOT_OF_MODEL");
    expect(outcome({ inputs: [first.subarray(0, 128), ...rest] })).to.equal("INPUT_NOT_OF_MODEL");
    // Zeros behind the end are no difference: the root is the same.
    const padded = new Uint8Array(longer.length);
    padded.set(first);
    expect(outcome({ inputs: [padded, ...rest] })).to.equal("agrees");
  });

  it("another artifact is refused, and without the input nothing is run", () => {
    expect(outcome({ artifactId: WRONG })).to.equal("ARTIFACT_MISMATCH");
    expect(outcome({ inputs: null })).to.equal("the input is not in the bundle");
  });
});
