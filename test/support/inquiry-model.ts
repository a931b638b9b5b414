import type { Bytes32 } from "../../src/types/bytes32.js";

/**
 * docs/spec/inquiry.md once more, in plain numbers, with the life of the claims around it: the slow definition that the
 * contracts are compared with. Nothing is stored that can be found out; deadlines are exclusive. Every action returns the
 * names of all reasons to refuse it, and happens only when there are none.
 */
export type InquiryRules = {
  /** Seconds. */
  readonly clock: bigint;
  readonly clockExtension: bigint;
  readonly proofTime: bigint;
  readonly exitDelay: bigint;
  /** Wei. */
  readonly baseBond: bigint;
  /** Wei for each second and 10^18 wei of liability. */
  readonly delayRate: bigint;
  /** Gas. */
  readonly answerGas: bigint;
  readonly answerByteGas: bigint;
  readonly closeGas: bigint;
  readonly settleGas: bigint;
};

export const ROUNDS = 16;

/** What every transaction brings along; times are unix seconds, prices wei per gas. */
export type Sent = {
  readonly from: string;
  readonly now: bigint;
  readonly gasPrice: bigint;
  readonly baseFee: bigint;
  readonly value: bigint;
};

export type Phase = "OPEN" | "CONTESTED" | "FINAL" | "FAULTED";

export type ClaimModel = {
  readonly operator: string;
  readonly liability: bigint;
  readonly records: number;
  readonly submittedAt: bigint;
  readonly window: bigint;
  phase: Phase;
  finalizableAt: bigint;
  decidedAt: bigint;
  beneficiary: string;
};

export type ModelModel = {
  readonly publisher: string;
  bond: bigint;
  /** Unix seconds, 0 = not retired. */
  retiredAt: bigint;
};

export type Subject =
  { readonly kind: "claim"; readonly index: number } | { readonly kind: "model"; readonly index: number };

export type SessionModel = {
  readonly subject: Subject;
  readonly asker: string;
  readonly nonce: bigint;
  readonly bond: bigint;
  stage: "OPEN" | "CLOSED" | "SETTLED";
  rounds: number;
  askedAt: bigint;
  /** Seconds each side had when the last question was asked. */
  answererLeft: bigint;
  askerLeft: bigint;
  key: Bytes32;
  deposit: bigint;
  baseFee: bigint;
  /** Wei owed for answers and for closing; an account that is owed twice in a row stands once. */
  readonly owed: { readonly account: string; wei: bigint }[];
  heldFor: bigint;
};

/** A question: what names its answer, how long that may be, and what else has to be so. */
export type Asking = {
  readonly key: Bytes32;
  readonly answerBytes: bigint;
  /** Why nobody could ask this of that subject: any of these. */
  readonly refused?: readonly string[];
  /** It stands on the trace that was stated for a record being this one. */
  readonly standsOn?: { readonly record: number; readonly root: Bytes32 };
};

export type Statement = { readonly record: number; readonly root: Bytes32; readonly session?: number };

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** Wei per gas; a gas price of zero is an estimate's, and counts as the highest. */
function priceOf({ baseFee }: SessionModel, gasPrice: bigint): bigint {
  const highest = 4n * baseFee;
  return gasPrice === 0n ? highest : min(gasPrice, highest);
}

export class InquiryModel {
  readonly rules: InquiryRules;
  readonly claims: ClaimModel[] = [];
  readonly models: ModelModel[] = [];
  readonly sessions: SessionModel[] = [];
  /** Unix seconds. */
  readonly answeredAt = new Map<Bytes32, bigint>();
  readonly #stated = new Map<string, Bytes32>();
  /** Wei that may be withdrawn, by account. */
  readonly balances = new Map<string, bigint>();
  burnable = 0n;
  /** Wei of stake token that askers won from publishers, by account. */
  readonly bondShares = new Map<string, bigint>();
  /** Wei that came in, and left. */
  putIn = 0n;
  withdrawn = 0n;
  burned = 0n;

  constructor(rules: InquiryRules) {
    this.rules = rules;
  }

  // What can be read

  statedTrace(claim: number, record: number): Bytes32 | undefined {
    return this.#stated.get(`${claim}/${record}`);
  }

  windowEnd(claim: ClaimModel): bigint {
    return claim.submittedAt + claim.window;
  }

