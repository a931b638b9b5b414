import { expect } from "chai";
import fc from "fast-check";
import { network } from "hardhat";

import type { Claim } from "../../src/claim/claim.js";
import { receiptHash } from "../../src/claim/receipt.js";
import type { Receipt } from "../../src/claim/receipt.js";
import { commitRecords, openRecord } from "../../src/claim/record-list.js";
import { asAddress } from "../../src/types/address.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";
import { CourtModel } from "../support/court-model.js";
import type { CaseModel, Moment } from "../support/court-model.js";
import { courtScene, STAGE, STAKE } from "../support/court-scene.js";
import type { Presented } from "../support/court-scene.js";
import { Wire } from "../support/inquiry-ground.js";
import { bytes32, FAULT, makeRecord } from "../support/protocol.js";

const connection = await network.create();
const { networkHelpers } = connection;

const RUNS = Number(process.env["INVARIANT_RUNS"] ?? 150);

/** Receipts of every term: two operators, three requests, two answers, promises of all lengths. */
const RECEIPTS = [0, 1].flatMap((operator) =>
  [0, 1, 2].flatMap((request) =>
    [0, 1].map((output) => ({
      ...{ operator, request, output },
      promised: [0n, 20n, 72n][(request + output) % 3]!,
      liability: [1_000n, 2_500n, 3n * STAKE][(request + 2 * output) % 3]!,
      maxRecords: output === 0 ? 3 : 1,
      issued: BigInt(5 * request),
    })),
  ),
);

const CLAIMS = [0, 1].flatMap((operator) => [
  { operator, liability: 2_500n, records: [0, 1, 2].map((request) => ({ request, output: 0 })) },
  { operator, liability: 1_000n, records: [0, 1].map((request) => ({ request, output: 0 })) },
  { operator, liability: 2_501n, records: [{ request: 1, output: 1 }] },
]);

/** A scene with signed receipts and claims to submit, and its definition. */
async function ground() {
  const made = await courtScene(connection);
  const { actors, modelId, issuedAt, sign, place } = made;
  const operators = [actors.operator, actors.otherOperator];
  const accounts = [actors.operator, actors.otherOperator, actors.challenger, actors.stranger];
  const recordOf = ({ request, output }: { request: number; output: number }) =>
    makeRecord(actors.requester.address, { salt: bytes32(request), outputRoot: bytes32(100 + output) });
  const receipts = RECEIPTS.map((one): Receipt => {
    const at = issuedAt + one.issued;
    return {
      ...{ operator: asAddress(operators[one.operator]!.address), modelId, record: recordOf(one) },
      ...{ issuedAt: asSeconds(at), inclusionDeadline: asSeconds(at + one.promised) },
      ...{ liabilityWei: asWei(one.liability), maxRecords: one.maxRecords },
    };
  });
  const presented: Presented[] = [];
  for (const [i, receipt] of receipts.entries()) {
    presented.push(await sign(receipt, operators[RECEIPTS[i]!.operator]!));
  }
  const trees = CLAIMS.map(({ records }) => commitRecords(records.map(recordOf)));
  const claims = CLAIMS.map(({ operator, liability }, nonce): Claim => ({
    ...{ operator: asAddress(operators[operator]!.address), modelId, nonce: BigInt(nonce) },
    ...{ recordsRoot: trees[nonce]!.root, n: trees[nonce]!.records.length },
    ...{ liability: asWei(liability), window: asSeconds(100_000n) },
  }));
  const { court, claimBook, operatorRegistry, referee } = made;
  const at = {
    court: await court.getAddress(),
    book: await claimBook.getAddress(),
    registry: await operatorRegistry.getAddress(),
    referee: await referee.getAddress(),
  };
  const wire = new Wire(connection, [court.interface, claimBook.interface, operatorRegistry.interface]);
  const hashes = receipts.map((receipt) => receiptHash(receipt, place));
  return { ...made, operators, accounts, receipts, presented, trees, claims, at, wire, hashes };
}

type Ground = Awaited<ReturnType<typeof ground>>;

const WEIGHTS = {
  ...{ present: 2, complain: 8, answer: 8, timeOut: 3, equivocation: 3, withdraw: 1, burn: 1 },
  ...{ submit: 3, fault: 1, pause: 1, resume: 2, exit: 1, pull: 3 },
};
type Kind = keyof typeof WEIGHTS;
const KINDS = Object.entries(WEIGHTS).flatMap(([kind, weight]) => Array<Kind>(weight).fill(kind as Kind));

