import { expect } from "chai";
import { network } from "hardhat";

import { claimId } from "../../src/claim/claim.js";
import { submitClaim } from "../../src/chain/submit-claim.js";
import { decodeKernel } from "../../src/program/codec.js";
import type { Kernel } from "../../src/program/kernel.js";
import { stagedProof } from "../../src/dispute/plan-stages.js";
import { deployedProtocol, publishAndSign } from "../support/deployed.js";
import type { Deployed } from "../support/deployed.js";
import { ELEMENT, KERNEL, threeOperandScene } from "../support/element-scene.js";
import { stage } from "../support/exhibit.js";
import { placeOf, proveInStages, workbenchOf } from "../support/staged-proof.js";

const connection = await network.create();
const { loadFixture } = connection.networkHelpers;
const deployed = (): Promise<Deployed> => deployedProtocol(connection);

describe("Workbench.finish", () => {
  it("makes a claim FAULTED", async () => {
    const protocol = await loadFixture(deployed);
    const { operator, challenger } = protocol;
    const staged = stage(threeOperandScene(operator.contracts.registryPlace, { lie: true }));
    const { claim, exhibit } = await publishAndSign(protocol, staged);
    await submitClaim(operator.contracts, claim);
    const workbench = await workbenchOf(protocol);
    const place = await placeOf(connection.ethers, workbench);
    const kernel = decodeKernel(exhibit.committed.artifact.kernels[KERNEL]!) as Kernel;
    const steps = await proveInStages({
      workbench,
      place,
      claim,
      claimId: claimId(claim, operator.contracts.claimPlace),
      beneficiary: challenger.address,
      plan: () => stagedProof(exhibit, { kernel: KERNEL, element: ELEMENT }, kernel),
    });
    expect(steps.map(({ what }) => what)).to.deep.equal(["open", "advance", "finish"]);
  });
});
