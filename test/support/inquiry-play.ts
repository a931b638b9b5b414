import { expect } from "chai";

import { FORM } from "../../src/dispute/question.js";
import { ZERO_HASH, type Bytes32 } from "../../src/types/bytes32.js";
import { chooseQuestion, questionAbout } from "./choose-question.js";
import { Digits, type Action, type Kind } from "./inquiry-actions.js";
import { lower, type InquiryGround } from "./inquiry-ground.js";
import { ROUNDS, type Sent, type SessionModel, type Subject } from "./inquiry-model.js";
import { GARBAGE_ROOT, type Spot } from "./inquiry-questions.js";
import { InquiryTwins } from "./inquiry-twins.js";

/** Of the accounts of a play. */
const STRANGER = 1;

type Target = { readonly session?: number; readonly claim?: number; readonly model?: number };

/** Plays: what the numbers of an action come to, where the play stands. */
export class InquiryPlay extends InquiryTwins {
  /** The operator's node: answers everything in the last second, and states no garbage. */
  readonly #isHonest: boolean;
  #nonces = 0n;

  constructor(ground: InquiryGround, now: bigint, { honest = false }: { honest?: boolean } = {}) {
    super(ground, now);
    this.#isHonest = honest;
  }

  /** Performs an action, and fails unless it succeeds exactly when the definition says so. */
  async act(action: Action): Promise<void> {
    const target = this.#targetOf(action);
    if (target === undefined) {
      // Nothing to act on: something is done that leads to it.
      const instead: Partial<Record<Kind, Kind>> = { ask: "answer", close: "answer", timeOut: "wait" };
      if (action.kind === "submit" || action.kind === "open") return;
      return this.act({ ...action, kind: instead[action.kind] ?? "open" });
    }
    if (action.kind === "exchange") return this.#exchange(action, target.session!);
    await this.#do(action, target);
  }

  async #do(action: Action, target: Target): Promise<void> {
    const { kind, how } = action;
    await this.passUntil(this.#momentOf(action, target));
    const digits = new Digits(action.what);
    // A base fee of 7 and five times that: what is paid then is limited by the fee at the question, not by the sender.
    const sent: Sent = {
      from: this.#senderOf(action, target),
      now: this.now,
      baseFee: action.baseFee,
      gasPrice: action.baseFee * action.times,
      value: 0n,
    };
    await this.#perform(kind, { sent, target, digits, how });
  }

