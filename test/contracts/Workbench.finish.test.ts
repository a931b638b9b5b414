import { expect } from "chai";
import { network } from "hardhat";

import { submitClaim } from "../../src/chain/submit-claim.js";
import { claimId } from "../../src/claim/claim.js";
import { stagedProof } from "../../src/dispute/plan-stages.js";
import { encodeKernel } from "../../src/program/codec.js";
import { deployedProtocol, publishAndSign } from "../support/deployed.js";
import { threeOperandScene, threeOperands } from "../support/element-scene.js";
import { flip } from "../support/evidence-layout.js";
import { stage } from "../support/exhibit.js";
import { ELEMENT, K, KERNEL, TRUTH, biased, biasedScene, workbenchBench } from "../support/job-scene.js";
import type { JobScene, WorkbenchBench } from "../support/job-scene.js";
import { FAULT, PHASE } from "../support/protocol.js";
import { jobArgument, proveInStages, workbenchPlace } from "../support/staged-proof.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

type Job = WorkbenchBench & JobScene;

async function jobOf(honest: boolean): Promise<Job> {
  const bench = await workbenchBench(ethers);
  const scene = await biasedScene(bench, { honest });
  await bench.workbench.open(scene.claim, scene.proof.openEvidence(), bench.beneficiary);
  return { ...bench, ...scene };
}
const oneLie = () => jobOf(false);
const oneTruth = () => jobOf(true);

const accumulate = async ({ workbench, claim, proof, beneficiary }: Job, upTo = K): Promise<void> => {
  const { evidence } = proof.stageFrom(0, upTo);
  await workbench.advance(claim, jobArgument(proof.context), beneficiary, evidence);
};
const finish = ({ workbench, claim, proof, beneficiary }: Job, evidence = proof.finishEvidence()) =>
  workbench.finish(claim, jobArgument(proof.context), beneficiary, evidence);

