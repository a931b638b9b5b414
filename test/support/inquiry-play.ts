import { expect } from "chai";
import fc from "fast-check";

import type { Claim } from "../../src/claim/claim.js";
import { FORM, sessionId, type ListName } from "../../src/dispute/question.js";
import { ZERO_HASH, type Bytes32 } from "../../src/types/bytes32.js";
import {
  InquiryModel,
  ROUNDS,
  type Asking,
  type Sent,
  type SessionModel,
  type Subject,
} from "./inquiry-model.js";
import { compareWithModel, subjectId } from "./inquiry-comparison.js";
import { lower, type InquiryGround, type PreparedClaim } from "./inquiry-ground.js";
import { GARBAGE_ROOT, poseQuestion, type Posed, type Spot } from "./inquiry-questions.js";
import { FAULT, TEST_PARAMETERS } from "./protocol.js";

/** Kinds of actions with their weights. */
export const WEIGHTS = {
  submit: 3,
  open: 14,
  openOnModel: 3,
  ask: 18,
  answer: 24,
  stateTraces: 6,
  timeOut: 6,
  close: 8,
  settle: 6,
  finalize: 2,
  convict: 1,
  withdraw: 3,
  burn: 1,
  retire: 1,
  withdrawBond: 1,
  exchange: 6,
  wait: 1,
} as const;
export type Kind = keyof typeof WEIGHTS;

/** Numbers choose who, which and what; what they mean follows from where the play stands. */
export type Action = {
  readonly kind: Kind;
  readonly who: number;
  readonly which: number;
  readonly what: number;
  readonly how: number;
  /** `edge`: at a deadline of what the action is about, a second before or after. */
  readonly when: { readonly soon: bigint } | { readonly edge: number; readonly offset: bigint };
  /** Wei per gas, and how many times that the sender pays. */
  readonly baseFee: bigint;
  readonly times: bigint;
};

const when = fc.oneof(
  { weight: 5, arbitrary: fc.record({ soon: fc.constantFrom(0n, 0n, 1n, 1n, 2n, 4n, 6n) }) },
  {
    weight: 3,
    arbitrary: fc.record({ edge: fc.nat(3), offset: fc.constantFrom(-1n, -1n, 0n, 0n, 1n) }),
  },
);

export function actionsOf(weights: Partial<Record<Kind, number>>): fc.Arbitrary<Action> {
  const kinds = Object.entries(weights).map(([kind, weight]) => ({
    weight,
    arbitrary: fc.constant(kind as Kind),
  }));
  return fc.record({
    kind: fc.oneof(...kinds),
    // Their digits are choices: none of them is an edge.
    who: fc.noBias(fc.nat(11)),
    which: fc.noBias(fc.nat(0xffff)),
    what: fc.noBias(fc.nat(0x3fffffff)),
    how: fc.noBias(fc.nat(0xff)),
    when,
    baseFee: fc.constantFrom(7n, 7n, 8n, 29n, 1_000n),
    times: fc.constantFrom(1n, 1n, 2n, 4n, 5n),
  });
}

/** Of the accounts of a play. */
const STRANGER = 1;

/** Takes small numbers out of a large one. */
class Digits {
  #left: number;

  constructor(number: number) {
    this.#left = number;
  }

  below(count: number): number {
    const digit = this.#left % count;
    this.#left = Math.floor(this.#left / count);
    return digit;
  }

  pick<T>(options: readonly T[]): T {
    return options[this.below(options.length)] as T;
  }
}

type Call = { readonly to: string; readonly data: string };
type Question = { readonly posed: Posed; readonly asking: Asking; readonly record: number };
type Known = { readonly posed: Posed; readonly claim: number; readonly record: number };

