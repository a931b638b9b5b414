import { expect } from "chai";
import { network } from "hardhat";

import { absentNodeEvidence } from "../../src/dispute/evidence.js";
import { evidenceOfFinding } from "../../src/dispute/evidence-of-finding.js";
import { locateFault } from "../../src/dispute/locate-fault.js";
import { elementBytes } from "../../src/program/dtype.js";
import { LEAF_BYTES, leafCount } from "../../src/program/tensor-table.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import type { CommittedTrace, RecordList } from "../../src/trace/committed-trace.js";
import type { Trace } from "../../src/trace/commit-run.js";
import type { CommittedArtifact } from "../../src/trace/commit-artifact.js";
import { depthOf } from "../../src/program/tensor-table.js";
import { bench, judgeAll } from "../support/bench.js";
import { claimOfTrace, recordOf } from "../support/claim-of-trace.js";
import { withFlippedBit, withItem, withTensor } from "../support/forge-trace.js";
import { randomKernel } from "../support/kernel-generator.js";
import { Random } from "../support/random.js";
import { modelAround } from "../support/single-kernel.js";

const { ethers } = await network.create();

type Lie = { readonly fault: string; readonly trace: CommittedTrace };
type Liar = (given: { committed: CommittedArtifact; trace: Trace; random: Random }) => Lie | undefined;

const someItem = (random: Random): Uint8Array => Uint8Array.from({ length: 32 }, () => random.below(256));

const entryOf = ({ artifact }: CommittedArtifact, kernel: number): TensorEntry =>
  artifact.table[artifact.inputs.length + artifact.weights.length + kernel] as TensorEntry;

/** A tensor of the trace with its bytes grown to `length`, the last byte not zero. */
function grown(trace: Trace, kernel: number, length: number): CommittedTrace {
  const bytes = new Uint8Array(length);
  bytes.set(trace.tensor("trace", kernel).source);
  bytes[length - 1] = 1;
  return withTensor(trace, "trace", kernel, bytes);
}

/** Every way to lie that evidence proves; undefined where the model leaves no room for it. */
const liars: Readonly<Record<string, Liar>> = {
  "flips a bit of a kernel's output": ({ committed, trace, random }) => {
    const index = random.below(committed.artifact.kernels.length);
    const { count, dtype } = entryOf(committed, index);
    return {
      fault: "Element",
      trace: withFlippedBit(trace, { index, bit: random.below(8 * count * elementBytes(dtype)) }),
    };
  },
  "states another output than the trace's": ({ trace, random }) => ({
    fault: "OutputRoot",
    trace: { ...trace, lists: { ...trace.lists, output: withItem(trace.lists.output, 0, someItem(random)) } },
  }),
  "writes into the padding of a tensor": ({ committed, trace, random }) => {
    const index = random.below(committed.artifact.kernels.length);
    const { count, dtype } = entryOf(committed, index);
    if ((count * elementBytes(dtype)) % LEAF_BYTES === 0) return undefined;
    return { fault: "Padding", trace: grown(trace, index, LEAF_BYTES * leafCount({ count, dtype })) };
  },
  "writes into an absent leaf of a tensor": ({ committed, trace }) => {
    const index = committed.artifact.kernels.findIndex((_, kernel) => {
      const leaves = leafCount(entryOf(committed, kernel));
      return leaves < 2 ** depthOf(leaves);
    });
    if (index < 0) return undefined;
    return {
      fault: "AbsentNode",
      trace: grown(trace, index, LEAF_BYTES * 2 ** depthOf(leafCount(entryOf(committed, index)))),
    };
  },
  "lists more than there is": ({ trace, random }) => {
    const list = (["input", "trace"] as const).find(
      (name) => trace.lists[name].count < 2 ** trace.lists[name].depth,
    );
    if (list === undefined) return undefined;
    const last: RecordList = list;
    const more = withItem(trace.lists[last], 2 ** trace.lists[last].depth - 1, someItem(random));
    return more.depth === trace.lists[last].depth && more.count > trace.lists[last].count
      ? { fault: "AbsentNode", trace: { ...trace, lists: { ...trace.lists, [last]: more } } }
      : undefined;
  },
};

describe("properties: every fault that is found is judged", () => {
  for (const [what, lie] of Object.entries(liars)) {
    it(`an operator that ${what} is found and convicted, whatever the model`, async () => {
      const place = await bench(ethers);
      const cases = [];
      const faults: string[] = [];
      for (let seed = 1; cases.length < 25 && seed < 2_000; seed++) {
        const random = new Random(seed);
        const made = randomKernel(seed);
        const inputs = random.below(made.data.length + 1);
        const model = modelAround(made, inputs, random.below(inputs + 1));
        const told = lie({ ...model, random });
        if (told === undefined) continue;
        const { claim, exhibit } = claimOfTrace({
          registry: place.registry,
          committed: model.committed,
          trace: told.trace,
        });
        const finding = locateFault(model.committed.artifact, model.trace, told.trace);
        const evidence = evidenceOfFinding(exhibit, finding);
        expect(evidence, `seed ${seed}: ${JSON.stringify(finding)}`).not.to.equal(undefined);
        cases.push({ claim, evidence: evidence! });
        faults.push(told.fault);
      }
      expect(cases.length).to.be.greaterThan(10);
      const answers = await judgeAll(place, cases);
      expect(answers.map(({ verdict }) => verdict)).to.deep.equal(faults);
    });
  }

  it("an operator that lists more records than it counts is convicted", async () => {
    const place = await bench(ethers);
    const made = randomKernel(3);
    const { committed, trace } = modelAround(made, made.data.length);
    const others = [1, 2, 3].map((salt) => recordOf(trace, salt));
    const { claim, exhibit } = claimOfTrace({ registry: place.registry, committed, trace, others });
    const short = { ...claim, n: 3 };
    const [more, fewer] = await judgeAll(place, [
      { claim: short, evidence: absentNodeEvidence(exhibit, { list: "records", position: 3 }) },
      { claim: short, evidence: absentNodeEvidence(exhibit, { list: "records", position: 2 }) },
    ]);
    expect(more?.verdict).to.equal("AbsentNode");
    expect(fewer).to.deep.include({ verdict: "NodeNotAbsent", values: ["2", "3"] });
  });
});
