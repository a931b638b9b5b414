import { expect } from "chai";

import { connectContracts, requirePart } from "../../../src/chain/contracts.js";
import type { Deployment } from "../../../src/chain/deployment.js";
import { asAddress, ZERO_ADDRESS } from "../../../src/types/address.js";

const somewhere = asAddress(`0x${"11".repeat(20)}`);
const deployment: Deployment = {
  chainId: 31_337,
  onus: somewhere,
  token: somewhere,
  transcendental: somewhere,
  evaluator: somewhere,
  referee: somewhere,
  modelRegistry: somewhere,
  operatorRegistry: somewhere,
  claimBook: somewhere,
  workbench: ZERO_ADDRESS,
  inquiry: somewhere,
  receiptCourt: ZERO_ADDRESS,
  standing: ZERO_ADDRESS,
  lineage: ZERO_ADDRESS,
  fromBlock: 0,
};

describe("chain: parts of a deployment", () => {
  const contracts = connectContracts(deployment, { provider: null });

  it("one that was left out is refused by name", () => {
    expect(() => requirePart(contracts, "workbench"))
      .to.throw(`the deployment at ${somewhere} has no workbench`)
      .with.property("code", "PART_MISSING");
  });

  it("one that stands is not", () => {
    requirePart(contracts, "inquiry");
    expect(contracts.inquiryPlace).to.deep.equal({ chainId: 31_337n, contract: somewhere });
  });
});