const actions = fc.record({
  kind: fc.constantFrom(...KINDS),
  /** Most seconds are few; some reach a deadline exactly. */
  wait: fc.oneof(
    { weight: 15, arbitrary: fc.integer({ min: 1, max: 5 }) },
    { weight: 1, arbitrary: fc.constantFrom(29, 30, 31, 40, 72, 145) },
  ),
  which: fc.nat({ max: RECEIPTS.length - 1 }),
  other: fc.nat({ max: RECEIPTS.length - 1 }),
  claim: fc.nat({ max: CLAIMS.length - 1 }),
  index: fc.nat({ max: 3 }),
  who: fc.nat({ max: 3 }),
  /** Somebody who knows what there is to do, or chance. */
  isHelpful: fc.integer({ min: 0, max: 2 }).map((chance) => chance > 0),
  baseFee: fc.constantFrom<bigint>(7n, 100n, 1_000n),
  tip: fc.constantFrom<bigint>(0n, 5n, 10_000n),
  spare: fc.constantFrom<bigint>(-1n, 0n, 1n, 10n ** 9n),
  amount: fc.constantFrom<bigint>(1n, 999n, 5_000n),
});

/** Every play begins with a claim of each operator. */
const SUBMIT = {
  ...{ kind: "submit" as const, wait: 1, isHelpful: false, which: 0, other: 0, index: 0, who: 0 },
  ...{ baseFee: 7n, tip: 0n, spare: 0n, amount: 1n },
};

type Action = typeof actions extends fc.Arbitrary<infer A> ? A : never;

class Play {
  readonly model: CourtModel;
  readonly ground: Ground;
  now: bigint;
  readonly met = new Map<string, number>();

  constructor(made: Ground, now: bigint) {
    this.ground = made;
    this.now = now;
    this.model = new CourtModel({
      cases: made.receipts,
      claims: made.claims.map((claim, i) => ({ claim, records: made.trees[i]!.records })),
      operators: [STAKE, STAKE],
      accounts: made.accounts.length,
    });
  }

  operatorOf = (receipt: Receipt): number =>
    this.ground.operators.findIndex(({ address }) => address === receipt.operator);

  async act(action: Action): Promise<void> {
    this.now += BigInt(action.wait);
    const { baseFee } = action;
    const moment: Moment = { now: this.now, baseFee, gasPrice: baseFee + action.tip, who: action.who };
    const planned = this.plan(this.help(action), moment);
    if (planned === undefined) return;
    const { to, data, from, value, expected } = { value: 0n, ...planned };
    const refused = await this.ground.wire.send({ from, to, data }, { ...moment, value });
    expect(refused, `${action.kind} at ${this.now}`).to.equal(expected);
    const name = expected ?? action.kind;
    this.met.set(name, (this.met.get(name) ?? 0) + 1);
  }

