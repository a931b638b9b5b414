import { expect } from "chai";
import fc from "fast-check";

import { locateFault } from "../../../src/dispute/locate-fault.js";
import { elementBytes } from "../../../src/program/dtype.js";
import { LEAF_BYTES } from "../../../src/program/tensor-table.js";
import { decodeTraceFile, encodeTraceFile } from "../../../src/trace/trace-file.js";
import { withFlippedBit, withItem, withTensor } from "../../support/forge-trace.js";
import { Random } from "../../support/random.js";
import { randomKernel } from "../../support/kernel-generator.js";
import { modelAround } from "../../support/single-kernel.js";

/** A model of 1 to 5 kernels and an honest trace of it. */
function honest(seed: number) {
  const random = new Random(seed);
  const made = randomKernel(seed);
  const inputs = random.below(made.data.length + 1);
  return { ...modelAround(made, inputs, random.below(inputs + 1)), random };
}

describe("dispute: locating a fault", () => {
  it("finds nothing in an honest trace", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { committed, trace } = honest(seed);
        expect(locateFault(committed.artifact, trace, trace)).to.deep.equal({ kind: "agrees" });
      }),
    );
  });

  it("finds the element whose bit is flipped, or the padding", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { committed, trace, random } = honest(seed);
        const { artifact } = committed;
        const kernel = random.below(artifact.kernels.length);
        const { count, dtype } = artifact.table[artifact.inputs.length + artifact.weights.length + kernel]!;
        const bit = random.below(count * elementBytes(dtype) * 8);
        const forged = withFlippedBit(trace, { index: kernel, bit });
        expect(locateFault(artifact, trace, forged)).to.deep.equal({
          kind: "element",
          kernel,
          element: Math.floor(bit / 8 / elementBytes(dtype)),
        });

        const bytes = count * elementBytes(dtype);
        if (bytes % LEAF_BYTES === 0) return;
        const padded = new Uint8Array(Math.ceil(bytes / LEAF_BYTES) * LEAF_BYTES);
        padded.set(trace.tensor("trace", kernel).source);
        padded[padded.length - 1] = 1;
        expect(locateFault(artifact, trace, withTensor(trace, "trace", kernel, padded))).to.deep.equal({
          kind: "padding",
          list: "trace",
          index: kernel,
        });
      }),
    );
  });

  it("finds an output that is not the trace's", () => {
    const { committed, trace } = honest(7);
    const lists = { ...trace.lists, output: withItem(trace.lists.output, 0, new Uint8Array(32).fill(1)) };
    const forged = { ...trace, lists };
    expect(locateFault(committed.artifact, trace, forged)).to.deep.equal({ kind: "output-root", output: 0 });
  });

  it("finds an item at an absent position of a list", () => {
    const { committed, trace } = [...Array(200).keys()]
      .map(honest)
      .find((one) => one.trace.lists.trace.count === 3)!;
    const lists = { ...trace.lists, trace: withItem(trace.lists.trace, 3, new Uint8Array(32).fill(1)) };
    expect(locateFault(committed.artifact, trace, { ...trace, lists })).to.deep.equal({
      kind: "absent-node",
      list: "trace",
      position: 3,
    });
  });

  it("calls another input another input, and not a fault", () => {
    const { committed, trace } = [...Array(200).keys()]
      .map(honest)
      .find((one) => one.trace.lists.input.count > 0)!;
    const forged = withFlippedBit(trace, { list: "input", index: 0, bit: 0 });
    expect(locateFault(committed.artifact, trace, forged)).to.deep.equal({ kind: "other-input", index: 0 });
  });

  it("calls a tensor of another depth withheld: nothing in it can be opened where the table says", () => {
    const { committed, trace } = honest(3);
    for (const leaves of [1, 64]) {
      const deeper = trace.tensor("trace", 0).count === leaves ? 2 * leaves : leaves;
      const forged = withTensor(trace, "trace", 0, new Uint8Array(128 * deeper).fill(7));
      expect(locateFault(committed.artifact, trace, forged)).to.deep.equal({
        kind: "withheld",
        list: "trace",
        index: 0,
      });
    }
  });

  it("says what is withheld", () => {
    const { committed, trace } = honest(3);
    const forged = withFlippedBit(trace, { index: 0, bit: 0 });
    const withheld = { ...forged, tensor: () => undefined };
    expect(locateFault(committed.artifact, trace, withheld)).to.deep.equal({
      kind: "withheld",
      list: "trace",
      index: 0,
    });
  });
});

describe("trace: trace files", () => {
  it("hand over the same commitment, lies included", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { committed, trace, random } = honest(seed);
        const { artifact, id } = committed;
        const forged = withFlippedBit(trace, { index: random.below(artifact.kernels.length), bit: 3 });
        const read = decodeTraceFile(encodeTraceFile({ artifactId: id, trace: forged }), artifact);
        expect(read.artifactId).to.equal(id);
        expect(locateFault(artifact, trace, read.trace)).to.deep.equal(locateFault(artifact, trace, forged));
      }),
    );
  });

  it("are read from a Buffer as from any bytes", () => {
    const { committed, trace } = honest(2);
    const pooled = Buffer.concat([
      Buffer.of(1),
      encodeTraceFile({ artifactId: committed.id, trace }),
    ]).subarray(1);
    const read = decodeTraceFile(pooled, committed.artifact);
    expect(locateFault(committed.artifact, trace, read.trace)).to.deep.equal({ kind: "agrees" });
  });

  it("are refused when cut or extended", () => {
    const { committed, trace } = honest(1);
    const bytes = encodeTraceFile({ artifactId: committed.id, trace });
    const random = new Random(1);
    for (let i = 0; i < 50; i++) {
      const cut = bytes.subarray(0, random.below(bytes.length));
      expect(() => decodeTraceFile(cut, committed.artifact))
        .to.throw()
        .with.property("code", "TRACE_FILE");
    }
    expect(() => decodeTraceFile(Uint8Array.of(...bytes, 0), committed.artifact))
      .to.throw()
      .with.property("code", "TRACE_FILE");
  });

  it("leave a tensor out whose bytes are not those committed to", () => {
    const { committed, trace } = honest(5);
    const forged = withFlippedBit(trace, { index: 0, bit: 0 });
    const mixed = { lists: forged.lists, tensor: trace.tensor };
    const read = decodeTraceFile(
      encodeTraceFile({ artifactId: committed.id, trace: mixed }),
      committed.artifact,
    );
    expect(read.trace.tensor("trace", 0)).to.equal(undefined);
  });
});
