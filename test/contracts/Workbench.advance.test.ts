import { expect } from "chai";
import { network } from "hardhat";

import { encodeKernel } from "../../src/program/codec.js";
import { flip, overwrite, u32 } from "../support/evidence-layout.js";
import { K, TRUTH, biased, biasedScene, workbenchBench } from "../support/job-scene.js";
import type { JobScene, WorkbenchBench } from "../support/job-scene.js";
import { PHASE, bytes32 } from "../support/protocol.js";
import { jobArgument } from "../support/staged-proof.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

async function oneJob(): Promise<WorkbenchBench & JobScene> {
  const bench = await workbenchBench(ethers);
  const scene = await biasedScene(bench);
  await bench.workbench.open(scene.claim, scene.proof.openEvidence(), bench.beneficiary);
  return { ...bench, ...scene };
}

/** First k, count, length of the descriptor, descriptor; then the first operand: ranges, head, leaves, siblings. */
const AT = { first: 0, count: 4, length: 8, descriptor: 10 } as const;
const OPERANDS = AT.descriptor + encodeKernel(biased).length;

describe("Workbench.advance", () => {
  const fixture = () => networkHelpers.loadFixture(oneJob);
  type Fixture = Awaited<ReturnType<typeof fixture>>;

  const advance = ({ workbench, claim, proof, beneficiary }: Fixture, evidence: Uint8Array) =>
    workbench.advance(claim, jobArgument(proof.context), beneficiary, evidence);
  const stage = ({ proof }: Fixture, first: number, count: number) => proof.stageFrom(first, count).evidence;
  const jobOf = async ({ workbench, job }: Fixture) => [...(await workbench.jobOf(job))].map(Number);
  const refereeAt = async ({ workbench }: Fixture) =>
    ethers.getContractAt("IReferee", await workbench.getAddress());

  it("accumulates the next k and keeps the sum, for anyone", async () => {
    const all = await fixture();
    const { workbench, job } = all;
    const whole = stage(all, 0, K);
    const snapshot = await networkHelpers.takeSnapshot();
    await advance(all, whole);
    const [, , sum] = await jobOf(all);
    await snapshot.restore();

    const advanced = await advance(all, stage(all, 0, 40));
    const [isOpen, next, part] = await jobOf(all);
    expect([isOpen, next]).to.deep.equal([1, 40]);
    await expect(advanced).to.emit(workbench, "JobAdvanced").withArgs(job, 40, part, 0);
    expect(part).to.not.equal(sum);
    await advance(all, stage(all, 40, K));
    expect(await jobOf(all)).to.deep.equal([1, K, sum, 0]);
  });

  it("opens a tensor once for all loads that name it", async () => {
    const bench = await fixture();
    // y is x: loads 0 and 2 read the same tensor.
    const [x, w, , bias] = biased.loads;
    const kernel = { ...biased, loads: [x!, w!, x!, bias!] };
    const scene = await biasedScene(bench, { descriptor: encodeKernel(kernel) }, kernel);
    expect(scene.proof.context.operands.map(({ loads }) => loads)).to.deep.equal([5, 2, 8]);
    await bench.workbench.open(scene.claim, scene.proof.openEvidence(), bench.beneficiary);
    const all = { ...bench, ...scene };
    await advance(all, stage(all, 0, K));
    expect((await jobOf(all))[1]).to.equal(K);
  });

  it("reverts with JobUnknown for another claim, another beneficiary, and for a context with any other word", async () => {
    const all = await fixture();
    const { host, workbench, claim, proof, beneficiary, stranger } = all;
    const { context } = proof;
    const evidence = stage(all, 0, K);
    const unknown = async (...[other, given, to]: [typeof claim, typeof context, string]) => {
      const id = await workbench.jobIdOf(other, jobArgument(given), to);
      await expect(workbench.advance(other, jobArgument(given), to, evidence))
        .to.be.revertedWithCustomError(workbench, "JobUnknown")
        .withArgs(id);
    };
    const another = { ...claim, nonce: claim.nonce + 1n };
    await host.setPhase(await host.idOf(another), PHASE.OPEN);
    await unknown(another, context, beneficiary);
    await unknown(claim, context, stranger);
    const [first, ...rest] = context.operands;
    const operands = [
      rest,
      [...rest, first!],
      [{ ...first!, loads: 3 }, ...rest],
      [{ ...first!, depth: 3 }, ...rest],
      [{ ...first!, root: bytes32(1) }, ...rest],
    ];
    const contexts = [
      { ...context, descriptorHash: bytes32(1) },
      { ...context, element: context.element + 1 },
      { ...context, committed: TRUTH },
      { ...context, reduction: K - 1 },
      { ...context, bodyIsFloat: false },
      ...operands.map((other) => ({ ...context, operands: other })),
    ];
    for (const other of contexts) await unknown(claim, other, beneficiary);
  });

  it("reverts with WrongStart for a stage that leaves out a k, and accepts one that begins with the next", async () => {
    const all = await fixture();
    await advance(all, stage(all, 0, 10));
    await expect(advance(all, stage(all, 11, 1)))
      .to.be.revertedWithCustomError(all.workbench, "WrongStart")
      .withArgs(11, 10);
    await advance(all, stage(all, 10, 1));
    expect((await jobOf(all))[1]).to.equal(11);
  });

  it("reverts with StageDone for a stage done before, and counts the rest of one that goes beyond", async () => {
    const all = await fixture();
    await advance(all, stage(all, 0, 10));
    await advance(all, stage(all, 10, K));
    const [, , sum] = await jobOf(all);
    await networkHelpers.loadFixture(oneJob);

    await advance(all, stage(all, 0, 50));
    for (const [first, count] of [
      [0, 50],
      [49, 1],
    ] as const) {
      await expect(advance(all, stage(all, first, count)))
        .to.be.revertedWithCustomError(all.workbench, "StageDone")
        .withArgs(50, 50);
    }
    await expect(advance(all, overwrite(stage(all, 50, 1), AT.count, u32(0))))
      .to.be.revertedWithCustomError(all.workbench, "StageDone")
      .withArgs(50, 50);
    await advance(all, stage(all, 20, 31));
    expect((await jobOf(all))[1]).to.equal(51);
    await advance(all, stage(all, 0, K));
    expect(await jobOf(all)).to.deep.equal([1, K, sum, 0]);
  });

  it("reverts with TooMany beyond the last k", async () => {
    const all = await fixture();
    await advance(all, stage(all, 0, 10));
    for (const count of [K - 9, 2 ** 32 - 1]) {
      await expect(advance(all, overwrite(stage(all, 10, K), AT.count, u32(count))))
        .to.be.revertedWithCustomError(all.workbench, "TooMany")
        .withArgs(count, K - 10);
    }
    await advance(all, stage(all, 10, K - 10));
    expect((await jobOf(all))[1]).to.equal(K);
  });

  it("reverts with WrongDescriptor for another kernel, and with DescriptorTooLong beyond 8,192 bytes", async () => {
    const all = await fixture();
    const referee = await refereeAt(all);
    const evidence = stage(all, 0, K);
    const other = flip(evidence, AT.descriptor + 30);
    const hash = ethers.keccak256(other.subarray(AT.descriptor, OPERANDS));
    await expect(advance(all, other))
      .to.be.revertedWithCustomError(all.workbench, "WrongDescriptor")
      .withArgs(hash, all.proof.context.descriptorHash);
    await expect(advance(all, overwrite(evidence, AT.length, [0x20, 0x01])))
      .to.be.revertedWithCustomError(referee, "DescriptorTooLong")
      .withArgs(8_193, 8_192);
  });

  it("reverts with WrongOperand, by the number of the operand, for another leaf or another sibling", async () => {
    const all = await fixture();
    const referee = await refereeAt(all);
    const evidence = stage(all, 0, 1);
    const { root } = all.proof.context.operands[0]!;
    const leaf = OPERANDS + 2 + 8;
    for (const at of [leaf, leaf + 127, leaf + 128, leaf + 128 + 32]) {
      await expect(advance(all, flip(evidence, at)))
        .to.be.revertedWithCustomError(referee, "WrongOperand")
        .withArgs(0, (value: string) => value !== root, root);
    }
    // The second operand begins after a leaf and two siblings.
    const second = leaf + 128 + 64 + 2 + 8;
    await expect(advance(all, flip(evidence, second)))
      .to.be.revertedWithCustomError(referee, "WrongOperand")
      .withArgs(1, (value: string) => value !== root, all.proof.context.operands[1]!.root);
  });

  it("reverts with MissingOperand for a leaf that is read and not opened", async () => {
    const all = await fixture();
    const referee = await refereeAt(all);
    // k = 31 is the last in the first leaf.
    const short = overwrite(stage(all, 0, 32), AT.count, u32(33));
    await expect(advance(all, short)).to.be.revertedWithCustomError(referee, "MissingOperand").withArgs(0, 0);
    const nothing = Uint8Array.from([...stage(all, 0, 1).subarray(0, OPERANDS), ...new Uint8Array(8)]);
    await expect(advance(all, nothing)).to.be.revertedWithCustomError(referee, "MissingOperand");
    expect((await jobOf(all))[1]).to.equal(0);
  });

  it("reverts with RangesTouch for ranges that could be one", async () => {
    const all = await fixture();
    const referee = await refereeAt(all);
    const evidence = stage(all, 0, 33);
    const leaves = evidence.subarray(OPERANDS + 2 + 8);
    const heads = [0, 2, ...u32(0), ...u32(1), ...u32(1), ...u32(1)];
    const twice = Uint8Array.from([...evidence.subarray(0, OPERANDS), ...heads, ...leaves]);
    await expect(advance(all, twice)).to.be.revertedWithCustomError(referee, "RangesTouch").withArgs(0, 1, 2);
  });

  it("reverts with TrailingEvidence for a byte too many", async () => {
    const all = await fixture();
    const referee = await refereeAt(all);
    const evidence = stage(all, 0, K);
    const { length } = evidence;
    await expect(advance(all, Uint8Array.from([...evidence, 0])))
      .to.be.revertedWithCustomError(referee, "TrailingEvidence")
      .withArgs(length + 1, length);
  });

  it("is inert once the claim is decided: reverts with ClaimDecided", async () => {
    const all = await fixture();
    for (const phase of [PHASE.FINAL, PHASE.FAULTED]) {
      await all.host.setPhase(all.claimId, phase);
      await expect(advance(all, stage(all, 0, K)))
        .to.be.revertedWithCustomError(all.workbench, "ClaimDecided")
        .withArgs(all.claimId);
    }
    await all.host.setPhase(all.claimId, PHASE.CONTESTED);
    await advance(all, stage(all, 0, K));
  });

  it("accumulates the same or nothing, whatever gas it is given", async function () {
    this.timeout(120_000);
    const all = await fixture();
    const { host, workbench, claim, proof, beneficiary, job } = all;
    const evidence = stage(all, 0, K);
    const snapshot = await networkHelpers.takeSnapshot();
    const { gasUsed } = (await (await advance(all, evidence)).wait())!;
    const expected = await jobOf(all);
    await snapshot.restore();
    const words = workbench.interface.encodeFunctionData("advance", [
      claim,
      jobArgument(proof.context),
      beneficiary,
      evidence,
    ]);
    const gas = Array.from({ length: 160 }, (_, i) => (gasUsed * BigInt(i + 1)) / 150n);
    const made: number[][] = [];
    for (let from = 0; from < gas.length; from += 20) {
      const some = gas.slice(from, from + 20);
      const jobs = await host.tryWithGas.staticCall(workbench, words, job, some);
      made.push(...jobs.map((one) => [...one].map(Number)));
    }
    expect(made.filter(([, next]) => next === K)).to.have.length.within(5, 80);
    for (const one of made) expect(one[1] === 0 ? [1, 0, 0, 0] : expected).to.deep.equal(one);
  });
});
