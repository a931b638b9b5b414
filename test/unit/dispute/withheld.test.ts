import { expect } from "chai";

import { commitRecords } from "../../../src/claim/record-list.js";
import type { DisputeView } from "../../../src/dispute/dispute-view.js";
import type { ChallengerHoldings } from "../../../src/dispute/holdings.js";
import { holdingsFromAnswers } from "../../../src/dispute/holdings-from-answers.js";
import type { RestReason } from "../../../src/dispute/move.js";
import { artifactFromAnswers } from "../../../src/dispute/withheld-artifact.js";
import { inputFromAnswers } from "../../../src/dispute/withheld-input.js";
import type { TensorData } from "../../../src/program/dtype.js";
import { prepareModel } from "../../../src/run/engine.js";
import type { CommittedArtifact } from "../../../src/trace/commit-artifact.js";
import { commitRun } from "../../../src/trace/commit-run.js";
import { treeOfItems } from "../../../src/trace/tree.js";
import { bytes32From } from "../../../src/types/bytes32.js";
import { challengerWith, disputeOf, operatorWith } from "../../support/dispute-players.js";
import type { Dispute } from "../../support/dispute-players.js";
import { withFlippedBit } from "../../support/forge-trace.js";
import { someItem } from "../../support/liars.js";
import type { Player } from "../../support/play-dispute.js";
import { Random } from "../../support/random.js";
import { CHALLENGER } from "../../support/staged-claim.js";
import type { StagedClaim, Told } from "../../support/staged-claim.js";
import { wideModel } from "../../support/wide-model.js";

const wide = wideModel({ inputs: 3, weights: 2, kernels: 6, outputs: 2, elements: 600 });
const { committed } = wide;
const run = (of: CommittedArtifact, inputs: readonly TensorData[]) =>
  commitRun(of.artifact, prepareModel(of.artifact).run(inputs));
const own = run(committed, wide.inputsFrom("withheld"));

const right: Told = { committed, own, theirs: own, n: 5, index: 3 };
const wrong: Told = { ...right, theirs: withFlippedBit(own, { index: 4, bit: 77 }) };

type Holdings = (claim: StagedClaim) => ChallengerHoldings;

const withoutInput: Holdings = ({ challenger }) => ({
  ...challenger,
  records: challenger.records.map(({ run: _, ...held }) => held),
});
/** A run of other inputs: the first `same` of them are the record's. */
const withOtherInput =
  (same: number): Holdings =>
  ({ challenger }) => {
    const [theirs, others] = [wide.inputsFrom("withheld"), wide.inputsFrom("another")];
    const other = run(committed, [...theirs.slice(0, same), ...others.slice(same)]);
    return { ...challenger, records: challenger.records.map((held) => ({ ...held, run: other })) };
  };
const withoutRecord: Holdings = ({ challenger }) => ({
  ...challenger,
  records: challenger.records.map(({ index, run: mine }) => ({
    index,
    ...(mine === undefined ? {} : { run: mine }),
  })),
});
const withoutArtifact: Holdings = ({ challenger: { committed: _, ...rest } }) => rest;
const withNothing: Holdings = ({ challenger: { address } }) => ({ address, records: [{ index: 3 }] });

/** A challenger that reads the answers before every move, and runs what they give. */
function reading(given: ChallengerHoldings): Player {
  let held = given;
  return {
    address: given.address,
    next(view: DisputeView, now) {
      held = holdingsFromAnswers(view, held, run);
      return challengerWith(held).next(view, now);
    },
  };
}

const disputeWith = (told: Told, holdings: Holdings): Dispute =>
  disputeOf(told, (claim) => [operatorWith(claim.operator), reading(holdings(claim))]);

const questions = ({ played }: Dispute) =>
  played.moves.flatMap(({ move }) => (move.kind === "open" || move.kind === "ask" ? [move.question] : []));

const cases: readonly (readonly [what: string, holdings: Holdings, least: number])[] = [
  ["the input", withoutInput, 10],
  ["a part of the input", withOtherInput(2), 3],
  ["an input for which it showed another one", withOtherInput(0), 10],
  ["the record", withoutRecord, 1],
  ["the artifact", withoutArtifact, 10],
  ["everything", withNothing, 20],
];