  /** The longest a session can take from its first question until its proof time is over. */
  longest(): bigint {
    return this.clocks() + this.rules.proofTime;
  }

  clocks(): bigint {
    return 2n * this.rules.clock + 32n * this.rules.clockExtension;
  }

  hardEnd(claim: ClaimModel): bigint {
    return this.windowEnd(claim) + this.longest();
  }

  answererOf({ subject }: SessionModel): string {
    if (subject.kind === "claim") return this.claims[subject.index]!.operator;
    return this.models[subject.index]!.publisher;
  }

  /** From then on silence convicts. */
  answererDeadline(session: SessionModel): bigint {
    return session.askedAt + session.answererLeft;
  }

  /** When the answerer's turn ended, if it did in time: what was answered before is answered as soon as it is asked. */
  answerInTime(session: SessionModel): bigint | undefined {
    const answered = this.answeredAt.get(session.key);
    if (answered === undefined) return undefined;
    const at = max(answered, session.askedAt);
    return at < this.answererDeadline(session) ? at : undefined;
  }

  /** From then on the asker asks no more; its turn began with the answer. */
  askerDeadline(session: SessionModel): bigint | undefined {
    const begun = this.answerInTime(session);
    return begun === undefined ? undefined : begun + max(session.askerLeft, this.rules.clockExtension);
  }

  openSessionsOf(claim: number): SessionModel[] {
    return this.#sessionsOf(claim).filter(({ stage }) => stage === "OPEN");
  }

  openSessionsAgainst(answerer: string): number {
    const counted = (session: SessionModel): boolean => {
      if (session.stage !== "OPEN" || this.answererOf(session) !== answerer) return false;
      const { kind, index } = session.subject;
      if (kind === "model" || this.claims[index]!.phase !== "FAULTED") return true;
      return this.#sessionsOf(index).every(({ stage }) => stage !== "SETTLED");
    };
    return this.sessions.filter(counted).length;
  }

  owedBy(session: SessionModel): bigint {
    return session.owed.reduce((sum, { wei }) => sum + wei, 0n);
  }

  /** Wei the contract answers for. */
  held(): bigint {
    const deposits = this.sessions
      .filter(({ stage }) => stage !== "SETTLED")
      .reduce((sum, { deposit }) => sum + deposit, 0n);
    return [...this.balances.values()].reduce((sum, wei) => sum + wei, deposits + this.burnable);
  }

  bondOf(answerer: string): bigint {
    const { baseBond } = this.rules;
    const grown = baseBond * BigInt(this.openSessionsAgainst(answerer));
    return baseBond + (grown + 15n) / 16n;
  }

  /** What a deposit must cover when this is asked now; the answer and the closing may each owe to somebody new. */
  needed(
    sent: Pick<Sent, "baseFee">,
    asking: Pick<Asking, "answerBytes">,
    session: {
      readonly bond: bigint;
      readonly liability: bigint;
      readonly owed: bigint;
      readonly payees: number;
    },
  ): bigint {
    const { answerGas, answerByteGas, closeGas, settleGas } = this.rules;
    const gas =
      answerGas +
      answerByteGas * asking.answerBytes +
      closeGas +
      settleGas * (1n + BigInt(session.payees) + 2n);
    return (
      session.bond + this.#delay(session.liability, this.longest()) + session.owed + gas * 4n * sent.baseFee
    );
  }

  /** What the view says: as if nothing were asked about the claim in particular. */
  depositFor(
    answerer: string,
    liability: bigint,
    { baseFee, bytes }: { readonly baseFee: bigint; readonly bytes: bigint },
  ): bigint {
    const bond = this.bondOf(answerer);
    const session = { bond, liability, owed: 0n, payees: 0 };
    return this.needed({ baseFee }, { answerBytes: bytes }, session);
  }

