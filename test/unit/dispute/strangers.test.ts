import { expect } from "chai";

import { aboutNode, aboutRecord, aboutTrace } from "../../../src/dispute/ask-about.js";
import { bondFor, depositFor } from "../../../src/dispute/deposit.js";
import type { Move } from "../../../src/dispute/move.js";
import { sessionId } from "../../../src/dispute/question.js";
import type { Question } from "../../../src/dispute/question.js";
import { openRecord } from "../../../src/claim/record-list.js";
import { commitRun } from "../../../src/trace/commit-run.js";
import { asSeconds } from "../../../src/types/seconds.js";
import { asWei } from "../../../src/types/wei.js";
import { PLACES, RULES } from "../../support/dispute-arena.js";
import { challengerWith, disputeOf, operatorWith } from "../../support/dispute-players.js";
import { withFlippedBit } from "../../support/forge-trace.js";
import type { Player } from "../../support/play-dispute.js";
import { CHALLENGER, OPERATOR, STRANGER, stageClaim } from "../../support/staged-claim.js";
import type { StagedClaim, Told } from "../../support/staged-claim.js";
import { wideModel } from "../../support/wide-model.js";

const wide = wideModel({ inputs: 2, weights: 1, kernels: 70, outputs: 3, elements: 600 });
const { committed } = wide;
const own = commitRun(committed.artifact, wide.model.run(wide.inputsFrom("strangers")));
const right: Told = { committed, own, theirs: own, n: 64, index: 9, onDemand: true };
const wrong: Told = { ...right, theirs: withFlippedBit(own, { index: 69, bit: 9 }) };

const PLENTY = asWei(10n ** 18n);

const recordAt = ({ records }: StagedClaim, index: number) => ({
  index,
  record: records.records[index]!,
  path: openRecord(records, index),
});

/** Opens sessions with these questions in the first second, one each, and does nothing else. */
function opensAndLeaves(questions: readonly Question[], from = STRANGER): Player {
  return {
    address: from,
    next(view) {
      const mine = view.sessions.filter(({ asker }) => asker === from).length;
      const question = questions[mine];
      if (question === undefined || view.phase === "final" || view.phase === "faulted")
        return { kind: "rest", because: "agrees" };
      return { kind: "open", nonce: BigInt(mine), question, value: PLENTY };
    },
  };
}

/** What an honest challenger would ask, asked by somebody else who never ends anything. */
function asksInItsPlace(claim: StagedClaim): Player {
  const challenging = challengerWith({ ...claim.challenger, address: STRANGER });
  return {
    address: STRANGER,
    next(view, now): Move {
      const move = challenging.next(view, now);
      return move.kind === "open" || move.kind === "ask" ? move : { kind: "rest", because: "agrees" };
    },
  };
}