describe("dispute: what is withheld", () => {
  for (const [what, holdings, least] of cases) {
    it(`convicts by silence an operator that keeps ${what} to itself`, () => {
      const { arena, played } = disputeOf(right, (claim) => [reading(holdings(claim))]);
      expect(arena.phase).to.equal("faulted");
      expect(arena.beneficiary).to.equal(CHALLENGER);
      expect(played.moves.map(({ move }) => move.kind)).to.deep.equal(["open", "time-out", "settle"]);
    });

    it(`ends a right claim FINAL once an operator has given ${what}, and ends what was begun`, () => {
      const dispute = disputeWith(right, holdings);
      expect(dispute.arena.phase).to.equal("final");
      expect(questions(dispute).length).to.be.at.least(least);
      expect(dispute.arena.sessions.every(({ stage }) => stage === "settled")).to.equal(true);
      expect(dispute.played.ends.get(CHALLENGER)).to.deep.equal({ kind: "rest", because: "decided" });
    });

    it(`convicts an operator of a wrong claim that has given ${what}`, () => {
      const { arena, played } = disputeWith(wrong, holdings);
      expect(arena.phase).to.equal("faulted");
      expect(arena.beneficiary).to.equal(CHALLENGER);
      expect(played.moves.some(({ move }) => move.kind === "convict")).to.equal(true);
    });
  }

  it("is asked for once, whoever asks", () => {
    const keys = questions(disputeWith(right, withNothing)).map(({ key }) => key);
    expect(new Set(keys).size).to.equal(keys.length);
  });

  it("takes as many sessions as its questions need, of sixteen each", () => {
    const dispute = disputeWith(right, withNothing);
    const asked = questions(dispute).length;
    expect(dispute.arena.sessions.map(({ rounds }) => rounds)).to.deep.equal([
      ...Array.from({ length: Math.floor(asked / 16) }, () => 16),
      ...(asked % 16 === 0 ? [] : [asked % 16]),
    ]);
  });

  for (const [reason, holdings] of [
    ["unchecked: input", withoutInput],
    ["unchecked: artifact", withoutArtifact],
  ] as const satisfies readonly (readonly [RestReason, Holdings])[]) {
    it(`is left "${reason}" when it takes more questions than one pays for`, () => {
      for (const mostQuestions of [0, 5]) {
        const reasons = new Set<string>();
        const dispute = disputeOf(right, (claim) => {
          const challenging = reading({ ...holdings(claim), mostQuestions });
          const watched: Player = {
            address: CHALLENGER,
            next(view, now) {
              const move = challenging.next(view, now);
              if (move.kind === "rest") reasons.add(move.because);
              return move;
            },
          };
          return [operatorWith(claim.operator), watched];
        });
        expect(questions(dispute)).to.have.lengthOf(mostQuestions);
        expect(dispute.arena.phase).to.equal("final");
        // Whoever has a deposit to get back stays until it is decided.
        expect([...reasons]).to.deep.equal(mostQuestions === 0 ? [reason, "decided"] : ["decided"]);
      }
    });
  }

  it("is put together byte by byte: the input is the record's, the artifact is the model's", () => {
    const { arena, claim } = disputeWith(right, withNothing);
    const view = arena.view();
    const artifact = artifactFromAnswers(view)!;
    expect(artifact.id).to.equal(committed.id);
    expect(artifact.commitment).to.deep.equal(committed.commitment);
    expect(artifact.artifact.kernels).to.deep.equal(committed.artifact.kernels);
    expect(artifact.artifact.weights.map((one) => Buffer.from(one))).to.deep.equal(
      committed.artifact.weights.map((one) => Buffer.from(one)),
    );
    const holdings = { address: CHALLENGER, committed: artifact, records: [{ index: 3 }] };
    const inputs = inputFromAnswers(view, holdings, { index: 3 })!;
    expect(inputs).to.deep.equal(wide.inputsFrom("withheld"));
    expect(run(artifact, inputs).roots).to.deep.equal(own.roots);
    expect(holdingsFromAnswers(view, claim.challenger, run)).to.equal(claim.challenger);
  });

  it("does not matter when the record is at an index that the claim does not have", () => {
    const { arena, played } = disputeOf(right, ({ challenger }) => [
      challengerWith({ ...challenger, records: [{ index: 5 }] }),
    ]);
    expect(arena.sessions).to.deep.equal([]);
    expect(played.ends.get(CHALLENGER)).to.deep.equal({ kind: "rest", because: "unchecked: record" });
  });
});

describe("dispute: a list of records that was handed over", () => {
  const random = new Random(3);
  /** Nothing but the list of the records that were made. */
  const listOnly = ({ challenger, records }: StagedClaim): ChallengerHoldings => ({
    ...challenger,
    records: [],
    recordList: commitRecords(records.records),
  });
  const disputeOverList = (told: Told): Dispute =>
    disputeOf(told, (claim) => [operatorWith(claim.operator), challengerWith(listOnly(claim))]);

  it("agrees with the claim that it is of, and nothing is asked", () => {
    const dispute = disputeOverList(right);
    expect(questions(dispute)).to.deep.equal([]);
    expect(dispute.arena.phase).to.equal("final");
  });

  it("shows what stands behind its last record, wherever one's own is", () => {
    const dispute = disputeOverList({ ...right, index: 0, strayRecord: someItem(random) });
    expect(dispute.arena.phase).to.equal("faulted");
    expect(questions(dispute)).to.have.lengthOf(1);
  });

  it("makes a claim fall whose list is noise", () => {
    const dispute = disputeOverList({ ...right, recordsRoot: bytes32From(someItem(random)) });
    expect(dispute.arena.phase).to.equal("faulted");
    expect(questions(dispute)).to.have.lengthOf(1);
  });

  it("leads to the record that the claim has in its place, and to what is wrong with that", () => {
    const dispute = disputeOf(wrong, (claim) => {
      const { output, trace } = own.roots;
      const honest = claim.records.records.map((record) => ({
        ...record,
        outputRoot: output,
        traceRoot: trace,
      }));
      const held = { ...claim.challenger, recordList: commitRecords(honest) };
      const { record: _, path: __, ...blank } = held.records[0]!;
      return [operatorWith(claim.operator), challengerWith({ ...held, records: [{ ...blank, index: 0 }] })];
    });
    expect(dispute.arena.phase).to.equal("faulted");
    expect(questions(dispute)[0]!.place.list).to.equal("records");
  });

  it("of another length says nothing", () => {
    const dispute = disputeOf(right, (claim) => {
      const recordList = { ...claim.records, tree: treeOfItems(new Uint8Array(32 * 9)) };
      return [operatorWith(claim.operator), challengerWith({ ...claim.challenger, recordList })];
    });
    expect(questions(dispute)).to.deep.equal([]);
  });
});
