import { expect } from "chai";
import { network } from "hardhat";

import { elementEvidenceWithoutOperands } from "../../src/dispute/evidence.js";
import type { StagedProof } from "../../src/dispute/plan-stages.js";
import { encodeKernel } from "../../src/program/codec.js";
import { product } from "../../src/program/kernel.js";
import { interpretKernel } from "../../src/run/interpreter.js";
import { flip, overwrite, u32 } from "../support/evidence-layout.js";
import { flipBit } from "../support/exhibit.js";
import { openClaim, workbenchBench } from "../support/job-scene.js";
import type { WorkbenchBench } from "../support/job-scene.js";
import { randomKernel } from "../support/kernel-generator.js";
import type { RandomKernel } from "../support/kernel-generator.js";
import { FAULT, PHASE } from "../support/protocol.js";
import { Random } from "../support/random.js";
import { jobArgument } from "../support/staged-proof.js";

const { ethers } = await network.create();

const RUNS = Number(process.env["HOSTILE_STAGES"] ?? 120);
const CALLS = 14;

/** Mostly kernels with something to divide. */
function longEnough(random: Random, seed: number): RandomKernel {
  for (let attempt = 0; ; attempt++) {
    const made = randomKernel(seed + attempt * 0x20003);
    if (product(made.kernel.reduce) > 2 || random.chance(10)) return made;
  }
}

describe("workbench: stages in any order, good and bad", () => {
  let bench: WorkbenchBench;
  before(async () => {
    bench = await workbenchBench(ethers);
  });

  it("convict a claim that is wrong when all k are accumulated, and never one that is right", async function () {
    this.timeout(0);
    const seed = Number(process.env["HOSTILE_SEED"] ?? 1);
    const verdicts = { right: 0, wrong: 0 };
    for (let run = 0; run < RUNS; run++) {
      const random = new Random((seed + run) ^ 0x57a6e5);
      const { honest, phase, beneficiary, isWhole } = await play(random, seed + run);
      const what = `seed ${seed + run}`;
      expect(isWhole, what).to.equal(true);
      expect(phase, what).to.equal(honest ? PHASE.OPEN : PHASE.FAULTED);
      if (!honest) expect(beneficiary, what).to.equal(bench.beneficiary);
      verdicts[honest ? "right" : "wrong"]++;
    }
    expect(verdicts.right).to.be.above(RUNS / 4);
    expect(verdicts.wrong).to.be.above(RUNS / 4);
  });

  /** One transaction of many calls on one claim; the last two accumulate whatever is left, and finish. */
  async function play(random: Random, seed: number) {
    const { host, workbench, hostPlace, beneficiary } = bench;
    const { kernel, table, data } = longEnough(random, seed);
    const truth = interpretKernel(kernel, data);
    const element = random.below(truth.length);
    const honest = random.chance(50);
    const bit = random.below(8 * truth.BYTES_PER_ELEMENT);
    const inputs = random.below(data.length + 1);
    const weights = random.below(data.length - inputs + 1);
    const index = data.length - inputs - weights;
    const scene = {
      descriptor: encodeKernel(kernel),
      table,
      tensors: [...data, honest ? truth : flipBit(truth, { element, bit })],
      ...{ inputs, weights, registry: hostPlace },
    };
    const { claim, claimId, exhibit, proof } = await openClaim(bench, scene, { kernel, index, element });
    const { context } = proof;
    const other = await openClaim(bench, scene, { kernel, index, element: random.below(truth.length) });

    const call = (name: "advance" | "finish", given: StagedProof["context"], evidence: Uint8Array): string =>
      workbench.interface.encodeFunctionData(name as "advance", [
        claim,
        jobArgument(given),
        beneficiary,
        evidence,
      ]);
    const open = (evidence: Uint8Array): string =>
      workbench.interface.encodeFunctionData("open", [claim, evidence, beneficiary]);
    const reduction = product(kernel.reduce);
    /** Where the good stages so far lead to. */
    let reached = 0;
    const stage = (of = proof): Uint8Array =>
      of.stageFrom(random.below(reduction), random.between(1, reduction)).evidence;
    const goodStage = (): Uint8Array => {
      const from = reached < reduction && random.chance(60) ? reached : random.below(reduction);
      const { evidence, first, count } = proof.stageFrom(from, random.between(1, Math.ceil(reduction / 4)));
      if (first <= reached) reached = Math.max(reached, first + count);
      return evidence;
    };
    const spoiled = (evidence: Uint8Array): Uint8Array => {
      if (random.chance(10)) return evidence.subarray(0, random.below(evidence.length));
      if (random.chance(10)) return Uint8Array.from([...evidence, random.below(256)]);
      if (random.chance(25)) {
        return overwrite(evidence, random.pick([0, 4]), u32(random.pick([0, 1, reduction, 2 ** 32 - 1])));
      }
      return flip(evidence, random.below(evidence.length));
    };
    const otherContext = (): StagedProof["context"] =>
      random.pick([
        { ...context, operands: context.operands.slice(1) },
        { ...context, reduction: random.between(1, reduction) + 1 },
        { ...context, committed: random.word() },
        { ...context, bodyIsFloat: !context.bodyIsFloat },
        { ...context, element: context.element + 1 },
        other.proof.context,
      ]);
    const anything = (): string => {
      const pick = random.below(100);
      if (pick < 40) return call("advance", context, goodStage());
      if (pick < 60) return call("advance", context, spoiled(stage()));
      if (pick < 68) return call("advance", context, stage(other.proof));
      if (pick < 76) return call("advance", otherContext(), stage());
      if (pick < 84)
        return call("finish", random.chance(50) ? context : otherContext(), proof.finishEvidence());
      if (pick < 90) return call("finish", context, spoiled(proof.finishEvidence()));
      if (pick < 94) return open(spoiled(proof.openEvidence()));
      // Fewer operands than are read: a job that can never be advanced.
      const fewer = [...new Set(kernel.loads.map(({ tensor }) => tensor))].filter(() => random.chance(50));
      return open(
        elementEvidenceWithoutOperands(
          exhibit,
          { kernel: index, element },
          fewer.sort((a, b) => a - b),
        ),
      );
    };
    // A job about something else that was never opened, from beginning to end.
    const forged = otherContext();
    const calls = [
      open(proof.openEvidence()),
      ...Array.from({ length: CALLS }, anything),
      call("advance", forged, proof.stageFrom(0).evidence),
      call("finish", forged, proof.finishEvidence()),
      call("advance", context, proof.stageFrom(0).evidence),
      call("finish", context, proof.finishEvidence()),
    ];
    const sent = await host.tryEach(workbench, calls, { gasLimit: 16_777_216 });
    const receipt = await sent.wait();
    const faults = await host.queryFilter(host.filters.Faulted(claimId), receipt?.blockNumber);
    const [fault] = faults;
    expect(faults.length).to.be.at.most(1);
    if (fault !== undefined) expect(fault.args.kind).to.equal(FAULT.Element);
    return {
      honest,
      phase: Number(await host.phaseOf(claimId)),
      beneficiary: fault?.args.beneficiary,
      // The last stage takes all k that are left.
      isWhole: proof.stageFrom(0).count === reduction,
    };
  }
});