  async #perform(
    kind: Kind,
    { sent, target, digits, how }: { sent: Sent; target: Target; digits: Digits; how: number },
  ): Promise<void> {
    switch (kind) {
      case "submit":
        return this.submit(sent, target.claim!);
      case "open":
        return this.#openSome(sent, { kind: "claim", index: target.claim! }, { digits, how });
      case "openOnModel":
        return this.#openSome(sent, { kind: "model", index: target.model! }, { digits, how });
      case "ask":
        return this.#askSome(sent, target.session!, { digits, how });
      case "answer":
        return this.#answerSome(sent, target.session!, how);
      case "stateTraces":
        return this.#stateSome(sent, target.claim!, { digits, how });
      case "timeOut":
        return this.timeOut(sent, target.session!);
      case "close":
        return this.close(sent, target.session!);
      case "settle":
        return this.settle(sent, target.session!);
      case "finalize":
        return this.finalize(sent, target.claim!);
      case "convict":
        return this.convict(sent, target.claim!);
      case "withdraw":
        return this.withdraw(sent);
      case "burn":
        return this.burn(sent);
      case "retire":
        return this.retire(sent, target.model!);
      case "withdrawBond":
        return this.withdrawBond(sent, target.model!);
      // Only time passes.
      case "exchange":
      case "wait":
        return;
    }
  }

  // Choosing

  #targetOf({ kind, which, how }: Action): Target | undefined {
    const { claims, sessions, models } = this.shadow;
    const sessionFor = (wanted: (session: SessionModel) => boolean): Target | undefined => {
      const all = sessions.map((_, index) => index);
      const fitting = all.filter((index) => wanted(sessions[index]!));
      // One time in eight any session, so that every refusal is met.
      const among = how % 8 === 7 ? all : fitting;
      return among.length === 0 ? undefined : { session: among[which % among.length]! };
    };
    const isOpen = ({ stage }: SessionModel): boolean => stage === "OPEN";
    const claimFor = (wanted: (index: number) => boolean): Target | undefined => {
      const all = claims.map((_, index) => index);
      const fitting = all.filter(wanted);
      const among = how % 8 === 7 ? all : fitting;
      return among.length === 0 ? undefined : { claim: among[which % among.length]! };
    };
    switch (kind) {
      case "submit":
        return claims.length === this.ground.claims.length ? undefined : { claim: claims.length };
      case "open":
        return claimFor(
          (index) =>
            claims[index]!.decidedAt === 0n && this.now <= this.shadow.windowEnd(claims[index]!) + 1n,
        );
      case "openOnModel":
      case "retire":
      case "withdrawBond":
        return { model: which % models.length };
      case "ask":
        return sessionFor(
          (session) =>
            isOpen(session) &&
            this.shadow.answeredAt.has(session.key) &&
            (this.shadow.askerDeadline(session) ?? this.now + 1n) > this.now,
        );
      case "answer":
        return sessionFor(
          (session) =>
            isOpen(session) &&
            !this.shadow.answeredAt.has(session.key) &&
            this.#endOfTurn(sessions.indexOf(session)) > this.now,
        );
      case "exchange":
        return sessionFor(
          (session) => isOpen(session) && this.#endOfTurn(sessions.indexOf(session)) > this.now,
        );
      case "timeOut":
        return sessionFor((session) => isOpen(session) && this.shadow.answerInTime(session) === undefined);
      case "close":
        // Answered, be it too late.
        return sessionFor((session) => isOpen(session) && this.shadow.answeredAt.has(session.key));
      case "settle":
        return sessionFor(
          ({ stage, subject }) =>
            stage !== "SETTLED" && subject.kind === "claim" && claims[subject.index]!.decidedAt !== 0n,
        );
      case "stateTraces":
        return claimFor((index) => claims[index]!.decidedAt === 0n);
      case "finalize":
        return claimFor((index) => claims[index]!.phase === "OPEN");
      case "convict":
        return claimFor(() => true);
      case "withdraw":
      case "burn":
      case "wait":
        return {};
    }
  }

  #momentOf({ when, kind, how }: Action, target: Target): bigint {
    if ("soon" in when) return this.now + when.soon;
    const edges = this.#edgesOf(kind, target);
    // Openings at the edge of a window are rare, or windows would be over before much happened.
    if (edges.length === 0 || (kind === "open" && how % 3 !== 0)) return this.now + 1n;
    // One answer may be in time for one session and late for another.
    const others = kind === "answer" && how % 2 === 0 ? this.#otherDeadlines(target.session!) : [];
    if (others.length > 0) return later(this.now, others[when.edge % others.length]! + when.offset);
    // Most turns end in time, or no exchange would be long.
    const isTurn = (kind === "answer" || kind === "ask") && how % 4 !== 0;
    const edge = edges[when.edge % edges.length]! + (isTurn ? -1n : when.offset);
    return later(this.now, edge);
  }

  /** Deadlines of other sessions that wait for the same answer. */
  #otherDeadlines(index: number): bigint[] {
    const { shadow } = this;
    const session = shadow.sessions[index]!;
    return shadow.sessions
      .filter((other) => other !== session && other.stage === "OPEN" && other.key === session.key)
      .map((other) => shadow.answererDeadline(other))
      .filter((deadline) => deadline + 1n >= this.now);
  }

  #endOfTurn(index: number): bigint {
    const session = this.shadow.sessions[index]!;
    return this.shadow.askerDeadline(session) ?? this.shadow.answererDeadline(session);
  }

  #edgesOf(kind: Kind, { session: at, claim, model }: Target): bigint[] {
    const { shadow } = this;
    const edges: bigint[] = [];
    if (at !== undefined) edges.push(this.#endOfTurn(at));
    if (claim !== undefined && claim < shadow.claims.length) {
      const { finalizableAt } = shadow.claims[claim]!;
      edges.push(kind === "finalize" ? finalizableAt : shadow.windowEnd(shadow.claims[claim]!));
    }
    if (model !== undefined) {
      const { retiredAt } = shadow.models[model]!;
      const leaves = retiredAt + shadow.rules.exitDelay;
      if (retiredAt !== 0n) edges.push(kind === "withdrawBond" ? leaves : leaves - shadow.clocks());
    }
    if (kind === "wait") {
      for (const [index, { subject }] of shadow.sessions.entries()) {
        if (shadow.sessions[index]!.stage !== "OPEN" || subject.kind === "model") continue;
        edges.push(...this.#edgesOf("close", { session: index }));
      }
    }
    return edges.filter((edge) => edge + 1n >= this.now);
  }

  #senderOf({ kind, who, how }: Action, target: Target): string {
    const session = target.session === undefined ? undefined : this.shadow.sessions[target.session];
    if (kind === "ask" || kind === "close") {
      if (how % 8 !== 6 && session !== undefined && (kind === "ask" || who % 2 === 0)) return session.asker;
    }
    if (kind === "open" || kind === "openOnModel") return this.accounts[who % 4]!;
    if (kind === "stateTraces" && how % 8 !== 6) {
      const { operator } = this.shadow.claims[target.claim!]!;
      const signer = lower(this.ground.protocol.actors.signer.address);
      return who % 3 === 0 && operator === this.accounts[3] ? signer : operator;
    }
    return this.accounts[who % this.accounts.length]!;
  }

  /** What to send along: mostly enough to the wei. */
  #valueOf(least: bigint, how: number): bigint {
    if (least <= 0n) return how % 8 === 0 ? 5n : 0n;
    const others = [least - 1n, least - 1n, 0n, least + 1_000n, 2n * least];
    return others[how >> 3] ?? least;
  }

  async #openSome(
    given: Sent,
    subject: Subject,
    { digits, how }: { digits: Digits; how: number },
  ): Promise<void> {
    // Now and then a session that exists is opened again.
    const again =
      how % 16 === 15
        ? this.shadow.sessions.find(
            (session) => session.subject.kind === subject.kind && session.subject.index === subject.index,
          )
        : undefined;
    const nonce = again?.nonce ?? this.#nonces++;
    if (again !== undefined) given = { ...given, from: again.asker };
    const question = chooseQuestion(this, subject, digits);
    const { asking } = question;
    const sent = {
      ...given,
      value: this.#valueOf(this.shadow.neededToOpen(given, subject, asking), how),
    };
    await this.open(sent, subject, nonce, question);
  }

  async #askSome(
    given: Sent,
    index: number,
    { digits, how }: { digits: Digits; how: number },
  ): Promise<void> {
    const session = this.shadow.sessions[index]!;
    const { subject } = session;
    const question = chooseQuestion(this, subject, digits);
    const least = this.shadow.neededToAsk(given, session, question.asking) - session.deposit;
    await this.ask({ ...given, value: this.#valueOf(least, how) }, index, question);
  }

  async #answerSome(sent: Sent, index: number, how: number): Promise<void> {
    const session = this.shadow.sessions[index]!;
    const known = this.asked.get(session.key)!;
    const { posed } = known;
    if (posed.form === "trace" && how % 8 !== 5) return this.#stateFor(sent, index);
    let { data, levels, key } = posed;
    let wrong: string[] = [];
    let form = FORM[posed.form];
    if (posed.form === "trace") wrong = ["FormIsStated"];
    else if (data.length === 0) {
      // Nobody knows what is below a garbage root; bytes of the right length are all there is.
      data = new Uint8Array(32 * 2 ** levels).fill(7);
      wrong = ["WrongAnswer"];
    } else if (how % 8 === 4) {
      const spoiled = Uint8Array.from(data);
      spoiled[(how * 7) % data.length]! ^= 1 << (how % 7);
      data = spoiled;
      // Of a record the spoiled bit may be in its index.
      wrong = posed.form === "record" ? ["WrongAnswer", "PositionOutOfRange"] : ["WrongAnswer"];
    } else if (how % 8 === 3 && how > 128) {
      data = Uint8Array.of(...data, 0);
      wrong = ["AnswerLength", "WrongAnswer"];
    } else if (how % 8 === 2 && how > 128) {
      // A right answer to another question of the play.
      const other = [...this.asked.values()][how % this.asked.size]!.posed;
      if (other.form !== "trace" && other.data.length > 0) ({ data, levels, key } = other);
      if (other.form !== "trace" && other.data.length > 0) form = FORM[other.form];
    }
    await this.answer(sent, index, { key, form, levels, data, wrong });
  }

  /** The trace that a session asks for, by the operator. */
  async #stateFor(given: Sent, index: number, root?: Bytes32): Promise<void> {
    const session = this.shadow.sessions[index]!;
    const { claim, record } = this.asked.get(session.key)!;
    const { operator } = this.shadow.claims[claim]!;
    const own = this.trueRoot(claim);
    const isGarbage = !this.#isHonest && (index + record) % 4 === 3;
    const statement = { record, root: root ?? (isGarbage ? GARBAGE_ROOT : own), session: index };
    await this.stateTraces({ ...given, from: operator }, claim, [statement]);
  }

  async #stateSome(
    sent: Sent,
    claim: number,
    { digits, how }: { digits: Digits; how: number },
  ): Promise<void> {
    const { records } = this.shadow.claims[claim]!;
    const count = 1 + digits.below(3);
    const statements = Array.from({ length: count }, () => {
      const record = digits.below(records + (how % 16 === 5 ? 1 : 0));
      const roots = this.#isHonest ? [this.trueRoot(claim)] : [this.trueRoot(claim), GARBAGE_ROOT];
      const root = how % 16 === 9 ? ZERO_HASH : digits.pick(roots);
      const asking = this.shadow.sessions.flatMap((session, index) => {
        const known = this.asked.get(session.key)!;
        const isAsked = known.posed.form === "trace" && known.claim === claim && known.record === record;
        return session.stage === "OPEN" && isAsked ? [index] : [];
      });
      const any = this.shadow.sessions.map((_, index) => index);
      const named = digits.below(12) === 0 ? any : asking;
      return named.length > 0 && digits.below(4) > 0
        ? { record, root, session: digits.pick(named) }
        : { record, root };
    });
    await this.stateTraces(sent, claim, statements);
  }

  /** Some turns of one session in a row, each of a chosen length: how long exchanges come about. */
  async #exchange(action: Action, session: number): Promise<void> {
    const turns = 2 + (action.how % 48);
    // Every second of every turn is used.
    const stalls = "edge" in action.when;
    let seed = action.what;
    for (let turn = 0; turn < turns; turn++) {
      const { key, stage, rounds } = this.shadow.sessions[session]!;
      const kind = this.shadow.answeredAt.has(key) ? "ask" : "answer";
      if (stage !== "OPEN" || (kind === "ask" && rounds === ROUNDS && turn % 2 === 0)) return;
      if (this.#endOfTurn(session) <= this.now) return;
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 2;
      const length = stalls ? 3 : (seed >>> 8) % 4;
      const when = length === 3 ? { edge: 0, offset: -1n } : { soon: BigInt(length) };
      const turned = { ...action, kind, when, what: seed, how: 241 } as const;
      await this.#do({ ...turned, who: seed % 7 }, { session });
      await this.check();
    }
  }

  /** The operator's node: whatever is asked and would be convicted before `now` is answered in its last second. */
  async #answerUntil(now: bigint): Promise<void> {
    for (;;) {
      const due = [...this.shadow.sessions.entries()]
        .filter(([, { stage, key }]) => stage === "OPEN" && !this.shadow.answeredAt.has(key))
        .map(([index, session]) => ({ index, session, at: this.shadow.answererDeadline(session) - 1n }))
        .filter(({ at }) => at < now)
        .sort((a, b) => Number(a.at - b.at))[0];
      if (due === undefined) return;
      if (due.at > this.now) this.now = due.at;
      const from = this.shadow.answererOf(due.session);
      await this.answerRight(due.index, { ...this.sentBy(STRANGER), from });
      await this.check();
    }
  }

  /**
   * Somebody pokes what has not ended: of each claim in the last second before its hard end, or now if that is over.
   * Returns how many claims were decided in time.
   */
  async pokeAll(): Promise<number> {
    const { shadow } = this;
    const hardEndOf = (index: number): bigint => shadow.hardEnd(shadow.claims[index]!);
    const undecided = [...shadow.claims.keys()]
      .filter((index) => shadow.claims[index]!.decidedAt === 0n)
      .sort((a, b) => Number(hardEndOf(a) - hardEndOf(b)));
    let inTime = 0;
    for (const index of undecided) {
      const claim = shadow.claims[index]!;
      await this.passUntil(hardEndOf(index) - 1n);
      for (const session of shadow.openSessionsOf(index)) {
        if (claim.decidedAt === 0n) await this.#end(shadow.sessions.indexOf(session));
      }
      if (claim.decidedAt === 0n) await this.finalize(this.sentBy(STRANGER), index);
      expect(claim.decidedAt, "decided").to.equal(this.now);
      if (this.now < hardEndOf(index)) inTime++;
      await this.check();
    }
    for (const [i, { stage, subject }] of shadow.sessions.entries()) {
      if (stage !== "OPEN" || subject.kind !== "model") continue;
      await this.passUntil(this.#endOfTurn(i));
      // An honest publisher has answered meanwhile.
      await this.passUntil(this.#endOfTurn(i));
      await this.#end(i);
      await this.check();
    }
    return inTime;
  }

  /** A stranger ends a session whose time is over. */
  async #end(index: number): Promise<void> {
    const silent = this.shadow.answerInTime(this.shadow.sessions[index]!) === undefined;
    if (silent) await this.timeOut(this.sentBy(STRANGER), index);
    else await this.close(this.sentBy(STRANGER), index);
  }

  /** Lets time pass, in which an honest node answers. */
  async passUntil(now: bigint): Promise<void> {
    if (this.#isHonest) await this.#answerUntil(now);
    if (now > this.now) this.now = now;
  }

  /** Settles, pays out and burns everything: nothing may be left. */
  async settleAll(): Promise<void> {
    const { shadow, accounts } = this;
    for (const [i, { stage }] of shadow.sessions.entries()) {
      if (stage === "SETTLED") continue;
      await this.settle(this.sentBy(i % accounts.length, { gasPrice: 35n }), i);
      await this.check();
    }
    for (const [i, account] of accounts.entries()) {
      if ((shadow.balances.get(account) ?? 0n) > 0n) await this.withdraw(this.sentBy(i));
    }
    if (shadow.burnable > 0n) await this.burn(this.sentBy(STRANGER));
    await this.check();
    expect(shadow.held(), "everything settled").to.equal(0n);
  }

  /** Puts one question, the deposit given or exact; returns the session. */
  async openOn(
    claim: number,
    spot: Spot,
    { asker, less = 0n }: { readonly asker: number; readonly less?: bigint },
  ): Promise<number> {
    const question = questionAbout(this, { kind: "claim", index: claim }, spot);
    const subject: Subject = { kind: "claim", index: claim };
    const value = this.shadow.neededToOpen(this.sentBy(asker), subject, question.asking) - less;
    await this.open(this.sentBy(asker, { value }), subject, this.#nonces++, question);
    return this.shadow.sessions.length - 1;
  }

  /** The next question of a session about a claim, by its asker. */
  async askAbout(index: number, spot: Spot): Promise<void> {
    const session = this.shadow.sessions[index]!;
    const question = questionAbout(this, session.subject, spot);
    const asker = this.accounts.indexOf(session.asker);
    const lacks = this.shadow.neededToAsk(this.sentBy(asker), session, question.asking) - session.deposit;
    await this.ask(this.sentBy(asker, { value: lacks > 0n ? lacks : 0n }), index, question);
  }

  async answerRight(index: number, sent: Sent): Promise<void> {
    const { posed } = this.asked.get(this.shadow.sessions[index]!.key)!;
    if (posed.form === "trace") await this.#stateFor(sent, index);
    else await this.answer(sent, index, { ...posed, form: FORM[posed.form] });
  }

  /** The operator states something for a record. */
  async state(claim: number, record: number, root: Bytes32): Promise<void> {
    const { operator } = this.shadow.claims[claim]!;
    await this.stateTraces({ ...this.sentBy(0), from: operator }, claim, [{ record, root }]);
  }
}

const later = (a: bigint, b: bigint): bigint => (a > b ? a : b);
