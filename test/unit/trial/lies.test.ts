import { expect } from "chai";

import { rootsOf } from "../../../src/trace/commit-run.js";
import { asAddress } from "../../../src/types/address.js";
import { bytes32From } from "../../../src/types/bytes32.js";
import { claimTruly, traceOf } from "../../../scripts/trial/claimed.js";
import { lieOf } from "../../../scripts/trial/liars.js";
import { LIES } from "../../../scripts/trial/plan.js";
import { extremeWorld, smallWorld, voidWorld } from "../../../scripts/trial/worlds.js";
import type { World } from "../../../scripts/trial/worlds.js";
import { Random } from "../../support/random.js";

const REQUESTER = asAddress(`0x${"3".repeat(40)}`);
const SEEDS = 12;

const worlds = new Map<string, World>();
function worldFor(kind: string, seed: number): World {
  const make = kind === "void kernel" ? voidWorld : kind === "extreme operands" ? extremeWorld : smallWorld;
  const known = worlds.get(`${make.name} ${seed}`) ?? make(seed);
  worlds.set(`${make.name} ${seed}`, known);
  return known;
}

describe("what liars claim", () => {
  for (const kind of LIES) {
    for (const onDemand of [false, true]) {
      it(`${kind}, ${onDemand ? "trace on demand" : "eager"}: differs from the truth where it says, if it withholds nothing`, () => {
        let lies = 0;
        for (let seed = 1; seed <= SEEDS; seed++) {
          const random = new Random(seed);
          const world = worldFor(kind, seed);
          const terms = { requester: REQUESTER, n: 5, onDemand, disputed: 3 };
          const claimed = lieOf(kind)(world, terms, random);
          if (claimed === undefined) continue;
          lies++;
          expect(claimed.wrong).to.be.a("string");
          const truth = claimTruly(world, terms);
          const isWithheld = claimed.wrong?.endsWith("is withheld") === true;
          const stated = claimed.statedRoot?.(3) ?? rootsOf(claimed.trace(3).lists).trace;
          const isSame =
            claimed.records.root === truth.records.root && stated === rootsOf(truth.trace(3).lists).trace;
          expect(isSame, `seed ${seed}: ${claimed.wrong}`).to.equal(isWithheld);
          // Everybody else's record is right.
          expect(claimed.records.records[2]).to.deep.equal(truth.records.records[2]);
        }
        expect(lies).to.be.at.least(1);
      });
    }
  }

  it("a claim that is right commits to the runs of its world in turn", () => {
    const world = smallWorld(3);
    const claimed = claimTruly(world, { requester: REQUESTER, n: 4, onDemand: false, disputed: 0 });
    for (const [index, { traceRoot }] of claimed.records.records.entries()) {
      expect(traceRoot).to.equal(rootsOf(traceOf(world)(index).lists).trace);
    }
    expect(bytes32From(claimed.records.tree.root)).to.equal(claimed.records.root);
  });

  it("a trace that is left to be stated is wrong where the output or the input is, or it is stated unasked", () => {
    for (const kind of ["flips an element", "extreme operands", "garbage trace root"] as const) {
      for (let seed = 1; seed <= SEEDS; seed++) {
        const world = worldFor(kind, seed);
        const terms = { requester: REQUESTER, n: 1, onDemand: true, disputed: 0 };
        const claimed = lieOf(kind)(world, terms, new Random(seed));
        if (claimed === undefined || claimed.statesUnasked === true) continue;
        const { outputRoot } = claimed.records.records[0] ?? {};
        expect(outputRoot, `${kind}, seed ${seed}`).not.to.equal(rootsOf(traceOf(world)(0).lists).output);
      }
    }
  });
});