describe("dispute: what strangers do", () => {
  it("spares a challenger every question that somebody asked before", () => {
    const { arena, played } = disputeOf(wrong, (claim) => [
      asksInItsPlace(claim),
      operatorWith(claim.operator),
      wakesAt(20n, challengerWith(claim.challenger)),
    ]);
    expect(arena.phase).to.equal("faulted");
    expect(arena.beneficiary).to.equal(CHALLENGER);
    expect(played.moves.filter(({ from }) => from === CHALLENGER).map(({ move }) => move.kind)).to.deep.equal(
      ["convict"],
    );
  });

  it("makes nobody's claim FAULTED who answers: a flood of all records at once ends FINAL, each question answered once", () => {
    const { arena, played } = disputeOf(right, (claim) => {
      const records = Array.from({ length: 64 }, (_, index) => recordAt(claim, index));
      const traces = records.map((record) => aboutTrace(claim.claimId, record));
      return [
        opensAndLeaves([...traces, ...traces.slice(0, 5), aboutRecord(claim.claim, 7)]),
        wakesAt(1n, operatorWith(claim.operator)),
        challengerWith(claim.challenger),
      ];
    });
    expect(arena.phase).to.equal("final");
    expect(arena.sessions).to.have.lengthOf(70);
    expect(arena.sessions.every(({ stage }) => stage === "settled")).to.equal(true);
    const stated = played.moves.flatMap(({ move }) => (move.kind === "state-traces" ? move.statements : []));
    expect(new Set(stated.map(({ recordIndex }) => recordIndex)).size).to.equal(64);
    expect(stated).to.have.lengthOf(64);
    expect(played.moves.filter(({ from }) => from === CHALLENGER)).to.deep.equal([]);
    expect(arena.now < arena.hardEnd).to.equal(true);
  });

  it("are helped to a verdict when they were not answered, and nothing better is left", () => {
    const { arena, played } = disputeOf(right, (claim) => [
      opensAndLeaves([aboutRecord(claim.claim, 7)]),
      wakesAt(30n, challengerWith(claim.challenger)),
    ]);
    expect(arena.phase).to.equal("faulted");
    expect(arena.beneficiary).to.equal(STRANGER);
    expect(played.moves.map(({ from, move }) => [from, move.kind])).to.deep.equal([
      [STRANGER, "open"],
      [CHALLENGER, "time-out"],
    ]);
  });

  it("are not preferred to one's own session, which pays", () => {
    const { arena } = disputeOf(wrong, (claim) => [
      opensAndLeaves([aboutRecord(claim.claim, 7)]),
      wakesAt(40n, challengerWith(claim.challenger)),
    ]);
    expect(arena.phase).to.equal("faulted");
    expect(arena.beneficiary).to.equal(CHALLENGER);
  });

  it("do not keep a challenger from its deposit by leaving a session open", () => {
    // It had to ask for the record; the record agrees; the stranger's session holds the claim.
    const { arena, played } = disputeOf(right, (claim) => {
      const { run, index } = claim.challenger.records[0]!;
      return [
        opensAndLeaves([aboutRecord(claim.claim, 7)]),
        answersOnly(operatorWith(claim.operator)),
        challengerWith({ ...claim.challenger, records: [{ index, run: run! }] }),
      ];
    });
    expect(arena.phase).to.equal("final");
    const kinds = played.moves.filter(({ from }) => from === CHALLENGER).map(({ move }) => move.kind);
    expect(kinds).to.deep.equal(["open", "close", "close", "finalize", "settle"]);
  });
});

describe("dispute: an operator's answers", () => {
  const claim = stageClaim(right);
  const open = (questions: readonly Question[], askedAt: readonly number[]) =>
    questions.map((question, nonce) => ({
      id: sessionId({ subject: claim.claimId, asker: STRANGER, nonce: BigInt(nonce) }, PLACES.inquiry),
      ...{ asker: STRANGER, stage: "open" as const, rounds: 1, question },
      ...{ askedAt: asSeconds(BigInt(askedAt[nonce]!)), answererLeft: RULES.clock, askerLeft: RULES.clock },
      ...{ deposit: PLENTY, bond: asWei(1n), owed: asWei(0n), payees: 0 },
    }));
  const play = (
    questions: readonly Question[],
    askedAt: readonly number[],
    now: number,
    holdings = claim.operator,
  ) => {
    let move: Move | undefined;
    disputeOf(right, () => [
      {
        address: OPERATOR,
        next(view) {
          const seen = { ...view, phase: "contested" as const, sessions: open(questions, askedAt) };
          move = operatorWith(holdings).next(seen, asSeconds(BigInt(now)));
          return { kind: "rest", because: "agrees" };
        },
      },
    ]);
    return move!;
  };
  const program = aboutNode(
    { model: { identity: claim.model, commitment: committed.commitment }, table: committed.table },
    { list: "program", tree: committed.program, level: 7, index: 0 },
  );
  const trace = (index: number) => aboutTrace(claim.claimId, recordAt(claim, index));
  const record = aboutRecord(claim.claim, 3);

  it("come in the order in which they are due", () => {
    expect(play([program, record], [1_000, 990], 1_001))
      .to.deep.include({ kind: "answer" })
      .and.to.have.nested.property("to.form", "record");
    expect(play([program, record], [990, 1_000], 1_001)).to.have.nested.property("to.form", "nodes");
  });

  it("come together where they are traces, each from the session that is due first", () => {
    const move = play([trace(4), trace(5), record, trace(4)], [1_000, 999, 1_000, 998], 1_001);
    if (move.kind !== "state-traces") throw new Error(move.kind);
    const sessions = open([trace(4), trace(5), record, trace(4)], [0, 0, 0, 0]).map(({ id }) => id);
    expect(move.statements).to.deep.equal([
      { recordIndex: 4, traceRoot: own.roots.trace, session: sessions[3] },
      { recordIndex: 5, traceRoot: own.roots.trace, session: sessions[1] },
    ]);
  });

  it("are at most a hundred traces at once", () => {
    const many = stageClaim({ ...right, n: 128 });
    const traces = Array.from({ length: 128 }, (_, index) => aboutTrace(many.claimId, recordAt(many, index)));
    const move = play(
      traces,
      traces.map(() => 1_000),
      1_001,
      many.operator,
    );
    expect(move.kind === "state-traces" ? move.statements.length : 0).to.equal(100);
  });

  it("pass over what cannot be answered, and what is too late", () => {
    const nothing = { ...claim.operator, trace: () => undefined };
    expect(play([trace(4), record], [990, 1_000], 1_001, nothing)).to.have.nested.property(
      "to.form",
      "record",
    );
    expect(play([trace(4)], [990], 1_001, nothing)).to.deep.equal({ kind: "wait", until: 1_020n });
    expect(play([record, program], [971, 1_000], 1_000)).to.have.nested.property("to.form", "record");
    expect(play([record, program], [970, 1_000], 1_000)).to.have.nested.property("to.form", "nodes");
    expect(play([record], [970], 1_000)).to.deep.equal({ kind: "rest", because: "silent" });
  });
});

