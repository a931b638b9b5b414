import { expect } from "chai";

import { connectContracts } from "../../src/chain/contracts.js";
import { readDispute } from "../../src/chain/read-dispute.js";
import { playCase } from "../../scripts/trial/case.js";
import { deployGround } from "../../scripts/trial/ground.js";
import { planCase } from "../../scripts/trial/plan.js";
import type { CaseSpec, Kind } from "../../scripts/trial/plan.js";
import type { Scene } from "../../scripts/trial/scene.js";

const ground = await deployGround();
const contracts = connectContracts(ground.deployment, ground.chain.connection.ethers.provider);

/** The first small case of a kind in which a trace is left to be stated: one with questions. */
function caseOf(kind: Kind): CaseSpec {
  for (let number = 0; ; number++) {
    const spec = planCase(number, 2);
    const isSmall = spec.model !== "classifier" && spec.n <= 64;
    if (spec.kind === kind && isSmall && spec.onDemand) return spec;
  }
}

describe("e2e: what a trial reads from receipts", () => {
  const kinds: readonly Kind[] = [
    "flips an element",
    "garbage trace root",
    "withholds the artifact",
    "proof over many transactions",
    "accomplices occupy",
    "stalls",
    "answers for the operator",
  ];
  for (const kind of kinds) {
    it(`is what read-dispute reads from the chain, in every round of a case of: ${kind}`, async () => {
      let rounds = 0;
      let sessions = 0;
      const compare = async ({ chronicle, claimId, claim, model }: Scene): Promise<void> => {
        // The chain's own rule for the next base fee is not the trial's.
        const { baseFee: _, ...seen } = await chronicle.exact(claimId);
        const { baseFee: __, ...read } = await readDispute(contracts, claim, { model });
        expect(seen).to.deep.equal(read);
        rounds++;
        sessions = Math.max(sessions, seen.sessions.length);
      };
      const { violations } = await playCase(ground, caseOf(kind), compare);
      expect(violations).to.deep.equal([]);
      expect(rounds).to.be.greaterThan(2);
      expect(sessions).to.be.greaterThan(0);
    }).timeout(240_000);
  }
});