  neededToOpen(sent: Sent, subject: Subject, asking: Asking): bigint {
    const answerer =
      subject.kind === "claim" ? this.claims[subject.index]!.operator : this.models[subject.index]!.publisher;
    const bond = this.bondOf(answerer);
    return this.needed(sent, asking, { bond, liability: this.#liability(subject), owed: 0n, payees: 0 });
  }

  neededToAsk(sent: Sent, session: SessionModel, asking: Asking): bigint {
    const liability = this.#liability(session.subject);
    const { bond, owed } = session;
    return this.needed(sent, asking, { bond, liability, owed: this.owedBy(session), payees: owed.length });
  }

  // What can be done: claims

  submit(claim: Omit<ClaimModel, "phase" | "finalizableAt" | "decidedAt" | "beneficiary">): void {
    const finalizableAt = claim.submittedAt + claim.window;
    this.claims.push({ ...claim, phase: "OPEN", finalizableAt, decidedAt: 0n, beneficiary: "" });
  }

  finalize({ now }: Sent, index: number): string[] {
    const claim = this.claims[index]!;
    const reasons: string[] = [];
    if (claim.phase !== "OPEN") reasons.push("WrongPhase");
    if (now < claim.finalizableAt) reasons.push("WindowStillOpen");
    if (reasons.length === 0) this.#decide(claim, "FINAL", now);
    return reasons;
  }

  /** By a fault source, for whatever reason. */
  fault({ now }: Sent, index: number, beneficiary: string): string[] {
    const claim = this.claims[index]!;
    if (claim.decidedAt !== 0n) return ["WrongPhase"];
    this.#decide(claim, "FAULTED", now);
    claim.beneficiary = beneficiary;
    return [];
  }

  // Questions and answers

  open(sent: Sent, { subject, nonce }: { subject: Subject; nonce: bigint }, asking: Asking): string[] {
    const { from, now, value, baseFee } = sent;
    const reasons = this.#whyNotAsked(subject, asking);
    if (this.sessions.some((other) => isSame(other, { subject, asker: from, nonce })))
      reasons.push("SessionExists");
    if (subject.kind === "claim") {
      const claim = this.claims[subject.index]!;
      if (claim.decidedAt !== 0n) reasons.push("WrongPhase");
      if (now >= this.windowEnd(claim)) reasons.push("WindowOver");
    } else {
      const { bond, retiredAt } = this.models[subject.index]!;
      if (bond === 0n) reasons.push("NothingAtStake");
      if (retiredAt !== 0n && now + this.clocks() > retiredAt + this.rules.exitDelay)
        reasons.push("BondMayLeave");
    }
    if (value < this.neededToOpen(sent, subject, asking)) reasons.push("DepositTooSmall");
    if (reasons.length > 0) return reasons;

    const { clock } = this.rules;
    const answerer =
      subject.kind === "claim" ? this.claims[subject.index]!.operator : this.models[subject.index]!.publisher;
    const bond = this.bondOf(answerer);
    this.sessions.push({
      ...{ subject, asker: from, nonce, bond, baseFee, key: asking.key, deposit: value },
      ...{ stage: "OPEN", rounds: 1, askedAt: now, answererLeft: clock, askerLeft: clock },
      ...{ owed: [], heldFor: 0n },
    });
    if (subject.kind === "claim") this.claims[subject.index]!.phase = "CONTESTED";
    this.putIn += value;
    return [];
  }

  ask(sent: Sent, index: number, asking: Asking): string[] {
    const { from, now, value, baseFee } = sent;
    const session = this.sessions[index]!;
    const reasons = [...this.#whyNotAsked(session.subject, asking), ...this.#whyNotAnswered(session)];
    const deadline = this.askerDeadline(session);
    if (session.stage !== "OPEN") reasons.push("WrongStage");
    if (from !== session.asker) reasons.push("NotAsker");
    if (deadline !== undefined && now >= deadline) reasons.push("AskerClockOver");
    if (session.rounds === ROUNDS) reasons.push("RoundsUsedUp");
    if (session.deposit + value < this.neededToAsk(sent, session, asking)) reasons.push("DepositTooSmall");
    if (reasons.length > 0) return reasons;

    const answered = this.answerInTime(session)!;
    const left = session.answererLeft - (answered - session.askedAt);
    session.answererLeft = max(left, this.rules.clockExtension);
    session.askerLeft = deadline! - now;
    session.askedAt = now;
    session.rounds++;
    session.key = asking.key;
    session.baseFee = baseFee;
    session.deposit += value;
    this.putIn += value;
    return [];
  }

  /** @param data What the bytes are an answer to, were they asked for; how many they are; why they answer nothing. */
  answer(
    sent: Sent,
    index: number,
    data: { readonly key: Bytes32; readonly bytes: bigint; readonly refused?: readonly string[] },
  ): string[] {
    const session = this.sessions[index]!;
    const reasons = [...(data.refused ?? []), ...this.#whyNotPaid(session, sent, data.key)];
    if (reasons.length > 0) return reasons;
    this.answeredAt.set(data.key, sent.now);
    this.#owe(session, sent, this.rules.answerGas + this.rules.answerByteGas * data.bytes);
    return [];
  }

  /** @param speaks Whether the sender is the operator or an active signer of it. */
  stateTraces(
    sent: Sent,
    { claim, speaks, statements }: { claim: number; speaks: boolean; statements: readonly Stated[] },
  ): string[] {
    const reasons: string[] = speaks ? [] : ["NotOperatorOrSigner"];
    const seen = new Set<number>();
    for (const { record, root, session, key } of statements) {
      if (record >= this.claims[claim]!.records) reasons.push("RecordOutOfRange");
      if (BigInt(root) === 0n) reasons.push("TraceRootZero");
      if (seen.has(record) || this.statedTrace(claim, record) !== undefined)
        reasons.push("TraceAlreadyStated");
      if (session !== undefined) reasons.push(...this.#whyNotPaid(this.sessions[session]!, sent, key));
      seen.add(record);
    }
    if (reasons.length > 0) return reasons;
    for (const { record, root, session, key } of statements) {
      this.#stated.set(`${claim}/${record}`, root);
      this.answeredAt.set(key, sent.now);
      if (session === undefined) continue;
      this.#owe(this.sessions[session]!, sent, this.rules.answerGas + this.rules.answerByteGas * 32n);
    }
    return [];
  }

  // How sessions end

  timeOut(sent: Sent, index: number): string[] {
    const session = this.sessions[index]!;
    const reasons = session.stage === "OPEN" ? [] : ["WrongStage"];
    if (this.answerInTime(session) !== undefined) reasons.push("AlreadyAnswered");
    if (sent.now < this.answererDeadline(session)) reasons.push("AnswererClockRunning");
    if (session.subject.kind === "claim") {
      if (this.claims[session.subject.index]!.decidedAt !== 0n) reasons.push("WrongPhase");
      return reasons.length > 0 ? reasons : this.fault(sent, session.subject.index, session.asker);
    }
    if (reasons.length > 0) return reasons;
    const model = this.models[session.subject.index]!;
    const share = this.bondShares.get(session.asker) ?? 0n;
    this.bondShares.set(session.asker, share + model.bond / 2n);
    model.bond = 0n;
    this.#return(session);
    return [];
  }

  close(sent: Sent, index: number): string[] {
    const { from, now } = sent;
    const session = this.sessions[index]!;
    const { kind, index: subject } = session.subject;
    const reasons = [...this.#whyNotAnswered(session)];
    const deadline = this.askerDeadline(session);
    if (session.stage !== "OPEN") reasons.push("WrongStage");
    const mayAsk = session.rounds < ROUNDS && deadline !== undefined && now < deadline;
    if (from !== session.asker && mayAsk) reasons.push("AskerClockRunning");
    if (kind === "claim" && this.claims[subject]!.decidedAt !== 0n) reasons.push("WrongPhase");
    if (reasons.length > 0) return reasons;

    session.stage = "CLOSED";
    this.#owe(session, sent, this.rules.closeGas);
    if (kind === "model") {
      this.#divide(session, sent, 0n);
      return [];
    }
    const claim = this.claims[subject]!;
    const proofEnd = this.answerInTime(session)! + this.rules.proofTime;
    const heldUntil = max(proofEnd, min(now, deadline!));
    session.heldFor = max(heldUntil - this.windowEnd(claim), 0n);
    claim.finalizableAt = max(claim.finalizableAt, proofEnd);
    if (this.openSessionsOf(subject).length === 0) claim.phase = "OPEN";
    return [];
  }

  settle(sent: Sent, index: number): string[] {
    const session = this.sessions[index]!;
    const claim = this.claims[session.subject.index]!;
    const reasons = session.stage === "SETTLED" ? ["WrongStage"] : [];
    if (claim.decidedAt === 0n) reasons.push("ClaimUndecided");
    if (reasons.length > 0) return reasons;
    if (claim.phase === "FAULTED") {
      this.#return(session);
      return [];
    }
    this.#divide(session, sent, this.#delay(claim.liability, session.heldFor));
    return [];
  }

  withdraw({ from }: Sent): string[] {
    const amount = this.balances.get(from) ?? 0n;
    if (amount === 0n) return ["NothingToMove"];
    this.balances.set(from, 0n);
    this.withdrawn += amount;
    return [];
  }

  burn(): string[] {
    if (this.burnable === 0n) return ["NothingToMove"];
    this.burned += this.burnable;
    this.burnable = 0n;
    return [];
  }

  // Publishers

  retire({ now }: Sent, index: number): void {
    this.models[index]!.retiredAt = now;
  }

  withdrawBond({ now }: Sent, index: number): string[] {
    const model = this.models[index]!;
    const reasons: string[] = [];
    if (model.retiredAt === 0n) reasons.push("ModelNotRetired");
    else if (now < model.retiredAt + this.rules.exitDelay) reasons.push("BondNotReady");
    if (model.bond === 0n) reasons.push("NothingToMove");
    if (reasons.length === 0) model.bond = 0n;
    return reasons;
  }

  #sessionsOf(claim: number): SessionModel[] {
    return this.sessions.filter(({ subject }) => subject.kind === "claim" && subject.index === claim);
  }

  #liability({ kind, index }: Subject): bigint {
    return kind === "claim" ? this.claims[index]!.liability : 0n;
  }

  #delay(liability: bigint, seconds: bigint): bigint {
    return (this.rules.delayRate * liability * seconds) / 10n ** 18n;
  }

  #whyNotAsked(subject: Subject, asking: Asking): string[] {
    const reasons = [...(asking.refused ?? [])];
    const { standsOn } = asking;
    if (standsOn !== undefined) {
      const stated = this.statedTrace(subject.index, standsOn.record);
      if (stated === undefined) reasons.push("TraceNotStated");
      else if (stated !== standsOn.root) reasons.push("WrongRoot", "WrongTrace");
    }
    return reasons;
  }

  #whyNotAnswered(session: SessionModel): string[] {
    if (!this.answeredAt.has(session.key)) return ["NotAnswered"];
    return this.answerInTime(session) === undefined ? ["AnswerTooLate"] : [];
  }

  /** Why a session does not pay for an answer with this key. */
  #whyNotPaid(session: SessionModel, { now }: Sent, key: Bytes32): string[] {
    const reasons = session.stage === "OPEN" ? [] : ["WrongStage"];
    if (session.key !== key) reasons.push("WrongAnswer");
    if (this.answeredAt.has(session.key)) reasons.push("AlreadyAnswered");
    if (now >= this.answererDeadline(session)) reasons.push("AnswerTooLate");
    return reasons;
  }

