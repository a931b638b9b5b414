import { getBytes } from "ethers";

import type { Contracts } from "../../src/chain/contracts.js";
import type { Parameters } from "../../src/chain/parameters.js";
import type { Claim } from "../../src/claim/claim.js";
import { PHASES, STAGES } from "../../src/dispute/dispute-view.js";
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
  readonly id: Bytes32;
  readonly claim: Claim;
  readonly model: PublishedModel;
  phase: DisputeView["phase"];
  submittedAt: Seconds;
  finalizableAt: Seconds;
  readonly sessions: Map<Bytes32, SessionView>;
  readonly traces: Map<number, Bytes32>;
  readonly jobs: Map<Bytes32, JobView>;
};

/**
 * Reads every receipt as it comes, and knows what src/chain/read-dispute.ts would read from the chain: at a hundredth
 * of its time. test/e2e/trial.test.ts compares the two.
 */
export class Chronicle {
  private readonly chain: Chain;
  private readonly contracts: Contracts;
  private readonly rules: InquiryRules;
  private readonly disputes = new Map<Bytes32, Dispute>();
  private readonly sessionOwner = new Map<Bytes32, { readonly of: Dispute; readonly asker: Address }>();
  private readonly questions = new Map<Bytes32, SessionView["question"]>();
  private readonly asked = new Map<Bytes32, readonly ListName[]>();
  private readonly data = new Map<Bytes32, Uint8Array>();
  private readonly answeredAt = new Map<Bytes32, Seconds>();
  private readonly jobOwner = new Map<Bytes32, Dispute>();
  private readonly staleSessions = new Set<Bytes32>();
  private readonly staleClaims = new Set<Bytes32>();
  private readonly openSessions = new Map<Address, number>();
  private readonly decisions = new Map<Bytes32, number>();
  private readonly settlements: Settlement[] = [];
  private readonly beneficiaries = new Map<Bytes32, Address>();

  constructor(chain: Chain, contracts: Contracts, parameters: Parameters) {
    this.chain = chain;
    this.contracts = contracts;
    this.rules = rulesOf(parameters);
  }