/** The contracts beside their definition: whatever one does the other does too. */
export class InquiryPlay {
  readonly shadow = new InquiryModel(TEST_PARAMETERS);
  readonly ground: InquiryGround;
  readonly #ids: Bytes32[] = [];
  /** What was asked, by key. */
  readonly #known = new Map<Bytes32, Known>();
  /** Accounts that take part, the first ones as askers. */
  readonly accounts: readonly string[];
  now: bigint;
  /** The operator's node: answers everything in the last second, and states no garbage. */
  readonly #isHonest: boolean;
  #nonces = 0n;
  readonly refused = new Map<string, number>();
  performed = 0;
  /** Whether something happened since everything was last compared: a refusal changes nothing. */
  #isDirty = true;

  constructor(ground: InquiryGround, now: bigint, { honest = false }: { honest?: boolean } = {}) {
    this.ground = ground;
    this.now = now;
    this.#isHonest = honest;
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
        return this.#submit(sent, target.claim!);
      case "open":
        return this.#open(sent, { kind: "claim", index: target.claim! }, { digits, how });
      case "openOnModel":
        return this.#open(sent, { kind: "model", index: target.model! }, { digits, how });
      case "ask":
        return this.#ask(sent, target.session!, { digits, how });
      case "answer":
        return this.#answer(sent, target.session!, how);
      case "stateTraces":
        return this.#state(sent, target.claim!, { digits, how });
      case "timeOut":
        return this.timeOut(sent, target.session!);
      case "close":
        return this.close(sent, target.session!);
      case "settle":
        return this.settle(sent, target.session!);
      case "finalize":
        return this.finalize(sent, target.claim!);
      case "convict":
        return this.#convict(sent, target.claim!);
      case "withdraw":
        return this.withdraw(sent);
      case "burn":
        return this.burn(sent);
      case "retire":
        return this.#retire(sent, target.model!);
      case "withdrawBond":
        return this.#withdrawBond(sent, target.model!);
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
            this.shadow.answerInTime(session) !== undefined &&
            this.#endOfTurn(sessions.indexOf(session)) > this.now,
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
        return sessionFor((session) => isOpen(session) && this.shadow.answerInTime(session) !== undefined);
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
    // Most turns end in time, or no exchange would be long.
    const isTurn = (kind === "answer" || kind === "ask") && how % 4 !== 0;
    const edge = edges[when.edge % edges.length]! + (isTurn ? -1n : when.offset);
    return edge < this.now ? this.now : edge;
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

  /** A question about a subject, most often a good one. */
  #question(subject: Subject, digits: Digits): Question {
    const ofModel = subject.kind === "model";
    const { template, claimId: id } = ofModel
      ? this.ground.claims[0]!
      : (this.ground.claims[subject.index] as PreparedClaim);
    const { committed, onDemand } = template;
    const count = committed.records.records.length;
    const model = this.ground.models[ofModel ? subject.index : 0]!;
    const about = { claimId: id, model: model.identity };
    const spoil = digits.below(24);
    const choice = digits.below(12);
    let refused: readonly string[] | undefined;
    let standsOn: Asking["standsOn"];
    let spot: Spot;
    let record = 0;
    if (!ofModel && choice < 2) {
      record = digits.below(count);
      spot = { kind: "record", record };
    } else if (!ofModel && choice < 4) {
      record = digits.below(8) === 0 ? digits.below(count) : digits.pick(onDemand);
      spot = { kind: "trace", record };
      if (!onDemand.includes(record)) refused = ["TraceNotOnDemand"];
    } else if (choice === 4) {
      spot = { kind: "descriptor", kernel: digits.below(5) };
    } else {
      const artifactOnly = ofModel && digits.below(12) > 0;
      const lists = artifactOnly
        ? (["program", "table", "weights"] as const)
        : (["trace", "trace", "trace", "records", "input", "output", "program", "table", "weights"] as const);
      let list: ListName = digits.pick(lists);
      record = digits.below(count);
      const unstated = !ofModel && this.#isUnstated(subject.index, record);
      // Below a trace that nobody has stated there is nothing to ask yet.
      if (list === "trace" && unstated && digits.below(8) > 0) list = "input";
      const inside = committed.tensors[list].length > 0 && digits.below(3) > 0;
      const tensor = inside ? digits.below(committed.tensors[list].length) : undefined;
      const tree = tensor === undefined ? committed.lists[list] : committed.tensors[list][tensor]!;
      const lowest = tree.form === "list" && digits.below(12) > 0 ? Math.min(1, tree.depth) : 0;
      let level = lowest + digits.below(tree.depth - lowest + 1);
      let index = digits.below(2 ** (tree.depth - level));
      const root = committed.lists.trace.root;
      const ofTrace = list === "trace" && onDemand.includes(record);
      const stated = ofTrace && !ofModel ? this.shadow.statedTrace(subject.index, record) : undefined;
      const unknown = stated === GARBAGE_ROOT && tensor === undefined ? GARBAGE_ROOT : undefined;
      if (unknown !== undefined) [level, index] = [tree.depth, 0];
      if (tree.form === "list" && level === 0) refused = ["NothingBelow"];
      if (ofTrace) standsOn = { record, root: unknown ?? hexOf(root) };
      if (ofModel && (list === "records" || list === "input" || list === "output" || list === "trace"))
        refused = ["NotOfArtifact"];
      spot = {
        ...{ kind: "node", list, record, level, index },
        ...(tensor === undefined ? {} : { tensor }),
        ...(unknown === undefined ? {} : { unknown }),
      };
    }
    let posed = poseQuestion(committed, about, spot);
    if (spoil === 0) {
      const spoiled = spoilStream(posed.stream, digits.below(4));
      posed = { ...posed, stream: spoiled.stream };
      refused = [...(refused ?? []), ...spoiled.reasons];
    }
    const asking: Asking = {
      key: posed.key,
      answerBytes: lengthOf(posed, committed.records.tree.depth),
      ...(refused === undefined ? {} : { refused }),
      ...(standsOn === undefined ? {} : { standsOn }),
    };
    return { posed, asking, record };
  }