  #owe(session: SessionModel, { from, gasPrice }: Sent, gas: bigint): void {
    if (from === session.asker) return;
    const wei = gas * priceOf(session, gasPrice);
    const last = session.owed.at(-1);
    if (last?.account === from) last.wei += wei;
    else session.owed.push({ account: from, wei });
  }

  #decide(claim: ClaimModel, phase: "FINAL" | "FAULTED", now: bigint): void {
    claim.phase = phase;
    claim.decidedAt = now;
  }

  /** The whole deposit returns. */
  #return(session: SessionModel): void {
    session.stage = "SETTLED";
    this.#credit(session.asker, session.deposit);
  }

  #divide(session: SessionModel, sent: Sent, delay: bigint): void {
    session.stage = "SETTLED";
    const price = sent.from === session.asker ? 0n : priceOf(session, sent.gasPrice);
    const settling = this.rules.settleGas * (1n + BigInt(session.owed.length)) * price;
    const burned = (session.bond + 3n) / 4n;
    const refund = session.deposit - this.owedBy(session) - settling - delay - burned;
    if (refund < 0n) throw new Error(`a deposit of ${session.deposit} wei lacks ${-refund}`);
    for (const { account, wei } of session.owed) this.#credit(account, wei);
    this.#credit(sent.from, settling);
    this.#credit(this.answererOf(session), delay);
    this.#credit(session.asker, refund);
    this.burnable += burned;
  }

  #credit(account: string, wei: bigint): void {
    this.balances.set(account, (this.balances.get(account) ?? 0n) + wei);
  }
}

/** A statement with the key of the question it answers. */
export type Stated = Statement & { readonly key: Bytes32 };

function isSame(
  session: SessionModel,
  other: { readonly subject: Subject; readonly asker: string; readonly nonce: bigint },
): boolean {
  return (
    session.subject.kind === other.subject.kind &&
    session.subject.index === other.subject.index &&
    session.asker === other.asker &&
    session.nonce === other.nonce
  );
}