describe("dispute: the value of a question", () => {
  it("covers what the contract wants although others open sessions and the base fee rises in between", () => {
    const claim = stageClaim(wrong);
    let value = 0n;
    disputeOf(wrong, ({ challenger }) => [
      {
        address: CHALLENGER,
        next(view, now) {
          const move = challengerWith(challenger).next(view, now);
          if (move.kind === "open") value = move.value;
          return { kind: "rest", because: "agrees" };
        },
      },
    ]);
    const least = (openSessions: number, baseFee: bigint) =>
      depositFor(RULES, {
        ...{ bond: bondFor(RULES, openSessions), liability: claim.claim.liability, answerBytes: 32 },
        ...{ baseFee: asWei(baseFee), owed: asWei(0n), payees: 0 },
      });
    expect(value >= least(16, 2_565_000_000n)).to.equal(true);
    expect(value < least(17, 2_570_000_000n)).to.equal(true);
  });

  it("tops a session up by what it lacks, and by nothing when it has enough", () => {
    const values: bigint[] = [];
    disputeOf(wrong, ({ operator, challenger }) => [
      operatorWith(operator),
      {
        address: CHALLENGER,
        next(view, now) {
          const dear = { ...view, baseFee: asWei(values.length >= 2 ? 10n ** 11n : 10n ** 9n) };
          const move = challengerWith(challenger).next(dear, now);
          if (move.kind === "open" || move.kind === "ask") values.push(move.value);
          return move;
        },
      },
    ]);
    expect(values).to.have.lengthOf(5);
    // The second answer is longer than the first one's 32 bytes; what was left for sessions of others is not needed.
    expect(values[1]).to.equal(0n);
    expect(values[2]! > 10n ** 17n).to.equal(true);
    expect(values[3]! < values[2]! / 10n).to.equal(true);
  });
});

const arenaStart = 1_000_000n;

function wakesAt(second: bigint, player: Player): Player {
  const at = asSeconds(arenaStart + second);
  return {
    address: player.address,
    next: (view, now) => (now < at ? { kind: "wait", until: at } : player.next(view, now)),
  };
}

/** Somebody who answers and does nothing else. */
function answersOnly(player: Player): Player {
  return {
    address: player.address,
    next(view, now) {
      const move = player.next(view, now);
      return move.kind === "answer" || move.kind === "state-traces"
        ? move
        : { kind: "rest", because: "agrees" };
    },
  };
}
