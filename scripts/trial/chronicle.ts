import { getBytes } from "ethers";

import type { Contracts } from "../../src/chain/contracts.js";
import type { Parameters } from "../../src/chain/parameters.js";
import type { Claim } from "../../src/claim/claim.js";
import { STAGES } from "../../src/dispute/dispute-view.js";
import type {
  DisputeView,
  InquiryRules,
  JobView,
  PublishedModel,
  SessionView,
} from "../../src/dispute/dispute-view.js";
import { FORM, LIST, questionKey, traceSubject } from "../../src/dispute/question.js";
import type { Form, ListName } from "../../src/dispute/question.js";
import { asBytes32 } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { parseAddress } from "../../src/types/address.js";
import type { Address } from "../../src/types/address.js";
import { asSeconds } from "../../src/types/seconds.js";
import type { Seconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";
import type { ChainLog, Chain, Receipt } from "./chain.js";

const EVENTS = [
  "SessionOpened",
  "Asked",
  "Answered",
  "TraceStated",
  "SessionClosed",
  "SessionSettled",
] as const;
const NO_TENSOR = 0xffff_ffff;
const FORMS = byCode(FORM);
const LIST_NAMES = byCode(LIST);

/** Wei of a deposit, by where they went. */
export type Settlement = {
  readonly session: Bytes32;
  readonly asker: Address;
  readonly refund: bigint;
  readonly paid: bigint;
  readonly delayFee: bigint;
  readonly burned: bigint;
};

/** Everything that has to do with one claim, kept up to date. */
type Dispute = {
  readonly claim: Claim;
  readonly model: PublishedModel;
  phase: DisputeView["phase"];
  submittedAt: Seconds;
  finalizableAt: Seconds;
  /** Unix seconds. */
  decidedAt?: number;
  beneficiary?: Address;
  /** In the order in which they were opened; changed in place, since a view is for now. */
  readonly sessions: SessionView[];
  readonly settlements: Settlement[];
  readonly traces: Map<number, Bytes32>;
  readonly jobs: Map<Bytes32, JobView>;
};

type Session = {
  readonly of: Dispute;
  readonly asker: Address;
  /** Where it stands among those of its claim, once it was read. */
  place?: number;
  question?: SessionView["question"];
  /** What each of its questions was about. */
  readonly asked: ListName[];
};

/**
 * Reads every receipt as it comes, and knows what src/chain/read-dispute.ts would read from the chain: at a hundredth
 * of its time. test/e2e/trial.test.ts compares the two.
 */
export class Chronicle {
  private readonly chain: Chain;
  private readonly contracts: Contracts;
  private readonly rules: InquiryRules;
  /** Of the events that are read. */
  private readonly topics: ReadonlySet<string>;
  private readonly disputes = new Map<Bytes32, Dispute>();
  private readonly sessions = new Map<Bytes32, Session>();
  /** Sessions that ever asked a question, by its key. */
  private readonly askers = new Map<Bytes32, readonly string[]>();
  private readonly data = new Map<Bytes32, Uint8Array>();
  private readonly answeredAt = new Map<Bytes32, Seconds>();
  private readonly jobs = new Map<Bytes32, Dispute>();
  private readonly staleSessions = new Set<Bytes32>();
  private readonly endedSessions = new Set<Bytes32>();
  private readonly openSessions = new Map<Address, number>();

  constructor(chain: Chain, contracts: Contracts, parameters: Parameters) {
    this.chain = chain;
    this.contracts = contracts;
    this.rules = rulesOf(parameters);
    const { interface: abi } = contracts.inquiry;
    this.topics = new Set(EVENTS.map((name) => abi.getEvent(name).topicHash));
  }

  /** Follows a claim from before its submission. */
  follow(id: Bytes32, claim: Claim, model: PublishedModel): void {
    const never = asSeconds(0n);
    this.disputes.set(id, {
      ...{ claim, model, phase: "none", submittedAt: never, finalizableAt: never },
      ...{ sessions: [], settlements: [], traces: new Map(), jobs: new Map() },
    });
  }

  note({ logs, second }: Receipt): void {
    const { inquiry, claimBook, workbench } = this.contracts.deployment;
    for (const log of logs) {
      const address = parseAddress(log.address);
      if (address === inquiry) this.noteInquiry(log, asSeconds(BigInt(second)));
      else if (address === claimBook) this.noteClaim(log, second);
      else if (address === workbench) this.noteJob(log);
    }
  }

  /** What the chain shows of a claim now. */
  async view(id: Bytes32): Promise<DisputeView> {
    const dispute = this.disputes.get(id);
    if (dispute === undefined) throw new Error(`claim ${id} is not followed`);
    await this.refresh();
    const { registryPlace, claimPlace, inquiryPlace, workbenchPlace } = this.contracts;
    return {
      claim: dispute.claim,
      claimId: id,
      model: dispute.model,
      phase: dispute.phase,
      submittedAt: dispute.submittedAt,
      finalizableAt: dispute.finalizableAt,
      rules: this.rules,
      sessions: dispute.sessions,
      answers: { data: this.data, traces: dispute.traces, answeredAt: this.answeredAt },
      jobs: dispute.jobs,
      openSessions: this.openSessions.get(dispute.claim.operator) ?? 0,
      baseFee: asWei(this.chain.baseFee),
      places: {
        registry: registryPlace,
        claimBook: claimPlace,
        inquiry: inquiryPlace,
        workbench: workbenchPlace,
      },
    };
  }

  /** The same, down to what sessions owe that have ended. */
  exact(id: Bytes32): Promise<DisputeView> {
    for (const ended of this.endedSessions) this.staleSessions.add(ended);
    this.endedSessions.clear();
    return this.view(id);
  }

  /** Unix seconds of a verdict; undefined before. */
  decidedAt(id: Bytes32): number | undefined {
    return this.disputes.get(id)?.decidedAt;
  }

  /** How the deposits of a claim's sessions were divided. */
  settlementsOf(id: Bytes32): readonly Settlement[] {
    return this.disputes.get(id)?.settlements ?? [];
  }

  /** Who is paid for the fall of a claim. */
  beneficiaryOf(id: Bytes32): Address | undefined {
    return this.disputes.get(id)?.beneficiary;
  }

  /** Questions of somebody's longest session: about trace and artifact, and about records and input. */
  roundsOf(asker: Address): { readonly deep: number; readonly shallow: number } {
    const counts = [...this.sessions.values()]
      .filter((session) => session.asker === asker)
      .map(({ asked }) => {
        const shallow = asked.filter((list) => list === "records" || list === "input").length;
        return { deep: asked.length - shallow, shallow };
      });
    return counts.sort((a, b) => b.deep - a.deep || b.shallow - a.shallow)[0] ?? { deep: 0, shallow: 0 };
  }

  private noteClaim(log: ChainLog, now: number): void {
    const event = this.contracts.claims.interface.parseLog(log);
    const dispute = this.disputes.get(asBytes32(log.topics[1] ?? ""));
    if (event === null || dispute === undefined) return;
    const { name, args } = event;
    if (name === "ClaimSubmitted") {
      dispute.phase = "open";
      dispute.submittedAt = asSeconds(BigInt(now));
      dispute.finalizableAt = asSeconds(BigInt(now) + dispute.claim.window);
    }
    if (name === "ClaimContested") dispute.phase = "contested";
    if (name === "ClaimReleased") {
      dispute.phase = args["openSessions"] === 0n ? "open" : "contested";
      dispute.finalizableAt = asSeconds(args["finalizableAt"] as bigint);
    }
    if (name === "ClaimFinalized" || name === "ClaimFaulted") {
      dispute.phase = name === "ClaimFinalized" ? "final" : "faulted";
      dispute.decidedAt = now;
    }
    if (name === "ClaimFaulted") dispute.beneficiary = parseAddress(args["beneficiary"] as string);
  }

  private noteInquiry(log: ChainLog, now: Seconds): void {
    if (!this.topics.has(log.topics[0] ?? "")) return;
    const event = this.contracts.inquiry.interface.parseLog(log);
    if (event === null) return;
    const { name, args } = event;
    switch (name) {
      case "SessionOpened": {
        const of = this.disputes.get(asBytes32(args["subject"] as string));
        if (of === undefined) return;
        const id = asBytes32(args["session"] as string);
        const asker = parseAddress(args["asker"] as string);
        this.sessions.set(id, { of, asker, asked: [] });
        this.count(of.claim.operator, 1);
        return;
      }
      case "Asked": {
        const session = this.stale(args["session"] as string);
        if (session === undefined) return;
        session.question = questionOf(args as unknown as AskedArgs);
        session.asked.push(session.question.place.list);
        const { key } = session.question;
        this.askers.set(key, [...(this.askers.get(key) ?? []), args["session"] as string]);
        return;
      }
      case "Answered": {
        const key = asBytes32(args["key"] as string);
        this.answeredAt.set(key, now);
        this.data.set(key, getBytes(args["data"] as string));
        this.stale(args["session"] as string);
        return;
      }
      case "TraceStated": {
        const id = asBytes32(args["claimId"] as string);
        const index = Number(args["recordIndex"]);
        const { key } = questionKey("trace", 0, traceSubject(id, index));
        this.disputes.get(id)?.traces.set(index, asBytes32(args["traceRoot"] as string));
        this.answeredAt.set(key, now);
        // One of them pays for it.
        for (const session of this.askers.get(key) ?? []) this.stale(session);
        return;
      }
      case "SessionClosed": {
        const session = this.staged(args["session"] as string, "closed");
        if (session !== undefined) this.count(session.of.claim.operator, -1);
        return;
      }
      case "SessionSettled": {
        const session = this.staged(args["session"] as string, "settled");
        if (session === undefined) return;
        const { of } = session;
        const settlement = args as unknown as Omit<Settlement, "session">;
        const { refund, paid, delayFee, burned } = settlement;
        const id = asBytes32(args["session"] as string);
        of.settlements.push({ session: id, asker: session.asker, refund, paid, delayFee, burned });
        // Those that were open when it fell are taken off the count together.
        if (of.phase === "faulted") this.openSessions.delete(of.claim.operator);
        return;
      }
    }
  }

  /** A session that has to be read again. */
  private stale(id: string): Session | undefined {
    const session = this.sessions.get(asBytes32(id));
    if (session !== undefined) this.staleSessions.add(asBytes32(id));
    return session;
  }

  /** What a session that ended owes is of no use to anybody: it is read when somebody asks for `exact`. */
  private staged(id: string, stage: SessionView["stage"]): Session | undefined {
    const session = this.sessions.get(asBytes32(id));
    if (session?.place === undefined) return this.stale(id);
    const { sessions } = session.of;
    sessions[session.place] = { ...(sessions[session.place] as SessionView), stage };
    this.endedSessions.add(asBytes32(id));
    return session;
  }

  private count(operator: Address, more: number): void {
    this.openSessions.set(operator, (this.openSessions.get(operator) ?? 0) + more);
  }

  private noteJob(log: ChainLog): void {
    const event = this.contracts.workbench.interface.parseLog(log);
    if (event === null) return;
    const job = asBytes32(event.args["job"] as string);
    if (event.name === "JobOpened") {
      const of = this.disputes.get(asBytes32(event.args["claimId"] as string));
      if (of === undefined) return;
      this.jobs.set(job, of);
      of.jobs.set(job, { next: 0 });
    }
    if (event.name === "JobAdvanced") this.jobs.get(job)?.jobs.set(job, { next: Number(event.args["next"]) });
  }

  /** Reads again what events said has changed. */
  private async refresh(): Promise<void> {
    const { inquiry } = this.contracts;
    for (const id of this.staleSessions) {
      const session = this.sessions.get(id) as Session;
      const { of, asker, question } = session;
      const state = await inquiry.sessionOf(id);
      const place = (session.place ??= of.sessions.length);
      of.sessions[place] = {
        id,
        asker,
        stage: STAGES[Number(state.stage)] ?? "none",
        rounds: Number(state.rounds),
        askedAt: asSeconds(state.askedAt),
        answererLeft: asSeconds(state.answererLeft),
        askerLeft: asSeconds(state.askerLeft),
        question: question as SessionView["question"],
        deposit: asWei(state.deposit),
        bond: asWei(state.bond),
        owed: asWei(state.owed),
        payees: Number(state.payees),
      };
    }
    this.staleSessions.clear();
    for (const { claim } of this.disputes.values()) {
      if (this.openSessions.has(claim.operator)) continue;
      this.openSessions.set(claim.operator, Number(await inquiry.openSessionsAgainst(claim.operator)));
    }
  }
}

type AskedArgs = {
  readonly key: string;
  readonly form: bigint;
  readonly levels: bigint;
  readonly subject: string;
  readonly place: {
    readonly list: bigint;
    readonly level: bigint;
    readonly record: bigint;
    readonly tensor: bigint;
    readonly index: bigint;
  };
};

function questionOf({ key, form, levels, subject, place }: AskedArgs): SessionView["question"] {
  const inside = Number(place.tensor) === NO_TENSOR ? {} : { tensor: Number(place.tensor) };
  return {
    key: asBytes32(key),
    form: formOf(form),
    levels: Number(levels),
    subject: asBytes32(subject),
    place: {
      list: LIST_NAMES.get(Number(place.list)) as ListName,
      record: Number(place.record),
      ...inside,
      level: Number(place.level),
      index: Number(place.index),
    },
  };
}

const formOf = (code: bigint): Form => FORMS.get(Number(code)) as Form;

function byCode<Name extends string>(codes: Readonly<Record<Name, number>>): ReadonlyMap<number, Name> {
  return new Map((Object.entries(codes) as [Name, number][]).map(([name, code]) => [code, name]));
}

export function rulesOf(parameters: Parameters): InquiryRules {
  const { clock, clockExtension, proofTime, baseBond, delayRate } = parameters;
  const { answerGas, answerByteGas, closeGas, settleGas } = parameters;
  return {
    ...{ clock, clockExtension, proofTime, rounds: 16, baseBond, delayRate },
    answerGas: BigInt(answerGas),
    answerByteGas: BigInt(answerByteGas),
    closeGas: BigInt(closeGas),
    settleGas: BigInt(settleGas),
  };
}
