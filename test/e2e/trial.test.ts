import { expect } from "chai";

import { playCase } from "../../scripts/trial/case.js";
import { deployGround } from "../../scripts/trial/ground.js";
import { KINDS, planCase } from "../../scripts/trial/plan.js";
import type { CaseSpec } from "../../scripts/trial/plan.js";
import { failuresOf } from "../../scripts/trial/report.js";
import { runTrial } from "../../scripts/trial/run-trial.js";
import { compileMutant } from "../support/compile-mutant.js";
import { PLANTED_BUGS } from "../support/planted-bugs.js";
import type { PlantedBug } from "../support/planted-bugs.js";

const SEED = 1;
/** Cases in which a planted bug must have shown itself. */
const MOST_CASES = 30;
/** The longest kinds are left to `npm run trial`. */
const isShort = ({ model, n }: CaseSpec): boolean => model !== "classifier" && n <= 512;

describe("e2e: the trial", () => {
  it("of two cases of each kind convicts every wrong claim, no right one, and costs the honest nothing", async () => {
    const report = await runTrial({ cases: 2 * KINDS.length, seed: SEED, filter: isShort });
    expect(report.failures).to.deep.equal([]);
    expect(report.honest.faulted).to.equal(0);
    expect(report.honest.netLossWei).to.equal(0n);
    expect(report.lying.escaped).to.equal(0);
    for (const [kind, played] of Object.entries(report.kinds)) expect(played, kind).to.be.greaterThan(0);
  });

  it("plays the same case the same way", async () => {
    const play = () => runTrial({ cases: 1, seed: SEED, only: 3 });
    const [once, again] = [await play(), await play()];
    expect({ ...once, seconds: 0 }).to.deep.equal({ ...again, seconds: 0 });
  });

  for (const bug of PLANTED_BUGS) {
    it(`finds that ${bug.name}`, async () => {
      const ground = await deployGround({ [bug.part]: await compileMutant(bug) });
      const found: string[] = [];
      for (const spec of casesFor(bug)) {
        const result = await playCase(ground, spec);
        found.push(...failuresOf(result, SEED).map(({ what }) => what));
        if (found.some((what) => what.startsWith(bug.expects))) break;
      }
      expect(found.filter((what) => what.startsWith(bug.expects))).not.to.deep.equal([]);
    });
  }
});

function casesFor({ kinds }: PlantedBug): CaseSpec[] {
  const all = Array.from({ length: 900 }, (_, number) => planCase(number, SEED));
  return all.filter((spec) => kinds.includes(spec.kind) && isShort(spec)).slice(0, MOST_CASES);
}
