import { expect } from "chai";
import { network } from "hardhat";

import { MOST_PER_TRANSACTION } from "../../src/dispute/plan-stages.js";
import { LIMITS } from "../../src/program/kernel.js";
import { staticCost } from "../../src/program/static-cost.js";
import { FAMILIES } from "../support/dear-kernels.js";
import type { Family } from "../support/dear-kernels.js";
import { dearest, dearestAtOnce, tableOf } from "../support/dearest.js";
import { deployedProtocol } from "../support/deployed.js";
import type { Deployed } from "../support/deployed.js";
import { recordGas } from "../support/gas.js";
import { PHASE } from "../support/protocol.js";
import { proveAtOnce, proveDearest } from "../support/staged-proof.js";

const connection = await network.create();
const { loadFixture } = connection.networkHelpers;
const deployed = (): Promise<Deployed> => deployedProtocol(connection);

/**
 * The dearest of scripts/conformance/staged-proofs.ts: by the gas of one transaction, by bytes, by gas in total with
 * floats and without loads, with the dearest finite values, and with values that are no numbers.
 */
const CHOSEN = [
  "eight loads of eight dims over six axes, every k a row",
  "seven loads indexed by the eighth",
  "64 instructions, most of them f32.log",
  "a sum, the dearest finite values",
  "a sum of NaN, infinities and zeros",
] as const;

const familyOf = (name: string): Family => {
  const family = FAMILIES.find((one) => one.name === name);
  if (family === undefined) throw new RangeError(`no family ${name}`);
  return family;
};

describe("e2e: the dearest kernels that are not void, at the dearest values", () => {
  for (const name of CHOSEN) {
    it(`are proven wrong by resumed transactions of at most 12,000,000 gas: ${name}`, async function () {
      this.timeout(120_000);
      const protocol = await loadFixture(deployed);
      const dear = dearest(familyOf(name));
      const units = staticCost(dear.kernel, tableOf(dear.kernel));
      expect(units / LIMITS.cost).to.be.within(0.99, 1);

      const { steps, computed, truth, phase } = await proveDearest(protocol, dear);
      expect(computed).to.equal(truth);
      expect(phase).to.equal(PHASE.FAULTED);
      const stages = steps.filter(({ what }) => what === "advance");
      expect(steps.map(({ what }) => what)).to.deep.equal(["open", ...stages.map(() => "advance"), "finish"]);
      const most = (of: "gas" | "calldataBytes") => Math.max(...steps.map((step) => step[of]));
      expect(most("gas")).to.be.at.most(MOST_PER_TRANSACTION.gas);
      expect(most("calldataBytes")).to.be.at.most(MOST_PER_TRANSACTION.calldataBytes);
      for (const { gas, calldataBytes, predicted } of stages) {
        expect(gas).to.be.at.most(predicted?.gas ?? 0);
        expect(calldataBytes).to.be.at.most(predicted?.calldataBytes ?? 0);
      }
      const total = steps.reduce((sum, { gas }) => sum + gas, 0);
      const bytes = steps.reduce((sum, { calldataBytes }) => sum + calldataBytes, 0);
      recordGas(`staged proof, ${name}: dearest transaction`, most("gas"));
      recordGas(`staged proof, ${name}: all ${steps.length} transactions`, total);
      console.log(
        `      ${stages.length} stages, ${most("gas")} gas at most, ${total} in total, ${bytes} bytes, ${units} units`,
      );
    });
  }

  it("are proven wrong in one transaction of as much gas at most, where one is planned", async function () {
    this.timeout(120_000);
    const protocol = await loadFixture(deployed);
    const proven = await proveAtOnce(protocol, dearestAtOnce(familyOf(CHOSEN[0])));
    expect(proven?.gas).to.be.at.most(proven?.predicted ?? 0);
    expect(proven?.predicted).to.be.at.most(MOST_PER_TRANSACTION.gas);
  });
});