  /** The call of an action, what the definition says about it, and what it did to the definition. */
  plan(action: Action, moment: Moment) {
    const { model, ground } = this;
    const { court, claimBook, operatorRegistry, referee, at, accounts, presented, receipts } = ground;
    const which = model.cases[action.which]!;
    const claim = model.claims[action.claim]!;
    const operator = model.operators[this.operatorOf(which.receipt)]!;
    const from = accounts[action.who]!.address;
    const toCourt = { to: at.court, from };
    switch (action.kind) {
      case "present": {
        const data = court.interface.encodeFunctionData("present", [presented[action.which]!]);
        return { ...toCourt, data, expected: model.present(which, moment.now) };
      }
      case "complain": {
        const others = model.waitingFor(this.operatorOf(which.receipt), this.operatorOf);
        const bond = 1_600n + 100n * BigInt(others);
        const value = bond + 7_400n * 4n * moment.baseFee + action.spare;
        const data = court.interface.encodeFunctionData("complain", [presented[action.which]!]);
        return { ...toCourt, data, value, expected: model.complain(which, value, moment, others) };
      }
      case "answer": {
        const { index } = action;
        const tree = ground.trees[action.claim]!;
        const proof = openRecord(tree, Math.min(index, tree.records.length - 1));
        const words = [receipts[action.which]!, claim.claim, index, proof] as const;
        const data = court.interface.encodeFunctionData("answer", [...words]);
        const expected = model.answer(which, claim, { index, siblings: proof.length }, moment);
        return { ...toCourt, data, expected };
      }
      case "timeOut": {
        const data = court.interface.encodeFunctionData("timeOut", [which.receipt]);
        return { ...toCourt, data, expected: model.timeOut(which, operator, moment.now) };
      }
      case "equivocation": {
        const pair = [which, model.cases[action.other]!] as const;
        const words = [presented[action.which]!, presented[action.other]!, from] as const;
        const data = court.interface.encodeFunctionData("proveEquivocation", [...words]);
        return { ...toCourt, data, expected: model.proveEquivocation(pair, operator, moment.now) };
      }
      case "withdraw": {
        const data = court.interface.encodeFunctionData("withdraw", [from]);
        return { ...toCourt, data, expected: model.withdraw(action.who) };
      }
      case "burn": {
        const data = court.interface.encodeFunctionData("burn");
        return { ...toCourt, data, expected: model.burn() };
      }
      case "submit": {
        if (claim.phase !== "NONE" || model.pausedAt !== undefined) return undefined;
        const owner = model.operators[CLAIMS[action.claim]!.operator]!;
        if (owner.isJailed || owner.stake - owner.locked - owner.exiting < claim.claim.liability)
          return undefined;
        owner.locked += claim.claim.liability;
        Object.assign(claim, { phase: "OPEN", submittedActive: model.active(moment.now) });
        const data = claimBook.interface.encodeFunctionData("submit", [claim.claim]);
        return { to: at.book, from: claim.claim.operator, data, expected: undefined };
      }
      case "fault": {
        if (claim.phase !== "OPEN") return undefined;
        const owner = model.operators[CLAIMS[action.claim]!.operator]!;
        Object.assign(claim, { phase: "FAULTED" });
        owner.locked -= claim.claim.liability;
        owner.stake -= claim.claim.liability;
        owner.isJailed = true;
        this.faulted += claim.claim.liability;
        const words = claimBook.interface.encodeFunctionData("fault", [claim.claim, FAULT.Element, from]);
        const data = referee.interface.encodeFunctionData("relay", [at.book, words]);
        return { to: at.referee, from, data, expected: undefined };
      }
      case "pause":
      case "resume": {
        const isPaused = model.pausedAt !== undefined;
        if (isPaused === (action.kind === "pause")) return undefined;
        if (model.pausedAt !== undefined) model.paused.push({ from: model.pausedAt, to: moment.now });
        model.pausedAt = isPaused ? undefined : moment.now;
        const data = claimBook.interface.encodeFunctionData(action.kind as "pause");
        return { to: at.book, from: ground.actors.guardian.address, data, expected: undefined };
      }
      case "exit": {
        const one = model.operators[action.who % 2]!;
        if (one.stake - one.locked - one.exiting < action.amount) return undefined;
        one.exiting += action.amount;
        const data = operatorRegistry.interface.encodeFunctionData("requestExit", [action.amount]);
        return { to: at.registry, from: accounts[action.who % 2]!.address, data, expected: undefined };
      }
      case "pull": {
        const { penalty } = which;
        if (penalty === undefined || penalty.amount < 10n) return undefined;
        const shares = ["beneficiary", "requester", "burned"] as const;
        const share = shares[action.index % 3]!;
        if (penalty[share]) return undefined;
        penalty[share] = true;
        const names = {
          beneficiary: "pullBeneficiaryShare",
          requester: "pullReceiptShare",
          burned: "burnReceipt",
        };
        const hash = ground.hashes[action.which]!;
        const data = operatorRegistry.interface.encodeFunctionData(names[share] as "burnReceipt", [hash]);
        return { to: at.registry, from, data, expected: undefined };
      }
    }
  }

  /** Stake token in fallen claims: nobody pulls it here. */
  faulted = 0n;

  /** The same action about something that waits for it, where there is such a thing. */
  help(action: Action): Action {
    const { cases, claims } = this.model;
    if (!action.isHelpful) return action;
    if (action.kind === "equivocation") return { ...action, other: action.which ^ 1 };
    const which = cases.findIndex((one) => this.#waitsFor(action.kind, one));
    if (which < 0) return action;
    if (action.kind !== "answer") return { ...action, which };
    const { receipt } = cases[which]!;
    for (const [claim, each] of claims.entries()) {
      const terms = each.claim.liability >= receipt.liabilityWei && each.claim.n <= receipt.maxRecords;
      const isMade = each.phase !== "NONE" && each.claim.operator === receipt.operator;
      const index = each.records.findIndex(
        ({ salt, outputRoot }) => salt === receipt.record.salt && outputRoot === receipt.record.outputRoot,
      );
      if (terms && isMade && index >= 0) return { ...action, which, claim, index };
    }
    return { ...action, which };
  }

  #waitsFor(kind: Kind, { stage, receipt, penalty, deadline }: CaseModel): boolean {
    if (kind === "pull") return penalty !== undefined;
    if (kind !== "complain") return stage === "COMPLAINED" && this.now < deadline === (kind === "answer");
    const { issuedAt, inclusionDeadline } = receipt;
    const isOver =
      issuedAt <= this.now &&
      this.model.active(this.now) - this.model.active(issuedAt) >= inclusionDeadline - issuedAt;
    return isOver && (stage === "NONE" || stage === "PRESENTED");
  }

