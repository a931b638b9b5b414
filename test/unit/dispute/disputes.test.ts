import { expect } from "chai";

import type { Trace } from "../../../src/trace/commit-run.js";
import { someModel } from "../../support/dispute-models.js";
import { disputeBetweenBoth } from "../../support/dispute-players.js";
import type { Dispute } from "../../support/dispute-players.js";
import { judgeEvidence } from "../../support/judge-evidence.js";
import { liars } from "../../support/liars.js";
import { Random } from "../../support/random.js";
import { CHALLENGER } from "../../support/staged-claim.js";
import type { Told } from "../../support/staged-claim.js";

const CASES = 12;

describe("dispute: two honest strategies", () => {
  it("end every right claim FINAL without a transaction but its finalization", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = new Random(seed);
      const { committed, own } = someModel(seed);
      const n = random.between(1, 9);
      const told = { committed, own, theirs: own, n, index: random.below(n), onDemand: random.chance(50) };
      const { arena, played } = disputeBetweenBoth(told);
      expect(arena.phase).to.equal("final");
      expect(played.moves.map(({ move }) => move.kind)).to.deep.equal(["finalize"]);
      expect(played.ends.get(CHALLENGER)).to.deep.equal({ kind: "rest", because: "decided" });
    }
  });
});

describe("dispute: an honest challenger against an operator that answers all it can", () => {
  for (const [what, lie] of Object.entries(liars)) {
    for (const onDemand of [false, true]) {
      it(`makes a claim FAULTED whose operator ${what}, the trace stated ${onDemand ? "when asked" : "at once"}`, () => {
        let played = 0;
        for (let seed = 1; played < CASES && seed < 200; seed++) {
          const random = new Random(seed);
          const { committed, own } = someModel(seed);
          const lied = lie({ committed, own, random });
          if (lied === undefined) continue;
          played++;
          const n = random.between(1, 9);
          const told: Told = { committed, own, theirs: own, n, index: random.below(n), onDemand, ...lied };
          const dispute = disputeBetweenBoth(told);
          const { arena } = dispute;
          if (isRight(told)) {
            expect(arena.phase, `seed ${seed}`).to.equal("final");
            expect(arena.sessions).to.deep.equal([]);
            continue;
          }
          expect(arena.phase, `seed ${seed}`).to.equal("faulted");
          expect(arena.beneficiary).to.equal(CHALLENGER);
          expect(faultOf(dispute, own), `seed ${seed}`).to.equal(lied.fault);
          expect(arena.sessions.length, `seed ${seed}`).to.be.at.most(1);
          expect(arena.sessions.every(({ stage }) => stage === "settled")).to.equal(true);
        }
        expect(played).to.equal(CASES);
      });
    }
  }
});

/** The fault by which a claim fell. */
function faultOf({ claim, played }: Dispute, own: Trace): string | undefined {
  const last = played.moves.findLast(({ move }) => move.kind === "convict" || move.kind === "time-out");
  if (last?.move.kind === "convict") return judgeEvidence(last.move.evidence, claim.exhibit, own)?.fault;
  return last === undefined ? undefined : "silence";
}

/** A record that leaves its trace unstated is right when its input and output are: nobody asks for the rest. */
function isRight({ own, theirs, fields, onDemand, recordsRoot, strayRecord }: Told): boolean {
  if (onDemand !== true || fields !== undefined || recordsRoot !== undefined || strayRecord !== undefined)
    return false;
  const isOwn = (list: "input" | "output") =>
    Buffer.compare(theirs.lists[list].root, own.lists[list].root) === 0;
  return isOwn("input") && isOwn("output");
}
