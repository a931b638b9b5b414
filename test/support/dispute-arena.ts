import { claimId } from "../../src/claim/claim.js";
import type { Claim } from "../../src/claim/claim.js";
import type { RecordTree } from "../../src/claim/record-list.js";
import { deadlineOf, longestSession, turnOf, windowEnd } from "../../src/dispute/clocks.js";
import { answerBytes, bondFor, depositFor } from "../../src/dispute/deposit.js";
import type {
  DisputeView,
  InquiryRules,
  JobView,
  Phase,
  SessionView,
} from "../../src/dispute/dispute-view.js";
import { jobId } from "../../src/dispute/job-id.js";
import type { Move } from "../../src/dispute/move.js";
import type { StagedProof } from "../../src/dispute/plan-stages.js";
import { questionKey, sessionId, traceSubject } from "../../src/dispute/question.js";
import type { Question } from "../../src/dispute/question.js";
import { isAnswer } from "../../src/dispute/read-answer.js";
import type { ModelIdentity } from "../../src/model/model-id.js";
import { depthOf } from "../../src/program/tensor-table.js";
import type { CommittedArtifact } from "../../src/trace/commit-artifact.js";
import { asAddress } from "../../src/types/address.js";
import type { Address } from "../../src/types/address.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import type { Place as ContractPlace } from "../../src/types/place.js";
import type { Seconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";
import { readQuestion } from "./question-reader.js";

const place = (digit: string) => ({ chainId: 31_337n, contract: asAddress(`0x${digit.repeat(40)}`) });

export const PLACES: DisputeView["places"] = {
  registry: place("4"),
  claimBook: place("5"),
  inquiry: place("6"),
  workbench: place("7"),
};

export const RULES: InquiryRules = {
  clock: asSeconds(30n),
  clockExtension: asSeconds(5n),
  proofTime: asSeconds(10n),
  rounds: 16,
  baseBond: asWei(10n ** 15n),
  delayRate: 3_170_979_198n,
  answerGas: 110_000n,
  answerByteGas: 50n,
  closeGas: 70_000n,
  settleGas: 60_000n,
};

/** A claim as it stands on the chain, and what is behind it. */
export type Setting = {
  readonly claim: Claim;
  readonly records: RecordTree;
  readonly model: ModelIdentity;
  readonly committed: CommittedArtifact;
  readonly registry: ContractPlace;
};

type Kept = { -readonly [key in keyof SessionView]: SessionView[key] };

/**
 * One claim and its inquiry, in memory: just enough of the contracts for moves to have their effects, and strict about
 * what they refuse. A move that reverts on chain throws here, so an honest strategy never makes one.
 */
export class DisputeArena {
  now = asSeconds(1_000_000n);
  phase: Phase = "open";
  beneficiary: Address | undefined;
  readonly submittedAt = this.now;
  readonly sessions: Kept[] = [];
  readonly answers = {
    data: new Map<Bytes32, Uint8Array>(),
    traces: new Map<number, Bytes32>(),
    answeredAt: new Map<Bytes32, Seconds>(),
  };
  readonly jobs = new Map<Bytes32, JobView>();
  /** The proof of the one element that is proven in stages, made with everything at hand. */
  staged: StagedProof | undefined;
  baseFee = asWei(10n ** 9n);
  readonly setting: Setting;
  readonly rules: InquiryRules;
  finalizableAt: Seconds;
  readonly #judge: (evidence: Uint8Array) => boolean;

  constructor(setting: Setting, judge: (evidence: Uint8Array) => boolean, rules = RULES) {
    this.setting = setting;
    this.rules = rules;
    this.#judge = judge;
    this.finalizableAt = asSeconds(this.submittedAt + setting.claim.window);
  }

  get claimId(): Bytes32 {
    return claimId(this.setting.claim, PLACES.claimBook);
  }

  /** The last second in which anything about the claim can still happen. */
  get hardEnd(): Seconds {
    return asSeconds(this.submittedAt + this.setting.claim.window + longestSession(this.rules));
  }

  view(): DisputeView {
    const { claim, model, committed } = this.setting;
    return {
      claim,
      claimId: this.claimId,
      model: { identity: model, commitment: committed.commitment },
      phase: this.phase,
      submittedAt: this.submittedAt,
      finalizableAt: this.finalizableAt,
      rules: this.rules,
      sessions: this.sessions.map((session) => ({ ...session })),
      answers: {
        data: new Map(this.answers.data),
        traces: new Map(this.answers.traces),
        answeredAt: new Map(this.answers.answeredAt),
      },
      jobs: new Map(this.jobs),
      openSessions: this.#open().length,
      baseFee: this.baseFee,
      places: { ...PLACES, registry: this.setting.registry },
    };
  }

  send(from: Address, move: Move): void {
    switch (move.kind) {
      case "open":
        return this.#openSession(from, move);
      case "ask":
        return this.#ask(from, move);
      case "answer": {
        this.#mustBeAsking(move.session, move.to.key);
        must(isAnswer(move.to, move.data), "the data does not answer the question");
        this.answers.data.set(move.to.key, move.data);
        return this.#answered(move.session, move.to.key);
      }
      case "state-traces":
        must(from === this.setting.claim.operator, "a stranger states a trace");
        for (const { recordIndex, traceRoot, session } of move.statements) {
          must(!this.answers.traces.has(recordIndex), `trace ${recordIndex} is stated already`);
          const { key } = questionKey("trace", 0, traceSubject(this.claimId, recordIndex));
          if (session !== undefined) this.#mustBeAsking(session, key);
          this.answers.traces.set(recordIndex, traceRoot);
          this.#answered(session, key);
        }
        return;
      case "time-out": {
        const session = this.#session(move.session, "open");
        const turn = turnOf(session, this.view(), this.now);
        must(turn.of === "nobody" && turn.because === "silence", "no silence to prove");
        return this.#fault(session.asker);
      }
      case "convict":
        must(this.#judge(move.evidence), "the evidence proves nothing");
        return this.#fault(from);
      case "close":
        return this.#close(from, move.session);
      case "settle": {
        must(this.phase === "final" || this.phase === "faulted", "undecided");
        const session = this.sessions.find(({ id }) => id === move.session);
        must(
          session?.stage === "closed" || (session?.stage === "open" && this.phase === "faulted"),
          "not to settle",
        );
        if (session !== undefined) session.stage = "settled";
        return;
      }
      case "finalize":
        must(this.phase === "open" && this.now >= this.finalizableAt, "not final yet");
        this.phase = "final";
        return;
      case "open-job":
      case "advance-job":
      case "finish-job":
        return this.#work(from, move);
      case "wait":
      case "rest":
        throw new Error(`a ${move.kind} is no transaction of this arena`);
    }
  }

  /** Stages must be, byte for byte, those that the whole commitment gives. */
  #work(from: Address, move: Extract<Move, { kind: "open-job" | "advance-job" | "finish-job" }>): void {
    if (this.staged === undefined) throw new Error("nothing is proven in stages here");
    const { context, openEvidence, stageFrom, finishEvidence } = this.staged;
    must(this.#isUndecided(), "decided");
    if (move.kind !== "open-job")
      must(JSON.stringify(move.context) === JSON.stringify(context), "another context");
    const id = jobId({ claimId: this.claimId, context, beneficiary: from }, PLACES.workbench);
    const next = this.jobs.get(id)?.next;
    const same = (expected: Uint8Array): void =>
      must(Buffer.compare(move.evidence, expected) === 0, "other evidence");
    if (move.kind === "open-job") {
      must(next === undefined, "the job is open");
      same(openEvidence());
      this.jobs.set(id, { next: 0 });
    } else if (next !== undefined && move.kind === "advance-job") {
      const stage = stageFrom(next);
      same(stage.evidence);
      this.jobs.set(id, { next: next + stage.count });
    } else {
      must(next === context.reduction, "not accumulated");
      same(finishEvidence());
      this.#fault(from);
    }
  }

  #openSession(from: Address, move: Extract<Move, { kind: "open" }>): void {
    const { nonce, question, value } = move;
    const { claim } = this.setting;
    must(this.#isUndecided(), "decided");
    must(this.now < windowEnd({ claim, submittedAt: this.submittedAt }), "the window is over");
    const id = sessionId({ subject: this.claimId, asker: from, nonce }, PLACES.inquiry);
    must(!this.sessions.some((session) => session.id === id), "the session exists");
    const session: Kept = {
      ...{ id, asker: from, stage: "open", rounds: 0, askedAt: this.now, question },
      ...{ answererLeft: this.rules.clock, askerLeft: this.rules.clock },
      ...{ bond: bondFor(this.rules, this.#open().length), deposit: value, owed: asWei(0n), payees: 0 },
    };
    this.#put(session, question);
    this.sessions.push(session);
    this.phase = "contested";
  }

  #ask(from: Address, { session: id, question, value }: Extract<Move, { kind: "ask" }>): void {
    const session = this.#session(id, "open");
    must(session.asker === from, "not the asker");
    const turn = turnOf(session, this.view(), this.now);
    if (turn.of !== "asker") throw new Error(`not the asker's turn, but ${turn.of}'s`);
    const answered = this.answers.answeredAt.get(session.question.key) as Seconds;
    const left = deadlineOf(session) - answered;
    session.answererLeft = asSeconds(left > this.rules.clockExtension ? left : this.rules.clockExtension);
    session.askerLeft = asSeconds(turn.deadline - this.now);
    session.deposit = asWei(session.deposit + value);
    this.#put(session, question);
  }

  #put(session: Kept, question: Question): void {
    const { claim } = this.setting;
    must(!this.answers.answeredAt.has(question.key), "answered already");
    const read = readQuestion(question.stream, {
      ...{ claim, claimId: this.claimId, registry: this.setting.registry, stated: this.answers.traces },
    });
    const { stream: _, ...asked } = question;
    must(JSON.stringify(sorted(read)) === JSON.stringify(sorted(asked)), "the stream asks something else");
    const least = depositFor(this.rules, {
      ...{ bond: session.bond, owed: session.owed, payees: session.payees, liability: claim.liability },
      ...{ baseFee: this.baseFee, answerBytes: answerBytes(question, depthOf(claim.n)) },
    });
    must(session.deposit >= least, `a deposit of ${session.deposit} wei; ${least} expected`);
    session.rounds++;
    session.askedAt = this.now;
    session.question = asked;
  }

  #close(from: Address, id: Bytes32): void {
    const session = this.#session(id, "open");
    const turn = turnOf(session, this.view(), this.now);
    must(turn.of !== "answerer" && !(turn.of === "nobody" && turn.because === "silence"), "not answered");
    must(turn.of === "nobody" || from === session.asker, "the asker may still ask");
    session.stage = "closed";
    const answered = this.answers.answeredAt.get(session.question.key) as Seconds;
    const proofEnd = asSeconds(answered + this.rules.proofTime);
    if (proofEnd > this.finalizableAt) this.finalizableAt = proofEnd;
    if (this.#open().length === 0) this.phase = "open";
  }

  #mustBeAsking(id: Bytes32, key: Bytes32): void {
    const session = this.#session(id, "open");
    must(session.question.key === key, "the session asks something else");
    must(this.now < deadlineOf(session), "too late");
    must(!this.answers.answeredAt.has(key), "answered already");
  }

  #answered(session: Bytes32 | undefined, key: Bytes32): void {
    this.answers.answeredAt.set(key, this.now);
    const paying = this.sessions.find(({ id }) => id === session);
    if (paying === undefined) return;
    paying.owed = asWei(paying.owed + this.rules.answerGas * this.baseFee);
    paying.payees = 1;
  }

  #fault(beneficiary: Address): void {
    must(this.#isUndecided(), "decided");
    this.phase = "faulted";
    this.beneficiary = beneficiary;
  }

  #isUndecided(): boolean {
    return this.phase === "open" || this.phase === "contested";
  }

  #open(): Kept[] {
    return this.sessions.filter(({ stage }) => stage === "open");
  }

  #session(id: Bytes32, stage: Kept["stage"]): Kept {
    const session = this.sessions.find((one) => one.id === id);
    if (session?.stage !== stage) throw new Error(`session ${id} is ${session?.stage}, not ${stage}`);
    return session;
  }
}

function must(isSo: boolean, reason: string): void {
  if (!isSo) throw new Error(`refused: ${reason}`);
}

/** Fields in the order of their names, so that equal values are equal texts. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, inner]) => [name, sorted(inner)]);
}
