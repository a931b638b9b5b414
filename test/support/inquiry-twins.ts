import { expect } from "chai";

import type { Claim } from "../../src/claim/claim.js";
import { sessionId } from "../../src/dispute/question.js";
import { ZERO_HASH, type Bytes32 } from "../../src/types/bytes32.js";
import type { Question } from "./choose-question.js";
import { compareWithModel, subjectId } from "./inquiry-comparison.js";
import { lower, type InquiryGround } from "./inquiry-ground.js";
import { InquiryModel, type Sent, type Statement, type Subject } from "./inquiry-model.js";
import { hexOf, poseQuestion } from "./inquiry-questions.js";
import { FAULT, TEST_PARAMETERS } from "./protocol.js";

type Call = { readonly to: string; readonly data: string };

/** A question that was put, and the claim and the record in question. */
export type Asked = Question & { readonly claim: number; readonly record: number };

/** The contracts beside their definition: each action is done to both, and fails unless both accept or refuse it. */
export class InquiryTwins {
  readonly shadow = new InquiryModel(TEST_PARAMETERS);
  readonly ground: InquiryGround;
  /** Of sessions, in the order of the definition's. */
  readonly ids: Bytes32[] = [];
  /** What was asked, by key. */
  readonly asked = new Map<Bytes32, Asked>();
  /** Accounts that take part, the first ones as askers. */
  readonly accounts: readonly string[];
  /** Unix seconds of the next transaction. */
  now: bigint;
  /** Refusals by the name of their error, and transactions in all. */
  readonly refused = new Map<string, number>();
  performed = 0;
  /** Whether something happened since everything was last compared: a refusal changes nothing. */
  #isDirty = true;

  constructor(ground: InquiryGround, now: bigint) {
    this.ground = ground;
    this.now = now;
    const { challenger, stranger, requester, operator, otherOperator, signer, publisher } =
      ground.protocol.actors;
    this.accounts = [challenger, stranger, requester, operator, otherOperator, signer, publisher].map(
      ({ address }) => lower(address),
    );
    for (const account of ground.publishers) {
      const { length } = this.shadow.models;
      const bond = ground.bonds[length]!;
      this.shadow.models.push({ publisher: lower(account.address), bond, retiredAt: 0n });
    }
  }

  /** A transaction of one of the accounts, at the least price. */
  sentBy(account: number, more: Partial<Sent> = {}): Sent {
    const from = this.accounts[account]!;
    return { from, now: this.now, baseFee: 7n, gasPrice: 7n, value: 0n, ...more };
  }

  async submit(sent: Sent, index: number): Promise<void> {
    const { claim } = this.ground.claims[index]!;
    const { claimBook } = this.ground.protocol;
    const jailed = this.shadow.claims.some(
      ({ phase, operator }) => phase === "FAULTED" && operator === claim.operator,
    );
    const { retiredAt } = this.shadow.models[0]!;
    const isRetired = retiredAt !== 0n && sent.now >= retiredAt + this.shadow.rules.exitDelay;
    // Who may submit is not what this is about.
    if (jailed || isRetired) return;
    const data = claimBook.interface.encodeFunctionData("submit", [claim]);
    await this.#send({ ...sent, from: claim.operator }, { to: this.ground.addresses.claimBook, data }, []);
    this.shadow.submit({
      operator: claim.operator,
      liability: claim.liability,
      records: claim.n,
      submittedAt: sent.now,
      window: claim.window,
    });
  }

  async open(sent: Sent, subject: Subject, nonce: bigint, question: Question): Promise<void> {
    const { inquiry, claims, models } = this.ground;
    const { asking, posed } = question;
    const reasons = this.shadow.open(sent, { subject, nonce }, asking);
    const data =
      subject.kind === "claim"
        ? inquiry.interface.encodeFunctionData("open", [claims[subject.index]!.claim, nonce, posed.stream])
        : inquiry.interface.encodeFunctionData("openOnModel", [
            models[subject.index]!.modelId,
            nonce,
            posed.stream,
          ]);
    await this.#send(sent, { to: this.ground.addresses.inquiry, data }, reasons);
    if (reasons.length > 0) return;
    this.ids.push(
      sessionId(
        { subject: subjectId(this.ground, subject), asker: lower(sent.from), nonce },
        this.ground.inquiryPlace,
      ),
    );
    this.#remember(subject, question);
  }