  async check(): Promise<void> {
    const { model, ground } = this;
    const { court, operatorRegistry, token, at, hashes, accounts, operators, ethers } = ground;
    expect(await court.totalHeld(), "held").to.equal(model.held());
    expect(await ethers.provider.getBalance(at.court), "balance").to.equal(model.held());
    expect(await court.burnableBonds(), "burnable").to.equal(model.burnable);
    for (const [who, { address }] of accounts.entries()) {
      expect(await court.balanceOf(address), `balance of ${who}`).to.equal(model.balances[who]);
    }
    for (const [i, one] of model.cases.entries()) {
      const { stage } = await court.caseOf(hashes[i]!);
      expect(stage, `stage of ${i}`).to.equal(STAGE[one.stage]);
    }
    for (const [i, { address }] of operators.entries()) {
      const expected = model.operators[i]!;
      const waiting = BigInt(model.waitingFor(i, this.operatorOf));
      expect(await court.openComplaintsAgainst(address), `complaints about ${i}`).to.equal(waiting);
      const { stake, bound, status } = await operatorRegistry.operatorOf(address);
      expect([stake, bound, status === 2n], `operator ${i}`).to.deep.equal([
        expected.stake,
        expected.locked + expected.exiting,
        expected.isJailed,
      ]);
    }
    expect(await operatorRegistry.totalHeld(), "stake").to.equal(model.stakeHeld() + this.faulted);
    expect(await token.balanceOf(at.registry), "tokens").to.equal(model.stakeHeld() + this.faulted);
  }

  /** Answers or breaks whatever waits, and lets everybody take what is theirs. */
  async settle(): Promise<void> {
    const base = {
      wait: 31,
      isHelpful: false,
      other: 0,
      claim: 0,
      index: 0,
      baseFee: 7n,
      tip: 0n,
      spare: 0n,
      amount: 1n,
    };
    for (const [which, { stage }] of this.model.cases.entries()) {
      if (stage === "COMPLAINED") await this.act({ ...base, kind: "timeOut", which, who: 0 });
    }
    for (let who = 0; who < this.ground.accounts.length; who++) {
      await this.act({ ...base, kind: "withdraw", which: 0, who });
    }
    await this.act({ ...base, kind: "burn", which: 0, who: 0 });
  }
}

describe("Invariants of receipts", function () {
  this.timeout(600_000);

  it("are those of their definition, after any sequence: every book balances to the wei, and settles to nothing", async () => {
    const met = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(actions, { minLength: 20, maxLength: 60, size: "max" }), async (sequence) => {
        const made = await networkHelpers.loadFixture(ground);
        const play = new Play(made, BigInt(await networkHelpers.time.latest()));
        for (const claim of [0, 3]) await play.act({ ...SUBMIT, claim });
        for (const [i, action] of sequence.entries()) {
          await play.act(action);
          if (i % 8 === 7) await play.check();
        }
        await play.check();
        await play.settle();
        await play.check();
        expect(await made.court.totalHeld(), "at the end").to.equal(0n);
        for (const [name, times] of play.met) met.set(name, (met.get(name) ?? 0) + times);
      }),
      { numRuns: RUNS },
    );
    if (RUNS < 150) return;
    // A play that is refused nothing has tried nothing, and one that does nothing has shown nothing.
    for (const name of MET) expect([...met.keys()], name).to.include(name);
  });
});

/** Often enough in so many runs that none is missed by chance; the rarer ones have tests of their own. */
const MET = [
  ...["present", "complain", "answer", "timeOut", "equivocation", "withdraw", "burn", "submit", "fault"],
  ...["pause", "resume", "exit", "pull", "IssuedInTheFuture", "PresentedTooLate", "InclusionStillPossible"],
  ...["ComplaintTooLate", "DepositTooSmall", "WrongStage", "AnswerTooLate", "ClaimOfAnother", "ClaimTooLate"],
  ...["ClaimLiabilityTooSmall", "OperatorsDiffer", "RequestsDiffer", "AlreadyBroken", "NothingToMove"],
];