  /** Follows a claim from before its submission. */
  follow(id: Bytes32, claim: Claim, model: PublishedModel): void {
    const never = asSeconds(0n);
    this.disputes.set(id, {
      ...{ id, claim, model, phase: "none", submittedAt: never, finalizableAt: never },
      ...{ sessions: new Map(), traces: new Map(), jobs: new Map() },
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
      sessions: [...dispute.sessions.values()],
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

  /** Unix seconds of a verdict; undefined before. */
  decidedAt(id: Bytes32): number | undefined {
    return this.decisions.get(id);
  }

  /** How the deposits of a claim's sessions were divided. */
  settlementsOf(id: Bytes32): readonly Settlement[] {
    return this.settlements.filter(({ session }) => this.sessionOwner.get(session)?.of.id === id);
  }

  /** Who is paid for the fall of a claim. */
  beneficiaryOf(id: Bytes32): Address | undefined {
    return this.beneficiaries.get(id);
  }

  /** Questions of somebody's longest session: about trace and artifact, and about records and input. */
  roundsOf(asker: Address): { readonly deep: number; readonly shallow: number } {
    const counts = [...this.asked.entries()]
      .filter(([session]) => this.sessionOwner.get(session)?.asker === asker)
      .map(([, lists]) => {
        const shallow = lists.filter((list) => list === "records" || list === "input").length;
        return { deep: lists.length - shallow, shallow };
      });
    return counts.sort((a, b) => b.deep - a.deep || b.shallow - a.shallow)[0] ?? { deep: 0, shallow: 0 };
  }

  private noteClaim(log: ChainLog, now: number): void {
    const event = this.contracts.claims.interface.parseLog(log);
    const id = log.topics[1];
    if (event === null || id === undefined) return;
    this.staleClaims.add(asBytes32(id));
    if (event.name === "ClaimFinalized" || event.name === "ClaimFaulted")
      this.decisions.set(asBytes32(id), now);
    if (event.name !== "ClaimFaulted") return;
    this.beneficiaries.set(asBytes32(id), parseAddress(event.args["beneficiary"] as string));
  }

  private noteInquiry(log: ChainLog, now: Seconds): void {
    const { interface: abi } = this.contracts.inquiry;
    const event = abi.parseLog(log);
    if (event === null) return;
    const { name, args } = event;
    const session = (): Bytes32 => asBytes32(args["session"] as string);
    switch (name) {
      case "SessionOpened": {
        const of = this.disputes.get(asBytes32(args["subject"] as string));
        if (of === undefined) return;
        this.sessionOwner.set(session(), { of, asker: parseAddress(args["asker"] as string) });
        this.staleSessions.add(session());
        this.openSessions.delete(of.claim.operator);
        return;
      }
      case "Asked": {
        const question = questionOf(args as unknown as AskedArgs);
        this.questions.set(session(), question);
        this.asked.set(session(), [...(this.asked.get(session()) ?? []), question.place.list]);
        this.staleSessions.add(session());
        return;
      }
      case "Answered": {
        const key = asBytes32(args["key"] as string);
        this.answeredAt.set(key, now);
        if (formOf(args["form"] as bigint) !== "trace") {
          this.data.set(key, getBytes(args["data"] as string));
        }
        this.staleSessions.add(session());
        return;
      }
      case "TraceStated": {
        const id = asBytes32(args["claimId"] as string);
        const index = Number(args["recordIndex"]);
        this.disputes.get(id)?.traces.set(index, asBytes32(args["traceRoot"] as string));
        this.answeredAt.set(questionKey("trace", 0, traceSubject(id, index)).key, now);
        return;
      }
      case "SessionSettled": {
        const { asker, refund, paid, delayFee, burned } = args as unknown as Omit<Settlement, "session">;
        this.settlements.push({
          ...{ session: session(), asker: parseAddress(asker), refund, paid, delayFee, burned },
        });
        this.staleSessions.add(session());
        this.openSessions.clear();
        return;
      }
      case "SessionClosed":
      case "SilenceProven":
        this.staleSessions.add(session());
        this.openSessions.clear();
        return;
    }
  }

  private noteJob(log: ChainLog): void {
    const event = this.contracts.workbench.interface.parseLog(log);
    if (event === null) return;
    const job = asBytes32(event.args["job"] as string);
    if (event.name === "JobOpened") {
      const of = this.disputes.get(asBytes32(event.args["claimId"] as string));
      if (of === undefined) return;
      this.jobOwner.set(job, of);
      of.jobs.set(job, { next: 0 });
    }
    if (event.name === "JobAdvanced")
      this.jobOwner.get(job)?.jobs.set(job, { next: Number(event.args["next"]) });
  }

  /** Reads again what events said has changed. */
  private async refresh(): Promise<void> {
    const { claims, inquiry } = this.contracts;
    for (const id of this.staleClaims) {
      const dispute = this.disputes.get(id);
      if (dispute === undefined) continue;
      const state = await claims.stateOf(id);
      dispute.phase = PHASES[Number(state.phase)] ?? "none";
      dispute.submittedAt = asSeconds(state.submittedAt);
      dispute.finalizableAt = asSeconds(state.finalizableAt);
    }
    this.staleClaims.clear();
    for (const id of this.staleSessions) {
      const owner = this.sessionOwner.get(id);
      const question = this.questions.get(id);
      if (owner === undefined || question === undefined) continue;
      const state = await inquiry.sessionOf(id);
      owner.of.sessions.set(id, {
        id,
        asker: owner.asker,
        stage: STAGES[Number(state.stage)] ?? "none",
        rounds: Number(state.rounds),
        askedAt: asSeconds(state.askedAt),
        answererLeft: asSeconds(state.answererLeft),
        askerLeft: asSeconds(state.askerLeft),
        question,
        deposit: asWei(state.deposit),
        bond: asWei(state.bond),
        owed: asWei(state.owed),
        payees: Number(state.payees),
      });
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
