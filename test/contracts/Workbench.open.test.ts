import { expect } from "chai";
import { network } from "hardhat";

import { jobId } from "../../src/dispute/job-id.js";
import { stagedProof } from "../../src/dispute/plan-stages.js";
import { encodeKernel } from "../../src/program/codec.js";
import { ZERO_HASH } from "../../src/types/bytes32.js";
import { bytes32From } from "../../src/types/bytes32.js";
import { flip, layoutOf, overwrite } from "../support/evidence-layout.js";
import { ELEMENT, K, KERNEL, biased, biasedScene, workbenchBench } from "../support/job-scene.js";
import type { JobScene, WorkbenchBench } from "../support/job-scene.js";
import { PHASE } from "../support/protocol.js";
import { jobArgument } from "../support/staged-proof.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

async function oneLie(): Promise<WorkbenchBench & JobScene> {
  const bench = await workbenchBench(ethers);
  return { ...bench, ...(await biasedScene(bench)) };
}

describe("Workbench.open", () => {
  const fixture = () => networkHelpers.loadFixture(oneLie);

  it("opens a job with nothing accumulated, and tells what it proved", async () => {
    const { workbench, claim, claimId, proof, job, beneficiary } = await fixture();
    const { context } = proof;
    expect(await workbench.open.staticCall(claim, proof.openEvidence(), beneficiary)).to.equal(job);
    const opened = await workbench.open(claim, proof.openEvidence(), beneficiary);
    const told = [
      context.descriptorHash,
      BigInt(ELEMENT),
      BigInt(context.committed),
      BigInt(K),
      true,
      context.operands.map(({ root, loads, depth }) => [root, BigInt(loads), BigInt(depth)]),
    ];
    await expect(opened).to.emit(workbench, "JobOpened").withArgs(job, claimId, beneficiary, told);
    expect([...(await workbench.jobOf(job))]).to.deep.equal([true, 0n, 0n, 0n]);
    expect(context.operands.map(({ loads }) => loads)).to.deep.equal([1, 2, 8, 4]);
    expect(context.operands.map(({ depth }) => depth)).to.deep.equal([2, 4, 0, 2]);
  });

  it("gives jobs the ids that jobIdOf and the spec give, another one for every beneficiary and context", async () => {
    const { workbench, place, claim, claimId, proof, job, beneficiary, stranger } = await fixture();
    const { context } = proof;
    expect(await workbench.jobIdOf(claim, jobArgument(context), beneficiary)).to.equal(job);
    const others = [
      jobId({ claimId, context, beneficiary: stranger }, place),
      jobId({ claimId, context: { ...context, operands: [] }, beneficiary }, place),
    ];
    expect(await workbench.jobIdOf(claim, jobArgument(context), stranger)).to.equal(others[0]);
    const none = jobArgument({ ...context, operands: [] });
    expect(await workbench.jobIdOf(claim, none, beneficiary)).to.equal(others[1]);
    expect(new Set([job, ...others]).size).to.equal(3);
  });

  it("reverts with JobAlreadyOpen for the same job, and opens one for another beneficiary", async () => {
    const { workbench, claim, proof, job, beneficiary, stranger } = await fixture();
    await workbench.open(claim, proof.openEvidence(), beneficiary);
    await expect(workbench.open(claim, proof.openEvidence(), beneficiary))
      .to.be.revertedWithCustomError(workbench, "JobAlreadyOpen")
      .withArgs(job);
    await expect(workbench.open(claim, proof.openEvidence(), stranger)).to.emit(workbench, "JobOpened");
  });

  it("reverts with BeneficiaryMissing for nobody", async () => {
    const { workbench, claim, proof } = await fixture();
    await expect(
      workbench.open(claim, proof.openEvidence(), ethers.ZeroAddress),
    ).to.be.revertedWithCustomError(workbench, "BeneficiaryMissing");
  });

  it("reverts with ClaimDecided for a claim that is FINAL or FAULTED, and opens of one that is CONTESTED", async () => {
    const { host, workbench, claim, claimId, proof, beneficiary } = await fixture();
    for (const phase of [PHASE.FINAL, PHASE.FAULTED]) {
      await host.setPhase(claimId, phase);
      await expect(workbench.open(claim, proof.openEvidence(), beneficiary))
        .to.be.revertedWithCustomError(workbench, "ClaimDecided")
        .withArgs(claimId);
    }
    await host.setPhase(claimId, PHASE.CONTESTED);
    await expect(workbench.open(claim, proof.openEvidence(), beneficiary)).to.emit(workbench, "JobOpened");
  });

  it("reverts with WrongFault for evidence of another fault", async () => {
    const { workbench, claim, proof, beneficiary } = await fixture();
    for (const kind of [0, 2, 3, 4, 5]) {
      await expect(workbench.open(claim, overwrite(proof.openEvidence(), 0, [kind]), beneficiary))
        .to.be.revertedWithCustomError(workbench, "WrongFault")
        .withArgs(kind, 1);
    }
  });

  it("reverts with KernelIsVoid for a kernel that breaks a limit, and for one that is no kernel", async () => {
    const bench = await fixture();
    const { workbench, beneficiary } = bench;
    const sums = { ...biased, tail: [...biased.tail, { op: "f32.add" as const }] };
    for (const descriptor of [encodeKernel(sums), Uint8Array.of(1, 2, 3)]) {
      const { claim, exhibit } = await biasedScene(bench, { descriptor });
      // Whatever follows the claimed leaf is not read.
      const evidence = stagedProof(exhibit, { kernel: KERNEL, element: ELEMENT }, biased).openEvidence();
      await expect(workbench.open(claim, evidence, beneficiary)).to.be.revertedWithCustomError(
        workbench,
        "KernelIsVoid",
      );
    }
  });

  it("refuses evidence in which any bit of a byte is another one, a byte is missing or one is too many", async function () {
    this.timeout(120_000);
    const { host, workbench, claim, exhibit, proof, beneficiary } = await fixture();
    const evidence = proof.openEvidence();
    const streams = [
      ...Array.from(evidence, (_, at) => flip(evidence, at)),
      evidence.subarray(0, -1),
      Uint8Array.from([...evidence, 0]),
      evidence,
    ];
    const calls = streams.map((stream) =>
      workbench.interface.encodeFunctionData("open", [claim, stream, beneficiary]),
    );
    const opened: number[] = [];
    for (let from = 0; from < calls.length; from += 60) {
      const { done, answers } = await host.tryEach.staticCall(workbench, calls.slice(from, from + 60));
      done.forEach((isDone, i) => {
        // Refused by name, not by running out of anything.
        if (!isDone) expect(answers[i], `byte ${from + i}`).to.have.length.above(8);
        else opened.push(from + i);
      });
    }
    // The neighbour of the element stands in the same leaf: a job of its own.
    expect(opened).to.deep.equal([layoutOf(exhibit).element + 3, streams.length - 1]);
  });

  it("reverts as the referee does: another record, model, leaf, path or root, by its name", async () => {
    const { workbench, claim, exhibit, proof, beneficiary } = await fixture();
    const referee = await ethers.getContractAt("IReferee", await workbench.getAddress());
    const evidence = proof.openEvidence();
    const at = layoutOf(exhibit);
    const path = at.afterDescriptor(encodeKernel(biased).length);
    // One leaf of the table; the claimed leaf; the mask; then two trace items, two weight items, an input item.
    const places: [string, number][] = [
      ["WrongRecord", at.salt],
      ["WrongModel", at.publisher],
      ["WrongDescriptor", at.descriptor],
      ["WrongTable", path],
      ["WrongClaimedLeaf", path + 128],
      ["WrongTrace", path + 2 * 128 + 1],
      ["WrongWeights", path + 2 * 128 + 1 + 2 * 32],
      ["WrongInputs", path + 2 * 128 + 1 + 4 * 32],
    ];
    for (const [name, byte] of places) {
      await expect(
        workbench.open(claim, flip(evidence, byte), beneficiary),
        name,
      ).to.be.revertedWithCustomError(referee, name);
    }
    await expect(workbench.open(claim, overwrite(evidence, path + 2 * 128, [0x1f]), beneficiary))
      .to.be.revertedWithCustomError(referee, "UnknownLoad")
      .withArgs(0x1f, 4);
  });

  it("reads the trace that was stated for a record that states none, and reverts with TraceNotStated before", async () => {
    const bench = await fixture();
    const { host, workbench, beneficiary } = bench;
    const referee = await ethers.getContractAt("IReferee", await workbench.getAddress());
    const { claim, claimId, exhibit, proof, job } = await biasedScene(bench, {
      traceRoot: ZERO_HASH,
      records: 3,
      recordIndex: 2,
    });
    const open = () => workbench.open(claim, proof.openEvidence(), beneficiary);
    await expect(open()).to.be.revertedWithCustomError(referee, "TraceNotStated");
    const root = bytes32From(exhibit.trace.lists.trace.root);
    await host.stateTrace(claimId, 1, root);
    await expect(open()).to.be.revertedWithCustomError(referee, "TraceNotStated");
    await host.stateTrace(claimId, 2, bytes32From(exhibit.trace.lists.input.root));
    await expect(open()).to.be.revertedWithCustomError(referee, "WrongTrace");
    await host.stateTrace(claimId, 2, root);
    await expect(open()).to.emit(workbench, "JobOpened");
    expect((await workbench.jobOf(job)).isOpen).to.equal(true);
  });
});
