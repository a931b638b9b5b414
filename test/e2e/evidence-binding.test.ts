import { expect } from "chai";
import { network } from "hardhat";

import { claimId } from "../../src/claim/claim.js";
import type { Claim } from "../../src/claim/claim.js";
import { commitRecords } from "../../src/claim/record-list.js";
import { convictClaim } from "../../src/chain/convict-claim.js";
import { publishModel } from "../../src/chain/publish-model.js";
import { submitClaim } from "../../src/chain/submit-claim.js";
import { elementEvidence } from "../../src/dispute/evidence.js";
import type { Exhibit } from "../../src/dispute/evidence.js";
import { modelId } from "../../src/model/model-id.js";
import { recordOf } from "../support/claim-of-trace.js";
import { deployedProtocol, publishAndSign } from "../support/deployed.js";
import type { Deployed } from "../support/deployed.js";
import { claimOfTrace } from "../support/claim-of-trace.js";
import { withFlippedBit } from "../support/forge-trace.js";
import { randomKernel } from "../support/kernel-generator.js";
import { modelAround } from "../support/single-kernel.js";

const connection = await network.create();
const { loadFixture } = connection.networkHelpers;

/** An operator's false claim over two records (the second one honest), and evidence that convicts it. */
async function oneFalseClaim(protocol: Deployed) {
  const { operator } = protocol;
  const made = randomKernel(11);
  const { committed, trace } = modelAround(made, made.data.length);
  const forged = withFlippedBit(trace, { index: 0, bit: 5 });
  const drawn = claimOfTrace({
    registry: operator.contracts.registryPlace,
    committed,
    trace: forged,
    others: [recordOf(trace, 1)],
  });
  const { claim, exhibit } = await publishAndSign(protocol, drawn);
  await submitClaim(operator.contracts, claim);
  // Bit 5 lies in the first element, whatever its dtype.
  const element = 0;
  const prove = (from: Exhibit) => elementEvidence(from, { kernel: 0, element });
  return { ...protocol, claim, exhibit, trace, prove, evidence: prove(exhibit) };
}

const fixture = async () => oneFalseClaim(await deployedProtocol(connection));

describe("e2e: evidence for one claim", () => {
  it("convicts that claim", async () => {
    const { challenger, claim, evidence, operator } = await loadFixture(fixture);
    const { contracts, address } = challenger;
    await convictClaim({ contracts, claim, evidence, beneficiary: address });
    const { phase } = await contracts.claims.stateOf(claimId(claim, contracts.claimPlace));
    expect(phase).to.equal(4n);
    expect(await contracts.operators.lockedOf(operator.address)).to.equal(0n);
  });

  const refused = async (
    given: Awaited<ReturnType<typeof fixture>>,
    claim: Claim,
    evidence: Uint8Array,
    error: string,
  ) => {
    const { contracts, address } = given.challenger;
    await expect(contracts.referee.convict(claim, evidence, address)).to.be.revertedWithCustomError(
      error === "WrongPhase" ? contracts.claims : contracts.referee,
      error,
    );
  };

  it("is refused for another claim", async () => {
    const given = await loadFixture(fixture);
    const { records } = given.exhibit.records;
    const other = { ...given.claim, nonce: 1n, n: 1, recordsRoot: commitRecords(records.slice(1)).root };
    await submitClaim(given.operator.contracts, other);
    await refused(given, other, given.evidence, "WrongRecord");
  });

  it("is refused for another record of the same claim", async () => {
    const given = await loadFixture(fixture);
    const { exhibit, claim, prove } = given;
    await refused(given, claim, prove({ ...exhibit, recordIndex: 1 }), "WrongTrace");
    // The lying record's fields under the honest one's index.
    const swapped = { ...exhibit.records, records: [...exhibit.records.records].reverse() };
    await refused(given, claim, prove({ ...exhibit, records: swapped, recordIndex: 1 }), "WrongRecord");
  });

  it("is refused for another model", async () => {
    const given = await loadFixture(fixture);
    const { publisher, exhibit, claim, operator } = given;
    // The same artifact, published again as its own successor: another model.
    const superseded = claim.modelId;
    const { identity } = await publishModel({
      contracts: publisher.contracts,
      publisher: publisher.address,
      committed: exhibit.committed,
      superseded,
    });
    const other = { ...claim, modelId: modelId(identity, publisher.contracts.registryPlace) };
    await submitClaim(operator.contracts, other);
    await refused(given, other, given.evidence, "WrongModel");
  });

  it("is refused for another operator", async () => {
    const given = await loadFixture(fixture);
    await refused(
      given,
      { ...given.claim, operator: given.otherOperator.address },
      given.evidence,
      "WrongPhase",
    );
  });

  it("is refused in another deployment on the same chain", async () => {
    const given = await loadFixture(fixture);
    const other = await deployedProtocol(connection);
    expect(other.deployment.referee).not.to.equal(given.deployment.referee);
    await refused({ ...given, challenger: other.challenger }, given.claim, given.evidence, "WrongModel");
  });

  it("is refused on another chain, at the very same addresses", async () => {
    const given = await loadFixture(fixture);
    const elsewhere = await network.create({ network: "hardhat", override: { chainId: 31338 } });
    const other = await oneFalseClaim(await deployedProtocol(elsewhere, 31338));
    expect(other.deployment.referee).to.equal(given.deployment.referee);
    await refused({ ...given, challenger: other.challenger }, given.claim, given.evidence, "WrongModel");
    await convictClaim({
      contracts: other.challenger.contracts,
      claim: other.claim,
      evidence: other.evidence,
      beneficiary: other.challenger.address,
    });
  });

  it("is refused a second time: the claim has fallen", async () => {
    const given = await loadFixture(fixture);
    const { contracts, address } = given.challenger;
    await convictClaim({ contracts, claim: given.claim, evidence: given.evidence, beneficiary: address });
    await refused(given, given.claim, given.evidence, "WrongPhase");
  });
});
