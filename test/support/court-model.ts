import type { Claim } from "../../src/claim/claim.js";
import type { Receipt } from "../../src/claim/receipt.js";
import type { InferenceRecord } from "../../src/claim/record.js";
import { dividePenalty } from "../../src/slash/divide-penalty.js";
import { asWei } from "../../src/types/wei.js";
import { TEST_PARAMETERS } from "./protocol.js";

const { exitDelay, clock, baseBond, answerGas, answerByteGas } = TEST_PARAMETERS;

export type Stage = "NONE" | "PRESENTED" | "COMPLAINED" | "ANSWERED" | "BROKEN";

/** A receipt as the definition sees it. */
export type CaseModel = {
  readonly receipt: Receipt;
  stage: Stage;
  complainant: number;
  deadline: bigint;
  deposit: bigint;
  bond: bigint;
  baseFee: bigint;
  /** Of the penalty; undefined before. */
  penalty: { amount: bigint; beneficiary: boolean; requester: boolean; burned: boolean } | undefined;
};

export type ClaimModel = {
  readonly claim: Claim;
  readonly records: readonly InferenceRecord[];
  /** On the clock that stands still. */
  submittedActive: bigint | undefined;
  phase: "NONE" | "OPEN" | "FAULTED";
};

export type OperatorModel = { stake: bigint; locked: bigint; exiting: bigint; isJailed: boolean };

/** When and at what price something is done, and by whom. */
export type Moment = {
  readonly now: bigint;
  readonly baseFee: bigint;
  readonly gasPrice: bigint;
  readonly who: number;
};

/**
 * What the court and the stake behind receipts should do, in plain numbers: each function names the refusal, or does what is
 * asked and says nothing. Written from docs/spec/receipts.md, not from the contract.
 */
export class CourtModel {
  readonly cases: CaseModel[];
  readonly claims: ClaimModel[];
  readonly operators: OperatorModel[];
  readonly balances: bigint[];
  burnable = 0n;
  pausedAt: bigint | undefined;
  paused: { from: bigint; to: bigint }[] = [];

  constructor(given: {
    cases: readonly Receipt[];
    claims: readonly Omit<ClaimModel, "submittedActive" | "phase">[];
    operators: readonly bigint[];
    accounts: number;
  }) {
    this.cases = given.cases.map((receipt) => ({
      ...{ receipt, stage: "NONE", complainant: -1, deadline: 0n, deposit: 0n, bond: 0n, baseFee: 0n },
      penalty: undefined,
    }));
    this.claims = given.claims.map((claim) => ({ ...claim, submittedActive: undefined, phase: "NONE" }));
    this.operators = given.operators.map((stake) => ({ stake, locked: 0n, exiting: 0n, isJailed: false }));
    this.balances = Array.from({ length: given.accounts }, () => 0n);
  }

  /** Seconds until `time` that were not paused. */
  active(time: bigint): bigint {
    const pauses =
      this.pausedAt === undefined ? this.paused : [...this.paused, { from: this.pausedAt, to: time }];
    let sum = time;
    for (const { from, to } of pauses) {
      const end = time < to ? time : to;
      if (end > from) sum -= end - from;
    }
    return sum;
  }

  waitingFor(operator: number, operatorOf: (receipt: Receipt) => number): number {
    return this.cases.filter(
      ({ stage, receipt }) => stage === "COMPLAINED" && operatorOf(receipt) === operator,
    ).length;
  }

  held(): bigint {
    const deposits = this.cases.reduce(
      (sum, { stage, deposit }) => sum + (stage === "COMPLAINED" ? deposit : 0n),
      0n,
    );
    return this.balances.reduce((sum, balance) => sum + balance, deposits + this.burnable);
  }

  present(one: CaseModel, now: bigint): string | undefined {
    if (one.stage !== "NONE") return undefined;
    if (one.receipt.issuedAt > now) return "IssuedInTheFuture";
    if (now >= one.receipt.issuedAt + exitDelay / 2n) return "PresentedTooLate";
    one.stage = "PRESENTED";
    return undefined;
  }

  complain(one: CaseModel, value: bigint, moment: Moment, others: number): string | undefined {
    const before = one.stage;
    const refused = this.present(one, moment.now);
    if (refused !== undefined) return refused;
    const refuse = (name: string): string => {
      one.stage = before;
      return name;
    };
    const { receipt } = one;
    const age = this.active(moment.now) - this.active(receipt.issuedAt);
    if (age < receipt.inclusionDeadline - receipt.issuedAt) return refuse("InclusionStillPossible");
    if (age >= exitDelay / 2n) return refuse("ComplaintTooLate");
    const bond = baseBond + up(baseBond * BigInt(others), 16n);
    if (value < bond + (answerGas + answerByteGas * 640n) * 4n * moment.baseFee)
      return refuse("DepositTooSmall");
    if (one.stage !== "PRESENTED") return refuse("WrongStage");
    one.stage = "COMPLAINED";
    Object.assign(one, { complainant: moment.who, deadline: moment.now + clock });
    Object.assign(one, { deposit: value, bond, baseFee: moment.baseFee });
    return undefined;
  }