  async ask(sent: Sent, index: number, question: Question): Promise<void> {
    const { inquiry } = this.ground;
    const { asking, posed } = question;
    const session = this.shadow.sessions[index]!;
    const { subject } = session;
    const reasons = this.shadow.ask(sent, index, asking);
    const id = this.ids[index]!;
    const data =
      subject.kind === "claim"
        ? inquiry.interface.encodeFunctionData("ask", [this.#claimOf(subject), id, posed.stream])
        : inquiry.interface.encodeFunctionData("askOnModel", [id, posed.stream]);
    await this.#send(sent, { to: this.ground.addresses.inquiry, data }, reasons);
    if (reasons.length > 0) return;
    this.#remember(subject, question);
  }

  async answer(
    sent: Sent,
    index: number,
    given: { key: Bytes32; form: number; levels: number; data: Uint8Array; wrong?: readonly string[] },
  ): Promise<void> {
    const { inquiry, addresses } = this.ground;
    const { key, form, levels, data, wrong = [] } = given;
    const bytes = BigInt(data.length);
    const reasons = this.shadow.answer(sent, index, { key, bytes, refused: wrong });
    const words = inquiry.interface.encodeFunctionData("answer", [this.ids[index]!, form, levels, data]);
    await this.#send(sent, { to: addresses.inquiry, data: words }, reasons);
  }

  async stateTraces(sent: Sent, claim: number, statements: readonly Statement[]): Promise<void> {
    const { inquiry, addresses, claims } = this.ground;
    const { committed } = claims[claim]!.template;
    const { claimId: id } = claims[claim]!;
    const about = { claimId: id, model: this.ground.models[0]!.identity };
    const keyed = statements.map((statement) => {
      const inRange = statement.record < committed.records.records.length;
      const record = inRange ? statement.record : 0;
      return { ...statement, key: poseQuestion(committed, about, { kind: "trace", record }).key };
    });
    const { operator } = this.shadow.claims[claim]!;
    const signer = lower(this.ground.protocol.actors.signer.address);
    const speaks = sent.from === operator || (sent.from === signer && operator === this.accounts[3]);
    const reasons = this.shadow.stateTraces(sent, { claim, speaks, statements: keyed });
    const data = inquiry.interface.encodeFunctionData("stateTraces", [
      claims[claim]!.claim,
      statements.map(({ record, root, session }) => ({
        recordIndex: record,
        traceRoot: root,
        session: session === undefined ? ZERO_HASH : this.ids[session]!,
      })),
    ]);
    await this.#send(sent, { to: addresses.inquiry, data }, reasons);
  }

  async timeOut(sent: Sent, index: number): Promise<void> {
    const { inquiry, addresses } = this.ground;
    const { subject } = this.shadow.sessions[index]!;
    const reasons = this.shadow.timeOut(sent, index);
    const id = this.ids[index]!;
    const data =
      subject.kind === "claim"
        ? inquiry.interface.encodeFunctionData("timeOut", [this.#claimOf(subject), id])
        : inquiry.interface.encodeFunctionData("timeOutOnModel", [id]);
    await this.#send(sent, { to: addresses.inquiry, data }, reasons);
  }

  async close(sent: Sent, index: number): Promise<void> {
    const { inquiry, addresses } = this.ground;
    const { subject } = this.shadow.sessions[index]!;
    const reasons = this.shadow.close(sent, index);
    const id = this.ids[index]!;
    const data =
      subject.kind === "claim"
        ? inquiry.interface.encodeFunctionData("close", [this.#claimOf(subject), id])
        : inquiry.interface.encodeFunctionData("closeOnModel", [id]);
    await this.#send(sent, { to: addresses.inquiry, data }, reasons);
  }

  async settle(sent: Sent, index: number): Promise<void> {
    const { inquiry, addresses } = this.ground;
    const { subject } = this.shadow.sessions[index]!;
    // A session about a model is no claim's, whichever claim is named.
    const reasons = subject.kind === "claim" ? this.shadow.settle(sent, index) : ["WrongSubject"];
    const claim = subject.kind === "claim" ? this.#claimOf(subject) : this.ground.claims[0]!.claim;
    const data = inquiry.interface.encodeFunctionData("settle", [claim, this.ids[index]!]);
    await this.#send(sent, { to: addresses.inquiry, data }, reasons);
  }

  async finalize(sent: Sent, index: number): Promise<void> {
    const { claimBook } = this.ground.protocol;
    const reasons = this.shadow.finalize(sent, index);
    const data = claimBook.interface.encodeFunctionData("finalize", [this.ground.claims[index]!.claim]);
    await this.#send(sent, { to: this.ground.addresses.claimBook, data }, reasons);
  }

  async convict(sent: Sent, index: number): Promise<void> {
    const { claimBook, referee } = this.ground.protocol;
    const words = claimBook.interface.encodeFunctionData("fault", [
      this.ground.claims[index]!.claim,
      FAULT.Element,
      sent.from,
    ]);
    const data = referee.interface.encodeFunctionData("relay", [this.ground.addresses.claimBook, words]);
    const reasons = this.shadow.fault(sent, index, sent.from);
    await this.#send(sent, { to: this.ground.addresses.referee, data }, reasons);
  }

  async withdraw(sent: Sent): Promise<void> {
    const { inquiry, addresses } = this.ground;
    const reasons = this.shadow.withdraw(sent);
    const data = inquiry.interface.encodeFunctionData("withdraw", [sent.from]);
    await this.#send(sent, { to: addresses.inquiry, data }, reasons);
  }

  async burn(sent: Sent): Promise<void> {
    const { inquiry, addresses } = this.ground;
    const reasons = this.shadow.burn();
    await this.#send(
      sent,
      { to: addresses.inquiry, data: inquiry.interface.encodeFunctionData("burn") },
      reasons,
    );
  }

  async retire(sent: Sent, index: number): Promise<void> {
    if (this.shadow.models[index]!.retiredAt !== 0n) return;
    const { modelRegistry } = this.ground.protocol;
    const from = this.shadow.models[index]!.publisher;
    const data = modelRegistry.interface.encodeFunctionData("retire", [this.ground.models[index]!.modelId]);
    this.shadow.retire(sent, index);
    await this.#send({ ...sent, from }, { to: this.ground.addresses.modelRegistry, data }, []);
  }

  async withdrawBond(sent: Sent, index: number): Promise<void> {
    const { modelRegistry } = this.ground.protocol;
    const from = this.shadow.models[index]!.publisher;
    const { modelId } = this.ground.models[index]!;
    const data = modelRegistry.interface.encodeFunctionData("withdrawBond", [modelId]);
    const reasons = this.shadow.withdrawBond(sent, index);
    await this.#send({ ...sent, from }, { to: this.ground.addresses.modelRegistry, data }, reasons);
  }

  trueRoot(claim: number): Bytes32 {
    return hexOf(this.ground.claims[claim]!.template.committed.lists.trace.root);
  }

  /** Every field of everything, against the definition. */
  async check(): Promise<void> {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    const { shadow, now, accounts } = this;
    await compareWithModel(this.ground, { shadow, now, accounts, ids: this.ids, keys: this.asked.keys() });
  }

  async #send(sent: Sent, call: Call, reasons: readonly string[]): Promise<void> {
    const outcome = await this.ground.wire.send({ ...call, from: sent.from }, sent);
    this.performed++;
    if (outcome !== undefined) this.refused.set(outcome, (this.refused.get(outcome) ?? 0) + 1);
    else this.#isDirty = true;
    if (reasons.length === 0) expect(outcome, `at ${sent.now}`).to.equal(undefined);
    else expect(outcome, `at ${sent.now}`).to.be.oneOf(reasons);
  }

  #remember(subject: Subject, question: Question): void {
    const claim = subject.kind === "claim" ? subject.index : 0;
    const record = "record" in question.spot ? question.spot.record : 0;
    const { key } = question.posed;
    if (!this.asked.has(key)) this.asked.set(key, { ...question, claim, record });
  }

  #claimOf(subject: Subject): Claim {
    return this.ground.claims[subject.index]!.claim;
  }
}