  #isUnstated(claim: number, record: number): boolean {
    const { onDemand } = this.ground.claims[claim]!.template;
    return onDemand.includes(record) && this.shadow.statedTrace(claim, record) === undefined;
  }

  /** What to send along: mostly enough to the wei. */
  #valueOf(least: bigint, how: number): bigint {
    if (least <= 0n) return how % 8 === 0 ? 5n : 0n;
    const others = [least - 1n, least - 1n, 0n, least + 1_000n, 2n * least];
    return others[how >> 3] ?? least;
  }

  // Doing

  async #submit(sent: Sent, index: number): Promise<void> {
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

  async #open(
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
    const question = this.#question(subject, digits);
    const { asking } = question;
    const sent = {
      ...given,
      value: this.#valueOf(this.shadow.neededToOpen(given, subject, asking), how),
    };
    await this.#openWith(sent, subject, nonce, question);
  }

  async #openWith(sent: Sent, subject: Subject, nonce: bigint, question: Question): Promise<void> {
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
    this.#ids.push(
      sessionId(
        { subject: subjectId(this.ground, subject), asker: lower(sent.from), nonce },
        this.ground.inquiryPlace,
      ),
    );
    this.#remember(subject, question);
  }

  async #ask(given: Sent, index: number, { digits, how }: { digits: Digits; how: number }): Promise<void> {
    const session = this.shadow.sessions[index]!;
    const { subject } = session;
    const question = this.#question(subject, digits);
    const least = this.shadow.neededToAsk(given, session, question.asking) - session.deposit;
    await this.#askWith({ ...given, value: this.#valueOf(least, how) }, index, question);
  }

  async #askWith(sent: Sent, index: number, question: Question): Promise<void> {
    const { inquiry } = this.ground;
    const { asking, posed } = question;
    const session = this.shadow.sessions[index]!;
    const { subject } = session;
    const reasons = this.shadow.ask(sent, index, asking);
    const id = this.#ids[index]!;
    const data =
      subject.kind === "claim"
        ? inquiry.interface.encodeFunctionData("ask", [this.#claimOf(subject), id, posed.stream])
        : inquiry.interface.encodeFunctionData("askOnModel", [id, posed.stream]);
    await this.#send(sent, { to: this.ground.addresses.inquiry, data }, reasons);
    if (reasons.length > 0) return;
    this.#remember(subject, question);
  }

  async #answer(sent: Sent, index: number, how: number): Promise<void> {
    const session = this.shadow.sessions[index]!;
    const known = this.#known.get(session.key)!;
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
      wrong = ["WrongAnswer"];
    } else if (how % 8 === 3 && how > 128) {
      data = Uint8Array.of(...data, 0);
      wrong = ["AnswerLength", "WrongAnswer"];
    } else if (how % 8 === 2 && how > 128) {
      // A right answer to another question of the play.
      const other = [...this.#known.values()][how % this.#known.size]!.posed;
      if (other.form !== "trace" && other.data.length > 0) ({ data, levels, key } = other);
      if (other.form !== "trace" && other.data.length > 0) form = FORM[other.form];
    }
    await this.#answerWith(sent, index, { key, form, levels, data, wrong });
  }

  async #answerWith(
    sent: Sent,
    index: number,
    given: { key: Bytes32; form: number; levels: number; data: Uint8Array; wrong?: readonly string[] },
  ): Promise<void> {
    const { inquiry, addresses } = this.ground;
    const { key, form, levels, data, wrong = [] } = given;
    const bytes = BigInt(data.length);
    const reasons = this.shadow.answer(sent, index, { key, bytes, refused: wrong });
    const words = inquiry.interface.encodeFunctionData("answer", [this.#ids[index]!, form, levels, data]);
    await this.#send(sent, { to: addresses.inquiry, data: words }, reasons);
  }

  /** The trace that a session asks for, by the operator. */
  async #stateFor(given: Sent, index: number, root?: Bytes32): Promise<void> {
    const session = this.shadow.sessions[index]!;
    const { claim, record } = this.#known.get(session.key)!;
    const { operator } = this.shadow.claims[claim]!;
    const own = this.#trueRoot(claim);
    const isGarbage = !this.#isHonest && (index + record) % 4 === 3;
    const statement = { record, root: root ?? (isGarbage ? GARBAGE_ROOT : own), session: index };
    await this.#stateAll({ ...given, from: operator }, claim, [statement]);
  }

  async #state(sent: Sent, claim: number, { digits, how }: { digits: Digits; how: number }): Promise<void> {
    const { records } = this.shadow.claims[claim]!;
    const count = 1 + digits.below(3);
    const statements = Array.from({ length: count }, () => {
      const record = digits.below(records + (how % 16 === 5 ? 1 : 0));
      const roots = this.#isHonest ? [this.#trueRoot(claim)] : [this.#trueRoot(claim), GARBAGE_ROOT];
      const root = how % 16 === 9 ? ZERO_HASH : digits.pick(roots);
      const asking = this.shadow.sessions.flatMap((session, index) => {
        const known = this.#known.get(session.key)!;
        const isAsked = known.posed.form === "trace" && known.claim === claim && known.record === record;
        return session.stage === "OPEN" && isAsked ? [index] : [];
      });
      const any = this.shadow.sessions.map((_, index) => index);
      const named = digits.below(12) === 0 ? any : asking;
      return named.length > 0 && digits.below(4) > 0
        ? { record, root, session: digits.pick(named) }
        : { record, root };
    });
    await this.#stateAll(sent, claim, statements);
  }

  async #stateAll(
    sent: Sent,
    claim: number,
    statements: readonly { record: number; root: Bytes32; session?: number }[],
  ): Promise<void> {
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
        session: session === undefined ? ZERO_HASH : this.#ids[session]!,
      })),
    ]);
    await this.#send(sent, { to: addresses.inquiry, data }, reasons);
  }

  async timeOut(sent: Sent, index: number): Promise<void> {
    const { inquiry, addresses } = this.ground;
    const { subject } = this.shadow.sessions[index]!;
    const reasons = this.shadow.timeOut(sent, index);
    const id = this.#ids[index]!;
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
    const id = this.#ids[index]!;
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
    const data = inquiry.interface.encodeFunctionData("settle", [claim, this.#ids[index]!]);
    await this.#send(sent, { to: addresses.inquiry, data }, reasons);
  }

  async finalize(sent: Sent, index: number): Promise<void> {
    const { claimBook } = this.ground.protocol;
    const reasons = this.shadow.finalize(sent, index);
    const data = claimBook.interface.encodeFunctionData("finalize", [this.ground.claims[index]!.claim]);
    await this.#send(sent, { to: this.ground.addresses.claimBook, data }, reasons);
  }

  async #convict(sent: Sent, index: number): Promise<void> {
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

  async #retire(sent: Sent, index: number): Promise<void> {
    if (this.shadow.models[index]!.retiredAt !== 0n) return;
    const { modelRegistry } = this.ground.protocol;
    const from = this.shadow.models[index]!.publisher;
    const data = modelRegistry.interface.encodeFunctionData("retire", [this.ground.models[index]!.modelId]);
    this.shadow.retire(sent, index);
    await this.#send({ ...sent, from }, { to: this.ground.addresses.modelRegistry, data }, []);
  }

  async #withdrawBond(sent: Sent, index: number): Promise<void> {
    const { modelRegistry } = this.ground.protocol;
    const from = this.shadow.models[index]!.publisher;
    const { modelId } = this.ground.models[index]!;
    const data = modelRegistry.interface.encodeFunctionData("withdrawBond", [modelId]);
    const reasons = this.shadow.withdrawBond(sent, index);
    await this.#send({ ...sent, from }, { to: this.ground.addresses.modelRegistry, data }, reasons);
  }

  /** Some turns of one session in a row, each of a chosen length: how long exchanges come about. */
  async #exchange(action: Action, session: number): Promise<void> {
    const turns = 2 + (action.how % 48);
    let seed = action.what;
    for (let turn = 0; turn < turns; turn++) {
      const { key, stage, rounds } = this.shadow.sessions[session]!;
      const kind = this.shadow.answeredAt.has(key) ? "ask" : "answer";
      if (stage !== "OPEN" || (kind === "ask" && rounds === ROUNDS && turn % 2 === 0)) return;
      if (this.#endOfTurn(session) <= this.now) return;
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 2;
      const [length] = [seed >>> 8].map((bits) => bits % 4);
      const when = length === 3 ? { edge: 0, offset: -1n } : { soon: BigInt(length!) };
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

  async #send(sent: Sent, call: Call, reasons: readonly string[]): Promise<void> {
    const outcome = await this.ground.wire.send({ ...call, from: sent.from }, sent);
    this.performed++;
    if (outcome !== undefined) this.refused.set(outcome, (this.refused.get(outcome) ?? 0) + 1);
    else this.#isDirty = true;
    if (reasons.length === 0) expect(outcome, `at ${sent.now}`).to.equal(undefined);
    else expect(outcome, `at ${sent.now}`).to.be.oneOf(reasons);
  }

  #remember(subject: Subject, { posed, record }: Question): void {
    const claim = subject.kind === "claim" ? subject.index : 0;
    if (!this.#known.has(posed.key)) this.#known.set(posed.key, { posed, claim, record });
  }

  #claimOf(subject: Subject): Claim {
    return this.ground.claims[subject.index]!.claim;
  }

  #trueRoot(claim: number): Bytes32 {
    return hexOf(this.ground.claims[claim]!.template.committed.lists.trace.root);
  }

  /** Every field of everything, against the definition. */
  async check(): Promise<void> {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    const { shadow, now, accounts } = this;
    await compareWithModel(this.ground, { shadow, now, accounts, ids: this.#ids, keys: this.#known.keys() });
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

  /** A transaction of one of the accounts, at the least price. */
  sentBy(account: number, more: Partial<Sent> = {}): Sent {
    const from = this.accounts[account]!;
    return { from, now: this.now, baseFee: 7n, gasPrice: 7n, value: 0n, ...more };
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
    const question = this.#questionAbout(claim, spot);
    const subject: Subject = { kind: "claim", index: claim };
    const value = this.shadow.neededToOpen(this.sentBy(asker), subject, question.asking) - less;
    await this.#openWith(this.sentBy(asker, { value }), subject, this.#nonces++, question);
    return this.shadow.sessions.length - 1;
  }

  /** The next question of a session about a claim, by its asker. */
  async askAbout(index: number, spot: Spot): Promise<void> {
    const session = this.shadow.sessions[index]!;
    const question = this.#questionAbout(session.subject.index, spot);
    const asker = this.accounts.indexOf(session.asker);
    const lacks = this.shadow.neededToAsk(this.sentBy(asker), session, question.asking) - session.deposit;
    await this.#askWith(this.sentBy(asker, { value: lacks > 0n ? lacks : 0n }), index, question);
  }

  async answerRight(index: number, sent: Sent): Promise<void> {
    const { posed } = this.#known.get(this.shadow.sessions[index]!.key)!;
    if (posed.form === "trace") await this.#stateFor(sent, index);
    else await this.#answerWith(sent, index, { ...posed, form: FORM[posed.form] });
  }

  #questionAbout(claim: number, spot: Spot): Question {
    const { claimId: id, template } = this.ground.claims[claim]!;
    const { committed } = template;
    const posed = poseQuestion(committed, { claimId: id, model: this.ground.models[0]!.identity }, spot);
    const answerBytes = lengthOf(posed, committed.records.tree.depth);
    return { posed, asking: { key: posed.key, answerBytes }, record: "record" in spot ? spot.record : 0 };
  }

  /** The operator states something for a record. */
  async state(claim: number, record: number, root: Bytes32): Promise<void> {
    const { operator } = this.shadow.claims[claim]!;
    await this.#stateAll({ ...this.sentBy(0), from: operator }, claim, [{ record, root }]);
  }
}

type Target = { readonly session?: number; readonly claim?: number; readonly model?: number };

function hexOf(bytes: Uint8Array): Bytes32 {
  return `0x${Buffer.from(bytes).toString("hex")}` as Bytes32;
}

/** Bytes of an answer, as known from the form of its question. */
function lengthOf({ form, levels }: Posed, recordDepth: number): bigint {
  if (form === "record") return BigInt(20 + 5 * 32 + 1 + 4 + 32 * recordDepth);
  if (form === "trace") return 32n;
  // Nobody says beforehand how long a descriptor is.
  if (form === "descriptor") return 8_192n;
  return BigInt(2 ** levels * (form === "leaves" ? 128 : 32));
}

/** What a path that leads elsewhere, or an index that is another, is refused with. */
const UNPROVEN = ["WrongRoot", "WrongRecord", "RecordOutOfRange", "PositionOutOfRange"];

function spoilStream(stream: Uint8Array, how: number): { stream: Uint8Array; reasons: readonly string[] } {
  const copy = Uint8Array.from(stream);
  switch (how) {
    case 0:
      return { stream: Uint8Array.of(...stream, 0), reasons: ["TrailingQuestion"] };
    case 1:
      return { stream: copy.subarray(0, -1), reasons: ["QuestionTooShort", ...UNPROVEN] };
    case 2:
      copy[0] = 5;
      return { stream: copy, reasons: ["UnknownQuestion"] };
    default:
      copy[copy.length - 1]! ^= 0x40;
      // Of a path, of a node, or of a record's index.
      return { stream: copy, reasons: UNPROVEN };
  }
}