  answer(
    one: CaseModel,
    shown: ClaimModel,
    { index, siblings }: { index: number; siblings: number },
    { now, gasPrice, who }: Moment,
  ): string | undefined {
    const { receipt } = one;
    const { claim } = shown;
    if (one.stage !== "COMPLAINED") return "WrongStage";
    if (now >= one.deadline) return "AnswerTooLate";
    if (claim.operator !== receipt.operator) return "ClaimOfAnother";
    if (claim.liability < receipt.liabilityWei) return "ClaimLiabilityTooSmall";
    if (claim.n > receipt.maxRecords) return "ClaimTooLarge";
    if (shown.submittedActive === undefined) return "ClaimUnknown";
    const end = this.active(receipt.issuedAt) + receipt.inclusionDeadline - receipt.issuedAt;
    if (shown.submittedActive >= end) return "ClaimTooLate";
    const record = shown.records[index];
    if (record === undefined) return "RecordIndexOutOfRange";
    const isSame = (Object.keys(record) as (keyof InferenceRecord)[]).every(
      (name) => record[name] === receipt.record[name],
    );
    if (!isSame) return "RecordNotInClaim";
    const most = 4n * one.baseFee;
    const price = gasPrice < most ? gasPrice : most;
    const paid = who === one.complainant ? 0n : (answerGas + answerByteGas * 32n * BigInt(siblings)) * price;
    const burned = up(one.bond, 4n);
    this.burnable += burned;
    this.balances[who]! += paid;
    this.balances[one.complainant]! += one.deposit - paid - burned;
    one.stage = "ANSWERED";
    return undefined;
  }

  timeOut(one: CaseModel, operator: OperatorModel, now: bigint): string | undefined {
    if (one.stage !== "COMPLAINED") return "WrongStage";
    if (now < one.deadline) return "AnswererClockRunning";
    this.#fall(one, operator);
    return undefined;
  }

  proveEquivocation(
    pair: readonly [CaseModel, CaseModel],
    operator: OperatorModel,
    now: bigint,
  ): string | undefined {
    const [one, other] = pair;
    if (one.receipt.operator !== other.receipt.operator) return "OperatorsDiffer";
    if (one.receipt.record.salt !== other.receipt.record.salt) return "RequestsDiffer";
    if (one.receipt.record.outputRoot === other.receipt.record.outputRoot) return "OutputsAgree";
    const before = pair.map(({ stage }) => stage);
    for (const each of pair) {
      const refused = this.present(each, now);
      if (refused === undefined) continue;
      pair.forEach((back, i) => (back.stage = before[i]!));
      return refused;
    }
    if (pair.every(({ stage }) => stage === "BROKEN")) return "AlreadyBroken";
    for (const each of pair) if (each.stage !== "BROKEN") this.#fall(each, operator);
    return undefined;
  }

  withdraw(who: number): string | undefined {
    if (this.balances[who] === 0n) return "NothingToMove";
    this.balances[who] = 0n;
    return undefined;
  }

  burn(): string | undefined {
    if (this.burnable === 0n) return "NothingToMove";
    this.burnable = 0n;
    return undefined;
  }

  /** Wei of stake token that the registry answers for. */
  stakeHeld(): bigint {
    const stakes = this.operators.reduce((sum, { stake }) => sum + stake, 0n);
    return this.cases.reduce((sum, { penalty }) => {
      if (penalty === undefined) return sum;
      const { beneficiary, perRecord, burned } = dividePenalty(asWei(penalty.amount), 1);
      const left = (has: boolean, share: bigint) => (has ? 0n : share);
      return (
        sum +
        left(penalty.beneficiary, beneficiary) +
        left(penalty.requester, perRecord) +
        left(penalty.burned, burned)
      );
    }, stakes);
  }

  #fall(one: CaseModel, operator: OperatorModel): void {
    if (one.stage === "COMPLAINED") this.balances[one.complainant]! += one.deposit;
    one.stage = "BROKEN";
    const free = operator.stake - operator.locked;
    const amount = one.receipt.liabilityWei < free ? one.receipt.liabilityWei : free;
    const unbound = free - operator.exiting;
    if (amount > unbound) operator.exiting -= amount - unbound;
    operator.stake -= amount;
    operator.isJailed = true;
    one.penalty = { amount, beneficiary: false, requester: false, burned: false };
  }
}

const up = (amount: bigint, parts: bigint): bigint => (amount + parts - 1n) / parts;