describe("Workbench.finish", () => {
  it("makes a claim FAULTED by Element for the job's beneficiary, whoever sends it", async () => {
    const all = await networkHelpers.loadFixture(oneLie);
    const { host, workbench, claimId: id, job, beneficiary } = all;
    await accumulate(all);
    const finished = await finish(all);
    await expect(finished).to.emit(workbench, "JobFinished").withArgs(job, id, TRUTH);
    await expect(finished).to.emit(host, "Faulted").withArgs(id, FAULT.Element, beneficiary);
  });

  it("reverts with ElementAgrees for an element that is right, and the claim stays as it is", async () => {
    const all = await networkHelpers.loadFixture(oneTruth);
    await accumulate(all);
    await expect(finish(all))
      .to.be.revertedWithCustomError(all.workbench, "ElementAgrees")
      .withArgs(ELEMENT, TRUTH);
    expect(await all.host.phaseOf(all.claimId)).to.equal(PHASE.OPEN);
  });

  it("reverts with NotAccumulated until the last k is", async () => {
    const all = await networkHelpers.loadFixture(oneLie);
    await accumulate(all, K - 1);
    await expect(finish(all))
      .to.be.revertedWithCustomError(all.workbench, "NotAccumulated")
      .withArgs(K - 1, K);
    await accumulate(all);
    await expect(finish(all)).to.emit(all.workbench, "JobFinished");
  });

  it("reverts with JobUnknown for another beneficiary, and for an element that the job is not about", async () => {
    const all = await networkHelpers.loadFixture(oneLie);
    const { workbench, claim, proof, beneficiary, stranger } = all;
    await accumulate(all);
    const { context } = proof;
    const evidence = proof.finishEvidence();
    for (const [given, to] of [
      [context, stranger],
      [{ ...context, element: ELEMENT - 1 }, beneficiary],
      [{ ...context, committed: TRUTH }, beneficiary],
    ] as const) {
      const id = await workbench.jobIdOf(claim, jobArgument(given), to);
      await expect(workbench.finish(claim, jobArgument(given), to, evidence))
        .to.be.revertedWithCustomError(workbench, "JobUnknown")
        .withArgs(id);
    }
  });

  it("reverts for another descriptor, for what the tail reads and is not opened, and for bytes left out or left over", async () => {
    const all = await networkHelpers.loadFixture(oneLie);
    const referee = await ethers.getContractAt("IReferee", await all.workbench.getAddress());
    await accumulate(all);
    const evidence = all.proof.finishEvidence();
    const { length } = evidence;
    const hash = ethers.keccak256(flip(evidence, 40).subarray(2, 2 + encodeKernel(biased).length));
    await expect(finish(all, flip(evidence, 40)))
      .to.be.revertedWithCustomError(all.workbench, "WrongDescriptor")
      .withArgs(hash, all.proof.context.descriptorHash);
    // No ranges of any of the four operands.
    const nothing = Uint8Array.from([
      ...evidence.subarray(0, 2 + encodeKernel(biased).length),
      ...new Uint8Array(8),
    ]);
    await expect(finish(all, nothing))
      .to.be.revertedWithCustomError(referee, "MissingOperand")
      .withArgs(2, 4 * ELEMENT);
    await expect(finish(all, Uint8Array.from([...evidence, 0])))
      .to.be.revertedWithCustomError(referee, "TrailingEvidence")
      .withArgs(length + 1, length);
    // The last operand is not read by the tail: its last byte is the count of its ranges, 0.
    await expect(finish(all, evidence.subarray(0, -1)))
      .to.be.revertedWithCustomError(referee, "EvidenceTooShort")
      .withArgs(length - 1, length);
  });

  it("is inert once the claim is decided: reverts with ClaimDecided, also the second time", async () => {
    const all = await networkHelpers.loadFixture(oneLie);
    await accumulate(all);
    await all.host.setPhase(all.claimId, PHASE.FINAL);
    const inert = () =>
      expect(finish(all)).to.be.revertedWithCustomError(all.workbench, "ClaimDecided").withArgs(all.claimId);
    await inert();
    await all.host.setPhase(all.claimId, PHASE.CONTESTED);
    await finish(all);
    await inert();
  });

  it("convicts a claim that is wrong or reverts, whatever gas it is given, and never one that is right", async function () {
    this.timeout(120_000);
    for (const fixture of [oneLie, oneTruth]) {
      const all = await networkHelpers.loadFixture(fixture);
      const { host, workbench, claim, claimId: id, proof, beneficiary } = all;
      await accumulate(all);
      const words = workbench.interface.encodeFunctionData("finish", [
        claim,
        jobArgument(proof.context),
        beneficiary,
        proof.finishEvidence(),
      ]);
      let convicted = 0;
      for (let gas = 2_000; gas < 200_000; gas += 1_500) {
        const snapshot = await networkHelpers.takeSnapshot();
        await host.tryGiven(workbench, words, gas, { gasLimit: 2_000_000 });
        const phase = Number(await host.phaseOf(id));
        expect(phase, `${gas} gas`).to.be.oneOf([PHASE.OPEN, PHASE.FAULTED]);
        if (phase === PHASE.FAULTED) convicted++;
        await snapshot.restore();
      }
      if (fixture === oneLie) expect(convicted).to.be.within(20, 120);
      else expect(convicted).to.equal(0);
    }
  });

  it("reverts in the claim book for a claim that was never submitted", async () => {
    const protocol = await deployedProtocol(connection);
    const { operator, challenger } = protocol;
    const staged = stage(threeOperandScene(operator.contracts.registryPlace, { lie: true }));
    const { claim, exhibit } = await publishAndSign(protocol, staged);
    const { workbench } = challenger.contracts;
    const id = claimId(claim, operator.contracts.claimPlace);
    const proof = {
      ...{ workbench, place: await workbenchPlace(protocol), claim, claimId: id },
      beneficiary: challenger.address,
      plan: () => stagedProof(exhibit, { kernel: KERNEL, element: ELEMENT }, threeOperands),
    };
    await expect(proveInStages(proof))
      .to.be.revertedWithCustomError(challenger.contracts.claims, "WrongPhase")
      .withArgs(id, PHASE.NONE, PHASE.OPEN);
    await submitClaim(operator.contracts, claim);
    await proveInStages(proof);
    expect((await challenger.contracts.claims.stateOf(id)).phase).to.equal(PHASE.FAULTED);
  });
});
