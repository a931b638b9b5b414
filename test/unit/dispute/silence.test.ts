import { expect } from "chai";

import { commitRun } from "../../../src/trace/commit-run.js";
import {
  challengerWith,
  disputeOf,
  inTheLastSecond,
  operatorWith,
  silentAfter,
} from "../../support/dispute-players.js";
import { withFlippedBit, withItem } from "../../support/forge-trace.js";
import { someItem } from "../../support/liars.js";
import { Random } from "../../support/random.js";
import { CHALLENGER } from "../../support/staged-claim.js";
import type { Told } from "../../support/staged-claim.js";
import { wideModel } from "../../support/wide-model.js";

/** The trace, two questions about its list of depth 7, and two about a tensor of depth 5. */
const wide = wideModel({ inputs: 2, weights: 1, kernels: 70, outputs: 3, elements: 600 });
const { committed } = wide;
const own = commitRun(committed.artifact, wide.model.run(wide.inputsFrom("silence")));

const lie: Told = {
  committed,
  own,
  theirs: withFlippedBit(own, { index: committed.artifact.kernels.length - 1, bit: 9 }),
  onDemand: true,
};

describe("dispute: an operator that falls silent", () => {
  for (let answers = 0; answers <= 5; answers++) {
    it(`after ${answers} answers loses the claim to whoever asked, or to the evidence`, () => {
      const { arena, played } = disputeOf(lie, ({ operator, challenger }) => [
        silentAfter(answers, operatorWith(operator)),
        challengerWith(challenger),
      ]);
      expect(arena.phase).to.equal("faulted");
      expect(arena.beneficiary).to.equal(CHALLENGER);
      const asked = played.moves.filter(({ move }) => move.kind === "open" || move.kind === "ask");
      expect(asked).to.have.lengthOf(Math.min(5, answers + 1));
      const last = played.moves.at(-2)!;
      expect(last.move.kind).to.equal(answers < 5 ? "time-out" : "convict");
      expect(played.moves.at(-1)!.move.kind).to.equal("settle");
      expect(last.at < arena.hardEnd).to.equal(true);
    });
  }

  it("times the operator out in the first second after its deadline", () => {
    const { arena, played } = disputeOf(lie, ({ challenger }) => [challengerWith(challenger)]);
    const [opened, ended] = played.moves;
    expect(ended?.move.kind).to.equal("time-out");
    expect(ended!.at - opened!.at).to.equal(arena.rules.clock);
  });
});

describe("dispute: an operator that answers in the last second", () => {
  it("is convicted before the hard end, in as many rounds", () => {
    const { arena, played } = disputeOf(lie, ({ operator, challenger }) => [
      inTheLastSecond(operatorWith(operator)),
      challengerWith(challenger),
    ]);
    expect(arena.phase).to.equal("faulted");
    expect(played.moves.filter(({ move }) => move.kind === "open" || move.kind === "ask")).to.have.lengthOf(
      5,
    );
    const convicted = played.moves.find(({ move }) => move.kind === "convict")!;
    expect(convicted.at < arena.hardEnd).to.equal(true);
    // 29 seconds of its clock, then four turns of the extension less a second.
    expect(convicted.at - arena.submittedAt).to.equal(29n + 4n * 4n);
  });
});

describe("dispute: a session that lasts", () => {
  it("is asked on after the window, and another one is not opened", () => {
    const { arena, played } = disputeOf(lie, ({ operator, challenger }) => {
      const challenging = challengerWith(challenger);
      return [
        inTheLastSecond(operatorWith(operator)),
        {
          address: CHALLENGER,
          // It opens in the last second of the window.
          next: (view, now) => {
            const opensAt = arenaStart + 59n;
            return now < opensAt
              ? { kind: "wait", until: opensAt as typeof now }
              : challenging.next(view, now);
          },
        },
      ];
    });
    expect(arena.phase).to.equal("faulted");
    const asked = played.moves.filter(({ move }) => move.kind === "open" || move.kind === "ask");
    expect(asked.map(({ move }) => move.kind)).to.deep.equal(["open", "ask", "ask", "ask", "ask"]);
    expect(asked[1]!.at - arena.submittedAt > 60n).to.equal(true);
  });

  it("is not begun in the first second after the window: the claim is FINAL, and the challenger says so", () => {
    const { arena, played } = disputeOf(lie, ({ operator, challenger }) => [
      {
        address: CHALLENGER,
        next: (view, now) => {
          const comesAt = arenaStart + 60n;
          if (now < comesAt) return { kind: "wait", until: comesAt as typeof now };
          const move = challengerWith(challenger).next(view, now);
          if (view.phase === "open") expect(move).to.deep.equal({ kind: "rest", because: "window over" });
          return move;
        },
      },
      operatorWith(operator),
    ]);
    expect(arena.phase).to.equal("final");
    expect(played.moves.map(({ move }) => move.kind)).to.deep.equal(["finalize"]);
  });

  const arenaStart = 1_000_000n;
});

describe("dispute: two challengers", () => {
  it("both go on until one of them has the evidence, and both get their deposits back", () => {
    const random = new Random(1);
    const output = withItem(own.lists.output, 1, someItem(random));
    const told = { ...lie, theirs: { ...own, lists: { ...own.lists, output } } };
    const second = "0xA00000000000000000000000000000000000000a" as typeof CHALLENGER;
    const { arena } = disputeOf(told, ({ operator, challenger }) => [
      challengerWith(challenger),
      operatorWith(operator),
      challengerWith({ ...challenger, address: second }),
    ]);
    expect(arena.phase).to.equal("faulted");
    expect(arena.sessions.map(({ asker, stage }) => [asker, stage])).to.deep.equal([
      [CHALLENGER, "settled"],
      [second, "settled"],
    ]);
  });
});
